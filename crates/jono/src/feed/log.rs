//! A log that grows, and that is rotated: renamed, copied and truncated, or truncated alone.
//!
//! The file is kept open, so that it is read to its end wherever its name leads by now. What shows that it is still the
//! same is its content, never its name or its number:
//!
//! - It has grown, and what was counted of it is still before the position: it is gone on with.
//! - What was counted is gone: it was truncated. The end of the old content is looked for among the rotated files.
//! - The name leads to another file: once that one has bytes, the writer has moved on. The old file is read on for a
//!   while, for a writer that has not.
//! - The name leads to no file, or to an empty one: what it led to since the last look may have been rotated away unseen,
//!   and is counted where it was rotated to.
//!
//! After a restart there is nothing but the name, and the time until which everything was counted. Every file that was
//! rotated and written to since is counted, as far as it is not; and the document that was last read under the name is
//! looked for. If its end is nowhere, that is a gap.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use jono_domain::{Document, DocumentId, HourStart, UnixSeconds};
use jono_ingest::{Input, InputError, Prefix, Stamp};

use super::desk::Desk;
use crate::{
    clock,
    command::chain,
    files::{self, absolute},
    pipeline::{Counted, DocumentError, Known},
};

/// How long a file is read on that the writer has moved on from.
const GRACE: Duration = Duration::from_mins(2);

/// How long the end of a document is looked for before it is a gap: a file may be moved while it is looked for.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long it may take from the last line in a copy to the truncation of what was copied.
const COPY_SECONDS: i64 = 60;

/// One followed path.
pub(super) struct Log {
    path: PathBuf,
    name: String,
    open: Option<Open>,
    /// Files that the path has led to before.
    leaving: Vec<(Open, Instant)>,
    /// When everything that was rotated away before was last looked for, if it needs not be again.
    sought: Option<UnixSeconds>,
    /// Rotated files that were looked at since then, each as it was.
    passed: BTreeMap<PathBuf, Stamp>,
    /// Since when a rotated file cannot be read to its end, because it is being compressed or is damaged.
    unread: Option<Instant>,
    /// The document whose end was not found at the last look, and since when.
    missed: Option<(DocumentId, Instant)>,
    /// What the file at the path looked like when nothing could be done with it, and why.
    idle: Option<(Stamp, Option<String>)>,
    behind: u64,
}

/// Where a followed path leads, while a file is read on that it has led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leads {
    /// To that file.
    There,
    /// To another one, which has been written to.
    Elsewhere,
    /// To none, or to one that nobody has written to yet.
    Nowhere,
}

/// A file that is read on.
struct Open {
    input: Input,
    known: Known,
    /// What it looked like before it was last read.
    stamp: Stamp,
    /// Bytes of an unterminated last line.
    pending: u64,
}

impl Open {
    /// Counts what was written to it since the last look; says whether what was counted before is still there.
    fn read_on(&mut self, desk: &mut Desk, name: &str) -> Result<bool, DocumentError> {
        let stamp = self.input.stamp()?;
        if stamp == self.stamp {
            return Ok(true);
        }
        if !self.input.holds(&self.known.position, None)? {
            return Ok(false);
        }
        let counted = match desk.go_on(&self.input, name, &self.known)? {
            Some(counted) => counted,
            // Another process was faster: what it left is found as it would be after a restart.
            None => desk.count(&self.input, name)?,
        };
        self.known = counted.known.unwrap_or(self.known);
        self.pending = counted.pending;
        match counted.broke_off {
            Some(DocumentError::Changed) => Ok(false),
            Some(error) => Err(error),
            None => {
                self.stamp = stamp;
                Ok(true)
            }
        }
    }
}

