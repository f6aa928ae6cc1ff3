//! Where history is written: a file for each month, a list of them, and the script that imports them.
//!
//! A file has its name only when it is whole, and the list comes last: without it, writing was interrupted.

use std::{
    fmt::Write as _,
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use jono_domain::{UnixSeconds, Zone};
use jono_exporter::{Backfill, Buckets, CommonLabels, OpenMetrics};

use super::{Month, MonthPast};

/// Imports the files, one after another.
const IMPORT: &str = include_str!("import.sh");

/// Larger than a line, smaller than a file.
const BUFFER: usize = 1 << 20;

/// A folder that had nothing in it.
pub(crate) struct Folder {
    path: PathBuf,
}

/// A file that is whole.
pub(crate) struct Written {
    name: String,
    pub(crate) samples: u64,
    pub(crate) bytes: u64,
    from: UnixSeconds,
    until: UnixSeconds,
}

impl Folder {
    /// Makes the folder, or takes an empty one.
    pub(crate) fn new(path: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        let mut entries =
            fs::read_dir(path).with_context(|| format!("cannot look into {}", path.display()))?;
        ensure!(
            entries.next().is_none(),
            "{} is not empty, and files of two histories beside each other would be imported together: name another \
             folder, or empty this one",
            path.display()
        );
        Ok(Self { path: path.to_owned() })
    }

    /// Writes a month; `None` if nothing is known of it.
    pub(crate) fn write(
        &mut self,
        month: &Month,
        known: &MonthPast,
        buckets: &Buckets,
        labels: &CommonLabels,
    ) -> anyhow::Result<Option<Written>> {
        if known.series.is_empty() && known.figures.is_empty() {
            return Ok(None);
        }
        let name = format!("{}.om", month.name());
        let (part, whole) = (self.path.join(format!("{name}.part")), self.path.join(&name));
        let failed = || format!("cannot write {}", part.display());
        let file = fs::File::create(&part).with_context(failed)?;
        let mut backfill =
            Backfill::new(OpenMetrics::new(BufWriter::with_capacity(BUFFER, file)), buckets, labels);
        let samples = backfill
            .counters(&month.hours, &known.series)
            .and_then(|()| backfill.figures(&month.hours, &known.figures))
            .and_then(|()| backfill.finish())
            .with_context(failed)?;
        if samples == 0 {
            fs::remove_file(&part).with_context(|| format!("cannot remove {}", part.display()))?;
            return Ok(None);
        }
        let bytes = fs::metadata(&part).with_context(failed)?.len();
        fs::rename(&part, &whole).with_context(|| format!("cannot name {}", whole.display()))?;
        Ok(Some(Written { name, samples, bytes, from: month.span.start, until: month.span.end }))
    }

    /// Writes the script and the list: now all of it is there.
    pub(crate) fn finish(self, files: &[Written], zone: &Zone) -> anyhow::Result<()> {
        self.put("import.sh", IMPORT)?;
        let mut list = String::from("file\tsamples\tfrom\tuntil\n");
        for Written { name, samples, from, until, .. } in files {
            let (from, until) = (zone.rfc3339(*from), zone.rfc3339(*until));
            writeln!(list, "{name}\t{samples}\t{from}\t{until}").expect("a String takes all text");
        }
        self.put("MANIFEST", &list)
    }

    fn put(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let (part, whole) = (self.path.join(format!("{name}.part")), self.path.join(name));
        let write = || {
            fs::File::create(&part)?.write_all(text.as_bytes())?;
            fs::rename(&part, &whole)
        };
        write().with_context(|| format!("cannot write {}", whole.display()))
    }
}
