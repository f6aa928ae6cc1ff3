//! The server over real connections, with a client that can also behave badly.

use std::{
    io::Read,
    net::{Ipv4Addr, SocketAddr},
    os::fd::OwnedFd,
    process::{Command, Stdio},
    time::Duration,
};

use flate2::read::GzDecoder;
use jono_domain::{Channel, Formula, Outcome};
use jono_exporter::{
    Exposition, Facts, Limits, Listen, Reload, Server, Site, Status, TelemetryPath, WebConfig, catalogue,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::{
    golden::everything,
    sample::{check_with_promtool, counters, exposition, series, settings},
};

/// Far longer than anything here takes; a test that waits for it has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const SOON: Duration = Duration::from_millis(200);

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    others: Vec<SocketAddr>,
    status: Status,
    exposition: Exposition,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn start(limits: Limits) -> Running {
    start_with(WebConfig::none(), limits).await
}

pub(crate) async fn start_with(web: WebConfig, limits: Limits) -> Running {
    serve(small(), None, web, limits).await
}

fn small() -> Exposition {
    let mut exposition = exposition();
    let phone = series(Channel::Phone, "helpdesk", "housing");
    exposition.declare(&[settings(&phone, &[Formula::AnsweredOfOffered])]);
    exposition.apply(&[(phone, counters(&[(Outcome::Answered, Some(7))]))]).unwrap();
    exposition.publish();
    exposition
}

fn site(exposition: &Exposition, reload: Option<Reload>) -> Site {
    let facts = Facts { version: "1.0.0".to_owned(), ..Facts::default() };
    let status = Status::not_ready("reading the ledger", facts);
    Site { telemetry_path: TelemetryPath::default(), published: exposition.published(), status, reload }
}

/// What a scrape of it gives.
pub(crate) async fn metrics(exposition: &Exposition) -> String {
    let site = site(exposition, None);
    let server = Server::bind(two_ports(), site, WebConfig::none(), Limits::default()).await.unwrap();
    let address = server.addresses()[0];
    let task = tokio::spawn(server.serve(std::future::pending()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request("GET", "/metrics", "").as_bytes()).await.unwrap();
    let answer = read(&mut stream).await;
    task.abort();
    answer.text()
}

/// On two ports, of which the first is the one that is asked.
fn two_ports() -> Listen {
    Listen::Addresses(vec![(Ipv4Addr::LOCALHOST, 0).into(); 2])
}

async fn serve(exposition: Exposition, reload: Option<Reload>, web: WebConfig, limits: Limits) -> Running {
    let site = site(&exposition, reload);
    let status = site.status.clone();
    let server = Server::bind(two_ports(), site, web, limits).await.unwrap();
    let [address, ref others @ ..] = *server.addresses() else { panic!("there are two") };
    let others = others.to_vec();
    assert_ne!(address.port(), 0);
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(server.serve(async { drop(stopped.await) }));
    Running { address, others, status, exposition, stop, task }
}

impl Running {
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends one request on a connection of its own and reads until the server closes it.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(request(method, path, headers).as_bytes()).await.unwrap();
        read(&mut stream).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "").await
    }
}

/// The last request of a connection.
pub(crate) fn request(method: &str, path: &str, headers: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: jono\r\nconnection: close\r\n{headers}\r\n")
}

pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(own, _)| *own == name)
            .map(|(_, v)| v)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// Everything until the end of the connection, however it ends.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Answer {
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
    let server = serve(everything(), None, WebConfig::none(), Limits::default()).await;
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
        server.exposition.source(&"helpdesk".parse().unwrap(), &jono_domain::SourceCounts::default());
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
    serve(exposition, None, WebConfig::none(), limits).await
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
async fn all_ports_are_answered() {
    let server = start(Limits::default()).await;
    let first = server.address;
    assert_eq!(server.others.len(), 1);
    for address in [first, server.others[0], first, server.others[0]] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request("GET", "/-/healthy", "").as_bytes()).await.unwrap();
        assert_eq!(read(&mut stream).await.status(), 200);
    }
}

