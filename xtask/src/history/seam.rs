//! Where history ends and scraping begins: no count is lost there and none is there twice, a restart of Prometheus
//! changes nothing, and the figures of the last week are what readings say.

use std::{fmt::Write as _, fs, path::Path, time::Duration};

use anyhow::{Context, ensure};
use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::import::Imported;
use crate::{
    jono::Jono,
    prometheus::{Prometheus, free_address},
    table::table,
    wait,
};

const ZONE: &str = "Europe/Helsinki";
/// As the scrape has them.
const LABELS: [&str; 4] = ["--label", "job=jono", "--label", "instance=seam"];
const ARRIVALS: &str = "jono_arrivals_total{job=\"jono\",instance=\"seam\"}";
/// How many days history has: all of the last ISO week is in it.
const DAYS: i64 = 15;
/// Calls that come while all is running.
const LATER: usize = 25;
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) fn check(binary: &Path, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir(folder).context("there is no room for temporary files")?;
    // Counters begin at a midnight that is more than three hours ago.
    let now = Timestamp::now().in_tz(ZONE)?;
    let midnight = now.checked_sub(4.hours())?.start_of_day()?;
    let epoch = midnight.timestamp().as_second();
    let calls = calls(epoch, now.timestamp().as_second());
    let (log, config) = (folder.join("queue_log"), folder.join("jono.toml"));
    fs::write(&log, &calls.text)?;
    fs::write(&config, configuration(midnight.date()))?;
    let jono = Jono::new(binary, &config, &folder.join("seam.ledger"));
    jono.ingest(&[log.to_str().context("the log's path is no text")?])?;

    let serving = jono.serve(&folder.join("serve.log"))?;
    let imported = Imported::new(&jono, &LABELS, folder)?;
    let scrapes = folder.join("prometheus.yml");
    let text = format!(
        "global: {{ scrape_interval: 1s }}\nscrape_configs:\n- job_name: jono\n  static_configs:\n  \
         - {{ targets: [{:?}], labels: {{ instance: seam }} }}\n",
        serving.address.to_string()
    );
    fs::write(&scrapes, text)?;
    let prometheus = Prometheus::start(&scrapes, folder, free_address(0)?)?;
    wait::until("Prometheus does not scrape jono", PATIENCE, || {
        Ok(prometheus.query("up == 1")?.first().map(|_| ()))
    })?;
    // They come while it is scraped.
    let later = (0..LATER).try_fold(calls.text, |text, number| {
        let at = Timestamp::now().as_second();
        anyhow::Ok(text + &call(at, &format!("later-{number}")))
    })?;
    fs::write(&log, later)?;
    let live = calls.since + LATER;
    wait::until("the last calls do not show", PATIENCE, || {
        let found = prometheus.query(ARRIVALS)?;
        Ok(found.iter().any(|sample| sample.value == live.to_string()).then_some(()))
    })?;

    let one = |query: &str| {
        let found = prometheus.query(query)?;
        ensure!(found.len() == 1, "{query} has {} series", found.len());
        anyhow::Ok(found[0].value.clone())
    };
    let before = grown(&prometheus, &format!("[30d] @ {}.999", epoch - 1))?;
    ensure!(before == calls.before as u64, "history counts {before} calls, and there were {}", calls.before);
    let closing = one(&format!("{ARRIVALS} @ {epoch}"))?;
    ensure!(closing == "0", "history ends at {closing}, and a scrape would seem to go on from there");
    let grown = grown(&prometheus, "[30d]")?;
    let total = calls.before + live;
    ensure!(grown == total as u64, "over the seam the counter grew by {grown}, and {total} calls came");

    let week = week(&jono, now.date(), &one)?;

    // Blocks beside what is in memory: a restart must not cost a sample of either.
    drop(prometheus);
    let prometheus = Prometheus::start(&scrapes, folder, free_address(0)?)?;
    let again = self::grown(&prometheus, "[30d]")?;
    ensure!(
        again == grown,
        "after a restart of Prometheus the counter grew by {again}, and by {grown} before"
    );
    serving.stop()?;
    let rows = [
        ("in history".to_owned(), calls.before),
        ("of them in the last ISO week, as /metrics and readings say".to_owned(), week),
        ("on /metrics, since midnight".to_owned(), calls.since),
        ("while Prometheus scraped".to_owned(), LATER),
        ("by which the counter grew, as Prometheus has it".to_owned(), grown as usize),
        ("the same after a restart of Prometheus".to_owned(), again as usize),
    ];
    println!("{}\n", imported.table("two weeks before the seam"));
    println!(
        "{}\n",
        table(["calls over the seam", ""], 1, rows.map(|(what, calls)| [what, calls.to_string()]))
    );
    Ok(())
}

