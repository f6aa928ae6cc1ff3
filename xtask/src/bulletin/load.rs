//! Many readers at once, each on a connection that is kept: how many of them are answered, and how fast. That is told and
//! not judged, since the readers run on the same machine.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use super::findings::Findings;
use crate::serving::Times;

/// How many there are.
#[derive(Debug, clap::Args)]
pub(super) struct Readers {
    /// Readers of the public pages at once
    #[arg(long, value_name = "N", default_value_t = 16)]
    readers: usize,
    /// How often they ask in all
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    requests: usize,
}

/// Measures a page: as it is, packed, and for those who have it already.
pub(super) fn measure(
    host: SocketAddr,
    path: &str,
    asked: &Readers,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let Readers { readers, requests } = *asked;
    let first = Connection::new(host)?.ask(&request(host, path, ""))?;
    let tag = format!("If-None-Match: {}\r\n", first.tag);
    let ways = [
        ("whole", String::new(), 200),
        ("gzip", "Accept-Encoding: gzip\r\n".to_owned(), 200),
        ("unchanged", tag, 304),
    ];
    for (way, header, status) in ways {
        let request = request(host, path, &header);
        let begun = Instant::now();
        let each = requests.div_ceil(readers.max(1));
        let (times, length) = thread::scope(|scope| {
            let read = || visit(host, &request, each, status);
            let running: Vec<_> = (0..readers).map(|_| scope.spawn(read)).collect();
            let (mut all, mut length) = (Times::default(), 0);
            for reader in running {
                let (times, bytes) = reader.join().ok().context("a reader broke down")??;
                times.into_iter().for_each(|took| all.push(took));
                length = bytes;
            }
            anyhow::Ok((all, length))
        })?;
        let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
        let told = format!(
            "{} requests by {readers}, {:.1} kB each: {rate:.0} a second, p50 / p99 / max {}",
            times.len(),
            length as f64 / 1e3,
            times.told()
        );
        findings.add("public load", way, told, Vec::new());
    }
    Ok(())
}

fn request(host: SocketAddr, path: &str, header: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{header}\r\n")
}

/// Asks again and again; what each took, and how long the last answer was.
fn visit(
    host: SocketAddr,
    request: &str,
    times: usize,
    status: u16,
) -> anyhow::Result<(Vec<Duration>, usize)> {
    let mut reader = Connection::new(host)?;
    let mut took = Vec::with_capacity(times);
    let mut length = 0;
    for _ in 0..times {
        let begun = Instant::now();
        let answer = reader.ask(request)?;
        took.push(begun.elapsed());
        ensure!(answer.status == status, "{} where {status} was expected", answer.status);
        length = answer.length;
    }
    Ok((took, length))
}

/// One connection.
struct Connection(BufReader<TcpStream>);

struct Answer {
    status: u16,
    tag: String,
    length: usize,
}

impl Connection {
    fn new(host: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host).context("nobody listens")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self(BufReader::with_capacity(1 << 16, stream)))
    }

    fn ask(&mut self, request: &str) -> anyhow::Result<Answer> {
        self.0.get_mut().write_all(request.as_bytes())?;
        let (mut line, mut answer) = (String::new(), Answer { status: 0, tag: String::new(), length: 0 });
        loop {
            line.clear();
            ensure!(self.0.read_line(&mut line)? > 0, "the connection was closed");
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(": ") {
                match name.to_ascii_lowercase().as_str() {
                    "content-length" if answer.status != 304 => answer.length = value.parse()?,
                    "etag" => value.clone_into(&mut answer.tag),
                    _ => {}
                }
            } else {
                let status = line.split(' ').nth(1).context("the answer has no status")?;
                answer.status = status.parse()?;
            }
        }
        let body = (&mut self.0).take(answer.length as u64);
        let read = std::io::copy(&mut { body }, &mut std::io::sink())?;
        ensure!(read == answer.length as u64, "the answer broke off");
        Ok(answer)
    }
}
