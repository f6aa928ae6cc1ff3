//! Writes the log as Asterisk does, and rotates it as logrotate and people do.

use std::{
    collections::VecDeque,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};
use flate2::{Compression, write::GzEncoder};

use super::{chance::Chance, lines::Lines, shared::Shared};

/// How often something is written.
const BURST: Duration = Duration::from_millis(5);
/// A writer that was kept from writing makes good for so long, not for more.
const ARREARS: Duration = Duration::from_millis(100);
/// How often a probe is written.
const PROBE: Duration = Duration::from_millis(250);
/// How many rotated files stay at least.
const KEPT: usize = 5;
/// A file is not made to grow past this within a moment.
const SMALL: u64 = 256 << 10;

/// What has been written, and what was done to it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written {
    pub(super) lines: u64,
    pub(super) cut: u64,
    pub(super) renamed: u64,
    pub(super) copied: u64,
    pub(super) regrown: u64,
    pub(super) packed: u64,
    pub(super) removed: u64,
}

/// Writes so many lines a second for so long, ending with a whole one, unless all is over before.
pub(super) fn write(
    dir: &Path,
    shared: &Shared,
    writing: Duration,
    rate: u64,
    seed: u64,
) -> anyhow::Result<Written> {
    let mut writer = Writer::new(dir, shared, seed)?;
    let begun = Instant::now();
    let (mut last, mut rotation) = (begun, writer.next_rotation());
    let mut due = 0.0;
    while begun.elapsed() < writing && !shared.is_over() {
        thread::sleep(BURST);
        due += rate as f64 * last.elapsed().min(ARREARS).as_secs_f64();
        last = Instant::now();
        let lines = due.floor();
        due -= lines;
        #[expect(clippy::cast_sign_loss, reason = "time and rate are not negative")]
        writer.burst(lines as u64)?;
        if Instant::now() > rotation {
            writer.rotate()?;
            rotation = writer.next_rotation();
        }
    }
    writer.finish()
}

/// A rotated file.
struct Rotated {
    path: PathBuf,
    /// How many lines had been written when it was done.
    lines: u64,
    packed: bool,
}

struct Writer<'s> {
    shared: &'s Shared,
    path: PathBuf,
    file: File,
    /// Everything ever written.
    all: BufWriter<File>,
    lines: Lines,
    chance: Chance,
    buffer: Vec<u8>,
    /// Whether the next line is a file's first.
    first: bool,
    probed: Instant,
    number: u64,
    rotated: VecDeque<Rotated>,
    packing: Option<JoinHandle<io::Result<()>>>,
    written: Written,
}

impl<'s> Writer<'s> {
    fn new(dir: &Path, shared: &'s Shared, seed: u64) -> anyhow::Result<Self> {
        let path = dir.join("queue_log");
        Ok(Self {
            shared,
            file: create(&path)?,
            path,
            all: BufWriter::new(create(&dir.join("all"))?),
            lines: Lines::new(seed)?,
            chance: Chance::new(seed),
            buffer: Vec::new(),
            first: true,
            probed: Instant::now(),
            number: 0,
            rotated: VecDeque::new(),
            packing: None,
            written: Written::default(),
        })
    }

    /// Writes some lines, and now and then a probe, perhaps by two writes.
    fn burst(&mut self, mut lines: u64) -> anyhow::Result<()> {
        self.buffer.clear();
        let probes = [self.first, self.probed.elapsed() > PROBE];
        if probes[0] {
            lines += self.lines.append_probe(&mut self.buffer);
            self.lines.append(lines - 2, &mut self.buffer);
        } else {
            self.lines.append(lines, &mut self.buffer);
        }
        if probes[1] {
            lines += self.lines.append_probe(&mut self.buffer);
            self.probed = Instant::now();
        }
        self.first = false;
        let cut = match self.buffer.len() {
            0 => 0,
            length if self.chance.one_in(20) => self.chance.between(1, length as u64) as usize,
            _ => 0,
        };
        if cut > 0 {
            self.file.write_all(&self.buffer[..cut])?;
            self.written.cut += u64::from(self.buffer[cut - 1] != b'\n');
            thread::sleep(self.chance.moment(1, 30));
        }
        self.file.write_all(&self.buffer[cut..])?;
        probes.into_iter().filter(|probe| *probe).for_each(|_| self.shared.probed());
        self.all.write_all(&self.buffer)?;
        self.written.lines += lines;
        self.shared.wrote(lines);
        Ok(())
    }

    fn next_rotation(&mut self) -> Instant {
        Instant::now() + self.chance.moment(1000, 5000)
    }

    /// Rotates once, or twice before anybody may have looked; then tidies up.
    fn rotate(&mut self) -> anyhow::Result<()> {
        self.rotate_once()?;
        if self.chance.one_in(4) {
            let lines = self.chance.between(1, 500);
            self.burst(lines)?;
            self.rotate_once()?;
        }
        self.tidy()
    }

