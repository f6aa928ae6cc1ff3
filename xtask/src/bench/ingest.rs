//! How fast a log becomes durable hourly cells, by one thread and by all, and how much memory that takes.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use super::{Arguments, markdown, spread};
use crate::{
    sample::{self, Arguments as Sample},
    workspace,
};

/// Bytes of log that a call leaves, about.
const BYTES_A_CALL: u64 = 245;

const CONFIG: &str =
    "time_zone = \"Europe/Helsinki\"\n[[source]]\nname = \"queue_log\"\nformat = \"queue_log\"\n";

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let jono = super::jono()?;
    // On the disk of the target directory: a temporary folder may be in memory.
    let dir = tempfile::tempdir_in(workspace::target()?).context("there is no room for temporary files")?;
    let config = dir.path().join("jono.toml");
    fs::write(&config, CONFIG).context("cannot write the configuration")?;

    let mut rows = Vec::new();
    for &megabytes in &arguments.megabytes {
        let log = dir.path().join("queue_log");
        sample::run(&Sample {
            calls: megabytes * 1_000_000 / BYTES_A_CALL,
            queues: arguments.queues.try_into().context("--queues 0")?,
            out: log.clone(),
            ..Sample::default()
        })?;
        let bytes = fs::metadata(&log).context("the log is gone")?.len();
        for threads in [Some(1), None] {
            let (mut speeds, mut peaks) = (Vec::new(), Vec::new());
            for _ in 0..arguments.rounds.max(1) {
                let (seconds, peak) = ingest(&jono, &config, &log, dir.path(), threads)?;
                speeds.push(bytes as f64 / 1e6 / seconds);
                peaks.push(peak as f64 / 1024.0);
            }
            let threads = threads.map_or_else(|| "all".to_owned(), |threads: u8| threads.to_string());
            rows.push([
                format!("{:.0} MB", bytes as f64 / 1e6),
                threads,
                spread(speeds, 0),
                spread(peaks, 0),
            ]);
        }
    }
    println!("{}", markdown(["queue log", "reading threads", "MB/s, ledger included", "peak MiB"], &rows));
    Ok(())
}

/// One run into a fresh ledger: its seconds, and the most memory it held, in KiB.
fn ingest(
    jono: &Path,
    config: &Path,
    log: &Path,
    dir: &Path,
    threads: Option<u8>,
) -> anyhow::Result<(f64, u64)> {
    let ledger = dir.join("bench.ledger");
    for suffix in ["", "-wal", "-shm", ".rejects"] {
        let _ = fs::remove_file(dir.join(format!("bench.ledger{suffix}")));
    }
    let mut command = Command::new(jono);
    command.arg("ingest").arg("--config.file").arg(config).arg("--ledger").arg(&ledger).arg(log);
    if let Some(threads) = threads {
        command.args(["--threads", &threads.to_string()]);
    }
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().context("cannot run jono")?;
    let peak = peak(&mut child)?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(child.wait()?.success(), "jono ingest failed");
    Ok((seconds, peak))
}

/// Waits for a process; the kernel keeps the most memory that it ever held, and is asked until it is gone.
pub(super) fn peak(child: &mut Child) -> anyhow::Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        let held = fs::read_to_string(&status).unwrap_or_default();
        let held = held.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
        peak = peak.max(held.and_then(|kib| kib.parse().ok()).unwrap_or(0));
        thread::sleep(Duration::from_millis(2));
    }
    Ok(peak)
}
