//! A Prometheus that holds the demo's past as history and scrapes its present: the documents are copied, so that
//! something can happen now.

use std::{fs, path::Path, time::Duration};

use anyhow::Context;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::{
    history::import::Imported,
    jono::{self, Jono, Serving},
    prometheus::{Prometheus, free_address},
    wait, workspace,
};

/// The zone of the demo.
pub(super) const ZONE: &str = "Europe/Helsinki";
/// The labels of history, as those of the scrape, and its last day: later there are only comparisons with a year before.
const PAST: [&str; 6] = ["--label", "job=jono", "--label", "instance=jono", "--until", "2020-12-31"];

/// Everything that runs. Fields are dropped in order: who writes to the folder ends before it goes.
pub(super) struct Stage {
    pub(super) jono: Jono,
    pub(super) prometheus: Prometheus,
    serving: Serving,
    folder: TempDir,
}

impl Stage {
    /// Counts the demo's documents, imports its past, serves, scrapes, and lets something happen.
    pub(super) fn set() -> anyhow::Result<Self> {
        let binary = jono::build(&[])?;
        let folder = tempfile::Builder::new().prefix("jono-dashboards-").tempdir();
        let folder = folder.context("there is no room for temporary files")?;
        let documents = folder.path().join("demo");
        copy(&documents)?;
        let jono = Jono::new(&binary, &documents.join("jono.toml"), &folder.path().join("jono.ledger"));
        jono.run("ingest", &[])?;
        let imported = Imported::new(&jono, &PAST, folder.path())?;
        println!("{}\n", imported.table("the demo's past"));
        let serving = jono.serve(&folder.path().join("serve.log"))?;
        let config = folder.path().join("prometheus.yml");
        let scrape = format!(
            "global: {{scrape_interval: 1s}}\nscrape_configs:\n  - job_name: jono\n    static_configs:\n      - targets: [\"{}\"]\n        labels: {{instance: jono}}\n",
            serving.address
        );
        fs::write(&config, scrape)?;
        let prometheus = Prometheus::start(&config, folder.path(), free_address(0)?)?;
        let stage = Self { jono, prometheus, serving, folder };
        stage.happen()?;
        Ok(stage)
    }

    /// Customers call, are answered, give up and wait; books and queues are polled; somebody is called back.
    fn happen(&self) -> anyhow::Result<()> {
        let seen = |what: &str, promql: &str| {
            wait::until(what, Duration::from_mins(2), || {
                let samples = self.prometheus.query(promql)?;
                Ok((!samples.is_empty()).then_some(()))
            })
        };
        seen("Prometheus does not see jono", "up{job=\"jono\"} == 1")?;
        for round in 0..2 {
            self.append("calls-2020.log", &calls(Timestamp::now().as_second(), round))?;
            // And one line that nobody understands.
            self.append("calls-2020.log", "broken|line\n")?;
            self.append("callbacks.csv", &callbacks(round)?)?;
            if round == 0 {
                self.append("offices.jsonl", &offices()?)?;
                self.append("appointments.csv", &appointments()?)?;
            }
            let answered =
                format!("sum(jono_contacts_total{{outcome=\"answered\"}}) >= {}", (round + 1) * 18);
            seen("the calls are not scraped", &answered)?;
            let called = format!("sum(jono_callbacks_called_total) >= {}", round + 1);
            seen("the call backs are not scraped", &called)?;
        }
        for metric in ["jono_polled_waiting", "jono_appointment_available", "jono_waiting > 0"] {
            seen("what was polled is not scraped", metric)?;
        }
        seen("the calls are not seen to grow", "sum(increase(jono_contacts_total[10m])) > 10")?;
        // Long enough for a panel's points, which are a quarter of a minute apart.
        seen("nothing has been there for a while", "count_over_time(up{job=\"jono\"}[1m]) > 45")
    }

