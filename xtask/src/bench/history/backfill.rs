//! A quarter of history written by jono, and made into blocks by promtool.

use std::{fs, path::Path, process::Command};

use anyhow::Context;

use super::Past;
use crate::bench::{
    Setting, process,
    spread::known,
    text::{markdown, megabytes},
};

/// A quarter: history of years takes promtool minutes, and each month is as the others.
const QUARTER: [&str; 4] = ["--from", "2023-10-01", "--until", "2023-12-31"];

pub(super) fn run(setting: &Setting, past: &[Past<'_>]) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for past in past {
        eprintln!("backfill by {}", past.name);
        let output = past.folder.join("history");
        let jono = past.counted("");
        let mut backfill = jono.command("backfill");
        backfill.arg("--output").arg(&output).args(["--label", "job=jono", "--label", "instance=bench"]);
        let (written, _) = process::run(backfill.args(QUARTER))?;
        let (samples, bytes) = size(&output)?;
        let speed = format!("{:.2}", samples as f64 / 1e6 / written.seconds);
        let blocks = setting.peers.promtool.as_ref().map(|_| {
            let data = past.folder.join("prometheus");
            fs::create_dir(&data)?;
            let mut import = Command::new("sh");
            import.arg(output.join("import.sh")).arg("promtool").arg(&data).current_dir(&output);
            process::run(&mut import).map(|(run, _)| run.seconds)
        });
        let blocks = blocks.transpose()?;
        rows.push([
            format!("a quarter, {:.1} million samples, {}", samples as f64 / 1e6, megabytes(bytes)),
            past.name.to_owned(),
            format!("{:.2}", written.seconds),
            speed,
            known(written.peak_kib.map(|kib| kib / 1024)),
            known(blocks.map(|seconds| format!("{seconds:.1}"))),
            known(blocks.map(|seconds| format!("{:.1}", seconds / written.seconds))),
        ]);
        fs::remove_dir_all(&output)?;
    }
    let header = [
        "`jono backfill`",
        "by",
        "seconds",
        "million samples/s",
        "peak MiB",
        "promtool's seconds",
        "times jono's",
    ];
    println!("{}", markdown(header, &rows));
    Ok(())
}

/// Samples by the list of files, and bytes of all of them.
fn size(output: &Path) -> anyhow::Result<(u64, u64)> {
    let manifest = fs::read_to_string(output.join("MANIFEST")).context("history has no list of files")?;
    let counts = manifest.lines().skip(1).filter_map(|line| line.split('\t').nth(1)?.parse::<u64>().ok());
    let mut bytes = 0;
    for entry in fs::read_dir(output)? {
        bytes += entry?.metadata()?.len();
    }
    Ok((counts.sum(), bytes))
}
