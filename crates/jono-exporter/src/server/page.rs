//! Which page answers a request.

use std::{fmt, str::FromStr, sync::Arc};

use bytes::Bytes;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
        HeaderValue, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
    },
};
use thiserror::Error;

use super::{body::Pieces, encoding::wants_gzip, landing, process::Process, reload::Reload, status::Status};
use crate::{
    exposition::Published,
    web_config::{Refusal, WebConfig},
};

/// Where the metrics are.
///
/// Invariant: begins with `/`, is no other page, and has only what needs no escaping in a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelemetryPath(String);

/// A path that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadPath {
    /// Not written like one.
    #[error("{0:?} is no path; write / and then letters, digits and any of /-._~")]
    Malformed(String),
    /// Another page is there.
    #[error("{0:?} is the place of another page")]
    Taken(String),
}

impl TelemetryPath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TelemetryPath {
    fn default() -> Self {
        Self("/metrics".to_owned())
    }
}

impl FromStr for TelemetryPath {
    type Err = BadPath;

    fn from_str(path: &str) -> Result<Self, BadPath> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        if !path.starts_with('/') || path.starts_with("//") || !path.bytes().all(plain) {
            Err(BadPath::Malformed(path.to_owned()))
        } else if [LANDING, HEALTHY, READY, RELOAD].contains(&path) {
            Err(BadPath::Taken(path.to_owned()))
        } else {
            Ok(Self(path.to_owned()))
        }
    }
}

impl fmt::Display for TelemetryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a server shows.
#[derive(Debug, Clone)]
pub struct Site {
    /// Where the metrics are.
    pub telemetry_path: TelemetryPath,
    /// The metrics.
    pub published: Published,
    /// Everything else that is shown.
    pub status: Status,
    /// What `/-/reload` asks to reload; `None` forbids it.
    pub reload: Option<Reload>,
}

pub(super) const LANDING: &str = "/";
pub(super) const HEALTHY: &str = "/-/healthy";
pub(super) const READY: &str = "/-/ready";
pub(super) const RELOAD: &str = "/-/reload";
/// What requests are counted under that asked for no page.
const OTHER: &str = "other";

const TEXT: &str = "text/plain; charset=utf-8";
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// The site, and what is counted about it.
#[derive(Debug)]
pub(super) struct Pages {
    site: Site,
    process: Process,
}

impl Pages {
    pub(super) fn new(site: Site, web: &WebConfig) -> Self {
        let metrics = site.telemetry_path.as_str();
        let mut shown = vec![(READY, StatusCode::SERVICE_UNAVAILABLE), (OTHER, StatusCode::NOT_FOUND)];
        for page in [LANDING, HEALTHY, READY, RELOAD, metrics] {
            shown.extend([(page, StatusCode::OK), (page, StatusCode::METHOD_NOT_ALLOWED)]);
        }
        let reloading =
            site.reload.as_ref().map_or(StatusCode::FORBIDDEN, |_| StatusCode::INTERNAL_SERVER_ERROR);
        shown.push((RELOAD, reloading));
        if web.followed() {
            for page in [LANDING, HEALTHY, READY, RELOAD, metrics, OTHER] {
                shown.extend([(page, StatusCode::UNAUTHORIZED), (page, StatusCode::TOO_MANY_REQUESTS)]);
            }
        }
        let process = Process::new(&shown, site.published.telemetry());
        Self { site, process }
    }

