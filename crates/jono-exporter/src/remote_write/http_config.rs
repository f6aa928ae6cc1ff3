//! How a store is asked: who we are, and whom we trust, from a file as `promtool` takes it with `--http.config.file`.
//!
//! Of that file's keys there are `basic_auth`, `authorization` and `tls_config`, with what is written below; any
//! other is refused. Paths are relative to the file. What is secret is in no message and no debug output.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_saphyr::UserMessageFormatter;
use thiserror::Error;
use tokio_rustls::rustls::{
    self,
    crypto::ring,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    sign::CertifiedKey,
};

/// What a store wants to know, and what is expected of it. By default nothing, and the system's authorities.
#[derive(Default)]
pub struct HttpConfig {
    /// The value of the header `Authorization`.
    pub(super) authorization: Option<String>,
    /// Whom to trust instead of the system's authorities.
    pub(super) authorities: Option<Vec<CertificateDer<'static>>>,
    /// Who we are by certificate.
    pub(super) own: Option<Own>,
}

/// A chain of certificates, and the PEM text of its key.
pub(super) type Own = (Vec<CertificateDer<'static>>, Vec<u8>);

/// Without what is secret.
impl fmt::Debug for HttpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpConfig").finish_non_exhaustive()
    }
}

/// A file that was refused.
#[derive(Debug, Error)]
#[error("the configuration of the store's HTTP, {}, was refused", path.display())]
pub struct HttpConfigError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub mistake: BadHttpConfig,
}

