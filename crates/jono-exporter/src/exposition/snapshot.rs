//! What was published: finished text that any number of scrapes share.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU64, Ordering},
};

use arc_swap::ArcSwap;
use bytes::Bytes;

use super::{gzip::Gzip, section::Page};
use crate::telemetry::Telemetry;

/// The text of all families at one moment. It never changes.
#[derive(Debug, Default)]
pub struct Snapshot {
    blocks: Vec<Bytes>,
    bytes: usize,
    samples: usize,
    series: usize,
    number: u64,
    gzip: OnceLock<Gzip>,
}

impl Snapshot {
    /// Puts families one after another, each with its heading; one without samples is left out.
    pub(super) fn new(pages: Vec<Page<'_>>, series: usize) -> Self {
        let mut snapshot = Self { series, ..Self::default() };
        for page in pages.into_iter().filter(|page| page.samples > 0) {
            snapshot.samples += page.samples;
            snapshot.blocks.push(page.family.heading().into());
            snapshot.blocks.extend(page.blocks.into_iter().cloned());
        }
        snapshot.bytes = snapshot.blocks.iter().map(Bytes::len).sum();
        snapshot
    }

    /// The text in the pieces in which it is kept; to clone one is to count a reference.
    pub fn blocks(&self) -> &[Bytes] {
        &self.blocks
    }

    /// How long the text is.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many samples it shows: what Prometheus calls its series.
    pub const fn samples(&self) -> usize {
        self.samples
    }

    /// How many series it shows, each a channel, unit and service.
    pub const fn series(&self) -> usize {
        self.series
    }

    /// Its number in the order of publication, from 1.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The text in one piece.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.blocks.concat()).into_owned()
    }

    /// The text compressed; made by the first who asks.
    pub(crate) fn gzip(&self) -> &Gzip {
        self.gzip.get_or_init(|| Gzip::new(&self.blocks))
    }

    /// The text compressed, if somebody has asked before.
    pub(crate) fn ready_gzip(&self) -> Option<&Gzip> {
        self.gzip.get()
    }
}

/// The reading side: always the snapshot published last. Clones read the same.
#[derive(Debug, Clone)]
pub struct Published(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    snapshot: ArcSwap<Snapshot>,
    scraped: AtomicU64,
    telemetry: Telemetry,
}

impl Published {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    pub(super) fn replace(&self, snapshot: Snapshot) {
        let number = self.load().number + 1;
        self.0.snapshot.store(Arc::new(Snapshot { number, ..snapshot }));
    }

    /// The snapshot published last.
    pub fn load(&self) -> Arc<Snapshot> {
        self.0.snapshot.load_full()
    }

    /// What the process tells about itself beside the snapshot.
    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.0.telemetry
    }

    /// The number of the newest snapshot that a scrape has taken; 0 before the first.
    pub(super) fn scraped(&self) -> u64 {
        self.0.scraped.load(Ordering::Relaxed)
    }

    /// Remembers that a scrape takes this one.
    pub(crate) fn scrape(&self, snapshot: &Snapshot) {
        self.0.scraped.fetch_max(snapshot.number, Ordering::Relaxed);
    }
}
