//! What an unchanged scrape costs `jono serve`, plain and compressed, beside a bare copy through the loopback.

use std::{
    fs,
    io::{BufWriter, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    thread,
    time::Instant,
};

use anyhow::{Context, ensure};

use super::{
    Arguments, Setting, counting, process,
    spread::{Spread, known},
    text::{markdown, megabytes},
};

/// Samples that a series shows, about.
const SAMPLES_A_SERIES: usize = 66;
/// How often each is asked for in a round: the kernel tells times of processors in steps of 10 ms.
const SCRAPES: usize = 20;

/// Units that the table names need no configuration, however many they are.
const CONFIG: &str = r#"time_zone = "Europe/Helsinki"
[counters]
since = "2020-06-01"
horizon = "none"
[limits]
time_series = 10000000
series = 1000000
[[source]]
name = "contacts"
format = "contacts"
paths = ["contacts.csv"]
[source.columns]
arrived = "arrived"
outcome = "outcome"
wait = "wait"
handling = "handling"
unit = "unit"
service = "service"
channel = { value = "phone" }
"#;

pub(crate) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    let folder = setting.folder()?;
    let config = folder.path().join("jono.toml");
    fs::write(&config, CONFIG).context("cannot write the configuration")?;
    let mut rows = Vec::new();
    for &samples in &arguments.samples {
        write_table(&folder.path().join("contacts.csv"), samples.div_ceil(SAMPLES_A_SERIES))?;
        for (name, binary) in &setting.binaries {
            eprintln!("{samples} samples scraped from {name}");
            let jono = counting::fresh(binary, &config, folder.path());
            jono.run("ingest", &[])?;
            let serving = jono.serve(&folder.path().join("serve.log"))?;
            // The first who asks for gzip has it made; the others are given what was made.
            let (bytes, lines) = ask(serving.address, "identity")?;
            let started = Instant::now();
            let (packed, _) = ask(serving.address, "gzip")?;
            let first = started.elapsed().as_secs_f64() * 1e3;
            let mut figures = [const { Vec::new() }; 5];
            for _ in 0..arguments.rounds.max(1) {
                for (encoding, at) in [("identity", 0), ("gzip", 2)] {
                    let before = process::processor_seconds(serving.id())?;
                    for _ in 0..SCRAPES {
                        let started = Instant::now();
                        ask(serving.address, encoding)?;
                        figures[at].push(started.elapsed().as_secs_f64() * 1e3);
                    }
                    let used = process::processor_seconds(serving.id())? - before;
                    figures[at + 1].push(used * 1e3 / SCRAPES as f64);
                }
                figures[4].push(loopback(bytes)? * 1e3);
            }
            let peak = serving.peak()? as f64 / 1024.0;
            serving.stop()?;
            let [plain, plain_used, gzip, gzip_used, copy] =
                figures.map(|figures| known(Spread::of(figures)));
            let size = megabytes(bytes as u64);
            let what = format!("{lines} lines, {size}, {:.2} MB packed", packed as f64 / 1e6);
            rows.push([
                what,
                (*name).to_owned(),
                plain,
                plain_used,
                format!("{first:.1}"),
                gzip,
                gzip_used,
                copy,
                format!("{peak:.0}"),
            ]);
        }
    }
    let header = [
        "an unchanged scrape",
        "by",
        "plain, ms",
        "of it processor, ms",
        "first gzip, ms",
        "gzip, ms",
        "of it processor, ms",
        "a copy through the loopback, ms",
        "peak MiB",
    ];
    println!("{}", markdown(header, &rows));
    Ok(())
}

/// One answered call a series.
fn write_table(path: &Path, series: usize) -> anyhow::Result<()> {
    let mut out = BufWriter::new(fs::File::create(path).context("cannot write a table")?);
    writeln!(out, "arrived,outcome,wait,handling,unit,service")?;
    for number in 0..series {
        writeln!(out, "2020-06-08T10:00:00+03:00,answered,{},60,unit-{number:05},service", number % 300)?;
    }
    Ok(out.flush()?)
}

/// Asks for `/metrics` by a connection of its own; how many bytes and lines came.
fn ask(address: SocketAddr, encoding: &str) -> anyhow::Result<(usize, usize)> {
    let mut stream = TcpStream::connect(address)?;
    let request = "GET /metrics HTTP/1.1\r\nhost: bench\r\nconnection: close\r\naccept-encoding";
    write!(stream, "{request}: {encoding}\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    ensure!(head.ends_with(b" 200"), "/metrics answered {}", head.escape_ascii());
    drain(stream)
}

/// Reads to the end, and forgets it.
fn drain(mut stream: TcpStream) -> anyhow::Result<(usize, usize)> {
    let mut buffer = vec![0; 1 << 18];
    let (mut bytes, mut lines) = (0, 0);
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok((bytes, lines)),
            length => {
                bytes += length;
                lines += memchr::memchr_iter(b'\n', &buffer[..length]).count();
            }
        }
    }
}

/// Seconds in which so many bytes that are already there come through the loopback.
fn loopback(bytes: usize) -> anyhow::Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let body = vec![b'7'; bytes];
    thread::scope(|scope| {
        let sender = scope.spawn(|| listener.accept()?.0.write_all(&body));
        let started = Instant::now();
        let (came, _) = drain(TcpStream::connect(address)?)?;
        let seconds = started.elapsed().as_secs_f64();
        sender.join().expect("sending does not panic")?;
        ensure!(came == bytes, "{came} bytes of {bytes} came");
        Ok(seconds)
    })
}
