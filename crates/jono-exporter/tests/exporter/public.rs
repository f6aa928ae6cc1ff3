//! The site for everybody over real connections.

use std::{fs, io::Read, net::Ipv4Addr, net::SocketAddr, sync::Arc, time::Duration};

use flate2::read::GzDecoder;
use jono_domain::UnixSeconds;
use jono_exporter::{Limits, Listen, PublicPage, PublicPages, PublicSite, Server, Telemetry, WebConfig};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::oneshot, task::JoinHandle, time::timeout};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

use crate::server::{Answer, PATIENCE, SOON, read, request};

/// Monday 2020-06-15 at 11:00 in Helsinki.
const MONDAY: i64 = 1_592_208_000;
const HTML: &str = "text/html; charset=utf-8";

struct Running {
    address: SocketAddr,
    site: PublicSite,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn start_with(web: WebConfig, limits: Limits) -> Running {
    let site = PublicSite::new(&Telemetry::default());
    let listen = Listen::Addresses(vec![(Ipv4Addr::LOCALHOST, 0).into()]);
    let server = Server::bind_public(listen, site.clone(), web, limits).await.unwrap();
    let address = server.addresses()[0];
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(server.serve(async { drop(stopped.await) }));
    Running { address, site, stop, task }
}

/// With the bulletins of two weeks in two languages.
async fn start() -> Running {
    let running = start_with(WebConfig::none(), Limits::default()).await;
    running.site.publish(weeks());
    running
}

fn page(language: &'static str, media_type: &'static str, body: &str) -> PublicPage {
    PublicPage::new(language, media_type, UnixSeconds::new(MONDAY).unwrap(), body.as_bytes())
}

/// A page that is long enough to be worth packing.
fn html(language: &str, week: &str) -> String {
    format!("<!DOCTYPE html><html lang=\"{language}\"><h1>{week}</h1>{}", "<p>jono</p>".repeat(1000))
}

fn weeks() -> PublicPages {
    let mut pages = PublicPages::default();
    for language in ["fi", "sv"] {
        for week in ["2020-W23", "2020-W24"] {
            pages.add_latest(week, page(language, HTML, &html(language, week)));
            pages.add(&format!("{week}.json"), page(language, "application/json", "{}"));
        }
        pages.add("archive", page(language, HTML, "<ul></ul>"));
    }
    pages
}

impl Running {
    async fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request(method, path, headers).as_bytes()).await.unwrap();
        read(&mut stream).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "").await
    }
}

