//! The disk of the ledger fills up while calls keep coming: that is counted and told, what was shown stays, and when
//! there is room again nothing is missing.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, ensure};
use jono_ledger::Extent;

use super::{Outcome, place::Place, server::Server, writer::Writer};
use crate::{ledger, sample, wait};

const ERRORS: &str = "jono_ledger_commit_errors_total";
const ARRIVALS: &str = "jono_arrivals_total";
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) fn play(place: &Place) -> anyhow::Result<Outcome> {
    let folder = place.path("disk");
    let Some(disk) = Disk::mount(&folder)? else {
        return Ok(Outcome::Skipped("a small disk cannot be mounted here; root could".to_owned()));
    };
    let jono = place.jono_with("disk/jono.ledger");
    let server = Server::start_by(place, &jono.command("serve"))?;
    let writer = Writer::start(&place.log(), Duration::from_millis(100), 0)?;
    wait::until("live calls are not shown", PATIENCE, || {
        Ok((server.scrape()?.sum(ARRIVALS) >= 5).then_some(()))
    })?;

    disk.fill()?;
    // Cells of many hours: what live calls add may fit into pages that are there already.
    let year = sample::bytes(&sample::Arguments { calls: 20_000, ..Default::default() })?;
    OpenOptions::new().append(true).open(place.log())?.write_all(&year).context("a log cannot be written")?;
    let full = wait::until("commits do not fail though the disk is full", PATIENCE, || {
        let scrape = server.scrape()?;
        Ok((scrape.count(ERRORS)? >= 3).then_some(scrape))
    })?;
    let shown = full.sum(ARRIVALS);
    ensure!(shown >= 5, "only {shown} arrivals are shown since the disk is full");
    let then = writer.calls();
    wait::until("no calls come while the disk is full", PATIENCE, || {
        server.scrape()?.ensure_not_below(&full)?;
        Ok((writer.calls() >= then + 10).then_some(()))
    })?;

    disk.enlarge()?;
    let calls = writer.stop()?;
    let last = wait::until("counting does not go on though there is room", PATIENCE, || {
        let scrape = server.scrape()?;
        Ok((scrape.sum(ARRIVALS) == calls && scrape.sum("jono_contacts_total") == calls).then_some(scrape))
    })?;
    last.ensure_not_below(&full)?;
    let errors = last.count(ERRORS)?;
    server.stop()?;

    let at_once = place.jono_with("at-once.ledger");
    let log = place.log().display().to_string();
    at_once.ingest(&[&log])?;
    let [found, expected] =
        [jono.ledger(), at_once.ledger()].map(|ledger| ledger::dump(ledger, Extent::Facts));
    let (found, expected) = (found?, expected?);
    ensure!(found == expected, "the ledger of the full disk differs from one that was counted at once");
    Ok(Outcome::Passed(vec![
        ("commits that failed", errors.to_string()),
        ("live calls, all counted", calls.to_string()),
        ("calls shown while it was full", shown.to_string()),
        ("lines of equal dumps", found.lines().count().to_string()),
    ]))
}

/// A small disk in memory; gone when dropped.
struct Disk(PathBuf);

impl Disk {
    /// None if that is not permitted.
    fn mount(folder: &Path) -> anyhow::Result<Option<Self>> {
        fs::create_dir(folder).context("cannot make a folder")?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m", "jono"]).arg(folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        Ok(mounted.then(|| Self(folder.to_owned())))
    }

    /// Leaves no room at all.
    fn fill(&self) -> anyhow::Result<()> {
        let mut file = File::create(self.0.join("filler"))?;
        loop {
            match file.write_all(&[0; 4096]) {
                Ok(()) => {}
                Err(why) if why.kind() == ErrorKind::StorageFull => return Ok(()),
                Err(why) => return Err(why).context("the disk cannot be filled"),
            }
        }
    }

    /// Makes room.
    fn enlarge(&self) -> anyhow::Result<()> {
        let status = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&self.0).status()?;
        ensure!(status.success(), "the small disk cannot be made larger");
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}