    fn append(&self, document: &str, rows: &str) -> anyhow::Result<()> {
        use std::io::Write;
        let path = self.folder.path().join("demo").join(document);
        let mut file =
            fs::OpenOptions::new().append(true).open(&path).with_context(|| format!("no {document}"))?;
        file.write_all(rows.as_bytes()).with_context(|| format!("cannot write to {document}"))
    }

    /// Ends it as an operator would; it must end well.
    pub(super) fn end(self) -> anyhow::Result<()> {
        self.serving.stop()
    }
}

/// The demo's documents, with a configuration in which one source has a limit of its age.
fn copy(to: &Path) -> anyhow::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(workspace::root().join("deploy/demo"))? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    let config = to.join("jono.toml");
    let text = fs::read_to_string(&config)?;
    let limited = "format = \"queue_log\"\nmax_age_seconds = 3600\n";
    fs::write(&config, text.replace("format = \"queue_log\"\n", limited))?;
    Ok(())
}

/// Queues that the demo's configuration has routes for.
const QUEUES: [&str; 3] = ["perustuki-fi", "tyottomyys-fi", "asumistuki-fi"];

/// Thirty calls within the last two minutes: eighteen are answered, six give up, six still wait.
fn calls(now: i64, round: i64) -> String {
    let mut log = String::new();
    for (number, queue) in (0..30).zip(QUEUES.into_iter().cycle()) {
        let at = now - 120 + number * 3;
        let call = format!("{at}.{round}{number:02}");
        let mut line = |time: i64, agent: &str, event: &str| {
            use std::fmt::Write;
            let _ = writeln!(log, "{time}|{call}|{queue}|{agent}|{event}");
        };
        line(at, "NONE", "ENTERQUEUE||0295555555|1");
        match number % 5 {
            0..3 => {
                let wait = 2 + number;
                line(at + wait, "Agent/10001", &format!("CONNECT|{wait}|{call}1|3"));
                line(at + wait + 1, "Agent/10001", &format!("COMPLETECALLER|{wait}|1|1"));
            }
            3 => line(at + 9, "NONE", "ABANDON|1|1|9"),
            _ => {}
        }
    }
    // In the order in which an exchange writes.
    let mut lines: Vec<_> = log.lines().collect();
    lines.sort_by_key(|line| line.split('|').next().map(str::to_owned));
    lines.join("\n") + "\n"
}

fn local(form: &str, seconds_ago: i64) -> anyhow::Result<String> {
    let at = Timestamp::from_second(Timestamp::now().as_second() - seconds_ago)?;
    Ok(at.in_tz(ZONE)?.strftime(form).to_string())
}

fn callbacks(round: i64) -> anyhow::Result<String> {
    let time = |ago| local("%Y-%m-%d %H:%M:%S", ago);
    let id = 900_000 + round;
    Ok(format!("{id};{};{};{};{};spoken\n", time(60)?, time(50)?, time(20)?, time(5)?))
}

fn offices() -> anyhow::Result<String> {
    let row = |office: &str, rest: &str| {
        anyhow::Ok(format!(
            "{{\"at\":\"{}\",\"office\":\"{office}\",{rest}}}\n",
            local("%Y-%m-%dT%H:%M:%S%:z", 10)?
        ))
    };
    Ok([
        row("kirkonmaki", "\"state\":\"open\",\"waiting\":3,\"wait_minutes\":12,\"desks\":2")?,
        row("tuomiranta", "\"state\":\"open\",\"waiting\":1,\"wait_minutes\":4,\"desks\":1")?,
        row("suvantola", "\"state\":\"closed\"")?,
    ]
    .concat())
}

fn appointments() -> anyhow::Result<String> {
    let seen = local("%Y-%m-%d %H:%M", 60)?;
    let free = local("%Y-%m-%d", -2 * 86_400)?;
    Ok(format!(
        "{seen},phone_appointment,south,{free},28\n{seen},phone_appointment,east,{free},28\n{seen},visit_appointment,north,,28\n"
    ))
}
