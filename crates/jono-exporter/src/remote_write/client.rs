//! Sends requests, one after another, over one connection.

use std::{error::Error, io::Read, sync::Arc, time::Duration};

use thiserror::Error as ThisError;
use tokio_rustls::rustls::{self, crypto::ring};
use ureq::{
    Agent,
    http::{Uri, header},
    tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig},
};

use super::{
    answer::{Answer, Wait, of_status},
    http_config::HttpConfig,
    message::Request,
};

/// As long as Prometheus waits for a store, twice.
const PATIENCE: Duration = Duration::from_mins(1);
/// A store that is there lets us in sooner.
const CONNECT: Duration = Duration::from_secs(10);
/// So much of an answer is read: its first line is told.
const ANSWER: u64 = 4096;

/// An address that is none.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum BadUrl {
    /// No such form.
    #[error("it is no address; write it whole, such as http://HOST:9090/api/v1/write")]
    Malformed,
    /// A password would be in the list of processes, in logs and in the file to go on with.
    #[error("it has a user or password in it; write them into --http.config.file instead")]
    Credentials,
}

/// Nothing can be sent.
#[derive(Debug, ThisError)]
pub enum NoClient {
    /// The address is none.
    #[error("--remote-write cannot be used")]
    Url(#[source] BadUrl),
    /// No store could be trusted.
    #[error(
        "the system has no certificates of authorities; give ca_file of tls_config in --http.config.file"
    )]
    NoAuthorities,
    /// Our key is of no use.
    #[error("key_file of tls_config cannot be used")]
    Key(#[source] ureq::Error),
}

/// One store, and how it is asked. Redirects are not followed, and no proxy is used.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    url: Uri,
    user_agent: String,
    config: HttpConfig,
}

impl Client {
    /// Checks the address. Nothing is sent yet.
    pub fn new(url: &str, config: HttpConfig, user_agent: String) -> Result<Self, NoClient> {
        let url = address(url).map_err(NoClient::Url)?;
        let settings = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(PATIENCE));
        let settings =
            if url.scheme_str() == Some("https") { settings.tls_config(tls(&config)?) } else { settings };
        Ok(Self { agent: settings.build().into(), url, user_agent, config })
    }

    /// Sends a request once.
    pub fn send(&self, request: &Request) -> Answer {
        let compressed = match snap::raw::Encoder::new().compress_vec(request.message()) {
            Ok(compressed) => compressed,
            Err(why) => return Answer::Refused { why: format!("a request cannot be compressed: {why}") },
        };
        let mut sending = self
            .agent
            .post(self.url.clone())
            .header(header::CONTENT_ENCODING, "snappy")
            .header(header::CONTENT_TYPE, "application/x-protobuf")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
            .header(header::USER_AGENT, &self.user_agent);
        if let Some(authorization) = &self.config.authorization {
            sending = sending.header(header::AUTHORIZATION, authorization);
        }
        match sending.send(&compressed) {
            Ok(response) => {
                let (head, body) = response.into_parts();
                let mut said = Vec::new();
                // What a store says is for people; that it broke off says nothing of the samples.
                let _ = body.into_reader().take(ANSWER).read_to_end(&mut said);
                let wait = head.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
                let said = String::from_utf8_lossy(&said);
                of_status(head.status.as_u16(), &said, wait.and_then(Wait::parse), compressed.len() as u64)
            }
            Err(why) if is_lasting(&why) => {
                Answer::Refused { why: format!("the store cannot be trusted or asked: {why}") }
            }
            Err(why) => Answer::Later { why: format!("the store does not answer: {why}"), wait: None },
        }
    }
}

fn address(url: &str) -> Result<Uri, BadUrl> {
    let url: Uri = url.parse().map_err(|_| BadUrl::Malformed)?;
    let authority = url.authority().ok_or(BadUrl::Malformed)?;
    if !matches!(url.scheme_str(), Some("http" | "https")) || authority.host().is_empty() {
        return Err(BadUrl::Malformed);
    }
    if authority.as_str().contains('@') { Err(BadUrl::Credentials) } else { Ok(url) }
}

