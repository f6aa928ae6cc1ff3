//! The web configuration file: what it refuses, and what it does to real connections.

use std::{error::Error, fs, io, net::IpAddr, sync::Arc};

use jono_exporter::{Limits, WebConfig};
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, SanType};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName},
        version::{TLS12, TLS13},
    },
};

use crate::server::{Answer, PATIENCE, Running, SOON, read, request, start_with};

/// A password that is right: `secret`, at the lowest cost.
fn hash() -> String {
    bcrypt::hash("secret", 4).unwrap()
}

/// A configuration's folder, and who signs its certificates.
struct Place {
    folder: TempDir,
    authority: Issuer<'static, KeyPair>,
    root: Certificate,
}

/// A certificate and its key.
struct Identity {
    certificate: Certificate,
    key: KeyPair,
}

impl Place {
    fn new() -> Self {
        let (authority, root) = authority("an authority");
        let place = Self { folder: TempDir::new().unwrap(), authority, root };
        place.write("ca.crt", &place.root.pem());
        place.write_server();
        place
    }

    /// A new certificate and key for the server, in place of the old ones.
    fn write_server(&self) -> CertificateDer<'static> {
        let server = self.identity(&["localhost"]);
        self.write("server.crt", &server.certificate.pem());
        self.write("server.key", &server.key.serialize_pem());
        server.certificate.der().clone()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn identity(&self, names: &[&str]) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.subject_alt_names = names.iter().map(|name| san(name)).collect();
        Identity { certificate: params.signed_by(&key, &self.authority).unwrap(), key }
    }

    fn open(&self, web: &str) -> WebConfig {
        self.try_open(web).unwrap()
    }

    fn try_open(&self, web: &str) -> Result<WebConfig, jono_exporter::WebConfigError> {
        self.write("web.yml", web);
        WebConfig::open(self.folder.path().join("web.yml"))
    }

    /// The reasons, one a line, without where the folder happens to be.
    fn refused(&self, web: &str) -> String {
        self.said(&self.try_open(web).unwrap_err())
    }

    fn said(&self, why: &jono_exporter::WebConfigError) -> String {
        let mut next: Option<&dyn Error> = Some(why);
        let mut lines = Vec::new();
        while let Some(why) = next {
            lines.push(why.to_string());
            next = why.source();
        }
        lines.join("\n").replace(&format!("{}/", self.folder.path().display()), "")
    }

    /// A client that trusts the authority, speaks these versions and has this certificate, if any.
    fn client(&self, versions: &[&'static SupportedProtocolVersion], own: Option<&Identity>) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots);
        let config = match own {
            None => builder.with_no_client_auth(),
            Some(Identity { certificate, key }) => {
                let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
                builder.with_client_auth_cert(vec![certificate.der().clone()], key).unwrap()
            }
        };
        TlsConnector::from(Arc::new(config))
    }

    /// The status of an answer, over TLS; `None` if there is none.
    async fn ask(&self, server: &Running, own: Option<&Identity>) -> Option<u16> {
        let client = self.client(&[&TLS13, &TLS12], own);
        let mut stream = shake(server, &client).await.ok()?;
        Some(ask(&mut stream).await.status()).filter(|status| *status != 0)
    }
}

fn authority(name: &str) -> (Issuer<'static, KeyPair>, Certificate) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = params.self_signed(&key).unwrap();
    (Issuer::new(params, key), root)
}

fn san(name: &str) -> SanType {
    match name.parse::<IpAddr>() {
        Ok(address) => SanType::IpAddress(address),
        Err(_) if name.contains("://") => SanType::URI(name.try_into().unwrap()),
        Err(_) if name.contains('@') => SanType::Rfc822Name(name.try_into().unwrap()),
        Err(_) => SanType::DnsName(name.try_into().unwrap()),
    }
}

async fn shake(server: &Running, client: &TlsConnector) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from("localhost").unwrap();
    let handshake = client.connect(name, server.connect().await);
    timeout(PATIENCE, handshake).await.expect("the handshake ends")
}

async fn ask(stream: &mut TlsStream<TcpStream>) -> Answer {
    // A client's certificate of TLS 1.3 may be refused while this is written.
    let _ = stream.write_all(request("GET", "/metrics", "").as_bytes()).await;
    read(stream).await
}

const TLS: &str = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";