/// The contacts of the ISO week that ended last, which the gauge and readings have in common.
fn week(jono: &Jono, today: Date, one: &impl Fn(&str) -> anyhow::Result<String>) -> anyhow::Result<usize> {
    let week = today.checked_sub(7.days())?.iso_week_date();
    let period = format!("{:04}-W{:02}", week.year(), week.week());
    let rows = jono.readings(&["--measure", "contacts", "--period", &period, "--basis", "counted"])?;
    let read = rows.first().and_then(|row| row["value"].as_u64());
    let read = read.with_context(|| format!("readings know no contacts of {period}"))?;
    let selector = "{job=\"jono\",instance=\"seam\",basis=\"counted\"}";
    let shown = one(&format!("jono_week_contacts{selector}"))?;
    ensure!(shown == read.to_string(), "the gauge of {period} is {shown}, and readings say {read}");
    let start = one("jono_period_start_timestamp_seconds{job=\"jono\",period=\"week\"}")?;
    let first = rows[0]["start"].as_str().context("a reading has no start")?.parse::<Timestamp>()?;
    ensure!(start == first.as_second().to_string(), "{period} begins at {first}, and not at {start}");
    Ok(read.try_into()?)
}

/// By how much the counter grew over all of its samples, as Prometheus adds it up: a fall is a restart from zero.
fn grown(prometheus: &Prometheus, range: &str) -> anyhow::Result<u64> {
    let samples = prometheus.samples(&format!("{ARRIVALS}{range}"))?;
    let values = samples.iter().map(|value| value.parse::<u64>().context("a sample is no count"));
    let values = values.collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(values.first() == Some(&0), "history does not begin at zero");
    let steps = values.windows(2).map(|pair| if pair[1] < pair[0] { pair[1] } else { pair[1] - pair[0] });
    Ok(steps.sum())
}

/// Calls of the days before, and since midnight.
struct Calls {
    text: String,
    before: usize,
    since: usize,
}

/// One call every seven minutes, until an hour ago at the latest.
fn calls(midnight: i64, now: i64) -> Calls {
    let mut calls = Calls { text: String::new(), before: 0, since: 0 };
    for at in (midnight - DAYS * 86_400..now - 3600).step_by(420) {
        calls.text.push_str(&call(at, &format!("{at}")));
        *(if at < midnight { &mut calls.before } else { &mut calls.since }) += 1;
    }
    calls
}

/// A call that is answered at once.
fn call(at: i64, id: &str) -> String {
    let mut text = String::new();
    for event in ["NONE|ENTERQUEUE||0295555555|1", "Agent/1|CONNECT|0|1.2|0", "Agent/1|COMPLETECALLER|0|0|1"]
    {
        writeln!(text, "{at}|{id}|help|{event}").expect("a String takes all text");
    }
    text
}

fn configuration(since: Date) -> String {
    format!(
        "time_zone = {ZONE:?}\n[counters]\nsince = \"{since}\"\nhorizon = \"none\"\n[[unit]]\nid = \"desk\"\n[[service]]\nid = \
         \"help\"\n[[source]]\nname = \"exchange\"\nformat = \"queue_log\"\npaths = [\"queue_log\"]\npoll_seconds = \
         1\n[[source.route]]\nqueue = \"help\"\nunit = \"desk\"\nservice = \"help\"\n"
    )
}
