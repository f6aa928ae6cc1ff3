//! From a ledger to a Prometheus that knows its past, as a user would do it.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use crate::{
    jono::Jono,
    prometheus::{Prometheus, free_address},
    table::table,
};

/// Labels as a scrape would have them.
pub(super) const LABELS: [&str; 4] = ["--label", "job=jono", "--label", "instance=history"];
/// The same in a query.
pub(super) const MATCHER: &str = r#"job="jono",instance="history""#;

/// A Prometheus that knows the past of a ledger, and what that took, as a table.
pub(super) fn import(jono: &Jono, what: &str, folder: &Path) -> anyhow::Result<(Prometheus, String)> {
    let imported = Imported::new(jono, &LABELS, folder)?;
    let config = folder.join("prometheus.yml");
    fs::write(&config, "scrape_configs: []\n")?;
    let prometheus = Prometheus::start(&config, folder, free_address(0)?)?;
    Ok((prometheus, imported.table(what)))
}

/// What was imported, and what it took.
#[derive(Debug)]
pub(crate) struct Imported {
    samples: u64,
    bytes: u64,
    written: Duration,
    /// KiB.
    peak: u64,
    promtool: Duration,
    blocks: usize,
}

impl Imported {
    /// Writes the history of a ledger, and makes blocks of it where [`Prometheus::start`] looks for them.
    pub(crate) fn new(jono: &Jono, arguments: &[&str], folder: &Path) -> anyhow::Result<Self> {
        let output = folder.join("history");
        let mut backfill = jono.command("backfill");
        backfill.arg("--output").arg(&output).args(arguments).stdout(Stdio::null());
        let started = Instant::now();
        let peak = run_and_watch(&mut backfill)?;
        let written = started.elapsed();
        let samples = ensure_whole(&output)?;
        let mut bytes = 0;
        for entry in fs::read_dir(&output)? {
            bytes += entry?.metadata()?.len();
        }
        let data = folder.join("prometheus");
        fs::create_dir(&data)?;
        let started = Instant::now();
        make_blocks(&output, &data, &[])?;
        let (promtool, blocks) = (started.elapsed(), fs::read_dir(&data)?.count());
        Ok(Self { samples, bytes, written, peak, promtool, blocks })
    }

    pub(crate) fn table(&self, what: &str) -> String {
        let Self { samples, bytes, written, peak, promtool, blocks } = self;
        table(
            ["history written", "samples", "MB", "seconds", "MiB at most", "promtool's seconds", "blocks"],
            1,
            [[
                what.to_owned(),
                samples.to_string(),
                format!("{:.1}", *bytes as f64 / 1e6),
                format!("{:.1}", written.as_secs_f64()),
                format!("{:.0}", *peak as f64 / 1024.0),
                format!("{:.1}", promtool.as_secs_f64()),
                blocks.to_string(),
            ]],
        )
    }
}

/// Makes blocks of the files that are named, or of all.
pub(super) fn make_blocks(output: &Path, data: &Path, files: &[&str]) -> anyhow::Result<()> {
    let mut import = Command::new("sh");
    import.arg(output.join("import.sh")).arg("promtool").arg(data).args(files).current_dir(output);
    let imported = import.output().context("cannot run import.sh")?;
    let said = [imported.stdout, imported.stderr].concat();
    ensure!(imported.status.success(), "import.sh failed:\n{}", String::from_utf8_lossy(&said));
    Ok(())
}

/// Whether every file of the list is there with its end; how many samples there are.
pub(super) fn ensure_whole(output: &Path) -> anyhow::Result<u64> {
    let manifest = fs::read_to_string(output.join("MANIFEST")).context("history has no list of files")?;
    let mut samples = 0;
    for line in manifest.lines().skip(1) {
        let mut fields = line.split('\t');
        let (name, count) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let text = fs::read_to_string(output.join(name)).with_context(|| format!("{name} is not there"))?;
        ensure!(text.ends_with("\n# EOF\n"), "{name} has no end");
        samples += count.parse::<u64>().with_context(|| format!("{line:?} has no count"))?;
    }
    Ok(samples)
}

/// Runs a command that must succeed; the most memory that it ever held, in KiB.
pub(crate) fn run_and_watch(command: &mut Command) -> anyhow::Result<u64> {
    let mut child = command.spawn().context("cannot run jono")?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(ended) = child.try_wait()? {
            ensure!(ended.success(), "jono ended with {ended}");
            return Ok(peak);
        }
        let lines = fs::read_to_string(&status).unwrap_or_default();
        let now = lines
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        peak = peak.max(now.unwrap_or(0));
        thread::sleep(Duration::from_millis(20));
    }
}