#[test]
fn what_the_documentation_shows_is_accepted() {
    let place = Place::new();
    let hash = hash();
    place.open("");
    place.open("# nothing but a remark\n");
    place.open("tls_server_config:\nhttp_server_config:\nbasic_auth_users:\nrate_limit:\n");
    place.open(&format!("{TLS}\nbasic_auth_users:\n  alice: {hash}\n  bob: {hash}\n"));
    place.open("http_server_config:\n  http2: true\n  headers:\n    X-Frame-Options: deny\n    X-XSS-Protection: 1\n");
    place.open("rate_limit:\n  interval: 1h\n  burst: 1\n");
    place.open("rate_limit:\n  interval: 0\n");
    place.open(&format!("{TLS}  client_auth_type: \"VerifyClientCertIfGiven\"\n"));
    place.open(&format!("{TLS}  client_auth_type: RequireClientCert\n  client_allowed_sans: [one, two]\n"));
    place.open(&format!("{TLS}  min_version: TLS10\n  max_version: TLS13\n"));
    place.open(&format!(
        "{TLS}  cipher_suites:\n  - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\n  - TLS_AES_128_GCM_SHA256\n  \
         prefer_server_cipher_suites: false\n  max_version: TLS12\n  curve_preferences: [CurveP256, X25519]\n"
    ));
    let indented = |name| {
        let text = fs::read_to_string(place.folder.path().join(name)).unwrap();
        format!("    {}\n", text.trim_end().replace('\n', "\n    "))
    };
    place.open(&format!(
        "tls_server_config:\n  cert: |\n{}  key: |\n{}  client_ca: |\n{}  client_auth_type: RequireAndVerifyClientCert\n",
        indented("server.crt"),
        indented("server.key"),
        indented("ca.crt")
    ));
}