    fn rotate_once(&mut self) -> anyhow::Result<()> {
        match self.chance.between(1, 3) {
            1 => self.rename(),
            2 => self.copy(),
            _ => self.regrow(),
        }
    }

    /// The name leads to nothing, then to a new file; until then the old one is written to.
    fn rename(&mut self) -> anyhow::Result<()> {
        let to = self.next_name();
        fs::rename(&self.path, &to).context("the log cannot be renamed")?;
        for _ in 0..self.chance.between(0, 20) {
            thread::sleep(self.chance.moment(0, 15));
            let lines = self.chance.between(0, 500);
            self.burst(lines)?;
        }
        self.file = create(&self.path)?;
        self.written.renamed += 1;
        self.has_rotated(to);
        if self.chance.one_in(3) {
            thread::sleep(self.chance.moment(1, 1500));
        }
        self.burst(1)
    }

    fn copy(&mut self) -> anyhow::Result<()> {
        self.copy_and_truncate(100)?;
        self.written.copied += 1;
        if self.chance.one_in(3) {
            thread::sleep(self.chance.moment(1, 1500));
        }
        Ok(())
    }

    /// When somebody looks, the file is longer than before: only its content tells that it is another.
    fn regrow(&mut self) -> anyhow::Result<()> {
        if self.file.metadata()?.len() > SMALL {
            if self.chance.one_in(2) {
                self.rename()?;
            } else {
                self.copy()?;
            }
            let lines = self.chance.between(1, 1000);
            self.burst(lines)?;
            thread::sleep(self.chance.moment(0, 1500));
        }
        let before = self.copy_and_truncate(3)?;
        while self.file.metadata()?.len() <= before {
            self.burst(1000)?;
        }
        self.written.regrown += 1;
        Ok(())
    }

    /// Copies the log and begins it anew after at most so many milliseconds; gives how long it was.
    fn copy_and_truncate(&mut self, pause: u64) -> anyhow::Result<u64> {
        let to = self.next_name();
        let length = fs::copy(&self.path, &to).context("the log cannot be copied")?;
        thread::sleep(self.chance.moment(0, pause));
        self.file.set_len(0).context("the log cannot be truncated")?;
        self.has_rotated(to);
        Ok(length)
    }

    fn next_name(&mut self) -> PathBuf {
        self.number += 1;
        named(&self.path, &format!(".{}", self.number))
    }

    fn has_rotated(&mut self, path: PathBuf) {
        self.first = true;
        self.rotated.push_back(Rotated { path, lines: self.written.lines, packed: false });
    }

    /// Compresses an older file now and then, and removes the oldest ones.
    fn tidy(&mut self) -> anyhow::Result<()> {
        self.packed()?;
        // Only what is counted up to a rotation that came long after it is certainly not needed any more.
        let all_counted = self.rotated.back().is_some_and(|newest| self.shared.counted() >= newest.lines);
        while all_counted && self.rotated.len() > KEPT {
            let Some(Rotated { path, packed, .. }) = self.rotated.pop_front() else { break };
            let path = if packed { named(&path, ".gz") } else { path };
            fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
            self.written.removed += 1;
        }
        if self.chance.one_in(2) {
            // The newest may still be read, and so stays as it is for a while; as by `delaycompress`.
            let older = self.rotated.len().saturating_sub(1);
            let plain = self.rotated.iter_mut().take(older).rev().find(|rotated| !rotated.packed);
            if let Some(rotated) = plain {
                rotated.packed = true;
                let path = rotated.path.clone();
                self.packing = Some(thread::spawn(move || pack(&path)));
                self.written.packed += 1;
            }
        }
        Ok(())
    }

    /// Waits for the file that is being compressed, if there is one.
    fn packed(&mut self) -> anyhow::Result<()> {
        let Some(packing) = self.packing.take() else { return Ok(()) };
        packing.join().map_err(|_| anyhow!("the compressing thread panicked"))?.context("cannot compress")
    }

    fn finish(mut self) -> anyhow::Result<Written> {
        self.packed()?;
        self.all.flush()?;
        Ok(self.written)
    }
}

/// Compresses a file as gzip does: the new one grows beside the old one, gets its time, and takes its place.
fn pack(path: &Path) -> io::Result<()> {
    let mut plain = File::open(path)?;
    let mut packed = GzEncoder::new(File::create_new(named(path, ".gz"))?, Compression::fast());
    io::copy(&mut plain, &mut packed)?;
    packed.finish()?.set_modified(plain.metadata()?.modified()?)?;
    fs::remove_file(path)
}

fn named(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    name.into()
}

/// A new file, written to at its end wherever that is.
fn create(path: &Path) -> anyhow::Result<File> {
    let file = OpenOptions::new().append(true).create_new(true).open(path);
    file.with_context(|| format!("cannot create {}", path.display()))
}