    /// The answer to a request, which may be a refusal.
    pub(super) async fn respond(
        &self,
        request: &Request<Incoming>,
        refusal: Option<Refusal>,
    ) -> Response<Pieces> {
        let asked = request.uri().path();
        let pages = [LANDING, HEALTHY, READY, RELOAD, self.site.telemetry_path.as_str()];
        let page = pages.into_iter().find(|page| *page == asked).unwrap_or(OTHER);
        let mut response = match refusal {
            None => self.page(page, request).await,
            Some(refusal) => refused(refusal),
        };
        self.process.answered(page, response.status());
        let length = response.body().bytes();
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, length.into());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if request.method() == Method::HEAD { response.map(|_| Pieces::default()) } else { response }
    }

    async fn page(&self, page: &str, request: &Request<Incoming>) -> Response<Pieces> {
        let allowed: &[Method] =
            if page == RELOAD { &[Method::POST, Method::PUT] } else { &[Method::GET, Method::HEAD] };
        match page {
            OTHER => text(StatusCode::NOT_FOUND, "there is no such page; see /"),
            _ if !allowed.contains(request.method()) => {
                not_allowed(if page == RELOAD { "POST, PUT" } else { "GET, HEAD" })
            }
            LANDING => self.landing(),
            HEALTHY => text(StatusCode::OK, "healthy"),
            READY => self.ready(),
            RELOAD => self.reload().await,
            _ => self.metrics(request).await,
        }
    }

    fn landing(&self) -> Response<Pieces> {
        let series = self.site.published.load().series();
        let page = landing::page(&self.site.status.facts(), series, &self.site.telemetry_path);
        let mut response = page_of(StatusCode::OK, HTML, vec![page.into()]);
        let policy = HeaderValue::from_static(landing::CONTENT_SECURITY_POLICY);
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        response
    }

    fn ready(&self) -> Response<Pieces> {
        match self.site.status.unready() {
            None => text(StatusCode::OK, "ready"),
            Some(reason) => text(StatusCode::SERVICE_UNAVAILABLE, &format!("not ready: {reason}")),
        }
    }

    async fn reload(&self) -> Response<Pieces> {
        let Some(reload) = &self.site.reload else {
            return text(StatusCode::FORBIDDEN, "reloading over HTTP is not enabled");
        };
        match reload.ask().await {
            Ok(()) => text(StatusCode::OK, "reloaded"),
            Err(why) => text(StatusCode::INTERNAL_SERVER_ERROR, &format!("not reloaded: {why}")),
        }
    }

    async fn metrics(&self, request: &Request<Incoming>) -> Response<Pieces> {
        let snapshot = self.site.published.load();
        if request.method() == Method::GET {
            self.site.published.scrape(&snapshot);
        }
        let ending = self.process.text();
        let mut response = if wants_gzip(request.headers()) {
            if snapshot.ready_gzip().is_none() {
                let snapshot = Arc::clone(&snapshot);
                // Off the threads that answer. Whatever may happen there, the text is compressed below if it is not yet.
                let _ = tokio::task::spawn_blocking(move || _ = snapshot.gzip()).await;
            }
            let mut response = page_of(StatusCode::OK, METRICS, snapshot.gzip().with(&ending).into());
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        } else {
            let mut pieces = snapshot.blocks().to_vec();
            pieces.push(ending);
            page_of(StatusCode::OK, METRICS, pieces)
        };
        response.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        response
    }
}

pub(super) fn page_of(status: StatusCode, kind: &'static str, pieces: Vec<Bytes>) -> Response<Pieces> {
    let mut response = Response::new(Pieces::new(pieces));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

pub(super) fn text(status: StatusCode, line: &str) -> Response<Pieces> {
    page_of(status, TEXT, vec![format!("{line}\n").into()])
}

/// Refuses a method, in favour of these.
pub(super) fn not_allowed(methods: &'static str) -> Response<Pieces> {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, &format!("this page takes only {methods}"));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    response
}

/// What is said to whom the web configuration refuses.
pub(super) fn refused(refusal: Refusal) -> Response<Pieces> {
    match refusal {
        Refusal::Unknown => unauthorized(),
        Refusal::TooOften => text(StatusCode::TOO_MANY_REQUESTS, "too many requests; ask again later"),
    }
}

fn unauthorized() -> Response<Pieces> {
    let mut response = text(StatusCode::UNAUTHORIZED, "a user's name and password are needed");
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str) -> String {
        path.parse::<TelemetryPath>().map_or_else(|why| why.to_string(), |path| format!("ok {path}"))
    }

    #[test]
    fn the_metrics_may_be_anywhere_but_on_another_page() {
        insta::assert_snapshot!(check("/jono/metrics"), @"ok /jono/metrics");
        insta::assert_snapshot!(check("/-/ready"), @r#""/-/ready" is the place of another page"#);
        insta::assert_snapshot!(check("/-/reload"), @r#""/-/reload" is the place of another page"#);
        insta::assert_snapshot!(check("/"), @r#""/" is the place of another page"#);
        insta::assert_snapshot!(check("metrics"), @r#""metrics" is no path; write / and then letters, digits and any of /-._~"#);
        insta::assert_snapshot!(check("/a?b"), @r#""/a?b" is no path; write / and then letters, digits and any of /-._~"#);
    }
}
