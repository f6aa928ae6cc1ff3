//! The file as it is written: the names of exporter-toolkit's `Config`, and its defaults.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::UserMessageFormatter;

use super::mistake::Mistake;

/// The whole file. A section may be there and empty.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    pub(super) tls_server_config: Option<Tls>,
    pub(super) http_server_config: Option<Http>,
    pub(super) basic_auth_users: Option<BTreeMap<String, String>>,
    pub(super) rate_limit: Option<RateLimit>,
}

/// A string that is empty is as good as not written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tls {
    pub(super) cert: String,
    pub(super) cert_file: String,
    pub(super) key: String,
    pub(super) key_file: String,
    pub(super) client_auth_type: ClientAuth,
    pub(super) client_ca: String,
    pub(super) client_ca_file: String,
    pub(super) client_allowed_sans: Option<Vec<String>>,
    pub(super) min_version: Version,
    pub(super) max_version: Version,
    pub(super) cipher_suites: Vec<String>,
    pub(super) prefer_server_cipher_suites: bool,
    pub(super) curve_preferences: Vec<String>,
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            cert: String::new(),
            cert_file: String::new(),
            key: String::new(),
            key_file: String::new(),
            client_auth_type: ClientAuth::default(),
            client_ca: String::new(),
            client_ca_file: String::new(),
            client_allowed_sans: None,
            min_version: Version::Tls12,
            max_version: Version::Tls13,
            cipher_suites: Vec::new(),
            prefer_server_cipher_suites: true,
            curve_preferences: Vec::new(),
        }
    }
}

/// What is asked of a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum ClientAuth {
    /// No certificate.
    #[default]
    NoClientCert,
    /// Any certificate, or none.
    RequestClientCert,
    /// Any certificate.
    #[serde(alias = "RequireClientCert")]
    RequireAnyClientCert,
    /// A certificate of the authority, or none.
    VerifyClientCertIfGiven,
    /// A certificate of the authority.
    RequireAndVerifyClientCert,
}

/// A version of TLS, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) enum Version {
    #[serde(rename = "TLS10")]
    Tls10,
    #[serde(rename = "TLS11")]
    Tls11,
    #[serde(rename = "TLS12")]
    Tls12,
    #[serde(rename = "TLS13")]
    Tls13,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Http {
    /// Accepted, without effect.
    #[serde(rename = "http2")]
    pub(super) _http2: Option<bool>,
    pub(super) headers: Option<BTreeMap<String, String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RateLimit {
    pub(super) interval: String,
    pub(super) burst: u32,
}

impl Written {
    pub(super) fn parse(text: &[u8]) -> Result<Self, Mistake> {
        // The lines of the file are not shown, since keys and passwords may be among them.
        let options = serde_saphyr::options! { with_snippet: false };
        let written: Option<Self> = serde_saphyr::from_slice_with_options(text, options)
            .map_err(|why| Mistake::Malformed(why.render_with_formatter(&UserMessageFormatter)))?;
        Ok(written.unwrap_or_default())
    }
}
