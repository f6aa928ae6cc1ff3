//! The crate as its users see it: the text against the `prometheus` crate's encoder, one scrape whole, the server
//! over real connections.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod aspects;
mod encoder;
mod gauges;
mod golden;
mod public;
mod reference;
mod sample;
mod server;
mod shown;
mod web_config;