/// The head, without the time of day.
fn head(answer: &Answer) -> String {
    let lines = answer.head.lines().filter(|line| !line.starts_with("date: ") && !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn unpacked(answer: &Answer) -> String {
    let mut text = String::new();
    GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn the_latest_page_and_its_own_place() {
    let server = start().await;
    let latest = server.get("/fi/").await;
    insta::assert_snapshot!(head(&latest), @r#"
    HTTP/1.1 200 OK
    content-type: text/html; charset=utf-8
    content-length: 11048
    content-language: fi
    last-modified: Mon, 15 Jun 2020 08:00:00 GMT
    etag: "59a5e3551b488c6355e857bf8bc3051a"
    vary: Accept-Encoding
    cache-control: public, max-age=60, must-revalidate
    content-location: /fi/2020-W24
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: no-referrer
    permissions-policy: camera=(), geolocation=(), microphone=()
    cross-origin-opener-policy: same-origin
    cross-origin-resource-policy: same-origin
    connection: close
    "#);
    let dated = server.get("/fi/2020-W24?week=23").await;
    insta::assert_snapshot!(head(&dated), @r#"
    HTTP/1.1 200 OK
    content-type: text/html; charset=utf-8
    content-length: 11048
    content-language: fi
    last-modified: Mon, 15 Jun 2020 08:00:00 GMT
    etag: "59a5e3551b488c6355e857bf8bc3051a"
    vary: Accept-Encoding
    cache-control: public, max-age=600, must-revalidate
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: no-referrer
    permissions-policy: camera=(), geolocation=(), microphone=()
    cross-origin-opener-policy: same-origin
    cross-origin-resource-policy: same-origin
    connection: close
    "#);
    assert_eq!((latest.text(), dated.text()), (html("fi", "2020-W24"), html("fi", "2020-W24")));
    assert_eq!(server.get("/sv/2020-W23").await.text(), html("sv", "2020-W23"));
    assert_eq!(server.get("/sv/archive").await.text(), "<ul></ul>");
    let json = server.get("/sv/2020-W24.json").await;
    assert_eq!((json.header("content-type"), json.text().as_str()), (Some("application/json"), "{}"));
}

#[tokio::test]
async fn a_packed_page_is_the_same_page_with_another_tag() {
    let server = start().await;
    let packed = server.ask("GET", "/fi/2020-W24", "accept-encoding: gzip\r\n").await;
    let plain = server.get("/fi/2020-W24").await;
    assert_ne!(packed.header("etag"), plain.header("etag"));
    for same in ["content-type", "content-language", "last-modified", "cache-control", "vary"] {
        assert_eq!(packed.header(same), plain.header(same));
    }
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(unpacked(&packed), html("fi", "2020-W24"));
    let length = packed.body.len().to_string();
    assert_eq!(packed.header("content-length"), Some(length.as_str()));
    let head = server.ask("HEAD", "/fi/2020-W24", "accept-encoding: gzip\r\n").await;
    assert_eq!((head.header("content-length"), head.body.len()), (Some(length.as_str()), 0));
}

#[tokio::test]
async fn everybody_comes_to_a_language() {
    let server = start().await;
    let finnish = server.get("/").await;
    insta::assert_snapshot!(head(&finnish), @"
    HTTP/1.1 302 Found
    content-type: text/plain; charset=utf-8
    cache-control: public, max-age=60, must-revalidate
    location: /fi/
    vary: Accept-Language
    content-length: 9
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: no-referrer
    permissions-policy: camera=(), geolocation=(), microphone=()
    cross-origin-opener-policy: same-origin
    cross-origin-resource-policy: same-origin
    connection: close
    ");
    for (accepted, there) in [("sv-FI, fi;q=0.5", "/sv/"), ("en", "/fi/"), ("fi;q=0.1, *;q=0.2", "/sv/")] {
        let answer = server.ask("GET", "/", &format!("accept-language: {accepted}\r\n")).await;
        assert_eq!((answer.status(), answer.header("location")), (302, Some(there)), "{accepted}");
    }
    let folder = server.get("/sv").await;
    assert_eq!((folder.status(), folder.header("location")), (301, Some("/sv/")));
}

#[tokio::test]
async fn who_has_a_page_is_told_so() {
    let server = start().await;
    let answer = server.get("/fi/").await;
    let (tag, date) = (answer.header("etag").unwrap(), answer.header("last-modified").unwrap());
    let known = server.ask("GET", "/fi/", &format!("if-none-match: {tag}\r\n")).await;
    insta::assert_snapshot!(head(&known), @r#"
    HTTP/1.1 304 Not Modified
    etag: "59a5e3551b488c6355e857bf8bc3051a"
    vary: Accept-Encoding
    cache-control: public, max-age=60, must-revalidate
    content-location: /fi/2020-W24
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: no-referrer
    permissions-policy: camera=(), geolocation=(), microphone=()
    cross-origin-opener-policy: same-origin
    cross-origin-resource-policy: same-origin
    connection: close
    "#);
    assert!(known.body.is_empty());
    let asks = [
        ("GET", format!("if-modified-since: {date}\r\n"), 304),
        ("HEAD", format!("if-none-match: W/{tag}\r\n"), 304),
        ("GET", "if-modified-since: Mon, 15 Jun 2020 07:59:59 GMT\r\n".to_owned(), 200),
        ("GET", format!("if-none-match: {tag}\r\naccept-encoding: gzip\r\n"), 200),
    ];
    for (method, headers, status) in asks {
        assert_eq!(server.ask(method, "/fi/", &headers).await.status(), status, "{method} {headers}");
    }
    let mut pages = weeks();
    pages.add_latest("2020-W25", page("fi", HTML, "25"));
    server.site.publish(pages);
    let newer = server.ask("GET", "/fi/", &format!("if-none-match: {tag}\r\n")).await;
    assert_eq!((newer.status(), newer.header("content-location")), (200, Some("/fi/2020-W25")));
    assert_eq!(server.get("/fi/2020-W24").await.header("etag"), Some(tag), "what was there stays");
}

#[tokio::test]
async fn nothing_else_is_there() {
    let server = start().await;
    let missing = server.get("/fi/2020-W25").await;
    insta::assert_snapshot!(head(&missing) + "\n\n" + &missing.text(), @"
    HTTP/1.1 404 Not Found
    content-type: text/plain; charset=utf-8
    cache-control: no-store
    content-length: 29
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: no-referrer
    permissions-policy: camera=(), geolocation=(), microphone=()
    cross-origin-opener-policy: same-origin
    cross-origin-resource-policy: same-origin
    connection: close

    there is no such page; see /
    ");
    for path in [
        "/metrics",
        "/-/healthy",
        "/-/ready",
        "/robots.txt",
        "/en/",
        "/fi//",
        "/fi/../../etc/passwd",
        "/%66i/",
        "/fi/2020-W24/",
        "http://jono/fi/2020-W25",
    ] {
        assert_eq!(server.get(path).await.status(), 404, "{path}");
    }
    assert_eq!(server.ask("POST", "/-/reload", "content-length: 0\r\n").await.status(), 404);
    assert_eq!(server.get("http://jono/fi/2020-W24").await.status(), 200);
    let refused = server.ask("DELETE", "/fi/2020-W24", "").await;
    insta::assert_snapshot!(head(&refused) + "\n\n" + &refused.text(), @"
    HTTP/1.1 405 Method Not Allowed
    content-type: text/plain; charset=utf-8
    allow: GET, HEAD
    cache-control: no-store
    content-length: 31
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: no-referrer
    permissions-policy: camera=(), geolocation=(), microphone=()
    cross-origin-opener-policy: same-origin
    cross-origin-resource-policy: same-origin
    connection: close

    this page takes only GET, HEAD
    ");
    for method in ["POST", "PUT", "OPTIONS", "TRACE"] {
        let refused = server.ask(method, "/", "content-length: 0\r\n").await;
        assert_eq!((refused.status(), refused.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
}

#[tokio::test]
async fn before_anything_is_published_it_says_so() {
    let server = start_with(WebConfig::none(), Limits::default()).await;
    for path in ["/", "/fi/", "/fi/2020-W24"] {
        let answer = server.get(path).await;
        assert_eq!(
            (answer.status(), answer.text().as_str()),
            (404, "nothing has been published here yet; come back later\n"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let server = start().await;
    for path in ["/", "/fi", "/fi/", "/fi/2020-W24.json", "/nothing"] {
        let (get, asked) = (server.get(path).await, server.ask("HEAD", path, "").await);
        assert_eq!(head(&get), head(&asked));
        assert!(asked.body.is_empty() && !get.body.is_empty());
    }
}

#[tokio::test]
async fn one_connection_answers_many_requests_until_the_stop() {
    let server = start_with(WebConfig::none(), Limits { head: SOON, ..Limits::default() }).await;
    server.site.publish(weeks());
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let requests = "GET /fi/2020-W24.json HTTP/1.1\r\nhost: jono\r\n\r\n".repeat(20);
    stream.write_all(requests.as_bytes()).await.unwrap();
    let answer = read(&mut stream).await;
    assert_eq!(
        (answer.head + &String::from_utf8(answer.body).unwrap()).matches("HTTP/1.1 200 OK").count(),
        20
    );
    server.stop.send(()).unwrap();
    timeout(PATIENCE, server.task).await.expect("the server has ended").unwrap();
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody new is accepted");
}

#[tokio::test]
async fn over_tls_browsers_are_told_to_stay_there() {
    let folder = tempfile::tempdir().unwrap();
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("server.crt", &own.cert.pem());
    write("server.key", &own.signing_key.serialize_pem());
    write("web.yml", "tls_server_config: {cert_file: server.crt, key_file: server.key}");
    let web = WebConfig::open(folder.path().join("web.yml")).unwrap();
    let server = start_with(web, Limits::default()).await;
    server.site.publish(weeks());

    let mut roots = RootCertStore::empty();
    roots.add(own.cert.der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(server.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(client)).connect(name, stream).await.unwrap();
    stream.write_all(request("GET", "/fi/", "").as_bytes()).await.unwrap();
    let answer = read(&mut stream).await;
    assert_eq!(
        (answer.status(), answer.header("strict-transport-security")),
        (200, Some("max-age=31536000"))
    );
}

#[tokio::test]
async fn a_web_configuration_may_refuse_and_add_headers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web.yml");
    fs::write(
        &path,
        "rate_limit: {interval: 1h, burst: 1}\nhttp_server_config: {headers: {X-Frame-Options: deny}}\n",
    )
    .unwrap();
    let server = start_with(WebConfig::open(path).unwrap(), Limits::default()).await;
    server.site.publish(weeks());
    let answer = server.get("/fi/").await;
    assert_eq!((answer.status(), answer.header("x-frame-options")), (200, Some("deny")));
    let refused = server.get("/fi/").await;
    assert_eq!((refused.status(), refused.header("cache-control")), (429, Some("no-store")));
}

#[tokio::test]
async fn requests_are_counted_by_their_answer() {
    let exposition = crate::sample::exposition();
    let site = PublicSite::new(&exposition.telemetry());
    let bind = |listen| Server::bind_public(listen, site.clone(), WebConfig::none(), Limits::default());
    let server = bind(Listen::Addresses(vec![(Ipv4Addr::LOCALHOST, 0).into()])).await.unwrap();
    let address = server.addresses()[0];
    tokio::spawn(server.serve(tokio::time::sleep(PATIENCE + Duration::from_secs(1))));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request("GET", "/fi/", "").as_bytes()).await.unwrap();
    assert_eq!(read(&mut stream).await.status(), 404);
    let metrics = crate::server::metrics(&exposition).await;
    let told: Vec<_> = metrics.lines().filter(|line| line.starts_with("jono_bulletin")).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    jono_bulletin_requests_total{code="200"} 0
    jono_bulletin_requests_total{code="304"} 0
    jono_bulletin_requests_total{code="404"} 1
    "#);
}
