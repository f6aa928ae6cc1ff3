//! `jono backfill --remote-write` by the real binary, to a store that is down, overloaded, refuses, and is back.

mod place;
mod store;

use std::{
    fmt::Write as _,
    fs,
    process::{Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use self::{
    place::Place,
    store::{Labels, Reply, Samples, Store, TAKEN},
};

const CONFIG: &str = r#"
time_zone = "Europe/Helsinki"

[[unit]]
id = "centre"

[[service]]
id = "benefits"

[buckets]
phone = { wait = [10, 60] }

[[source]]
name = "calls"
format = "queue_log"
paths = ["queue_log"]
[[source.route]]
queue = "help"
unit = "centre"
service = "benefits"
"#;

/// A call each day from October 2020, over the clock change and new year; each waits a second longer.
const DAYS: i64 = 100;
const FIRST: i64 = 1_601_879_400;

const LABELS: &str = "--label job=jono --label instance=he\"re\\";

fn place() -> Place {
    let place = Place::new(CONFIG);
    let mut log = String::new();
    for day in 0..DAYS {
        let at = FIRST + day * 86_400;
        write!(
            log,
            "{at}|{day}.1|help|NONE|ENTERQUEUE||0401234567|1\n{}|{day}.1|help|anna|CONNECT|{day}|1.2|1\n",
            at + day
        )
        .expect("text");
    }
    place.write("queue_log", log);
    let told = place.run("ingest --source calls");
    assert!(!told.contains("exit"), "{told}");
    place
}

/// What `--output` writes, read line by line.
fn of_files(place: &Place) -> Samples {
    let told = place.run(&format!("backfill --output past {LABELS}"));
    assert!(!told.contains("exit"), "{told}");
    let mut samples = Samples::new();
    for entry in fs::read_dir(place.path("past")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "om") {
            continue;
        }
        let text = fs::read_to_string(path).expect("text");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (series, rest) = line.rsplit_once("} ").expect("labels");
            let (value, seconds) = rest.split_once(' ').expect("a time");
            let (whole, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
            let millis = whole.parse::<i64>().expect("seconds") * 1000 + part.parse::<i64>().expect("a part");
            let value: f64 = value.parse().expect("a value");
            let before = samples.insert((labels(series), millis), value.to_bits());
            assert!(before.is_none(), "{line} is there twice");
        }
    }
    samples
}

/// None of our values has a comma in it.
fn labels(series: &str) -> Labels {
    let (name, rest) = series.split_once('{').expect("labels");
    let pair = |pair: &str| {
        let (label, value) = pair.split_once('=').expect("a value");
        (label.to_owned(), value[1..value.len() - 1].replace("\\\"", "\"").replace("\\\\", "\\"))
    };
    let mut labels: Labels = rest.split(',').map(pair).collect();
    labels.push(("__name__".to_owned(), name.to_owned()));
    labels.sort();
    labels
}

/// The numbers of the table that is told in the end: requests, skipped, retried, samples.
fn told(text: &str) -> [u64; 4] {
    let row = text.lines().nth(1).unwrap_or_else(|| panic!("{text}"));
    let cells: Vec<_> = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    [0, 1, 2, 3].map(|cell: usize| cells[cell].replace(' ', "").parse().expect("a number"))
}

fn send(place: &Place, store: &Store, more: &str) -> String {
    place.text(
        place
            .command(&format!("backfill --remote-write {} {LABELS} {more}", store.url))
            .env("HTTP_PROXY", "http://127.0.0.1:1"),
    )
}

#[test]
fn a_store_that_was_down_and_overloaded_has_what_the_files_have() {
    let place = place();
    let store = Store::start(|number| match number {
        0 => Reply::Status(503, "", "starting"),
        1 => Reply::Status(429, "Retry-After: 0\r\n", ""),
        2 => Reply::HangUp,
        _ => TAKEN,
    });
    let said = send(&place, &store, "--log.level error");
    let [requests, skipped, retried, samples] = told(&said);
    let files = of_files(&place);
    assert_eq!(store.samples(), files);
    assert!(files.keys().any(|(labels, _)| labels.contains(&("instance".to_owned(), "he\"re\\".to_owned()))));
    assert_eq!((skipped, retried, samples), (0, 3, files.len() as u64));
    let seen = store.seen();
    assert_eq!((requests, requests + retried), (seen.taken.len() as u64, seen.heads.len() as u64));
    assert!(requests > 5, "{requests} are too few to say anything");
    let mut head: Vec<_> = seen.heads[0].lines().filter(|line| !line.starts_with("host:")).collect();
    head.retain(|line| !line.starts_with("content-length:"));
    head.sort_unstable();
    insta::assert_snapshot!(head.join("\n"), @"
    POST /api/v1/write HTTP/1.1
    accept: */*
    content-encoding: snappy
    content-type: application/x-protobuf
    user-agent: jono/0.1.0
    x-prometheus-remote-write-version: 0.1.0
    ");
}

#[test]
fn what_was_acknowledged_before_a_kill_is_not_sent_again() {
    let place = place();
    let (sixth, came) = mpsc::channel();
    let store = Store::start(move |number| {
        if number == 5 {
            let _ = sixth.send(());
            return Reply::Silence;
        }
        TAKEN
    });
    let arguments = format!("backfill --remote-write {} {LABELS} --resume sent", store.url);
    let mut first = place.command(&arguments).stdout(Stdio::null()).spawn().expect("it runs");
    came.recv_timeout(Duration::from_mins(1)).expect("a sixth request");
    first.kill().expect("it is killed");
    first.wait().expect("it ends");
    assert_eq!(store.seen().taken.len(), 5);
    let remembered = fs::read_to_string(place.path("sent")).expect("a file");
    assert_eq!(remembered.lines().count(), 1 + 5);
    // The last line is cut, as by a machine that stops: that request is sent once more.
    fs::write(place.path("sent"), &remembered[..remembered.len() - 10]).expect("it is written");

    let [requests, skipped, retried, _] = told(&place.run(&arguments));
    assert_eq!((skipped, retried), (4, 0));
    let messages = store.seen().taken.clone();
    assert_eq!(messages.len() as u64, 5 + requests);
    assert_eq!(messages[4], messages[5], "the one that was forgotten");
    let mut rest = messages[5..].to_vec();
    rest.sort();
    rest.dedup();
    assert_eq!(rest.len() as u64, requests, "no request was sent twice");
    store.seen().taken.remove(5);
    assert_eq!(store.samples(), of_files(&place));

    assert_eq!(told(&place.run(&arguments)), [0, 4 + requests, 0, 0]);
    let elsewhere = place.run(&arguments.replace("/write", "/elsewhere"));
    let address = store.url.trim_end_matches("/api/v1/write");
    insta::assert_snapshot!(elsewhere.replace(address, "http://store"), @"
    jono: sent is of http://store/api/v1/write: name another file for http://store/api/v1/elsewhere
    exit 1
    ");
    insta::assert_snapshot!(place.run(&format!("{arguments} --from 2020-10-10")), @"
    jono: sent is of another span of days; give the same --from and --until again, or name another file
    exit 1
    ");
}

#[test]
fn an_interrupt_ends_it_with_a_sentence() {
    let place = place();
    let store = Store::start(
        |number| if number == 0 { TAKEN } else { Reply::Status(503, "Retry-After: 60\r\n", "") },
    );
    let arguments = format!("backfill --remote-write {} {LABELS} --resume sent --log.level error", store.url);
    let child = place.command(&arguments).stderr(Stdio::piped()).spawn().expect("it runs");
    let started = Instant::now();
    while store.seen().heads.len() < 2 {
        assert!(started.elapsed() < Duration::from_mins(1), "it sends nothing");
        std::thread::sleep(Duration::from_millis(10));
    }
    let signalled = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signalled.expect("kill runs").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"jono: stopped: go on with the same command; what the store has is not sent again");
    assert!(started.elapsed() < Duration::from_secs(50), "it did not wait");
}

#[test]
fn what_a_store_refuses_is_told_with_advice() {
    let place = place();
    place.write("http.yml", "basic_auth: {username: me, password: s3cret}");
    let check = |reply: fn(usize) -> Reply, more: &str| {
        let store = Store::start(reply);
        let said = send(&place, &store, &format!("--log.level error {more}"));
        assert!(!said.contains("s3cret"), "{said}");
        let heads = store.seen().heads.concat();
        assert_eq!(
            heads.contains("authorization: Basic bWU6czNjcmV0\r\n"),
            more.contains("http.yml"),
            "{heads}"
        );
        said
    };
    insta::assert_snapshot!(check(|_| Reply::Status(400, "", "out of order sample\nmore"), ""), @"
    jono: the store refused the samples with status 400: out of order sample; let it take old samples: in Prometheus and Mimir, set out_of_order_time_window to more than the age of the first day; then go on with the same command
    exit 1
    ");
    insta::assert_snapshot!(check(|_| Reply::Status(401, "", "Unauthorized\n"), "--http.config.file http.yml"), @"
    jono: the store refused the samples with status 401: Unauthorized; give a user and password, or a token, that may write in --http.config.file
    exit 1
    ");
    insta::assert_snapshot!(check(|_| Reply::Status(301, "Location: /other\r\n", ""), ""), @"
    jono: the store refused the samples with status 301; redirects are not followed: give --remote-write the address that it leads to
    exit 1
    ");
    insta::assert_snapshot!(check(|_| Reply::Status(503, "", "busy"), "--retry-for 0s"), @"
    jono: the store answered with status 503: busy; --retry-for is over before it may be asked again: the same command with the same --until sends all of it again, which changes nothing of what the store has; with --resume FILE it would go on
    exit 1
    ");
    insta::assert_snapshot!(check(|_| Reply::Status(429, "Retry-After: 3600\r\n", ""), "--resume sent"), @"
    jono: the store answered with status 429; --retry-for is over before it may be asked again: go on with the same command; what the store has is not sent again
    exit 1
    ");
}

#[test]
fn what_is_refused_before_anything_is_sent() {
    let place = place();
    let refused = |arguments: &str| place.run(&format!("backfill {LABELS} {arguments}"));
    insta::assert_snapshot!(refused("--remote-write http://me:s3cret@localhost/"), @"
    jono: --remote-write cannot be used: it has a user or password in it; write them into --http.config.file instead
    exit 1
    ");
    insta::assert_snapshot!(refused("--remote-write localhost"), @"
    jono: --remote-write cannot be used: it is no address; write it whole, such as http://HOST:9090/api/v1/write
    exit 1
    ");
    insta::assert_snapshot!(refused("--remote-write http://localhost:1/ --resume queue_log"), @"
    jono: queue_log is no file of jono backfill --resume, or of another version; name another file
    exit 1
    ");
    place.write("http.yml", "proxy_url: http://localhost");
    insta::assert_snapshot!(refused("--remote-write http://localhost:1/ --http.config.file http.yml"), @"
    jono: the configuration of the store's HTTP, http.yml, was refused: it cannot be understood: there is a key that is not known, expected one of basic_auth, authorization, tls_config at line 1, column 1
    exit 1
    ");
    let first_line = |arguments: &str| refused(arguments).lines().next().unwrap_or_default().to_owned();
    insta::assert_snapshot!(first_line(""), @"error: the following required arguments were not provided:");
    insta::assert_snapshot!(first_line("--remote-write http://localhost:1/ --output past"), @"error: the argument '--remote-write <URL>' cannot be used with '--output <DIR>'");
    insta::assert_snapshot!(first_line("--output past --resume sent"), @"error: the argument '--output <DIR>' cannot be used with '--resume <FILE>'");
    insta::assert_snapshot!(first_line("--remote-write http://localhost:1/ --retry-for soon"), @"error: invalid value 'soon' for '--retry-for <DURATION>': write a time such as 30s, 5m or 1h");
}
