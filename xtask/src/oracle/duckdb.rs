//! A third opinion: `queue_log.sql` in DuckDB, for people who have it. Its figures must be awk's, byte for byte.

use std::process::Command;

use anyhow::{Context, ensure};

use super::{ZONE, awk::Awk, setting::Promise};
use crate::workspace;

/// Runs a query and writes its rows as awk does: what is unknown is empty.
const PROGRAM: &str = r#"
import sys, duckdb
query, log, zone, within, short = sys.argv[1:]
db = duckdb.connect()
for name, value in [("log", log), ("zone", zone), ("t", int(within)), ("s", int(short))]:
    db.execute(f"SET VARIABLE {name} = {value!r}")
rows = db.execute(open(query).read())
sys.stdout.reconfigure(newline="\n")
print(",".join(column[0] for column in rows.description))
for row in rows.fetchall():
    print(",".join("" if value is None else str(value) for value in row))
"#;

/// How many lines differ; the first one is told.
pub(super) fn differing(awk: &Awk) -> anyhow::Result<usize> {
    let Promise { within, short } = Promise::DEFAULT;
    let output = Command::new("python3")
        .args(["-c", PROGRAM])
        .arg(workspace::root().join("xtask/src/oracle/queue_log.sql"))
        .args([awk.log()?, ZONE, &within.to_string(), &short.to_string()])
        .output()
        .context("cannot run python3")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "DuckDB did not answer; is its package installed? {}", errors.trim());
    let duckdb = String::from_utf8(output.stdout).context("DuckDB wrote no text")?;
    let awk = awk.csv(&[format!("T={within}"), format!("S={short}")])?;
    // The last column depends on the order of lines, of which a query knows nothing.
    let known = awk.lines().filter_map(|line| line.rsplit_once(','));
    let awk = known.map(|(known, _)| known).collect::<Vec<_>>().join("\n") + "\n";
    if duckdb == awk {
        println!("DuckDB's {} rows are awk's, byte for byte.\n", awk.lines().count() - 1);
        return Ok(0);
    }
    let (ours, theirs): (Vec<_>, Vec<_>) = (awk.lines().collect(), duckdb.lines().collect());
    let longest = ours.len().max(theirs.len());
    let differs = |place: &usize| ours.get(*place) != theirs.get(*place);
    if let Some(first) = (0..longest).find(differs) {
        println!("awk:    {:?}\nDuckDB: {:?}\n", ours.get(first), theirs.get(first));
    }
    Ok((0..longest).filter(differs).count().max(1))
}
