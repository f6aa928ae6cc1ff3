//! The server over real connections, with a client that can also behave badly.

use std::{
    io::Read,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use flate2::read::GzDecoder;
use jono_domain::{Channel, Formula, Outcome};
use jono_exporter::{Exposition, Facts, Limits, Server, Site, Status, TelemetryPath, catalogue};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::sample::{check_with_promtool, counters, exposition, series, settings};

/// Far longer than anything here takes; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(20);
const SOON: Duration = Duration::from_millis(200);

struct Running {
    address: SocketAddr,
    status: Status,
    exposition: Exposition,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn start(limits: Limits) -> Running {
    let mut exposition = exposition();
    let phone = series(Channel::Phone, "helpdesk", "housing");
    exposition.declare(&[settings(&phone, &[Formula::AnsweredOfOffered])]);
    exposition.apply(&[(phone, counters(&[(Outcome::Answered, Some(7))]))]).unwrap();
    exposition.publish();
    serve(exposition, limits).await
}

async fn serve(exposition: Exposition, limits: Limits) -> Running {
    let facts = Facts { version: "1.0.0".to_owned(), ..Facts::default() };
    let status = Status::not_ready("reading the ledger", facts);
    let site = Site {
        telemetry_path: TelemetryPath::default(),
        published: exposition.published(),
        status: status.clone(),
    };
    let server = Server::bind((Ipv4Addr::LOCALHOST, 0).into(), site, limits).await.unwrap();
    let address = server.address();
    assert_ne!(address.port(), 0);
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(server.serve(async { drop(stopped.await) }));
    Running { address, status, exposition, stop, task }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends one request on a connection of its own and reads until the server closes it.
    async fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let mut stream = self.connect().await;
        let request = format!("{method} {path} HTTP/1.1\r\nhost: jono\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        read(&mut stream).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "").await
    }
}

struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(own, _)| *own == name)
            .map(|(_, v)| v)
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// Everything until the end of the connection, however it ends.
async fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let _ =
        timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the server closes the connection");
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    Answer { body: bytes.split_off(end), head: String::from_utf8(bytes).unwrap() }
}

#[tokio::test]
async fn the_metrics_are_the_published_text_and_the_process() {
    let server = start(Limits::default()).await;
    let answer = server.get("/metrics?debug").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
    assert_eq!(answer.header("content-encoding"), None);
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
    let text = answer.text();
    let rest = text.strip_prefix(&server.exposition.published().load().text()).unwrap();
    assert!(rest.starts_with("# HELP jono_http_requests_total "));
    assert!(rest.contains("\nprocess_resident_memory_bytes "));
    assert!(
        server
            .get("/metrics")
            .await
            .text()
            .contains("\njono_http_requests_total{code=\"200\",path=\"/metrics\"} 1\n")
    );
}

#[tokio::test]
async fn a_series_counts_as_scraped_once_somebody_has_fetched_it() {
    let mut server = start(Limits::default()).await;
    server.ask("HEAD", "/metrics", "").await;
    assert!(!server.exposition.scraped(), "nobody has seen the text yet");
    server.get("/metrics").await;
    assert!(server.exposition.scraped());
    let phone = series(Channel::Phone, "new", "housing");
    server.exposition.declare(&[settings(&phone, &[])]);
    server.get("/metrics").await;
    assert!(!server.exposition.scraped(), "it was not published yet");
    server.exposition.publish();
    server.get("/metrics").await;
    assert!(server.exposition.scraped());
    server.exposition.apply(&[(phone, counters(&[(Outcome::Answered, Some(7))]))]).unwrap();
    server.exposition.publish();
    assert!(server.exposition.scraped(), "its zero was seen, whatever was published since");
}