impl Log {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            name: absolute(&path).display().to_string(),
            path,
            open: None,
            leaving: Vec::new(),
            sought: None,
            passed: BTreeMap::new(),
            unread: None,
            missed: None,
            idle: None,
            behind: 0,
        }
    }

    /// How many bytes of the file at the path are counted.
    pub(super) fn position(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.known.position.bytes)
    }

    /// How many bytes of it are not.
    pub(super) const fn behind(&self) -> u64 {
        self.behind
    }

    /// Counts whatever was written since the last look, wherever it is now.
    pub(super) fn attend(&mut self, desk: &mut Desk) -> Result<(), DocumentError> {
        let attended = self.attend_all(desk);
        // Of a packed file, nothing is behind once it was counted; of one that could not be, everything is.
        let size = match &self.open {
            Some(open) => open.input.size(),
            None if attended.is_ok() => 0,
            None => Stamp::of(&self.path).map_or(0, |stamp| stamp.size),
        };
        self.behind = size.saturating_sub(self.position());
        attended
    }

    fn attend_all(&mut self, desk: &mut Desk) -> Result<(), DocumentError> {
        self.attend_leaving(desk)?;
        if !self.attend_open(desk)? {
            return self.find(desk);
        }
        if self.unread.is_some_and(|since| since.elapsed() > GRACE) {
            self.seek(desk)?;
            self.note_followed(desk)?;
        }
        Ok(())
    }

    /// Reads the open file on; says whether it is still the one to read.
    fn attend_open(&mut self, desk: &mut Desk) -> Result<bool, DocumentError> {
        let Some(mut open) = self.open.take() else { return Ok(false) };
        let leads = match open.read_on(desk, &self.name) {
            Ok(true) => self.leads(&open),
            Ok(false) => {
                tracing::info!(path = self.name, "it was truncated");
                self.sought = None;
                return Ok(false);
            }
            Err(error) => Err(error),
        };
        match leads {
            Ok(Leads::Elsewhere) => {
                tracing::info!(path = self.name, "it was rotated");
                self.leaving.push((open, Instant::now()));
                // The new file has bytes, so whoever writes has left this one, or soon will.
                self.attend_leaving(desk)?;
                Ok(false)
            }
            Ok(leads) => {
                self.open = Some(open);
                if leads == Leads::Nowhere {
                    self.count_since(desk)?;
                }
                Ok(true)
            }
            Err(error) => {
                // A file on a network may be there again under another number; while the ledger fails, this one stays.
                if matches!(error, DocumentError::Ledger(_)) {
                    self.open = Some(open);
                }
                Err(error)
            }
        }
    }

    /// Where the path leads now.
    fn leads(&self, open: &Open) -> Result<Leads, DocumentError> {
        match Stamp::of(&self.path) {
            Ok(stamp) if stamp.is_same_file(&open.stamp) => Ok(Leads::There),
            Ok(stamp) if stamp.size > 0 => Ok(Leads::Elsewhere),
            // Renamed, and nothing new there yet: whoever writes may still have the old one.
            Ok(_) => Ok(Leads::Nowhere),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Leads::Nowhere),
            Err(source) => Err(InputError::Open { path: self.path.clone(), source }.into()),
        }
    }

    /// Reads files on that the path has led to before, and closes those that nobody writes to any more.
    fn attend_leaving(&mut self, desk: &mut Desk) -> Result<(), DocumentError> {
        let mut result = Ok(());
        for (mut open, since) in std::mem::take(&mut self.leaving) {
            let before = open.known;
            match open.read_on(desk, &self.name) {
                Ok(true) => {}
                // Rotated once more, by copying: its end is looked for with that of what is at the path.
                Ok(false) => continue,
                Err(error) => result = Err(error),
            }
            let since = if open.known == before { since } else { Instant::now() };
            // Until the path leads to a newer one, whoever writes may have no other.
            if result.is_err() || self.open.is_none() || since.elapsed() < GRACE {
                self.leaving.push((open, since));
            } else if open.pending > 0 {
                tracing::warn!(
                    path = self.name,
                    bytes = open.pending,
                    "it was rotated with an unterminated line at its end, which nobody finished: it is not counted"
                );
                if let Err(error) = desk.lost_track(&open.known, &self.name) {
                    result = Err(error);
                    self.leaving.push((open, since));
                }
            }
        }
        result
    }

    /// Recognises the file at the path, after the end of what was read under its name before has been found.
    fn find(&mut self, desk: &mut Desk) -> Result<(), DocumentError> {
        let at_path = Stamp::of(&self.path);
        if let (Ok(stamp), Some((idle, why))) = (&at_path, &self.idle)
            && stamp == idle
        {
            return why.as_ref().map_or(Ok(()), |why| Err(DocumentError::Before(why.clone())));
        }
        let has_bytes = at_path.as_ref().is_ok_and(|stamp| stamp.size > 0);
        // What is there now may have come after something that has been rotated away already.
        if has_bytes || self.sought.is_none() {
            self.seek(desk)?;
            if self.sought.is_none() {
                // What is at the path now comes after what is still looked for.
                return Ok(());
            }
        } else {
            // Since then the path may have led to a file that is rotated away by now.
            self.count_since(desk)?;
        }
        let stamp = at_path.map_err(|source| InputError::Open { path: self.path.clone(), source })?;
        if !has_bytes {
            return Ok(());
        }
        let input = Input::open(&self.path)?;
        match desk.count(&input, &self.name) {
            Ok(counted) => {
                self.adopt(input, stamp, counted)?;
                self.note_followed(desk)
            }
            Err(error) => {
                if error.is_of_content() {
                    self.idle = Some((stamp, Some(chain(&error))));
                }
                Err(error)
            }
        }
    }

    /// Remembers that whatever was written until the last search has been counted by now, here or where it was rotated to.
    fn note_followed(&self, desk: &mut Desk) -> Result<(), DocumentError> {
        let whole = self.unread.is_none() && !desk.bell().stops();
        if let Some(sought) = self.sought.filter(|_| whole) {
            let source = desk.source().name.clone();
            desk.ledger().note_followed(&source, &self.name, sought)?;
        }
        Ok(())
    }

    /// Follows a file from here on, as far as it is known.
    fn adopt(&mut self, input: Input, stamp: Stamp, counted: Counted) -> Result<(), DocumentError> {
        self.idle = None;
        if let Some(error) = counted.broke_off {
            return Err(error);
        }
        match counted.known {
            Some(known) if input.may_grow() => {
                self.open = Some(Open { input, known, stamp, pending: counted.pending });
            }
            // Nothing more comes to a packed file, nor before the end of its first line to a plain one.
            _ => self.idle = Some((stamp, None)),
        }
        Ok(())
    }

    /// Counts what was rotated since the log was last followed, and finds the end of what was last read under the
    /// path's name.
    fn seek(&mut self, desk: &mut Desk) -> Result<(), DocumentError> {
        (self.sought, self.unread) = (None, None);
        self.passed.clear();
        let source = desk.source().name.clone();
        let now = clock::now();
        let last = desk.ledger().latest_named(&source, &self.name)?;
        let (rotated, ends) = self.count_since(desk)?;
        if let Some(last) = last
            && !self.has_end(desk, &last, &ends, &rotated)?
        {
            let missed = self.missed.filter(|(id, _)| *id == last.id).unwrap_or((last.id, Instant::now()));
            self.missed = Some(missed);
            let (_, since) = missed;
            if since.elapsed() < PATIENCE {
                return Ok(());
            }
            desk.lost_track(&Known::from(&last), &self.name)?;
        }
        self.missed = None;
        self.sought = Some(UnixSeconds::saturating(now.get() - 1));
        Ok(())
    }

    /// Counts what was rotated since the log was last followed, as far as it was not looked at before or is read on; gives
    /// all rotated files, oldest first, and the documents that were counted.
    fn count_since(&mut self, desk: &mut Desk) -> Result<(Vec<PathBuf>, Vec<DocumentId>), DocumentError> {
        let source = desk.source().name.clone();
        // Counters count from the epoch: what was rotated since belongs to them, even if nothing was read before. And so
        // it is when the clock was set back.
        let epoch = desk.ledger().epoch()?.map_or(UnixSeconds::MIN, |HourStart(epoch)| epoch);
        let followed = desk.ledger().followed(&source, &self.name)?;
        let since = followed.filter(|since| *since <= clock::now()).unwrap_or(epoch);
        let rotated = self.rotated(desk)?;
        let mut counted = Vec::new();
        for path in &rotated {
            let Ok(stamp) = Stamp::of(path) else { continue };
            let is_since = stamp.modified.0 >= since.get();
            if is_since && !self.is_open(&stamp) && self.passed.get(path) != Some(&stamp) {
                counted.extend(self.count_rotated(desk, path)?);
                self.passed.insert(path.clone(), stamp);
            }
        }
        Ok((rotated, counted))
    }

    /// Whether a file is read on already.
    fn is_open(&self, stamp: &Stamp) -> bool {
        let all = self.open.iter().chain(self.leaving.iter().map(|(open, _)| open));
        all.into_iter().any(|open| open.stamp.is_same_file(stamp))
    }

    /// Whether the end of a document was counted, or can be: it is at the path, or among the documents whose `ends` were
    /// just counted, or it is read on, or in an older rotated file.
    fn has_end(
        &mut self,
        desk: &mut Desk,
        last: &Document,
        ends: &[DocumentId],
        rotated: &[PathBuf],
    ) -> Result<bool, DocumentError> {
        let known = Known::from(last);
        let is_read_on = self.leaving.iter().any(|(open, _)| open.known.id == last.id);
        if is_read_on || ends.contains(&last.id) || goes_on(&self.path, &known)? {
            return Ok(true);
        }
        for path in rotated.iter().rev() {
            if goes_on(path, &known)? {
                self.count_rotated(desk, path)?;
                return Ok(true);
            }
        }
        for path in rotated.iter().rev() {
            if is_cut_from(path, last)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Counts a rotated file, which may still be written to; gives the document that it is.
    fn count_rotated(&mut self, desk: &mut Desk, path: &Path) -> Result<Option<DocumentId>, DocumentError> {
        // One that was compressed or removed since it was found is looked for again if it is missed.
        let Some(input) = open(path)? else { return Ok(None) };
        let stamp = input.stamp()?;
        // Under the name of the path: whoever looks for what was read last finds it.
        let counted = match desk.count(&input, &self.name) {
            Ok(counted) => counted,
            Err(DocumentError::Refused(why)) => {
                // A copy that ends before what was counted of the log, for one.
                tracing::debug!(rotated = %path.display(), %why, "it is not counted");
                return Ok(None);
            }
            Err(DocumentError::Input(error @ InputError::Read { .. })) if input.is_packed() => {
                self.put_off(path, &error);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if counted.bytes > 0 {
            tracing::info!(path = self.name, rotated = %path.display(), bytes = counted.bytes, "the rest was in a rotated file");
        }
        match counted.broke_off {
            Some(DocumentError::Input(error @ InputError::Read { .. })) if input.is_packed() => {
                self.put_off(path, &error);
            }
            Some(error) => return Err(error),
            None => {}
        }
        if let Some(known) = counted.known.filter(|_| input.may_grow()) {
            self.leaving.retain(|(open, _)| open.known.id != known.id);
            let open = Open { input, known, stamp, pending: counted.pending };
            self.leaving.push((open, Instant::now()));
        }
        Ok(counted.known.map(|known| known.id))
    }

    /// What is not whole yet, or never will be, keeps nobody from reading what is.
    fn put_off(&mut self, path: &Path, error: &InputError) {
        tracing::warn!(
            rotated = %path.display(),
            error = chain(error),
            "it is being compressed, or damaged: what it has more is counted once it is whole"
        );
        self.unread.get_or_insert_with(Instant::now);
    }

    /// Whether a number or a date follows the log's own name, as in `queue_log.1.gz` and `queue_log-20200608`.
    fn has_number(&self, path: &Path) -> bool {
        let (own, other) = (self.path.as_os_str().as_encoded_bytes(), path.as_os_str().as_encoded_bytes());
        let behind = other.get(own.len() + 1..).unwrap_or_default();
        behind.first().is_some_and(u8::is_ascii_digit)
    }

    /// The files that the log was moved or copied to, oldest first.
    fn rotated(&self, desk: &Desk) -> Result<Vec<PathBuf>, DocumentError> {
        let chosen = desk.source().rotated.is_some();
        let patterns = match &desk.source().rotated {
            Some(patterns) => patterns.clone(),
            None => [".*", "-*"].map(|more| beside(&self.path, more)).into(),
        };
        let mut found = Vec::new();
        for pattern in patterns {
            let matching =
                files::matching(&pattern).map_err(|error| DocumentError::Rotated(format!("{error:#}")))?;
            let is_rotated = |path: &PathBuf| {
                // Only files: a pipe would be waited for. Of those that no pattern names, the dated and numbered ones.
                *path != self.path && path.is_file() && (chosen || self.has_number(path))
            };
            found.extend(matching.into_iter().filter(is_rotated));
        }
        let mut dated: Vec<_> = found
            .into_iter()
            .filter_map(|path| Some((Stamp::of(&path).ok()?.modified, Reverse(path))))
            .collect();
        dated.sort();
        dated.dedup();
        Ok(dated.into_iter().map(|(_, Reverse(path))| path).collect())
    }
}

/// Opens a file that may be gone since it was found.
fn open(path: &Path) -> Result<Option<Input>, InputError> {
    match Input::open(path) {
        Ok(input) => Ok(Some(input)),
        Err(InputError::Open { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a file is one of which `is_so`; of one that is gone, or that is only being compressed, nothing is.
fn is(path: &Path, is_so: impl FnOnce(&Input) -> Result<bool, InputError>) -> Result<bool, DocumentError> {
    let Some(input) = open(path)? else { return Ok(false) };
    match is_so(&input) {
        Err(InputError::Read { .. }) if input.is_packed() => Ok(false),
        other => Ok(other?),
    }
}

/// Whether a file begins with what was counted of a document.
fn goes_on(path: &Path, known: &Known) -> Result<bool, DocumentError> {
    is(path, |input| Ok(input.compare(&known.position)? != Prefix::Different))
}

/// Whether a file is a copy of a document that ends before what was counted of it. A log is copied first and truncated
/// then, and lines that came in between may have been read; they are in no file any more. A copy that was made long
/// before the last event is some other copy.
fn is_cut_from(path: &Path, document: &Document) -> Result<bool, DocumentError> {
    let end = document.events.as_ref().map_or(0, |events| events.end.get());
    if Stamp::of(path).is_ok_and(|stamp| stamp.modified.0 + COPY_SECONDS < end) {
        return Ok(false);
    }
    is(path, |input| {
        Ok(input.head(false)? == Some(document.head) && input.is_shorter_than(document.position.bytes)?)
    })
}

/// The pattern of files beside a path that begin with its name.
fn beside(path: &Path, more: &str) -> PathBuf {
    let mut pattern = path.as_os_str().to_owned();
    pattern.push(more);
    pattern.into()
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File, OpenOptions},
        io::Write,
        sync::{Arc, mpsc},
        time::SystemTime,
    };

    use jono_exporter::Telemetry;
    use jono_ledger::{Ledger, Seq};
    use proptest::prelude::*;

    use super::*;
    use crate::{config::Config, feed::bell::Bell};

    const CONFIG: &str = r#"
        time_zone = "Europe/Helsinki"
        [[source]]
        name = "pbx"
        format = "queue_log"
        paths = ["queue_log"]
    "#;

    /// What a writer, an administrator and a scheduler do, in any order.
    #[derive(Debug, Clone, Copy)]
    enum Act {
        /// Lines are written to the log.
        Write(u8),
        /// The beginning of a line is written, to be finished by the next.
        Begin,
        /// The log is renamed; the next line makes a new one.
        Rename,
        /// The log is copied, and truncated.
        Truncate,
        /// The log is copied, truncated, and grows beyond where it was.
        Regrow,
        /// The newest rotated log is compressed.
        Compress,
        /// The newest rotated log begins to be compressed, and is seen in the middle of it.
        HalfCompress,
        /// Another process counts the log.
        Ingest,
        Look,
        Restart,
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            4 => (1_u8..40).prop_map(Act::Write),
            1 => Just(Act::Begin),
            1 => Just(Act::Rename),
            1 => Just(Act::Truncate),
            1 => Just(Act::Regrow),
            1 => Just(Act::Compress),
            1 => Just(Act::HalfCompress),
            1 => Just(Act::Ingest),
            4 => Just(Act::Look),
            1 => Just(Act::Restart),
        ];
        prop::collection::vec(act, 1..40)
    }

    struct World {
        dir: tempfile::TempDir,
        log: Log,
        desk: Desk,
        written: u64,
        begun: bool,
        rotated: Vec<PathBuf>,
        /// When the newest rotated file was written to: a second apart, as they are where it matters.
        modified: SystemTime,
    }

    impl World {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join("jono.toml"), CONFIG).unwrap();
            let (log, desk) = start(dir.path());
            let (rotated, modified) = (Vec::new(), SystemTime::now());
            Self { dir, log, desk, written: 0, begun: false, rotated, modified }
        }

        fn path(&self) -> PathBuf {
            self.dir.path().join("queue_log")
        }

        fn lines(&mut self, count: u64) {
            let mut file = OpenOptions::new().create(true).append(true).open(self.path()).unwrap();
            for _ in 0..count {
                let line =
                    format!("{}|{}.1|it|NONE|ENTERQUEUE||x|1\n", 1_591_596_000 + self.written, self.written);
                let line = if std::mem::take(&mut self.begun) { &line[7..] } else { &line };
                file.write_all(line.as_bytes()).unwrap();
                self.written += 1;
            }
        }

        fn begin(&mut self) {
            if !std::mem::replace(&mut self.begun, true) {
                let line = (1_591_596_000 + self.written).to_string();
                let mut file = OpenOptions::new().create(true).append(true).open(self.path()).unwrap();
                file.write_all(&line.as_bytes()[..7]).unwrap();
            }
        }

        /// Where the log is rotated to next; `None` if there is none, or one that ends in a line's middle.
        fn next(&mut self) -> Option<PathBuf> {
            let is_there = fs::metadata(self.path()).is_ok_and(|file| file.len() > 0);
            (is_there && !self.begun).then(|| {
                self.rotated.push(self.dir.path().join(format!("queue_log.{:03}", self.rotated.len())));
                self.rotated.last().unwrap().clone()
            })
        }

        fn date(&mut self, path: &Path) {
            self.modified += Duration::from_secs(1);
            File::options().append(true).open(path).unwrap().set_modified(self.modified).unwrap();
        }

        fn truncate(&mut self) -> u64 {
            let Some(copy) = self.next() else { return 0 };
            fs::copy(self.path(), &copy).unwrap();
            self.date(&copy);
            let file = OpenOptions::new().write(true).open(self.path()).unwrap();
            let before = file.metadata().unwrap().len();
            file.set_len(0).unwrap();
            before
        }

        /// The newest rotated log, if it is plain, and what it is compressed to.
        fn pack(&self) -> Option<(PathBuf, Vec<u8>)> {
            let path = self.rotated.last().filter(|path| path.exists())?.clone();
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(&fs::read(&path).unwrap()).unwrap();
            Some((path, gzip.finish().unwrap()))
        }

        fn act(&mut self, act: Act) {
            match act {
                Act::Write(count) => self.lines(count.into()),
                Act::Begin => self.begin(),
                Act::Rename => {
                    if let Some(renamed) = self.next() {
                        fs::rename(self.path(), &renamed).unwrap();
                        self.date(&renamed);
                    }
                }
                Act::Truncate => _ = self.truncate(),
                Act::Regrow => {
                    let before = self.truncate();
                    while fs::metadata(self.path()).is_ok_and(|file| file.len() <= before) {
                        self.lines(1);
                    }
                }
                Act::Compress => {
                    if let Some((path, packed)) = self.pack() {
                        let gz = path.with_extension(format!("{}.gz", self.rotated.len()));
                        fs::write(&gz, packed).unwrap();
                        File::options().append(true).open(gz).unwrap().set_modified(self.modified).unwrap();
                        fs::remove_file(path).unwrap();
                    }
                }
                Act::HalfCompress => {
                    if let Some((path, packed)) = self.pack() {
                        let gz = path.with_extension(format!("{}.gz", self.rotated.len()));
                        fs::write(gz, &packed[..packed.len() / 2]).unwrap();
                    }
                }
                Act::Ingest => {
                    let (_, mut other) = start(self.dir.path());
                    if let Ok(input) = Input::open(&self.path()) {
                        other.count(&input, &self.path().display().to_string()).unwrap();
                    }
                }
                Act::Look => self.look(),
                Act::Restart => (self.log, self.desk) = start(self.dir.path()),
            }
        }

        fn look(&mut self) {
            match self.log.attend(&mut self.desk) {
                Ok(()) => {}
                Err(DocumentError::Input(InputError::Open { .. })) if !self.path().exists() => {}
                Err(error) => panic!("{error}"),
            }
        }

        /// Lines counted, lines rejected, gaps.
        fn counted(&mut self) -> (u64, u64, u64) {
            let shown = self.desk.ledger().shown_since(Seq(0)).unwrap();
            let counts = shown.sources.first().map(|(_, counts)| *counts).unwrap_or_default();
            (counts.lines.events, counts.lines.rejected.iter().sum(), counts.gaps)
        }
    }

    fn start(dir: &Path) -> (Log, Desk) {
        let config = Arc::new(Config::load(&dir.join("jono.toml")).unwrap());
        let mut ledger = Ledger::create(&config.ledger, &config.zone).unwrap();
        ledger.start_counting(config.zone.hour(crate::clock::now()).start(), |_, _, _| {}).unwrap();
        let log = Log::new(config.sources[0].paths[0].clone());
        let (orders, _) = mpsc::channel();
        (log, Desk::new(config, 0, ledger, &Telemetry::default(), Arc::new(Bell::default()), orders))
    }

    #[test]
    fn an_end_that_is_nowhere_is_a_gap_and_the_rest_counts() {
        let mut world = World::new();
        world.act(Act::Write(3));
        world.act(Act::Look);
        world.act(Act::Truncate);
        fs::remove_file(world.rotated.last().unwrap()).unwrap();
        world.act(Act::Write(2));
        world.act(Act::Look);
        assert_eq!(world.counted(), (3, 0, 0), "it may be on its way");
        let since = &mut world.log.missed.as_mut().unwrap().1;
        *since = since.checked_sub(PATIENCE).unwrap();
        world.act(Act::Look);
        assert_eq!(world.counted(), (5, 0, 1));
        world.act(Act::Restart);
        world.act(Act::Look);
        assert_eq!(world.counted(), (5, 0, 1), "it is one gap, however often it is looked at");
    }

    #[test]
    fn lines_read_between_the_copy_and_the_truncation_are_no_gap() {
        let mut world = World::new();
        world.act(Act::Write(3));
        let copy = world.next().unwrap();
        fs::copy(world.path(), &copy).unwrap();
        world.act(Act::Write(2));
        world.act(Act::Look);
        File::options().write(true).open(world.path()).unwrap().set_len(0).unwrap();
        world.act(Act::Write(1));
        world.act(Act::Look);
        assert_eq!(world.counted(), (6, 0, 0));
    }

    #[test]
    fn what_was_rotated_before_anything_was_read_is_counted() {
        let mut world = World::new();
        world.act(Act::Look);
        world.act(Act::Write(3));
        world.act(Act::Restart);
        world.act(Act::Rename);
        world.act(Act::Write(2));
        world.act(Act::Look);
        assert_eq!(world.counted(), (5, 0, 0));
    }

    /// What is counted after the last of some acts, of what was written.
    fn counted_after(acts: &[Act]) -> (u64, u64) {
        let mut world = World::new();
        acts.iter().for_each(|act| world.act(*act));
        (world.counted().0, world.written)
    }

    #[test]
    fn what_was_rotated_unseen_does_not_wait_for_the_next_log() {
        let renamed = [Act::Write(3), Act::Look, Act::Rename, Act::Write(2), Act::Rename, Act::Look];
        assert_eq!(counted_after(&renamed), (5, 5));
        let after_a_copy = [Act::Write(3), Act::Look, Act::Truncate, Act::Look];
        let after_a_copy = [&after_a_copy[..], &[Act::Write(2), Act::Rename, Act::Look]].concat();
        assert_eq!(counted_after(&after_a_copy), (5, 5));
        let restarted = [Act::Write(3), Act::Look, Act::Rename, Act::Restart, Act::Look];
        let restarted = [&restarted[..], &[Act::Write(2), Act::Rename, Act::Look]].concat();
        assert_eq!(counted_after(&restarted), (5, 5));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn no_line_is_lost_or_counted_twice(acts in acts()) {
            let mut world = World::new();
            for act in acts {
                world.act(act);
                if matches!(act, Act::Look) {
                    prop_assert_eq!(world.counted().0, world.written, "no look leaves a whole line behind");
                }
            }
            world.act(Act::Write(1));
            world.look();
            world.look();
            prop_assert_eq!(world.counted(), (world.written, 0, 0));
        }
    }
}
