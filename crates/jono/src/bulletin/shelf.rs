//! The bulletins that everybody may see: of each period the newest revision whose embargo has ended, as it was published.

use std::{
    collections::BTreeMap,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use jono_bulletin::{Format, Language};
use jono_domain::{Period, UnixSeconds};
use jono_exporter::{PublicPage, PublicPages, PublicSite};
use jono_ledger::{EditionHead, Ledger, LedgerError, Page};

use crate::clock;

/// How often it is looked whether something was published, or an embargo has ended.
const INTERVAL: Duration = Duration::from_secs(1);

/// Of how many periods bulletins are shown, the newest: nearly two years of weeks and months, some twenty megabytes.
const KEPT: usize = 120;

/// Keeps a site up to date with what a ledger has of bulletins.
pub(crate) struct Shelf {
    ledger: Ledger,
    site: PublicSite,
    shown: Vec<EditionHead>,
    /// The pages of what is shown, packed once.
    packed: BTreeMap<(Period, u32), Vec<Packed>>,
}

/// A document with its name, and whether it is a page, which is also found without its ending.
#[derive(Clone)]
struct Packed {
    name: String,
    page: PublicPage,
    is_page: bool,
}

impl Shelf {
    /// A shelf on which nothing stands yet.
    pub(crate) fn new(ledger: Ledger, site: PublicSite) -> Self {
        Self { ledger, site, shown: Vec::new(), packed: BTreeMap::new() }
    }

    /// Shows what may be shown, from now on until whoever would tell it to stop is gone. Packing what there is takes some
    /// seconds where there are many, for which nobody else is to wait.
    pub(crate) fn run(mut self, stop: &Receiver<()>) {
        let mut is_failing = false;
        loop {
            match self.look(clock::now()) {
                Ok(()) => is_failing = false,
                Err(error) if is_failing => tracing::debug!(%error, "bulletins still cannot be read"),
                Err(error) => {
                    tracing::error!(%error, "bulletins cannot be read; those that are shown stay");
                    is_failing = true;
                }
            }
            if stop.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }

    fn look(&mut self, now: UnixSeconds) -> Result<(), LedgerError> {
        let mut told = self.ledger.editions_told(now)?;
        // The newest last: of two that end on the same day the shorter one.
        told.sort_by_key(|head| (head.period.last(), head.period.first()));
        told.drain(..told.len().saturating_sub(KEPT));
        if told == self.shown {
            return Ok(());
        }
        let mut packed = BTreeMap::new();
        for head in &told {
            let key = (head.period, head.revision);
            let pages = match self.packed.remove(&key) {
                Some(pages) => pages,
                None => pack(*head, self.ledger.pages(head.period, head.revision)?),
            };
            packed.insert(key, pages);
        }
        let mut pages = PublicPages::default();
        for head in &told {
            for Packed { name, page, is_page } in packed[&(head.period, head.revision)].clone() {
                if is_page {
                    pages.add_latest(&head.period.to_string(), page.clone());
                }
                pages.add(&name, page);
            }
        }
        self.site.publish(pages);
        if let Some(newest) = told.last() {
            tracing::info!(period = %newest.period, revision = newest.revision, "the newest bulletin that is shown");
        }
        (self.packed, self.shown) = (packed, told);
        Ok(())
    }
}

/// Packs the pages of an edition, each under its name.
fn pack(head: EditionHead, pages: Vec<Page>) -> Vec<Packed> {
    let shown_from = head.embargo.unwrap_or(head.at).max(head.at);
    let with_language = |page: Page| Some((page.language.parse::<Language>().ok()?, page));
    let mut pages: Vec<_> = pages.into_iter().filter_map(with_language).collect();
    // The first one is for those who read none of them.
    pages.sort_by_key(|(language, _)| *language);
    let known = pages.into_iter().filter_map(|(language, page)| {
        let format: Format = page.format.parse().ok()?;
        let is_page = format == Format::Html;
        let name = format!("{}.{}", head.period, format.extension());
        let page = PublicPage::new(language.code(), format.media_type(), shown_from, &page.body);
        Some(Packed { name, page, is_page })
    });
    known.collect()
}