#[tokio::test]
async fn a_whole_scrape_is_the_catalogue_and_promtool_finds_nothing() {
    let mut server = start(Limits::default()).await;
    server.exposition.source(&"helpdesk".parse().unwrap(), &jono_domain::LineCounts::default());
    server.exposition.publish();
    let text = server.get("/metrics").await.text();
    let mut shown: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    shown.sort_unstable();
    let told = catalogue().iter().map(|family| format!("{} {}", family.name, family.kind.as_str()));
    assert_eq!(shown, told.collect::<Vec<_>>());
    check_with_promtool(&text);
}

#[tokio::test]
async fn gzip_is_the_same_text() {
    let mut server = start(Limits::default()).await;
    for _ in 0..2 {
        let answer = server.ask("GET", "/metrics", "accept-encoding: gzip\r\n").await;
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
        let mut text = String::new();
        GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
        assert!(text.starts_with(&server.exposition.published().load().text()));
        assert!(text.contains("\nprocess_resident_memory_bytes "));
        server.exposition.source(&"helpdesk".parse().unwrap(), &jono_domain::LineCounts::default());
        server.exposition.publish();
    }
    let answer = server.ask("GET", "/metrics", "accept-encoding: gzip;q=0, identity\r\n").await;
    assert_eq!(answer.header("content-encoding"), None);
}

