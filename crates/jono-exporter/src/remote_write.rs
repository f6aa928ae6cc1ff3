//! Remote write: the past as requests to a store that is sent samples, such as Mimir, Thanos or a Prometheus with its
//! receiver on. The protocol is version 1.0: <https://prometheus.io/docs/specs/prw/remote_write_spec/>.
//!
//! [`Requests`] makes them of samples, the same ones of the same samples; [`Client`] sends one and says what became of
//! it. How long to try, and what was sent before, is the caller's to know.

mod answer;
mod client;
mod http_config;
mod message;
mod requests;

pub use self::{
    answer::{Answer, Wait},
    client::{BadUrl, Client, NoClient},
    http_config::{BadHttpConfig, HttpConfig, HttpConfigError},
    message::Request,
    requests::Requests,
};