/// By the same library and the same cryptography as the pages of `jono serve`.
fn tls(config: &HttpConfig) -> Result<TlsConfig, NoClient> {
    let found;
    let authorities = if let Some(authorities) = &config.authorities {
        authorities
    } else {
        found = rustls_native_certs::load_native_certs().certs;
        &found
    };
    if authorities.is_empty() {
        return Err(NoClient::NoAuthorities);
    }
    let owned =
        |certificate: &rustls::pki_types::CertificateDer<'_>| Certificate::from_der(certificate).to_owned();
    let authorities: Vec<_> = authorities.iter().map(owned).collect();
    let own = match &config.own {
        None => None,
        Some((chain, key)) => {
            let chain: Vec<_> = chain.iter().map(owned).collect();
            Some(ClientCert::new_with_certs(&chain, PrivateKey::from_pem(key).map_err(NoClient::Key)?))
        }
    };
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&authorities))
        .client_cert(own)
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build())
}

/// Whether sending again is in vain: what a store is, and what it shows for that, stays so.
fn is_lasting(why: &ureq::Error) -> bool {
    match why {
        ureq::Error::Io(why) => why.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>),
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) | ureq::Error::BadUri(_) | ureq::Error::Http(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
        thread,
    };

    use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

    use super::*;

    fn check(url: &str) -> String {
        match Client::new(url, HttpConfig::default(), "jono/1".to_owned()) {
            Ok(client) => client.url.to_string(),
            Err(why) => why.source().map_or_else(|| why.to_string(), ToString::to_string),
        }
    }

    #[test]
    fn an_address_is_whole_and_without_secrets() {
        insta::assert_snapshot!(check("http://localhost:9090/api/v1/write"), @"http://localhost:9090/api/v1/write");
        let malformed = "it is no address; write it whole, such as http://HOST:9090/api/v1/write";
        for url in ["", "localhost:9090", "/api/v1/write", "ftp://host/", "http://", "http://a b/"] {
            assert_eq!(check(url), malformed, "{url}");
        }
        insta::assert_snapshot!(check("https://me:s3cret@host/"), @"it has a user or password in it; write them into --http.config.file instead");
    }

    /// Sends a request to a store with a certificate of its own; what became of it, and what it saw of the client.
    fn send_to_tls(
        config: HttpConfig,
        own: &rcgen::CertifiedKey<rcgen::KeyPair>,
    ) -> (Answer, Option<String>) {
        let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()).into();
        let server = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("https://localhost:{}/write", listener.local_addr().unwrap().port());
        let store = thread::spawn(move || {
            let connection = rustls::ServerConnection::new(Arc::new(server)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, listener.accept().unwrap().0);
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).ok()?;
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").ok()?;
            stream.flush().ok()?;
            Some(String::from_utf8_lossy(&head[..length]).into_owned())
        });
        let client = Client::new(&url, config, "jono/1".to_owned()).unwrap();
        let answer = client.send(&Request::new(Vec::new()));
        (answer, store.join().unwrap())
    }

    #[test]
    fn a_store_is_trusted_by_its_authority_only() {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let trusting = |certificate: &rcgen::Certificate| HttpConfig {
            authorization: Some("Bearer s3cret".to_owned()),
            authorities: Some(vec![certificate.der().clone()]),
            own: None,
        };
        let (answer, head) = send_to_tls(trusting(&own.cert), &own);
        assert_eq!(answer, Answer::Taken { bytes: 1 });
        assert!(head.unwrap().contains("Bearer s3cret"));
        let (answer, head) = send_to_tls(trusting(&other.cert), &own);
        let Answer::Refused { why } = answer else { panic!("{answer:?}") };
        assert!(why.starts_with("the store cannot be trusted or asked: "), "{why}");
        assert_eq!(head, None);
    }
}