#[tokio::test]
async fn the_other_pages() {
    let server = start(Limits::default()).await;
    let landing = server.get("/").await;
    assert_eq!((landing.status(), landing.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(landing.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    assert!(landing.text().contains("<dt>Series</dt><dd>1</dd>"));

    assert_eq!(server.get("/-/healthy").await.text(), "healthy\n");
    let ready = server.get("/-/ready").await;
    assert_eq!((ready.status(), ready.text().as_str()), (503, "not ready: reading the ledger\n"));
    server.status.set_ready();
    assert_eq!(server.get("/-/ready").await.status(), 200);
    server.status.set_not_ready("the ledger cannot be written");
    assert_eq!(server.get("/-/ready").await.text(), "not ready: the ledger cannot be written\n");

    let missing = server.get("/metric").await;
    assert_eq!((missing.status(), missing.header("content-type")), (404, Some("text/plain; charset=utf-8")));
    let refused = server.ask("POST", "/metrics", "content-length: 0\r\n").await;
    assert_eq!((refused.status(), refused.header("allow")), (405, Some("GET, HEAD")));
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let server = start(Limits::default()).await;
    for path in ["/", "/-/healthy", "/-/ready", "/nothing"] {
        let (get, head) = (server.get(path).await, server.ask("HEAD", path, "").await);
        assert_eq!(
            (head.status(), head.header("content-length")),
            (get.status(), get.header("content-length"))
        );
        assert!(head.body.is_empty());
    }
    let head = server.ask("HEAD", "/metrics", "").await;
    assert!(head.header("content-length").unwrap().parse::<usize>().unwrap() > 1000);
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn one_connection_answers_many_requests() {
    let server = start(Limits::default()).await;
    let mut stream = server.connect().await;
    let requests = "GET /-/healthy HTTP/1.1\r\nhost: jono\r\n\r\n".repeat(20);
    stream.write_all(requests.as_bytes()).await.unwrap();
    stream.write_all(b"GET /-/healthy HTTP/1.1\r\nhost: jono\r\nconnection: close\r\n\r\n").await.unwrap();
    let answer = read(&mut stream).await;
    assert_eq!((answer.head + &String::from_utf8(answer.body).unwrap()).matches("healthy\n").count(), 21);
}

#[tokio::test]
async fn who_does_not_finish_a_request_is_cut_off() {
    let server = start(Limits { head: SOON, ..Limits::default() }).await;
    let mut slow = server.connect().await;
    slow.write_all(b"GET /metrics HTTP/1.1\r\nhost:").await.unwrap();
    let mut silent = server.connect().await;
    assert_eq!(server.get("/metrics").await.status(), 200);
    assert_ne!(read(&mut slow).await.status(), 200);
    assert_ne!(read(&mut silent).await.status(), 200);
}

#[tokio::test]
async fn an_oversized_head_is_refused() {
    let server = start(Limits { head_bytes: 8192, headers: 10, ..Limits::default() }).await;
    let long = server.ask("GET", "/metrics", &format!("x: {}\r\n", "y".repeat(9000))).await;
    assert_eq!(long.status(), 431);
    let many = server.ask("GET", "/metrics", &"x: y\r\n".repeat(11)).await;
    assert_eq!(many.status(), 431);
    let endless = server.ask("GET", "/metrics", &format!("x: {}\r\n", "y".repeat(200_000))).await;
    assert_ne!(endless.status(), 200);
    assert_eq!(server.get("/metrics").await.status(), 200);
}

#[tokio::test]
async fn idle_connections_make_room_for_a_scrape() {
    let server = start(Limits { connections: 4, ..Limits::default() }).await;
    let mut idle = Vec::new();
    for _ in 0..40 {
        idle.push(server.connect().await);
    }
    let answer = timeout(PATIENCE, server.get("/metrics")).await.expect("the longest idle one was closed");
    assert_eq!(answer.status(), 200);
    assert_eq!(read(&mut idle[0]).await.status(), 0, "it was closed without an answer");
}

/// Some megabytes: more than what the two ends of a connection hold between them.
async fn large(limits: Limits) -> Running {
    let mut exposition = exposition();
    let all: Vec<_> = (0..4000)
        .map(|unit| settings(&series(Channel::Phone, &format!("unit {unit}"), "housing"), &Formula::ALL))
        .collect();
    exposition.declare(&all);
    assert!(exposition.publish().bytes() > 16_000_000);
    serve(exposition, limits).await
}

#[tokio::test]
async fn who_finds_everybody_busy_is_next() {
    let server = large(Limits { connections: 1, ..Limits::default() }).await;
    let mut first = server.connect().await;
    first.write_all(b"GET /metrics HTTP/1.1\r\nhost: jono\r\n\r\n").await.unwrap();
    first.read_exact(&mut [0; 1]).await.unwrap();
    let next = async { timeout(PATIENCE, server.get("/-/healthy")).await.expect("room was made").status() };
    let (next, first) = tokio::join!(next, read(&mut first));
    assert_eq!((next, first.body.len() > 16_000_000), (200, true));
}

#[tokio::test]
async fn who_does_not_take_the_answer_is_cut_off() {
    let server = large(Limits { request: SOON, ..Limits::default() }).await;
    let bytes = server.exposition.published().load().bytes();
    let mut stream = server.connect().await;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: jono\r\n\r\n").await.unwrap();
    tokio::time::sleep(3 * SOON).await;
    assert!(read(&mut stream).await.body.len() < bytes);
}

#[tokio::test]
async fn a_stop_lets_a_running_request_finish() {
    let server = large(Limits::default()).await;
    let bytes = server.exposition.published().load().bytes();
    let mut idle = server.connect().await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: jono\r\n\r\n").await.unwrap();
    stream.read_exact(&mut [0; 1]).await.unwrap();
    server.stop.send(()).unwrap();
    assert!(read(&mut idle).await.head.is_empty());
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody new is accepted");
    assert!(read(&mut stream).await.body.len() > bytes);
    timeout(PATIENCE, server.task).await.expect("the server has ended").unwrap();
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let server = large(Limits { shutdown: SOON, ..Limits::default() }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: jono\r\n\r\n").await.unwrap();
    stream.read_exact(&mut [0; 1]).await.unwrap();
    server.stop.send(()).unwrap();
    timeout(PATIENCE, server.task).await.expect("the server has ended").unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_refused_by_its_address() {
    let server = start(Limits::default()).await;
    let site = Site {
        telemetry_path: TelemetryPath::default(),
        published: server.exposition.published(),
        status: server.status.clone(),
    };
    let refused = Server::bind(server.address, site, Limits::default()).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("cannot listen on {}", server.address));
}
