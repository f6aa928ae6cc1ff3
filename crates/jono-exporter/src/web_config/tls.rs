//! `tls_server_config`, as rustls wants it.

use std::{path::Path, sync::Arc};

use tokio_rustls::rustls::{
    ServerConfig, SupportedCipherSuite,
    crypto::{
        CryptoProvider, SupportedKxGroup,
        ring::{self, kx_group},
    },
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    version::{TLS12, TLS13},
};

use super::{
    client,
    files::Files,
    mistake::Mistake,
    written::{Tls, Version},
};

/// What is offered in the handshake to be spoken inside TLS.
const HTTP: &[u8] = b"http/1.1";

/// The curves there are, by their names in Go.
static CURVES: [(&str, &dyn SupportedKxGroup); 3] =
    [("X25519", kx_group::X25519), ("CurveP256", kx_group::SECP256R1), ("CurveP384", kx_group::SECP384R1)];

/// Reads certificates and keys, and chooses what is spoken.
pub(super) fn server_config(
    written: &Tls,
    folder: &Path,
    files: &mut Files,
) -> Result<ServerConfig, Mistake> {
    let mut text = |key, inline: &str, file: &str| pem_text(key, inline, &folder.join(file), file, files);
    let certificate = text("cert", &written.cert, &written.cert_file)?;
    let certificate = certificates("cert", &certificate.ok_or(Mistake::Missing { key: "cert" })?)?;
    let key = text("key", &written.key, &written.key_file)?;
    let key = PrivateKeyDer::from_pem_slice(&key.ok_or(Mistake::Missing { key: "key" })?)
        .map_err(|source| Mistake::Pem { key: "key", label: "PRIVATE KEY", source })?;
    let authorities = text("client_ca", &written.client_ca, &written.client_ca_file)?
        .map(|pem| certificates("client_ca", &pem))
        .transpose()?;

    let provider = Arc::new(provider(written)?);
    let verifier = client::verifier(written, authorities, &provider)?;
    let builder = ServerConfig::builder_with_provider(provider);
    let builder = match (written.min_version, written.max_version) {
        (_, Version::Tls10 | Version::Tls11) => return Err(Mistake::OldVersions),
        (Version::Tls13, Version::Tls12) => return Err(Mistake::NoVersions),
        (Version::Tls13, Version::Tls13) => builder.with_protocol_versions(&[&TLS13]),
        (_, Version::Tls12) => builder.with_protocol_versions(&[&TLS12]),
        (_, Version::Tls13) => builder.with_protocol_versions(&[&TLS13, &TLS12]),
    };
    let builder = builder.map_err(Mistake::NoSuites)?;
    if written.min_version < Version::Tls12 {
        tracing::warn!("min_version is TLS12, because nothing older is spoken");
    }
    let builder = match verifier {
        None => builder.with_no_client_auth(),
        Some(verifier) => builder.with_client_cert_verifier(verifier),
    };
    let mut config = builder.with_single_cert(certificate, key).map_err(Mistake::Certificate)?;
    config.ignore_client_order = written.prefer_server_cipher_suites;
    config.alpn_protocols = vec![HTTP.to_vec()];
    Ok(config)
}

/// The text that is written, or that of the file; `None` if there is neither.
fn pem_text(
    key: &'static str,
    inline: &str,
    path: &Path,
    file: &str,
    files: &mut Files,
) -> Result<Option<Vec<u8>>, Mistake> {
    match (inline, file) {
        ("", "") => Ok(None),
        (inline, "") => Ok(Some(inline.as_bytes().to_vec())),
        ("", _) => match files.read(path) {
            Ok(text) => Ok(Some(text)),
            Err(source) => Err(Mistake::Unreadable { path: path.to_owned(), source }),
        },
        _ => Err(Mistake::Twice { key }),
    }
}

/// At least one.
fn certificates(key: &'static str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Mistake> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let some =
        certificates.and_then(|all| if all.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(all) });
    some.map_err(|source| Mistake::Pem { key, label: "CERTIFICATE", source })
}

/// The suites and curves that are named, in that order; all, if none is.
fn provider(written: &Tls) -> Result<CryptoProvider, Mistake> {
    let mut provider = ring::default_provider();
    if !written.cipher_suites.is_empty() {
        let all: Vec<_> = provider.cipher_suites.iter().map(|suite| (go_name(*suite), *suite)).collect();
        let mut named = chosen("cipher_suites", &written.cipher_suites, &all)?;
        // Go always speaks those of TLS 1.3, and its configurations count on it.
        named.retain(|suite| suite.tls13().is_none());
        provider.cipher_suites.retain(|suite| suite.tls13().is_some());
        provider.cipher_suites.extend(named);
    }
    if !written.curve_preferences.is_empty() {
        provider.kx_groups = chosen("curve_preferences", &written.curve_preferences, &CURVES)?;
    }
    Ok(provider)
}

/// The ones of these names, in the order of the names.
fn chosen<T: Copy>(
    key: &'static str,
    names: &[String],
    all: &[(impl AsRef<str>, T)],
) -> Result<Vec<T>, Mistake> {
    let find = |name: &String| all.iter().find(|(known, _)| known.as_ref() == name).map(|(_, one)| *one);
    let found = names.iter().map(|name| {
        find(name).ok_or_else(|| {
            let known: Vec<_> = all.iter().map(|(known, _)| known.as_ref()).collect();
            Mistake::Unspoken { key, name: name.clone(), known: known.join(", ") }
        })
    });
    found.collect()
}

/// How Go calls it: with the name that is registered.
fn go_name(suite: SupportedCipherSuite) -> String {
    suite.suite().as_str().unwrap_or_default().replacen("TLS13_", "TLS_", 1)
}
