//! What is refused with a sentence, and changes nothing.

use std::{fs, process::Command};

use anyhow::ensure;

use super::{
    Scenario,
    place::{Place, refused},
};

pub(super) const SCENARIOS: &[Scenario] = &[
    ("rewritten in the middle", rewritten),
    ("cut at the end", cut),
    ("a missing file, a directory", nothing_to_read),
    ("a ledger that cannot be one", no_ledger),
    ("a damaged ledger", damaged),
    ("another zone", other_zone),
    ("a full disk", full),
];

fn counted(place: &Place) -> anyhow::Result<String> {
    place.write("queue_log", &place.log)?;
    place.expect("new", &["queue_log"])?;
    place.facts()
}

fn rewritten(place: &Place) -> anyhow::Result<()> {
    let before = counted(place)?;
    let (first, last) = (place.part(400).len(), place.part(600).len());
    let content = [&place.log[..first], &place.log[last..]].concat();
    place.write("queue_log", &content)?;
    place.refused(&["queue_log"], "--as-new")?;
    place.equals(&before)?;

    place.expect("new", &["--as-new", "queue_log"])?;
    let fresh = place.fresh()?;
    fresh.expect("new", &["queue_log"])?;
    place.write("whole", &place.log)?;
    // Both in the other order, and under the same name.
    let name = place.path("queue_log").display().to_string();
    fresh.expect("new", &["--as-new", "--name", &name, "whole"])?;
    place.equals(&fresh.facts()?)?;

    let other = place.fresh()?;
    other.expect("new", &["--name", &name, "whole"])?;
    other.expect("replaced", &["--replace", "queue_log"])?;
    let found = other.facts()?;
    let fresh = place.fresh()?;
    fresh.expect("new", &["queue_log"])?;
    fresh.equals(&found)
}

fn cut(place: &Place) -> anyhow::Result<()> {
    let before = counted(place)?;
    place.write("queue_log", place.part(800))?;
    place.refused(&["queue_log"], "is shorter or differs")?;
    place.equals(&before)
}

fn nothing_to_read(place: &Place) -> anyhow::Result<()> {
    let before = counted(place)?;
    place.refused(&["none"], "cannot open none")?;
    fs::create_dir(place.path("logs"))?;
    place.refused(&["logs"], "logs is a directory")?;
    place.equals(&before)
}

fn no_ledger(place: &Place) -> anyhow::Result<()> {
    let before = counted(place)?;
    let at = |name: &str| place.with_ledger(&place.path(name));
    fs::create_dir(place.path("ledgers"))?;
    at("ledgers").refused(&["queue_log"], "is a directory")?;
    at("nowhere/jono.ledger").refused(&["queue_log"], "there is no directory")?;
    at("queue_log/jono.ledger").refused(&["queue_log"], "there is no directory")?;
    at("queue_log").refused(&["queue_log"], "is no ledger of jono")?;
    ensure!(fs::read(place.path("queue_log"))? == place.log, "a log was taken for a ledger and written to");
    place.equals(&before)
}

fn damaged(place: &Place) -> anyhow::Result<()> {
    counted(place)?;
    let ledger = place.jono.ledger();
    let mut content = fs::read(ledger)?;
    let length = content.len();
    content[length / 8..length / 8 * 7].fill(0x5a);
    fs::write(ledger, &content)?;
    place.write("queue_log.2", &place.other)?;
    place.refused(&["queue_log.2"], "damaged")?;
    ensure!(fs::read(ledger)? == content, "a damaged ledger was written to");
    Ok(())
}

fn other_zone(place: &Place) -> anyhow::Result<()> {
    let before = counted(place)?;
    let config = fs::read_to_string(place.path("jono.toml"))?;
    place.write("jono.toml", config.replace("Europe/Helsinki", "Europe/Paris").as_bytes())?;
    place.refused(&["queue_log"], "counts by the hours of Europe/Helsinki, not of Europe/Paris")?;
    place.equals(&before)
}

/// A limit on the size of files stands in for a full disk: writing fails in the middle of a commit.
fn full(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log", place.part(300))?;
    place.expect("new", &["queue_log"])?;
    let before = place.facts()?;
    place.write("queue_log", &place.log)?;
    let ingest = place.command(&["queue_log"]);
    // Ignored, the signal of the limit becomes an error of the write. The unit is 512 bytes.
    let limited = "trap '' XFSZ; ulimit -f 256; exec \"$0\" \"$@\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", limited]).arg(ingest.get_program()).args(ingest.get_args()).current_dir(place.dir());
    refused(&shell.output()?, "nothing is half written")?;
    place.equals(&before)?;
    place.expect("grown", &["queue_log"])?;
    place.equals_fresh(&["queue_log"])
}