async fn refused(listen: Listen) -> String {
    let exposition = exposition();
    let bound = Server::bind(listen, site(&exposition, None), WebConfig::none(), Limits::default()).await;
    bound.unwrap_err().to_string()
}

#[tokio::test]
async fn a_port_in_use_is_refused_by_its_address() {
    let server = start(Limits::default()).await;
    assert_eq!(refused(server.address.into()).await, format!("cannot listen on {}", server.address));
}

#[tokio::test]
async fn nowhere_to_listen_is_refused() {
    insta::assert_snapshot!(refused(Listen::Addresses(Vec::new())).await, @"there is no address to listen on; give one");
    insta::assert_snapshot!(refused(Listen::Systemd).await, @"systemd has handed over no sockets; start the service's socket unit, or give an address to listen on");
}

/// What systemd does: a socket is opened, and the process that is started for it finds it as its third file.
#[tokio::test]
async fn a_socket_of_systemd_is_listened_on() {
    let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    let mut systemd = Command::new("sh");
    systemd.args(["-c", "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\""]);
    systemd.arg(std::env::current_exe().unwrap()).args([
        "--ignored",
        "--exact",
        "server::serves_for_systemd",
    ]);
    let mut process = systemd.stdin(OwnedFd::from(socket)).stdout(Stdio::null()).spawn().unwrap();
    drop(systemd);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request("GET", "/-/healthy", "").as_bytes()).await.unwrap();
    let answer = read(&mut stream).await;
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
#[ignore = "it is the process that is started above"]
async fn serves_for_systemd() {
    if std::env::var_os("LISTEN_FDS").is_some() {
        let site = site(&exposition(), None);
        let server = Server::bind(Listen::Systemd, site, WebConfig::none(), Limits::default()).await.unwrap();
        server.serve(tokio::time::sleep(PATIENCE)).await;
    }
}

/// Reloads as often as there are answers, and is gone then.
async fn reloading(answers: Vec<Result<(), String>>) -> Running {
    let (reload, mut asked) = Reload::new();
    tokio::spawn(async move {
        for answer in answers {
            asked.recv().await.unwrap().send(answer).unwrap();
        }
    });
    serve(small(), Some(reload), WebConfig::none(), Limits::default()).await
}

#[tokio::test]
async fn a_reload_is_asked_for_and_answered() {
    let server = reloading(vec![Ok(()), Ok(()), Err("jono.toml is not there".to_owned())]).await;
    for method in ["POST", "PUT"] {
        let done = server.ask(method, "/-/reload", "content-length: 0\r\n").await;
        assert_eq!((done.status(), done.text().as_str()), (200, "reloaded\n"));
    }
    let failed = server.ask("POST", "/-/reload", "").await;
    assert_eq!((failed.status(), failed.text().as_str()), (500, "not reloaded: jono.toml is not there\n"));
    let gone = server.ask("POST", "/-/reload", "").await;
    insta::assert_snapshot!(gone.text().trim_end(), @"not reloaded: nobody reloads any more, the program is about to stop");
    for method in ["GET", "HEAD"] {
        let refused = server.ask(method, "/-/reload", "").await;
        assert_eq!((refused.status(), refused.header("allow")), (405, Some("POST, PUT")));
    }
    let metrics = server.get("/metrics").await.text();
    assert!(metrics.contains("\njono_http_requests_total{code=\"500\",path=\"/-/reload\"} 2\n"));
}

#[tokio::test]
async fn a_reload_is_forbidden_unless_somebody_reloads() {
    let server = start(Limits::default()).await;
    let refused = server.ask("POST", "/-/reload", "").await;
    assert_eq!((refused.status(), refused.text().as_str()), (403, "reloading over HTTP is not enabled\n"));
}
