//! Looking into a ledger that the real `jono` has written.

use std::path::Path;

use anyhow::{Context, ensure};
use jono_domain::Zone;
use jono_ledger::{Extent, Ledger};

/// The zone of the ledgers that checks make.
const ZONE: &str = "Europe/Helsinki";

/// All that matters of a ledger as text: two that counted the same give the same. One that contradicts itself is
/// refused.
pub(crate) fn dump(path: &Path, extent: Extent) -> anyhow::Result<String> {
    let ledger = Ledger::open(path, &Zone::new(ZONE)?)?;
    let problems = ledger.verify()?;
    ensure!(problems.is_empty(), "{} contradicts itself:\n{}", path.display(), problems.join("\n"));
    let mut text = Vec::new();
    ledger.dump(extent, &mut text)?;
    String::from_utf8(text).context("a dump is text")
}
