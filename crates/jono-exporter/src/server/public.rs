//! The site for everybody: pages that were handed in whole, and nothing else. Neither metrics nor the state of the program
//! are here, so its port can be open to the world.
//!
//! | path | answer |
//! |---|---|
//! | `/` | sends on to a language: that of `Accept-Language`, else the first |
//! | `/fi/` | the latest page of that language, also found under its own name |
//! | `/fi/NAME` | a page |
//!
//! A page is compressed once and kept so. Who has it already is told so by its tag (RFC 9110, section 13).

mod conditions;
mod content;
mod languages;

use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION,
        CONTENT_SECURITY_POLICY, ETAG, HeaderName, HeaderValue, LAST_MODIFIED, LOCATION, REFERRER_POLICY,
        STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
    },
};

use self::content::Found;
pub use self::content::{PublicPage, PublicPages};
use super::{
    body::Pieces,
    encoding::wants_gzip,
    page::{not_allowed, page_of, refused, text},
};
use crate::{telemetry::Telemetry, web_config::Refusal};

/// What every answer says to browsers: a page has its own style and pictures inside, and does nothing.
const SECURITY: [(HeaderName, &str); 6] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
/// For how long a browser comes back over TLS only: a year.
const TRANSPORT_SECURITY: &str = "max-age=31536000";

/// How long what may be another page any moment is kept by others.
const SHORT: &str = "public, max-age=60, must-revalidate";
/// How long a page is kept that only a correction replaces.
const LONG: &str = "public, max-age=600, must-revalidate";
/// What is not there yet may be in a moment.
const NEVER: &str = "no-store";

/// What is shown to everybody. Clones are the same, and what is published in one is at once shown by all.
#[derive(Debug, Clone)]
pub struct PublicSite {
    pages: Arc<ArcSwap<PublicPages>>,
    telemetry: Telemetry,
}

impl PublicSite {
    /// A site on which nothing was published yet. Its requests are counted by `telemetry`.
    pub fn new(telemetry: &Telemetry) -> Self {
        for code in [StatusCode::OK, StatusCode::NOT_MODIFIED, StatusCode::NOT_FOUND] {
            telemetry.answered_publicly(code.as_str(), 0);
        }
        Self { pages: Arc::default(), telemetry: telemetry.clone() }
    }

    /// Shows these pages, and none of those before.
    pub fn publish(&self, pages: PublicPages) {
        self.pages.store(Arc::new(pages));
    }

    /// The answer to a request, which may be a refusal.
    pub(super) fn respond<B>(
        &self,
        request: &Request<B>,
        refusal: Option<Refusal>,
        is_encrypted: bool,
    ) -> Response<Pieces> {
        let pages = self.pages.load();
        let is_read = [Method::GET, Method::HEAD].contains(request.method());
        let mut response = match (refusal, pages.find(request.uri().path())) {
            (Some(refusal), _) => with(refused(refusal), CACHE_CONTROL, NEVER),
            (None, None) => missing(&pages),
            (None, Some(_)) if !is_read => with(not_allowed("GET, HEAD"), CACHE_CONTROL, NEVER),
            (None, Some(Found::Start)) => start(&pages, request.headers()),
            (None, Some(Found::Folder(language))) => moved(StatusCode::MOVED_PERMANENTLY, language),
            (None, Some(Found::Latest { name, page })) => latest(name, page, request),
            (None, Some(Found::Page(page))) => shown(page, request, LONG),
        };
        self.telemetry.answered_publicly(response.status().as_str(), 1);
        let (status, length) = (response.status(), response.body().bytes());
        let headers = response.headers_mut();
        if status != StatusCode::NOT_MODIFIED {
            headers.entry(CONTENT_LENGTH).or_insert(length.into());
        }
        headers.extend(SECURITY.map(|(name, value)| (name, HeaderValue::from_static(value))));
        if is_encrypted {
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TRANSPORT_SECURITY));
        }
        if request.method() == Method::HEAD { response.map(|_| Pieces::default()) } else { response }
    }
}

fn missing(pages: &PublicPages) -> Response<Pieces> {
    let why = if pages.is_empty() {
        "nothing has been published here yet; come back later"
    } else {
        "there is no such page; see /"
    };
    with(text(StatusCode::NOT_FOUND, why), CACHE_CONTROL, NEVER)
}

fn start(pages: &PublicPages, headers: &HeaderMap) -> Response<Pieces> {
    match languages::chosen(headers, pages.languages()) {
        None => missing(pages),
        Some(language) => with(moved(StatusCode::FOUND, language), VARY, "Accept-Language"),
    }
}

/// Sends on to the latest page of a language.
fn moved(status: StatusCode, language: &'static str) -> Response<Pieces> {
    let path = format!("/{language}/");
    let mut response = with(text(status, &format!("see {path}")), CACHE_CONTROL, SHORT);
    let path = HeaderValue::try_from(path).expect("the code of a language is a header's value");
    response.headers_mut().insert(LOCATION, path);
    response
}

fn latest<B>(name: &HeaderValue, page: &PublicPage, request: &Request<B>) -> Response<Pieces> {
    let mut response = shown(page, request, SHORT);
    response.headers_mut().insert(CONTENT_LOCATION, name.clone());
    response
}

fn shown<B>(page: &PublicPage, request: &Request<B>, cache: &'static str) -> Response<Pieces> {
    let is_packed = wants_gzip(request.headers());
    let tag = page.tag(is_packed);
    let mut response = if conditions::is_known(request.headers(), tag, page.last_modified()) {
        let mut response = Response::new(Pieces::default());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        let body = if request.method() == Method::HEAD { Bytes::new() } else { page.body(is_packed) };
        let mut response = page_of(StatusCode::OK, page.media_type(), vec![body]);
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, page.length(is_packed).into());
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(page.language()));
        headers.insert(LAST_MODIFIED, page.modified().clone());
        if is_packed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    };
    response.headers_mut().insert(ETAG, tag.clone());
    with(with(response, VARY, "Accept-Encoding"), CACHE_CONTROL, cache)
}

fn with(mut response: Response<Pieces>, name: HeaderName, value: &'static str) -> Response<Pieces> {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}
