//! Real requests to what runs on this machine, and what came back.

use std::{io::Read, time::Duration};

use anyhow::{Context, ensure};
use flate2::read::GzDecoder;
use ureq::{Agent, http::HeaderMap};

/// The longest answer that is taken: `/metrics` of a million series has a tenth of a gigabyte.
const MOST_BYTES: u64 = 1 << 28;

/// Longer than anything on the loopback takes, five years of history included.
const PATIENCE: Duration = Duration::from_mins(1);

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// Asks for a page as it is.
pub(crate) fn get(url: &str) -> anyhow::Result<Response> {
    request(url, &[], "identity")
}

/// Asks for a page with a query, which is escaped here.
pub(crate) fn get_with(url: &str, query: &[(&str, &str)]) -> anyhow::Result<Response> {
    request(url, query, "identity")
}

/// Asks for a page compressed by gzip, and refuses one that is not.
pub(crate) fn get_gzip(url: &str) -> anyhow::Result<Response> {
    let mut response = request(url, &[], "gzip")?;
    ensure!(response.header("content-encoding") == Some("gzip"), "{url} was not compressed though asked for");
    let mut plain = Vec::new();
    let decoded = GzDecoder::new(&*response.body).read_to_end(&mut plain);
    decoded.with_context(|| format!("{url} is no gzip"))?;
    response.body = plain;
    Ok(response)
}

/// Posts a query, which is escaped here, and nothing else.
pub(crate) fn post(url: &str, query: &[(&str, &str)]) -> anyhow::Result<Response> {
    let request = agent().post(url).query_pairs(query.iter().copied());
    Response::new(url, request.send_empty())
}

/// Puts nothing.
pub(crate) fn put(url: &str) -> anyhow::Result<Response> {
    Response::new(url, agent().put(url).send_empty())
}

/// Asks for the head of a page alone.
pub(crate) fn head(url: &str) -> anyhow::Result<Response> {
    Response::new(url, agent().head(url).header("accept-encoding", "identity").call())
}

/// Asks for a page unless it is still the one with that tag.
pub(crate) fn get_unless(url: &str, tag: &str) -> anyhow::Result<Response> {
    let request = agent().get(url).header("accept-encoding", "identity").header("if-none-match", tag);
    Response::new(url, request.call())
}

fn request(url: &str, query: &[(&str, &str)], encoding: &str) -> anyhow::Result<Response> {
    let request = agent().get(url).header("accept-encoding", encoding).query_pairs(query.iter().copied());
    Response::new(url, request.call())
}

fn agent() -> Agent {
    // No proxy, whatever the environment says: the other end is this machine.
    let settings = Agent::config_builder().http_status_as_error(false).proxy(None);
    Agent::from(settings.timeout_global(Some(PATIENCE)).build())
}

impl Response {
    fn new(url: &str, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> anyhow::Result<Self> {
        let (head, mut body) = answer.with_context(|| format!("{url} does not answer"))?.into_parts();
        let body =
            body.with_config().limit(MOST_BYTES).read_to_vec().with_context(|| format!("{url} broke off"))?;
        Ok(Self { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// A header that is there once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as it came; of whatever status.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body, if the request succeeded.
    pub(crate) fn text(&self) -> anyhow::Result<&str> {
        let text = std::str::from_utf8(&self.body).context("the answer is no UTF-8")?;
        ensure!(self.status == 200, "the answer is {}: {text}", self.status);
        Ok(text)
    }

    /// The body, if it is JSON; of whatever status.
    pub(crate) fn json(&self) -> anyhow::Result<serde_json::Value> {
        serde_json::from_slice(&self.body).context("the answer is no JSON")
    }
}
