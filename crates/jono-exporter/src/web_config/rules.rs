//! What a web configuration means for a connection and for a request.

use std::{path::Path, sync::Arc};

use hyper::header::HeaderMap;
use tokio::time::Instant;
use tokio_rustls::rustls::ServerConfig;

use super::{
    files::Files, headers::headers, mistake::Mistake, rate::Rate, tls, users::Users, written::Written,
};

/// One version of the configuration, checked. By default everything is allowed and nothing is encrypted.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    tls: Option<Arc<ServerConfig>>,
    headers: HeaderMap,
    users: Users,
    rate: Option<Rate>,
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// More came than `rate_limit` allows.
    TooOften,
    /// It came without a user's password.
    Unknown,
}

impl Rules {
    /// Reads a file and those it names; all that were tried are in `files` afterwards.
    pub(super) fn read(path: &Path, files: &mut Files) -> Result<Self, Mistake> {
        let text =
            files.read(path).map_err(|source| Mistake::Unreadable { path: path.to_owned(), source })?;
        let written = Written::parse(&text)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let tls = written
            .tls_server_config
            .map(|written| tls::server_config(&written, folder, files))
            .transpose()?;
        let http = written.http_server_config.unwrap_or_default();
        Ok(Self {
            tls: tls.map(Arc::new),
            headers: headers(&http.headers.unwrap_or_default())?,
            users: Users::new(written.basic_auth_users.unwrap_or_default())?,
            rate: Rate::new(&written.rate_limit.unwrap_or_default())?,
        })
    }

    /// What a connection is encrypted with, if it is.
    pub(crate) fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.tls.clone()
    }

    /// Why a request with these headers is not answered; `None` if it is. May take a while.
    pub(crate) async fn refusal(&self, headers: &HeaderMap) -> Option<Refusal> {
        if self.rate.as_ref().is_some_and(|rate| !rate.allows(Instant::now())) {
            Some(Refusal::TooOften)
        } else if !self.users.admit(headers).await {
            Some(Refusal::Unknown)
        } else {
            None
        }
    }

    /// Adds the configured headers to those of an answer, in place of its own.
    pub(crate) fn add_headers(&self, answer: &mut HeaderMap) {
        self.headers.iter().for_each(|(name, value)| _ = answer.insert(name, value.clone()));
    }
}
