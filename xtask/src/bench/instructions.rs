//! How many instructions counting a small log takes, by `valgrind --tool=callgrind`: the same in every run to a few in a
//! thousand, whatever else the machine does.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, ensure};

use super::{Arguments, Setting, counting, input, process, queue_log, text::markdown};
use crate::{sample::contacts, system};

/// Valgrind is some fifty times slower than the processor.
const MEGABYTES: u64 = 8;
/// So many of the most expensive functions are told.
const FUNCTIONS: usize = 25;
/// Functions with more than this share of everything, beneath which nobody looks.
const THRESHOLD: &str = "--threshold=95";

pub(crate) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    ensure!(
        system::find("valgrind").is_some(),
        "valgrind counts instructions; install it with: apt-get install valgrind"
    );
    let folder = setting.folder()?;
    let config = folder.path().join("jono.toml");
    let log = queue_log::dense(MEGABYTES, arguments.queues[0], arguments.seed)?;
    let table = super::contacts::dense(MEGABYTES, arguments.seed)?;
    let mut rows = Vec::new();
    for (what, document, text) in
        [("queue log", log, queue_log::CONFIG), ("contact table", table, contacts::CONFIG)]
    {
        fs::write(&config, text).context("cannot write the configuration")?;
        let (bytes, lines) = input::measured(&document)?;
        for (name, binary) in &setting.binaries {
            eprintln!("instructions of {name} at a {what}");
            let counted = folder.path().join("callgrind.out");
            let jono = counting::fresh(binary, &config, folder.path());
            let ingest = jono.command("ingest");
            let mut valgrind = Command::new("valgrind");
            valgrind.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", counted.display()));
            valgrind
                .arg(ingest.get_program())
                .args(ingest.get_args())
                .args(["--threads", "1"])
                .arg(&document);
            process::run(&mut valgrind)?;
            let total = total(&fs::read_to_string(&counted)?)?;
            rows.push([
                format!("{what}, {:.1} MB, {lines} lines", bytes as f64 / 1e6),
                (*name).to_owned(),
                format!("{:.1}", total as f64 / 1e6),
                format!("{:.0}", total as f64 / lines as f64),
                format!("{:.2}", total as f64 / bytes as f64),
            ]);
            println!("{what}, {name}:\n\n```text\n{}```\n", functions(&counted)?);
        }
    }
    println!(
        "{}",
        markdown(["instructions, one reading thread", "by", "million", "a line", "a byte"], &rows)
    );
    Ok(())
}

/// The sum that callgrind wrote.
fn total(counted: &str) -> anyhow::Result<u64> {
    let mut lines = counted.lines().filter_map(|line| {
        line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: "))?.split_whitespace().next()
    });
    lines.next_back().context("callgrind wrote no sum")?.parse().context("callgrind's sum is no number")
}

/// The most expensive functions.
fn functions(counted: &Path) -> anyhow::Result<String> {
    let mut annotate = Command::new("callgrind_annotate");
    let (_, told) = process::run(annotate.arg(THRESHOLD).arg("--show-percs=yes").arg(counted))?;
    let rows = told.lines().skip_while(|line| !line.contains("file:function")).skip(2);
    let rows = rows.take_while(|line| !line.is_empty()).take(FUNCTIONS);
    Ok(rows.map(|row| shortened(row) + "\n").collect())
}

/// A row without the file and without the binary: the share, and the function's name.
fn shortened(row: &str) -> String {
    let row = row.trim_start();
    let (numbers, function) = row.split_once(")  ").map_or((row, ""), |(numbers, rest)| (numbers, rest));
    let function = function.split_once(':').map_or(function, |(_, name)| name);
    let function = function.split(" [").next().unwrap_or(function);
    let share = numbers.split_once('(').map_or(numbers, |(_, share)| share);
    format!("{share:>7}  {function}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sum_is_at_the_end() {
        assert_eq!(super::total("events: Ir\nfn=(1)\n1 7\n\ntotals: 1234\n").unwrap(), 1234);
        assert!(super::total("events: Ir\n").is_err());
    }

    #[test]
    fn rows_are_shares_and_names() {
        let row = "1,234,567 (12.34%)  /src/fold.rs:jono_ingest::fold::Fold::event [/target/release/jono]";
        insta::assert_snapshot!(super::shortened(row), @" 12.34%  jono_ingest::fold::Fold::event");
    }
}