/// What can be wrong with it. A `key` is written as in the file.
#[derive(Debug, Error)]
pub enum BadHttpConfig {
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
    /// It is not clear which one counts.
    #[error("it has both {0} and {1}; keep one of them")]
    Both(&'static str, &'static str),
    /// Something that is needed.
    #[error("{0} is missing; add it")]
    Missing(&'static str),
    /// That is what the other section is for.
    #[error(
        "type of authorization cannot be Basic; write basic_auth with username and password_file instead"
    )]
    Basic,
    /// It would end the header.
    #[error("{0} has characters that no header takes; write it in visible ASCII")]
    Unsendable(&'static str),
    /// Certificates or a key that cannot be understood.
    #[error("{key} of tls_config has to be PEM text with BEGIN {label}")]
    Pem {
        /// Which.
        key: &'static str,
        /// What has to be in it.
        label: &'static str,
        /// Where it fails.
        #[source]
        source: pem::Error,
    },
    /// They are of no use.
    #[error("cert_file and key_file of tls_config cannot be used together")]
    Certificate(#[source] rustls::Error),
}

/// The file as it is written. A string that is empty is as good as not written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    basic_auth: Option<BasicAuth>,
    authorization: Option<Authorization>,
    tls_config: Option<Tls>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct BasicAuth {
    username: String,
    password: String,
    password_file: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Authorization {
    r#type: String,
    credentials: String,
    credentials_file: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "they are the keys of the file")]
struct Tls {
    ca_file: String,
    cert_file: String,
    key_file: String,
}

impl HttpConfig {
    /// Reads the file and those it names.
    pub fn open(path: &Path) -> Result<Self, HttpConfigError> {
        Self::read(path).map_err(|mistake| HttpConfigError { path: path.to_owned(), mistake })
    }

    fn read(path: &Path) -> Result<Self, BadHttpConfig> {
        let text = bytes(path)?;
        // The lines of the file are not shown, since passwords may be among them.
        let options = serde_saphyr::options! { with_snippet: false };
        let written: Option<Written> = serde_saphyr::from_slice_with_options(&text, options)
            .map_err(|why| BadHttpConfig::Malformed(told(&why)))?;
        let written = written.unwrap_or_default();
        let folder = path.parent().unwrap_or(Path::new(""));
        let authorization = match (written.basic_auth, written.authorization) {
            (None, None) => None,
            (Some(basic), None) => Some(basic.header(folder)?),
            (None, Some(authorization)) => Some(authorization.header(folder)?),
            (Some(_), Some(_)) => return Err(BadHttpConfig::Both("basic_auth", "authorization")),
        };
        let tls = written.tls_config.unwrap_or_default();
        let authorities = match tls.ca_file.as_str() {
            "" => None,
            file => Some(certificates("ca_file", &bytes(&folder.join(file))?)?),
        };
        Ok(Self { authorization, authorities, own: tls.own(folder)? })
    }
}

/// What is wrong, without any text of the file: a key that nobody knows may be a key and its password run together.
fn told(why: &serde_saphyr::Error) -> String {
    let told = why.render_with_formatter(&UserMessageFormatter);
    match told
        .split_once("unknown field `")
        .and_then(|(before, rest)| Some((before, rest.rsplit_once("`, ")?.1)))
    {
        Some((before, expected)) => format!("{before}there is a key that is not known, {expected}"),
        None => told,
    }
}

impl BasicAuth {
    fn header(&self, folder: &Path) -> Result<String, BadHttpConfig> {
        if self.username.is_empty() {
            return Err(BadHttpConfig::Missing("username of basic_auth"));
        }
        let password = secret(
            ("password of basic_auth", &self.password),
            ("password_file of basic_auth", &self.password_file),
            folder,
        )?;
        Ok(format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{password}", self.username))))
    }
}

impl Authorization {
    fn header(&self, folder: &Path) -> Result<String, BadHttpConfig> {
        let kind = match self.r#type.trim() {
            "" => "Bearer",
            basic if basic.eq_ignore_ascii_case("basic") => return Err(BadHttpConfig::Basic),
            kind => kind,
        };
        let credentials = secret(
            ("credentials of authorization", &self.credentials),
            ("credentials_file of authorization", &self.credentials_file),
            folder,
        )?;
        let visible = |text: &str| text.chars().all(|char| matches!(char, ' '..='~'));
        if !visible(kind) {
            return Err(BadHttpConfig::Unsendable("type of authorization"));
        }
        if !visible(&credentials) {
            return Err(BadHttpConfig::Unsendable("credentials of authorization"));
        }
        Ok(format!("{kind} {credentials}"))
    }
}

impl Tls {
    fn own(&self, folder: &Path) -> Result<Option<Own>, BadHttpConfig> {
        match (self.cert_file.as_str(), self.key_file.as_str()) {
            ("", "") => return Ok(None),
            ("", _) => return Err(BadHttpConfig::Missing("cert_file of tls_config")),
            (_, "") => return Err(BadHttpConfig::Missing("key_file of tls_config")),
            _ => {}
        }
        let chain = certificates("cert_file", &bytes(&folder.join(&self.cert_file))?)?;
        let text = bytes(&folder.join(&self.key_file))?;
        let key = PrivateKeyDer::from_pem_slice(&text).map_err(|source| BadHttpConfig::Pem {
            key: "key_file",
            label: "PRIVATE KEY",
            source,
        })?;
        CertifiedKey::from_der(chain.clone(), key, &ring::default_provider())
            .map_err(BadHttpConfig::Certificate)?;
        Ok(Some((chain, text)))
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, BadHttpConfig> {
    fs::read(path).map_err(|source| BadHttpConfig::Unreadable { path: path.to_owned(), source })
}

/// What is written, or is in the file but for the space around it.
fn secret(
    (key, inline): (&'static str, &str),
    (file_key, file): (&'static str, &str),
    folder: &Path,
) -> Result<String, BadHttpConfig> {
    match (inline, file) {
        ("", "") => Err(BadHttpConfig::Missing(file_key)),
        (inline, "") => Ok(inline.to_owned()),
        ("", file) => Ok(String::from_utf8_lossy(&bytes(&folder.join(file))?).trim().to_owned()),
        _ => Err(BadHttpConfig::Both(key, file_key)),
    }
}

/// At least one.
fn certificates(key: &'static str, text: &[u8]) -> Result<Vec<CertificateDer<'static>>, BadHttpConfig> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let some = all.and_then(|all| if all.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(all) });
    some.map_err(|source| BadHttpConfig::Pem { key, label: "CERTIFICATE", source })
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    fn check(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        write("own.crt", &own.cert.pem());
        write("own.key", &own.signing_key.serialize_pem());
        write("other.key", &other.signing_key.serialize_pem());
        write("secret", " s3cret\n");
        write("http.yml", text);
        let text = match HttpConfig::open(&folder.path().join("http.yml")) {
            Ok(config) => {
                assert!(!format!("{config:?}").contains("s3cret"));
                let authorities = config.authorities.map_or(0, |all| all.len());
                format!("{:?}, {authorities} authorities, own {}", config.authorization, config.own.is_some())
            }
            Err(why) => {
                let mistake = why.mistake;
                let text =
                    format!("{mistake}{}", mistake.source().map_or(String::new(), |why| format!(": {why}")));
                assert!(!text.contains("s3cret"), "{text}");
                text
            }
        };
        text.replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn what_is_taken() {
        insta::assert_snapshot!(check(""), @"None, 0 authorities, own false");
        insta::assert_snapshot!(check("basic_auth: {username: me, password_file: secret}"), @r#"Some("Basic bWU6czNjcmV0"), 0 authorities, own false"#);
        insta::assert_snapshot!(check("basic_auth: {username: me, password: s3cret}"), @r#"Some("Basic bWU6czNjcmV0"), 0 authorities, own false"#);
        insta::assert_snapshot!(check("authorization: {credentials_file: secret}"), @r#"Some("Bearer s3cret"), 0 authorities, own false"#);
        insta::assert_snapshot!(check("authorization: {type: Token, credentials: s3cret}"), @r#"Some("Token s3cret"), 0 authorities, own false"#);
        insta::assert_snapshot!(check("tls_config: {ca_file: own.crt, cert_file: own.crt, key_file: own.key}"), @"None, 1 authorities, own true");
    }

    #[test]
    fn what_is_refused() {
        insta::assert_snapshot!(check("basic_auth: s3cret"), @"it cannot be understood: expected mapping start at line 1, column 13");
        insta::assert_snapshot!(check("basic_auth: {username: me, password: {s3cret: 1}}"), @"it cannot be understood: expected string scalar at line 1, column 38");
        let run_together = check("basic_auth: {username: me, password:s3cret}");
        assert!(
            run_together.contains("a key that is not known") && !run_together.contains("s3cret"),
            "{run_together}"
        );
        insta::assert_snapshot!(check("oauth2: {client_id: me}"), @"it cannot be understood: there is a key that is not known, expected one of basic_auth, authorization, tls_config at line 1, column 1");
        insta::assert_snapshot!(check("tls_config: {insecure_skip_verify: true}"), @"it cannot be understood: there is a key that is not known, expected one of ca_file, cert_file, key_file at line 1, column 14");
        insta::assert_snapshot!(check("basic_auth: {username: me, password: s3cret, password_file: secret}"), @"it has both password of basic_auth and password_file of basic_auth; keep one of them");
        insta::assert_snapshot!(check("basic_auth: {password: s3cret}"), @"username of basic_auth is missing; add it");
        insta::assert_snapshot!(check("authorization: {}"), @"credentials_file of authorization is missing; add it");
        insta::assert_snapshot!(check("authorization: {type: basic, credentials: s3cret}"), @"type of authorization cannot be Basic; write basic_auth with username and password_file instead");
        insta::assert_snapshot!(check("authorization: {credentials: \"s3cret\\nX: y\"}"), @"credentials of authorization has characters that no header takes; write it in visible ASCII");
        insta::assert_snapshot!(check("{basic_auth: {username: me, password: s3cret}, authorization: {credentials: s3cret}}"), @"it has both basic_auth and authorization; keep one of them");
        insta::assert_snapshot!(check("authorization: {credentials_file: nowhere}"), @"nowhere cannot be read: No such file or directory (os error 2)");
        insta::assert_snapshot!(check("tls_config: {cert_file: own.crt}"), @"key_file of tls_config is missing; add it");
        insta::assert_snapshot!(check("tls_config: {ca_file: secret}"), @"ca_file of tls_config has to be PEM text with BEGIN CERTIFICATE: no items found");
        insta::assert_snapshot!(check("tls_config: {cert_file: own.crt, key_file: other.key}"), @"cert_file and key_file of tls_config cannot be used together: keys may not be consistent: KeyMismatch");
    }
}
