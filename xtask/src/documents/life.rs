//! What happens to a log that is still the same log.

use std::{fs, io::Write};

use anyhow::ensure;
use flate2::{Compression, write::GzEncoder};

use super::{
    Scenario,
    place::{Place, done},
};

pub(super) const SCENARIOS: &[Scenario] = &[
    ("the same again", same),
    ("renamed", renamed),
    ("compressed", compressed),
    ("from standard input", piped),
    ("grown, lines cut in between", grown),
    ("grown under gzip", grown_packed),
    ("rotated", rotated),
    ("last line pending, then final, then longer", pending),
    ("other routes", other_routes),
    ("two processes, one file", two_on_one),
    ("two processes, two files", two_on_two),
];

pub(super) fn gzip(content: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn same(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log", &place.log)?;
    place.expect("new", &["queue_log"])?;
    let before = place.facts()?;
    place.expect("same", &["queue_log"])?;
    place.equals(&before)?;
    place.equals_fresh(&["queue_log"])
}

fn renamed(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log", &place.log)?;
    place.expect("new", &["queue_log"])?;
    fs::rename(place.path("queue_log"), place.path("queue_log.1"))?;
    place.expect("same", &["queue_log.1"])?;
    place.equals_fresh(&["queue_log.1"])
}

fn compressed(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log", &place.log)?;
    place.expect("new", &["queue_log"])?;
    place.write("queue_log.gz", &gzip(&place.log)?)?;
    place.expect("same", &["queue_log.gz"])?;
    place.equals_fresh(&["queue_log.gz"])?;
    place.write("queue_log.zst", &zstd::encode_all(&place.log[..], 1)?)?;
    place.expect("same", &["queue_log.zst"])?;
    place.equals_fresh(&["queue_log.zst"])
}

fn piped(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log", &place.log)?;
    place.expect("new", &["queue_log"])?;
    place.expect_piped("same", &place.log)?;
    let fresh = place.fresh()?;
    fresh.expect_piped("new", &place.log)?;
    place.equals(&fresh.facts()?)
}

fn grown(place: &Place) -> anyhow::Result<()> {
    for (index, share) in [100, 350, 351, 700, 999].into_iter().enumerate() {
        // Without the last bytes: a line is being written.
        let part = place.part(share);
        place.write("queue_log", &part[..part.len() - 9])?;
        let (document, _) = place.ingest(&["queue_log"])?;
        let outcome = if index == 0 { "new" } else { "grown" };
        ensure!(document["outcome"] == outcome, "piece {index} is {}", document["outcome"]);
        ensure!(document["pending_bytes"].as_u64() > Some(0), "nothing is pending in piece {index}");
    }
    place.write("queue_log", &place.log)?;
    place.expect("grown", &["queue_log"])?;
    place.equals_fresh(&["queue_log"])
}

fn grown_packed(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log.gz", &gzip(place.part(400))?)?;
    place.expect("new", &["queue_log.gz"])?;
    place.write("queue_log.gz", &gzip(place.part(700))?)?;
    place.expect("grown", &["queue_log.gz"])?;
    // What is compressed has ended, so that its last line is counted; if it was cut after all, it is counted anew.
    let part = place.part(800);
    place.write("queue_log.gz", &gzip(&part[..part.len() - 9])?)?;
    place.expect("grown", &["queue_log.gz"])?;
    place.write("queue_log.gz", &gzip(&place.log)?)?;
    place.expect("replaced", &["queue_log.gz"])?;
    place.equals_fresh(&["queue_log.gz"])
}

fn rotated(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log", &place.log)?;
    place.expect("new", &["queue_log"])?;
    fs::rename(place.path("queue_log"), place.path("queue_log.1"))?;
    place.write("queue_log", &place.other)?;
    place.expect("new", &["queue_log"])?;
    place.expect("same", &["queue_log.1"])?;
    place.equals_fresh(&["queue_log.1", "queue_log"])
}

fn pending(place: &Place) -> anyhow::Result<()> {
    let part = place.part(500);
    place.write("queue_log", &part[..part.len() - 1])?;
    let (document, _) = place.ingest(&["queue_log"])?;
    ensure!(document["pending_bytes"].as_u64() > Some(0), "nothing is pending");
    place.expect("grown", &["--final", "queue_log"])?;
    place.equals_fresh(&["--final", "queue_log"])?;
    place.write("queue_log", &place.log)?;
    place.expect("replaced", &["queue_log"])?;
    place.equals_fresh(&["queue_log"])
}

fn other_routes(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log", &place.log)?;
    place.expect("new", &["queue_log"])?;
    let before = place.facts()?;
    place.configure(
        "[[source.route]]\nqueue = \"*\"\nunit = \"house\"\nservice = \"help\"\n\
         [[unit]]\nid = \"house\"\n[[service]]\nid = \"help\"\n",
    )?;
    let (document, said) = place.ingest(&["queue_log"])?;
    ensure!(document["outcome"] == "same" && said.contains("--reread"), "nothing is said of it: {said}");
    place.equals(&before)?;
    place.expect("replaced", &["--reread", "queue_log"])?;
    place.equals_fresh(&["queue_log"])
}

fn two_on_one(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log", &place.log)?;
    let both = [place.start(&["queue_log"])?, place.start(&["queue_log"])?];
    for one in both {
        done(&one.wait_with_output()?)?;
    }
    place.equals_fresh(&["queue_log"])
}

fn two_on_two(place: &Place) -> anyhow::Result<()> {
    place.write("queue_log.1", &place.log)?;
    place.write("queue_log.2", &place.other)?;
    let both = [place.start(&["queue_log.1"])?, place.start(&["queue_log.2"])?];
    for one in both {
        done(&one.wait_with_output()?)?;
    }
    place.equals_fresh(&["queue_log.1", "queue_log.2"])
}