#[test]
fn what_is_not_of_the_form_is_refused() {
    let place = Place::new();
    insta::assert_snapshot!(place.refused("tls: {}"), @"
    the web configuration web.yml was refused
    it cannot be understood: unknown field `tls`, expected one of tls_server_config, http_server_config, basic_auth_users, rate_limit at line 1, column 1
    ");
    insta::assert_snapshot!(place.refused("basic_auth_users: [alice]"), @"
    the web configuration web.yml was refused
    it cannot be understood: expected mapping start at line 1, column 19
    ");
    insta::assert_snapshot!(place.refused(&format!("{TLS}  client_auth_type: Everybody")), @"
    the web configuration web.yml was refused
    it cannot be understood: unknown variant `Everybody`, expected one of NoClientCert, RequestClientCert, RequireAnyClientCert, RequireClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert at line 4, column 21
    ");
    insta::assert_snapshot!(place.refused(&format!("{TLS}  min_version: TLS111")), @"
    the web configuration web.yml was refused
    it cannot be understood: unknown variant `TLS111`, expected one of TLS10, TLS11, TLS12, TLS13 at line 4, column 16
    ");
    insta::assert_snapshot!(place.refused("basic_auth_users:\n  a: b\n  a: c\n"), @"
    the web configuration web.yml was refused
    it cannot be understood: duplicate mapping key `a` is not allowed here at line 3, column 3
    ");
    insta::assert_snapshot!(place.refused("rate_limit:\n  burst: -1\n"), @"
    the web configuration web.yml was refused
    it cannot be understood: invalid u32 at line 2, column 10
    ");
    insta::assert_snapshot!(place.refused("key: {"), @"
    the web configuration web.yml was refused
    it cannot be understood: unknown field `key`, expected one of tls_server_config, http_server_config, basic_auth_users, rate_limit at line 1, column 1
    ");
}

#[test]
fn tls_that_cannot_be_spoken_is_refused() {
    let place = Place::new();
    place.write("empty", "");
    place.write("other.key", &KeyPair::generate().unwrap().serialize_pem());
    let check = |keys: &str| place.refused(&format!("{TLS}{keys}"));
    insta::assert_snapshot!(place.refused("tls_server_config: {}"), @"
    the web configuration web.yml was refused
    tls_server_config has no cert; add cert_file, or cert with the PEM text itself
    ");
    insta::assert_snapshot!(place.refused("tls_server_config:\n  cert_file: server.crt"), @"
    the web configuration web.yml was refused
    tls_server_config has no key; add key_file, or key with the PEM text itself
    ");
    insta::assert_snapshot!(place.refused("tls_server_config:\n  cert_file: server.pem"), @"
    the web configuration web.yml was refused
    server.pem cannot be read
    No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(check("  cert: abc"), @"
    the web configuration web.yml was refused
    tls_server_config has both cert and cert_file; keep one of them
    ");
    insta::assert_snapshot!(place.refused("tls_server_config:\n  cert_file: empty\n  key_file: server.key"), @"
    the web configuration web.yml was refused
    cert of tls_server_config has to be PEM text with BEGIN CERTIFICATE
    no items found
    ");
    insta::assert_snapshot!(place.refused("tls_server_config:\n  cert_file: server.crt\n  key_file: server.crt"), @"
    the web configuration web.yml was refused
    key of tls_server_config has to be PEM text with BEGIN PRIVATE KEY
    no items found
    ");
    insta::assert_snapshot!(place.refused("tls_server_config:\n  cert_file: server.crt\n  key_file: other.key"), @"
    the web configuration web.yml was refused
    cert and key of tls_server_config cannot be used together
    keys may not be consistent: KeyMismatch
    ");
    insta::assert_snapshot!(check("  max_version: TLS11"), @"
    the web configuration web.yml was refused
    max_version of tls_server_config is older than TLS12; write TLS12 or TLS13
    ");
    insta::assert_snapshot!(check("  min_version: TLS13\n  max_version: TLS12"), @"
    the web configuration web.yml was refused
    min_version of tls_server_config is newer than max_version; turn them round
    ");
    insta::assert_snapshot!(check("  cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]"), @r#"
    the web configuration web.yml was refused
    cipher_suites of tls_server_config has "TLS_RSA_WITH_AES_128_CBC_SHA", which is not spoken here; write any of TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256, TLS_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    "#);
    insta::assert_snapshot!(check("  cipher_suites: [TLS_AES_128_GCM_SHA256]\n  max_version: TLS12"), @"
    the web configuration web.yml was refused
    cipher_suites and the versions of tls_server_config leave nothing to speak; add a suite of TLS 1.2, or allow TLS13
    unexpected error: no usable cipher suites configured
    ");
    insta::assert_snapshot!(check("  curve_preferences: [CurveP521]"), @r#"
    the web configuration web.yml was refused
    curve_preferences of tls_server_config has "CurveP521", which is not spoken here; write any of X25519, CurveP256, CurveP384
    "#);
}

#[test]
fn clients_that_cannot_be_verified_are_refused() {
    let place = Place::new();
    place.write("empty", "");
    let check = |keys: &str| place.refused(&format!("{TLS}{keys}"));
    insta::assert_snapshot!(check("  client_ca_file: ca.crt"), @"
    the web configuration web.yml was refused
    client_ca of tls_server_config is used by nobody; set client_auth_type, RequireAndVerifyClientCert for example
    ");
    insta::assert_snapshot!(check("  client_auth_type: RequireAndVerifyClientCert"), @"
    the web configuration web.yml was refused
    client_auth_type of tls_server_config needs an authority; add client_ca_file
    ");
    insta::assert_snapshot!(check("  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: empty"), @"
    the web configuration web.yml was refused
    client_ca of tls_server_config has to be PEM text with BEGIN CERTIFICATE
    no items found
    ");
    insta::assert_snapshot!(check("  client_auth_type: RequestClientCert\n  client_allowed_sans: [one]"), @"
    the web configuration web.yml was refused
    client_allowed_sans of tls_server_config needs a client_auth_type that requires a certificate: RequireAnyClientCert or RequireAndVerifyClientCert
    ");
}

#[test]
fn headers_and_passwords_that_mean_nothing_are_refused() {
    let place = Place::new();
    let header = |header: &str| place.refused(&format!("http_server_config:\n  headers:\n    {header}\n"));
    insta::assert_snapshot!(header("Server: jono"), @r#"
    the web configuration web.yml was refused
    the header "Server" cannot be set; there are Content-Security-Policy, Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, X-XSS-Protection
    "#);
    insta::assert_snapshot!(header("X-Frame-Options: allow"), @r#"
    the web configuration web.yml was refused
    the header X-Frame-Options cannot be "allow"; write deny or sameorigin
    "#);
    insta::assert_snapshot!(header("X-Content-Type-Options: sniff"), @r#"
    the web configuration web.yml was refused
    the header X-Content-Type-Options cannot be "sniff"; write nosniff
    "#);
    insta::assert_snapshot!(header(r#"Content-Security-Policy: "a\nb""#), @r#"
    the web configuration web.yml was refused
    the header Content-Security-Policy cannot be "a\nb"; write one line of printable characters
    "#);
    insta::assert_snapshot!(place.refused("basic_auth_users:\n  alice: secret\n"), @r#"
    the web configuration web.yml was refused
    the password of "alice" in basic_auth_users is no bcrypt hash; make one with htpasswd -nBC 10
    "#);
    insta::assert_snapshot!(place.refused("rate_limit:\n  interval: often\n  burst: 1\n"), @r#"
    the web configuration web.yml was refused
    interval of rate_limit is "often"; write a time such as 100ms or 1m30s, or 0 for no limit
    "#);
    insta::assert_snapshot!(place.refused("rate_limit:\n  interval: 1s\n"), @"
    the web configuration web.yml was refused
    burst of rate_limit is 0, so that every request would be refused; write 1 or more
    ");
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let place = Place::new();
    let missing = WebConfig::open(place.folder.path().join("missing.yml")).unwrap_err();
    insta::assert_snapshot!(place.said(&missing), @"
    the web configuration missing.yml was refused
    missing.yml cannot be read
    No such file or directory (os error 2)
    ");
}

#[tokio::test]
async fn both_versions_are_spoken_unless_one_is_enough() {
    let place = Place::new();
    let server = start_with(place.open(TLS), Limits::default()).await;
    for (version, name) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let mut stream = shake(&server, &place.client(&[version], None)).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(name));
        assert_eq!(ask(&mut stream).await.status(), 200);
    }
    assert_ne!(server.get("/metrics").await.status(), 200, "nothing is answered in the clear");

    let server = start_with(place.open(&format!("{TLS}  min_version: TLS13\n")), Limits::default()).await;
    assert!(shake(&server, &place.client(&[&TLS12], None)).await.is_err());
    assert!(shake(&server, &place.client(&[&TLS13], None)).await.is_ok());
}

#[tokio::test]
async fn the_server_chooses_the_suite_by_its_order() {
    let place = Place::new();
    let suites = "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n";
    let server = start_with(place.open(&format!("{TLS}{suites}")), Limits::default()).await;
    let stream = shake(&server, &place.client(&[&TLS12], None)).await.unwrap();
    let suite = stream.get_ref().1.negotiated_cipher_suite().unwrap().suite();
    assert_eq!(suite.as_str(), Some("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"));
}

#[tokio::test]
async fn a_client_shows_the_certificate_that_is_asked_for() {
    let place = Place::new();
    let own = place.identity(&["one"]);
    let (stranger, _) = authority("a stranger");
    let key = KeyPair::generate().unwrap();
    let strange = CertificateParams::new(["one".to_owned()]).unwrap().signed_by(&key, &stranger).unwrap();
    let strange = Identity { certificate: strange, key };

    let yes = Some(200);
    for (policy, expected) in [
        ("NoClientCert", [yes, yes, yes]),
        ("RequestClientCert", [yes, yes, yes]),
        ("RequireAnyClientCert", [None, yes, yes]),
        ("VerifyClientCertIfGiven\n  client_ca_file: ca.crt", [yes, yes, None]),
        ("RequireAndVerifyClientCert\n  client_ca_file: ca.crt", [None, yes, None]),
    ] {
        let web = place.open(&format!("{TLS}  client_auth_type: {policy}\n"));
        let server = start_with(web, Limits::default()).await;
        let mut found = [None; 3];
        for (found, own) in found.iter_mut().zip([None, Some(&own), Some(&strange)]) {
            *found = place.ask(&server, own).await;
        }
        assert_eq!(found, expected, "{policy}");
    }
}

#[tokio::test]
async fn a_client_has_one_of_the_allowed_names() {
    let place = Place::new();
    for policy in ["RequireAnyClientCert", "RequireAndVerifyClientCert\n  client_ca_file: ca.crt"] {
        let names = "[one.example, ops@example.org, \"spiffe://example/one\", 192.0.2.1, \"2001:db8::1\"]";
        let web = place.open(&format!("{TLS}  client_auth_type: {policy}\n  client_allowed_sans: {names}\n"));
        let server = start_with(web, Limits::default()).await;
        for name in ["one.example", "ops@example.org", "spiffe://example/one", "192.0.2.1", "2001:db8::1"] {
            assert_eq!(
                place.ask(&server, Some(&place.identity(&["other", name]))).await,
                Some(200),
                "{name}"
            );
        }
        for names in [&["two.example"][..], &[], &["192.0.2.2", "example.org"]] {
            assert_eq!(place.ask(&server, Some(&place.identity(names))).await, None, "{names:?}");
        }
        assert_eq!(place.ask(&server, None).await, None);
    }
}

/// `alice:secret`, and what differs from it.
fn basic(credentials: &str) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    format!("authorization: Basic {}\r\n", BASE64_STANDARD.encode(credentials))
}

#[tokio::test]
async fn every_page_needs_the_password() {
    let place = Place::new();
    let web = place.open(&format!("basic_auth_users:\n  alice: {}\n", hash()));
    let server = start_with(web, Limits::default()).await;
    for page in ["/", "/-/healthy", "/-/ready", "/-/reload", "/metrics", "/nothing"] {
        let refused = server.get(page).await;
        assert_eq!((refused.status(), refused.header("www-authenticate")), (401, Some("Basic")), "{page}");
        assert_eq!(server.ask("GET", page, &basic("alice:Secret")).await.status(), 401, "{page}");
        assert_ne!(server.ask("GET", page, &basic("alice:secret")).await.status(), 401, "{page}");
    }
    let metrics = server.ask("GET", "/metrics", &basic("alice:secret")).await;
    assert_eq!(metrics.status(), 200);
    assert!(metrics.text().contains("\njono_http_requests_total{code=\"401\",path=\"/metrics\"} 2\n"));
    assert!(metrics.text().contains("\njono_http_requests_total{code=\"429\",path=\"/metrics\"} 0\n"));
}

/// CVE-2022-46146: a cache whose keys run into each other admits whoever has made the right one be remembered.
#[tokio::test]
async fn nobody_is_admitted_by_what_others_made_be_remembered() {
    let place = Place::new();
    let hash = hash();
    let web = place.open(&format!("basic_auth_users:\n  alice: {hash}\n  \"alice:{hash}\": {hash}\n"));
    let server = start_with(web, Limits::default()).await;
    assert_eq!(server.ask("GET", "/metrics", &basic("alice:secret")).await.status(), 200);
    for guess in [
        format!("alice{hash}:secret"),
        format!("alice:{hash}secret"),
        format!("alice:{hash}:secret"),
        format!(":alice{hash}secret"),
        format!("alic:e{hash}secret"),
        format!("alicesecret:{hash}"),
        "bob:secret".to_owned(),
    ] {
        for _ in 0..2 {
            assert_eq!(server.ask("GET", "/metrics", &basic(&guess)).await.status(), 401, "{guess}");
        }
    }
}

/// Two answers without a body: the first one's status, and the second.
async fn both(stream: &mut TcpStream) -> (u16, String) {
    let answer = read(stream).await;
    (answer.status(), answer.text())
}

#[tokio::test]
async fn a_guess_holds_no_place() {
    let place = Place::new();
    // Dear enough that somebody else comes while a guess is compared.
    let hash = bcrypt::hash("secret", 12).unwrap();
    let web = place.open(&format!("basic_auth_users:\n  alice: {hash}\n"));
    let server = start_with(web, Limits { connections: 1, ..Limits::default() }).await;
    let mut guessing = server.connect().await;
    let right = format!("HEAD / HTTP/1.1\r\nhost: jono\r\n{}\r\n", basic("alice:secret"));
    let guess = request("HEAD", "/", &basic("alice:guess"));
    guessing.write_all((right + &guess).as_bytes()).await.unwrap();
    // The first answer is here, so the second is being made.
    guessing.readable().await.unwrap();
    assert_eq!(server.ask("GET", "/metrics", &basic("alice:secret")).await.status(), 200);
    let (first, second) = both(&mut guessing).await;
    assert_eq!((first, second.as_str()), (200, ""), "it had to make room");
}

#[tokio::test]
async fn headers_are_added_to_whatever_is_answered() {
    let place = Place::new();
    let web = place.open(&format!(
        "basic_auth_users:\n  alice: {}\nhttp_server_config:\n  headers:\n    X-Frame-Options: deny\n    X-XSS-Protection: \"\"\n    Content-Security-Policy: default-src 'self'\n",
        hash()
    ));
    let server = start_with(web, Limits::default()).await;
    let right = basic("alice:secret");
    for (page, headers, status) in [("/", "", 401), ("/", &right, 200), ("/nothing", &right, 404)] {
        let answer = server.ask("GET", page, headers).await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.header("x-frame-options"), Some("deny"));
        assert_eq!(answer.header("x-xss-protection"), None);
        assert_eq!(answer.header("content-security-policy"), Some("default-src 'self'"));
        assert_eq!(answer.head.matches("content-security-policy").count(), 1);
    }
}

#[tokio::test]
async fn more_requests_than_allowed_are_refused() {
    let place = Place::new();
    let web = place.open("rate_limit:\n  interval: 1h\n  burst: 2\n");
    let server = start_with(web, Limits::default()).await;
    for status in [200, 200, 429, 429] {
        assert_eq!(server.get("/metrics").await.status(), status);
    }
}

#[tokio::test]
async fn a_new_certificate_is_served_to_the_next_connection() {
    let place = Place::new();
    let web = place.open(TLS);
    let server = start_with(web.clone(), Limits::default()).await;
    let client = place.client(&[&TLS13], None);
    let shown = async || {
        let stream = shake(&server, &client).await.unwrap();
        stream.get_ref().1.peer_certificates().unwrap()[0].clone()
    };
    let first = shown().await;

    place.write("server.crt", "no certificate");
    insta::assert_snapshot!(place.said(&web.reload().unwrap_err()), @"
    the web configuration web.yml was refused
    cert of tls_server_config has to be PEM text with BEGIN CERTIFICATE
    no items found
    ");
    assert_eq!(shown().await, first, "the broken one is not in force");

    let second = place.write_server();
    assert_ne!(first, second);
    // Nobody asks for it: the files are looked at while connections come.
    let seen = async { while shown().await != second {} };
    timeout(PATIENCE, seen).await.expect("the new certificate is served");

    place.write("web.yml", "{}");
    web.reload().unwrap();
    assert_eq!(server.get("/metrics").await.status(), 200, "it is switched off, too");
}

#[tokio::test]
async fn a_removed_user_is_refused_on_a_connection_that_lasts() {
    let place = Place::new();
    let web = place.open(&format!("basic_auth_users:\n  alice: {}\n", hash()));
    let server = start_with(web.clone(), Limits::default()).await;
    let mut stream = server.connect().await;
    let asking = format!("HEAD /metrics HTTP/1.1\r\nhost: jono\r\n{}\r\n", basic("alice:secret"));
    stream.write_all(asking.as_bytes()).await.unwrap();
    stream.readable().await.unwrap();
    place.open(&format!("basic_auth_users:\n  bob: {}\n", hash()));
    web.reload().unwrap();
    stream.write_all(request("HEAD", "/metrics", &basic("alice:secret")).as_bytes()).await.unwrap();
    let (first, second) = both(&mut stream).await;
    assert_eq!(first, 200);
    assert!(second.starts_with("HTTP/1.1 401 "), "{second}");
}

#[tokio::test]
async fn idle_and_slow_handshakes_make_room_for_a_request() {
    let place = Place::new();
    let server = start_with(place.open(TLS), Limits { connections: 4, ..Limits::default() }).await;
    let client = place.client(&[&TLS13], None);
    let (mut silent, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..10 {
        let mut stream = server.connect().await;
        // The first bytes of a handshake that does not go on.
        stream.write_all(&[22, 3, 1]).await.unwrap();
        silent.push(stream);
        idle.push(shake(&server, &client).await.unwrap());
    }
    assert_eq!(place.ask(&server, None).await, Some(200));
    assert_eq!(read(&mut silent[0]).await.status(), 0, "it was closed without an answer");
    assert_eq!(read(&mut idle[0]).await.status(), 0, "it was closed without an answer");
}

#[tokio::test]
async fn a_handshake_that_takes_too_long_is_cut_off() {
    let place = Place::new();
    let server = start_with(place.open(TLS), Limits { head: SOON, ..Limits::default() }).await;
    let mut silent = server.connect().await;
    assert_eq!(read(&mut silent).await.status(), 0);
    assert_eq!(place.ask(&server, None).await, Some(200));
}
