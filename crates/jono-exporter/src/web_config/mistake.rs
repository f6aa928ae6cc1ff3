//! What can be wrong with a web configuration.

use std::{io, path::PathBuf};

use thiserror::Error;
use tokio_rustls::rustls::{self, pki_types::pem, server::VerifierBuilderError};

use super::files::Files;

/// A web configuration that was refused whole.
#[derive(Debug, Error)]
#[error("the web configuration {} was refused", path.display())]
pub struct WebConfigError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub mistake: Mistake,
    /// What was read before that was found.
    pub(super) files: Files,
}

/// One thing that is wrong with a web configuration. A `key` is written as in the file.
#[derive(Debug, Error)]
pub enum Mistake {
    /// A file is not there, or not for us.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// No YAML, or of another form.
    #[error("it cannot be understood: {0}")]
    Malformed(String),
    /// TLS needs it.
    #[error("tls_server_config has no {key}; add {key}_file, or {key} with the PEM text itself")]
    Missing {
        /// The key of the text, not of the file.
        key: &'static str,
    },
    /// It is not clear which one counts.
    #[error("tls_server_config has both {key} and {key}_file; keep one of them")]
    Twice {
        /// The key of the text, not of the file.
        key: &'static str,
    },
    /// Certificates or a key that cannot be understood.
    #[error("{key} of tls_server_config has to be PEM text with BEGIN {label}")]
    Pem {
        /// The key of the text, not of the file.
        key: &'static str,
        /// What has to be in it.
        label: &'static str,
        /// Where it fails.
        #[source]
        source: pem::Error,
    },
    /// The server's certificate and key are of no use.
    #[error("cert and key of tls_server_config cannot be used together")]
    Certificate(#[source] rustls::Error),
    /// A client's authority is none.
    #[error("client_ca of tls_server_config has a certificate that cannot be an authority's")]
    Authority(#[source] rustls::Error),
    /// The clients' certificates cannot be verified.
    #[error("clients cannot be verified with client_ca of tls_server_config")]
    Verifier(#[source] VerifierBuilderError),
    /// An authority for nothing.
    #[error(
        "client_ca of tls_server_config is used by nobody; set client_auth_type, RequireAndVerifyClientCert for example"
    )]
    UnusedAuthority,
    /// Nothing to verify with.
    #[error("client_auth_type of tls_server_config needs an authority; add client_ca_file")]
    NoAuthority,
    /// Names nobody has to show.
    #[error(
        "client_allowed_sans of tls_server_config needs a client_auth_type that requires a certificate: RequireAnyClientCert or RequireAndVerifyClientCert"
    )]
    UncertainNames,
    /// Only versions that are not spoken.
    #[error("max_version of tls_server_config is older than TLS12; write TLS12 or TLS13")]
    OldVersions,
    /// No version is left.
    #[error("min_version of tls_server_config is newer than max_version; turn them round")]
    NoVersions,
    /// A name that is not one of ours.
    #[error("{key} of tls_server_config has {name:?}, which is not spoken here; write any of {known}")]
    Unspoken {
        /// `cipher_suites` or `curve_preferences`.
        key: &'static str,
        /// As written.
        name: String,
        /// The names there are.
        known: String,
    },
    /// Nothing is left to speak.
    #[error(
        "cipher_suites and the versions of tls_server_config leave nothing to speak; add a suite of TLS 1.2, or allow TLS13"
    )]
    NoSuites(#[source] rustls::Error),
    /// A header that is not for this file.
    #[error("the header {name:?} cannot be set; there are {known}")]
    Header {
        /// As written.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A header's value that does nothing.
    #[error("the header {name} cannot be {value:?}; write {known}")]
    HeaderValue {
        /// Which.
        name: &'static str,
        /// As written.
        value: String,
        /// What it may be.
        known: &'static str,
    },
    /// A password in the clear, perhaps: it is not shown.
    #[error("the password of {user:?} in basic_auth_users is no bcrypt hash; make one with htpasswd -nBC 10")]
    Password {
        /// Whose.
        user: String,
    },
    /// No length of time.
    #[error("interval of rate_limit is {interval:?}; write a time such as 100ms or 1m30s, or 0 for no limit")]
    Interval {
        /// As written.
        interval: String,
    },
    /// Nothing would get through.
    #[error("burst of rate_limit is 0, so that every request would be refused; write 1 or more")]
    Burst,
}
