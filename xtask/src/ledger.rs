//! Looking into a ledger that the real `jono` has written.

use std::{fs, path::Path};

use anyhow::{Context, ensure};
use jono_domain::Zone;
use jono_ledger::{Extent, Ledger};

/// The zone of the ledgers that checks make.
pub(crate) const ZONE: &str = "Europe/Helsinki";

/// All that matters of a ledger as text: two that counted the same give the same. One that contradicts itself is
/// refused.
pub(crate) fn dump(path: &Path, extent: Extent) -> anyhow::Result<String> {
    let ledger = Ledger::open(path, &Zone::new(ZONE)?)?;
    let problems = ledger.verify()?;
    ensure!(problems.is_empty(), "{} contradicts itself: {}", path.display(), problems.join("; "));
    let mut text = Vec::new();
    ledger.dump(extent, &mut text)?;
    String::from_utf8(text).context("a dump is text")
}

/// Copies a ledger that nobody has open, with the files beside it.
pub(crate) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    for suffix in ["", "-wal", "-shm", ".rejects", ".rejects-wal", ".rejects-shm"] {
        let beside = |path: &Path| {
            path.with_file_name(format!("{}{suffix}", path.file_name().unwrap_or_default().display()))
        };
        let file = beside(from);
        if file.exists() {
            fs::copy(&file, beside(to)).with_context(|| format!("cannot copy {}", file.display()))?;
        }
    }
    Ok(())
}
