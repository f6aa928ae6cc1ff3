//! A thousand service points with ten services each, for two years: how large the ledger becomes, how long counting and
//! starting take, and what `/metrics` costs.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    process::Stdio,
    time::Instant,
};

use anyhow::{Context, ensure};
use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
    tz::TimeZone,
};

use super::{
    Arguments, Setting,
    process::peak,
    spread::{Spread, known},
    text::markdown,
};
use crate::{
    draw::{Draw, whole},
    http,
    jono::Jono,
};

const ZONE: &str = "Europe/Helsinki";
const FIRST: Date = date(2019, 1, 1);
const END: Date = date(2021, 1, 1);
/// Doors are open for so many seconds from 09:00 on.
const OPEN: u32 = 6 * 3600;

pub(super) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    let dir = setting.folder()?;
    let config = dir.path().join("jono.toml");
    fs::write(&config, configuration(arguments)).context("cannot write the configuration")?;
    let (tickets, bytes) = write_tickets(arguments, dir.path())?;

    let jono = Jono::new(setting.binary(), &config, &dir.path().join("bench.ledger"));
    let started = Instant::now();
    let mut child = jono.command("ingest").stdout(Stdio::null()).spawn().context("cannot run jono")?;
    let held = peak(&mut child)?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(child.wait()?.success(), "jono ingest failed");
    let ledger: u64 = ["", "-wal"]
        .iter()
        .filter_map(|suffix| fs::metadata(dir.path().join(format!("bench.ledger{suffix}"))).ok())
        .map(|file| file.len())
        .sum();

    let log = dir.path().join("serve.log");
    let start = || {
        let started = Instant::now();
        let serving = jono.serve(&log)?;
        http::get(&format!("http://{}/-/ready", serving.address))?.text()?;
        let seconds = started.elapsed().as_secs_f64();
        serving.stop().map(|()| seconds)
    };
    // The first one reads everything, to know what the counters are to show.
    let first = start()?;
    let starts = (0..arguments.rounds.max(1)).map(|_| start()).collect::<anyhow::Result<Vec<_>>>()?;
    let serving = jono.serve(&log)?;
    let url = format!("http://{}/metrics", serving.address);
    let (mut plain, mut compressed, mut text) = (Vec::new(), Vec::new(), String::new());
    for _ in 0..arguments.rounds.max(1) {
        let started = Instant::now();
        http::get(&url)?.text()?.clone_into(&mut text);
        plain.push(started.elapsed().as_secs_f64() * 1e3);
        let started = Instant::now();
        http::get_gzip(&url)?;
        compressed.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let serving_peak = serving.peak()?;
    serving.stop()?;
    let samples = text.lines().filter(|line| !line.starts_with('#')).count();

    let mega = |bytes: u64| bytes as f64 / 1e6;
    let row = |what: &str, value: String| [what.to_owned(), value];
    let title = format!("{} service points, {} services each", arguments.points, arguments.services);
    let rows = [
        row("tickets, two years", format!("{:.1} million, {:.0} MB", mega(tickets), mega(bytes))),
        row("counted in", format!("{seconds:.0} s, {:.0} thousand/s", tickets as f64 / seconds / 1e3)),
        row("peak MiB while counting", format!("{:.0}", held as f64 / 1024.0)),
        row(
            "ledger",
            format!("{:.0} MB, {:.0} bytes a ticket", mega(ledger), ledger as f64 / tickets as f64),
        ),
        row("`jono serve`, seconds until ready, the first time", format!("{first:.1}")),
        row("`jono serve`, seconds until ready, later", known(Spread::of(starts))),
        row("`/metrics`", format!("{samples} samples, {:.1} MB", text.len() as f64 / 1e6)),
        row("scraped in ms", known(Spread::of(plain))),
        row("scraped in ms, gzip", known(Spread::of(compressed))),
        row("peak MiB while serving", format!("{:.0}", serving_peak as f64 / 1024.0)),
    ];
    println!("{}", markdown([title.as_str(), ""], &rows));
    Ok(())
}

/// Every service point beneath one of six units, and a limit of `/metrics` that they fit into.
fn configuration(arguments: &Arguments) -> String {
    let mut toml = format!(
        "time_zone = \"{ZONE}\"\n[counters]\nsince = \"{FIRST}\"\nhorizon = \"none\"\n[limits]\ntime_series = 1000000\n\
         series = 1000000\n[[source]]\nname = \"tickets\"\nformat = \"tickets\"\npaths = [\"tickets-*.csv\"]\n\
         [source.columns]\ntaken = \"taken\"\ncalled = \"called\"\nclosed = \"closed\"\nunit = \"unit\"\n\
         service = \"service\"\n"
    );
    let parents =
        (0..6).map(|unit| format!("[[unit]]\nid = \"unit-{unit}\"\nkind = \"customer_service_unit\"\n"));
    toml.extend(parents);
    toml.extend((0..arguments.points).map(|point| {
        format!(
            "[[unit]]\nid = \"point-{point:04}\"\nkind = \"service_point\"\nparent = \"unit-{}\"\n",
            point % 6
        )
    }));
    toml.extend((0..arguments.services).map(|service| format!("[[service]]\nid = \"service-{service}\"\n")));
    toml
}

/// A table a month; how many tickets and bytes.
fn write_tickets(arguments: &Arguments, dir: &Path) -> anyhow::Result<(u64, u64)> {
    let zone = TimeZone::get(ZONE)?;
    let mut draw = Draw::new(1);
    let (mut tickets, mut bytes) = (0, 0);
    let mut month = FIRST;
    while month < END {
        let next = month.checked_add(1.month())?;
        let path = dir.join(format!("tickets-{}.csv", month.strftime("%Y-%m")));
        let mut out = BufWriter::new(File::create(&path).context("cannot write tickets")?);
        writeln!(out, "taken,called,closed,unit,service")?;
        for day in month.series(1.day()).take_while(|day| *day < next) {
            if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                continue;
            }
            let opens = zone.to_timestamp(day.at(9, 0, 0, 0))?.as_second();
            for point in 0..arguments.points {
                for service in 0..arguments.services {
                    let mut left = arguments.tickets;
                    loop {
                        left -= draw.exponential();
                        if left < 0.0 {
                            break;
                        }
                        let taken = opens + i64::from(draw.between(0, OPEN));
                        let called = taken + whole(draw.exponential() * 600.0).cast_signed();
                        let closed = called + whole(draw.exponential() * 500.0).cast_signed();
                        writeln!(out, "{taken},{called},{closed},point-{point:04},service-{service}")?;
                        tickets += 1;
                    }
                }
            }
        }
        out.flush()?;
        bytes += fs::metadata(&path)?.len();
        month = next;
    }
    Ok((tickets, bytes))
}
