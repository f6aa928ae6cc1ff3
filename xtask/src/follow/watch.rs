//! Sees how long a line takes to `/metrics`, and how much memory that needs.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use ureq::Agent;

use super::shared::Shared;

/// How often the page is fetched: delays are seen up to so much too long.
const INTERVAL: Duration = Duration::from_millis(10);
/// How often the memory is noted.
const MEMORY: Duration = Duration::from_secs(1);
/// Longer than any scrape takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Fetches `/metrics` again and again by one connection.
pub(super) struct Pages(Agent);

impl Pages {
    pub(super) fn new() -> Self {
        // No proxy, whatever the environment says: the other end is this machine.
        Self(Agent::config_builder().proxy(None).timeout_global(Some(PATIENCE)).build().into())
    }

    pub(super) fn get(&self, address: SocketAddr) -> anyhow::Result<String> {
        let url = format!("http://{address}/metrics");
        let response = self.0.get(&url).header("accept-encoding", "identity").call();
        let mut response = response.with_context(|| format!("{url} does not answer"))?;
        response.body_mut().read_to_string().with_context(|| format!("{url} broke off"))
    }
}

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// From a line's write to the page that shows it, in the order of writing.
    delays: Vec<Duration>,
    /// Resident bytes of `jono`, once a second.
    memory: Vec<u64>,
}

/// Looks until all is over. Whoever is killed is not there for a while.
pub(super) fn watch(shared: &Shared) -> Seen {
    let pages = Pages::new();
    let mut seen = Seen::default();
    let mut noted = Instant::now();
    while !shared.is_over() {
        thread::sleep(INTERVAL);
        let Some(page) = shared.address().and_then(|address| pages.get(address).ok()) else { continue };
        let now = Instant::now();
        shared.saw_counted(counted(&page));
        let shown = value(&page, "jono_arrivals_total", "unit=\"probe\"") as usize;
        let probes = shared.probes(seen.delays.len(), shown);
        seen.delays.extend(probes.iter().map(|written| now.duration_since(*written)));
        if noted.elapsed() >= MEMORY {
            noted = now;
            seen.memory.push(value(&page, "process_resident_memory_bytes", ""));
        }
    }
    seen
}

/// How many lines have been counted.
pub(super) fn counted(page: &str) -> u64 {
    value(page, "jono_source_records_total", "")
}

/// The samples that count calls and lines, one a line: what must be the same wherever the same was counted.
pub(super) fn counts(page: &str) -> String {
    const COUNTS: [&str; 6] = [
        "jono_arrivals_total",
        "jono_contacts_total",
        "jono_wait_seconds_",
        "jono_handling_seconds_",
        "jono_service_level_contacts_total",
        "jono_source_",
    ];
    // Where the source's files end differs.
    let is_total = |line: &&str| !line.starts_with("jono_source_") || family(line).ends_with("_total");
    let counts = page.lines().filter(|line| COUNTS.iter().any(|count| line.starts_with(count)));
    let mut counts: Vec<_> = counts.filter(is_total).collect();
    counts.sort_unstable();
    counts.join("\n")
}

fn family(line: &str) -> &str {
    line.split(['{', ' ']).next().unwrap_or_default()
}

/// A sample's value as a whole number, if there is one; else 0.
pub(super) fn value(page: &str, name: &str, label: &str) -> u64 {
    let mut lines = page.lines().filter(|line| family(line) == name && line.contains(label));
    let value = lines.next().and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    #[expect(clippy::cast_sign_loss, reason = "counts and sizes are not negative")]
    value.map_or(0, |value| value as u64)
}

impl Seen {
    /// Rows of three for people.
    pub(super) fn told(&self, kills: bool) -> Vec<[String; 3]> {
        let mut delays = self.delays.clone();
        delays.sort_unstable();
        let share = |percent: usize| delays.get((delays.len() * percent / 100).min(delays.len().max(1) - 1));
        let meanwhile = if kills { ", restarts included" } else { "" };
        let row = |what: String, value: Option<f64>, unit: &str| {
            [what, value.map_or("none".to_owned(), |value| format!("{value:.1}")), unit.to_owned()]
        };
        let delay = |what: &str, delay: Option<&Duration>| {
            let milliseconds = delay.map(|delay| delay.as_secs_f64() * 1e3);
            row(format!("from a line to /metrics, {what}{meanwhile}"), milliseconds, "ms")
        };
        let memory = |what: &str, bytes: Option<&u64>| {
            row(
                format!("resident memory, {what}"),
                bytes.map(|bytes| *bytes as f64 / f64::from(1 << 20)),
                "MiB",
            )
        };
        vec![
            delay("half of them within", share(50)),
            delay("99 % within", share(99)),
            delay("all within", delays.last()),
            memory("first", self.memory.first()),
            memory("last", self.memory.last()),
            memory("most", self.memory.iter().max()),
        ]
    }
}

#[cfg(test)]
mod tests {
    const PAGE: &str = "\
# HELP jono_arrivals_total Arrivals.
jono_arrivals_total{channel=\"phone\",unit=\"probe\",service=\"probe\"} 7
jono_arrivals_total{channel=\"phone\",unit=\"other\",service=\"probe\"} 8
jono_source_behind_bytes{source=\"pbx\"} 12
jono_source_gaps_total{source=\"pbx\"} 0
process_resident_memory_bytes 1.5e3
";

    #[test]
    fn a_value_is_found_by_its_name_and_label() {
        let value = |name, label| super::value(PAGE, name, label);
        assert_eq!(value("jono_arrivals_total", "unit=\"other\""), 8);
        assert_eq!(value("process_resident_memory_bytes", ""), 1500);
        assert_eq!(value("jono_arrivals", ""), 0);
    }

    #[test]
    fn counts_are_what_the_same_content_gives() {
        insta::assert_snapshot!(super::counts(PAGE), @r#"
        jono_arrivals_total{channel="phone",unit="other",service="probe"} 8
        jono_arrivals_total{channel="phone",unit="probe",service="probe"} 7
        jono_source_gaps_total{source="pbx"} 0
        "#);
    }
}
