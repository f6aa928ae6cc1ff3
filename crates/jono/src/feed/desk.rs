//! What a thread works with: its source, a ledger of its own, and those whom it tells.

use std::{
    collections::BTreeMap,
    sync::{Arc, mpsc::Sender},
    time::Duration,
};

use jono_domain::{Channel, DocumentId, LiveQueue, LiveView, Series, UnixSeconds};
use jono_exporter::{SourceTelemetry, Telemetry};
use jono_ingest::{Context, Input};
use jono_ledger::Ledger;

use super::bell::Bell;
use crate::{
    clock,
    config::{Config, Source},
    pipeline::{Counted, DocumentError, Job, Known, Outcome, Watch},
    plan::Choices,
    publish::{LiveNews, Order},
};

/// The desk of one source.
pub(super) struct Desk {
    config: Arc<Config>,
    /// The source's place in the configuration.
    index: usize,
    ledger: Ledger,
    told: Told,
    source_told: SourceTelemetry,
    /// The open calls, of a source whose format tells of them.
    live: Option<LiveCalls>,
}

/// The open calls of a source, and how much of its documents they have been told of.
struct LiveCalls {
    /// Of a log, what all its documents told, one after the other.
    view: LiveView,
    /// Of tables, what each tells by itself: a new version of one says anew who waits.
    tables: BTreeMap<String, LiveView>,
    context: Arc<Context>,
    told: BTreeMap<DocumentId, u64>,
    /// Whether the first look is over: what is found after it has just happened.
    current: bool,
    /// What was told last.
    news: Option<LiveNews>,
}

/// Who is told what happens while a document is counted.
struct Told {
    telemetry: Telemetry,
    bell: Arc<Bell>,
    orders: Sender<Order>,
}

impl Watch for Told {
    fn committed(&mut self, took: Duration) {
        self.telemetry.committed(took);
        // Whoever publishes looks by itself too, a little later.
        let _ = self.orders.send(Order::Look);
    }

    fn stops(&self) -> bool {
        self.bell.stops()
    }
}

impl Desk {
    pub(super) fn new(
        config: Arc<Config>,
        index: usize,
        ledger: Ledger,
        telemetry: &Telemetry,
        bell: Arc<Bell>,
        orders: Sender<Order>,
    ) -> Self {
        let source_told = telemetry.source(&config.sources[index].name);
        if let Some(max_age) = config.sources[index].max_age {
            source_told.max_age(max_age);
        }
        let told = Told { telemetry: telemetry.clone(), bell, orders };
        let source = &config.sources[index];
        let live = source.format.has_live().then(|| LiveCalls {
            view: LiveView::new(LiveView::LIMIT),
            tables: BTreeMap::new(),
            context: Arc::new(source.context.clone()),
            told: BTreeMap::new(),
            current: false,
            news: None,
        });
        Self { config, index, ledger, told, source_told, live }
    }

    pub(super) fn source(&self) -> &Source {
        &self.config.sources[self.index]
    }

    pub(super) fn bell(&self) -> &Bell {
        &self.told.bell
    }

    pub(super) fn ledger(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// Recognises a document, and counts what is new in it.
    pub(super) fn count(&mut self, input: &Input, name: &str) -> Result<Counted, DocumentError> {
        let config = self.config.clone();
        let job = self.job(&config, input, name);
        let counted = job.count(&mut self.ledger, &mut self.told)?;
        self.hear(input, name, &counted)?;
        Ok(counted)
    }

    /// Goes on with a document; `None` if another process did.
    pub(super) fn go_on(
        &mut self,
        input: &Input,
        name: &str,
        known: &Known,
    ) -> Result<Option<Counted>, DocumentError> {
        let config = self.config.clone();
        let job = self.job(&config, input, name);
        let counted = job.go_on(known, &mut self.ledger, &mut self.told)?;
        if let Some(counted) = &counted {
            self.hear(input, name, counted)?;
        }
        Ok(counted)
    }

    fn job<'a>(&self, config: &'a Config, input: &'a Input, name: &'a str) -> Job<'a> {
        Job { config, source: &config.sources[self.index], input, name, choices: Choices::default() }
    }

    /// Passes on what was counted, beside the counts themselves.
    fn hear(&mut self, input: &Input, name: &str, counted: &Counted) -> Result<(), DocumentError> {
        counted.warn(name);
        let (Some(live), Some(known)) = (&mut self.live, &counted.known) else { return Ok(()) };
        let format = &*self.config.sources[self.index].format;
        if format.is_whole() {
            if counted.outcome != Outcome::Same || !live.tables.contains_key(name) {
                let mut view = LiveView::new(LiveView::LIMIT);
                jono_ingest::live::replay(input, format, &live.context, 0..known.position.bytes, &mut view)?;
                live.tables.insert(name.to_owned(), view);
            }
            return Ok(());
        }
        let window = self.config.live.window;
        let to = known.position.bytes;
        // Of a document seen for the first time, the end is enough to know what is going on now.
        let from = live.told.get(&known.id).copied().unwrap_or(0).max(to.saturating_sub(window));
        if from < to {
            jono_ingest::live::replay(input, format, &live.context, from..to, &mut live.view)?;
        }
        live.told.insert(known.id, to);
        while live.told.len() > REMEMBERED {
            live.told.pop_first();
        }
        Ok(())
    }

    /// The end of a document was not found any more: counts that, once, and says so.
    pub(super) fn lost_track(&mut self, known: &Known, name: &str) -> Result<(), DocumentError> {
        if self.ledger.note_gap(known.id, clock::now())? {
            let source = self.source().name.clone();
            tracing::warn!(
                %source,
                document = name,
                counted_bytes = known.position.bytes,
                "its end is not where it was nor among the rotated files: lines written last may be missing; if you \
                 have the file, `jono ingest` counts the rest of it"
            );
            let _ = self.told.orders.send(Order::Look);
        }
        Ok(())
    }

    /// Something could not be counted.
    pub(super) fn failed(&self, error: &DocumentError) {
        if matches!(error, DocumentError::Ledger(_)) {
            self.told.telemetry.commit_failed();
        }
    }

    /// Tells how far the source has been read.
    pub(super) fn report(&self, position: u64, behind: u64, up: bool) {
        self.source_told.up(up);
        self.source_told.position(position);
        self.source_told.behind(behind);
        if up {
            self.source_told.succeeded(clock::now());
        }
    }

    /// Tells what is happening now, if that changed since the last look: closes calls that are older than a call can
    /// be, and ends the rebuilding with the first look.
    pub(super) fn tell_live(&mut self) {
        let config = self.config.clone();
        let (max_wait, source) = (config.live.max_wait, self.source().name.clone());
        let Some(live) = &mut self.live else { return };
        if !std::mem::replace(&mut live.current, true) {
            live.view.expire(clock::now(), max_wait);
            live.view.rebuilt();
        }
        // A table says itself who waits, however long.
        live.view.expire(clock::now(), max_wait);
        let (mut series, mut overdue) = (BTreeMap::<Series, LiveQueue>::new(), BTreeMap::new());
        for view in std::iter::once(&live.view).chain(live.tables.values()) {
            for (of, queue) in view.queues() {
                let sum = series.entry(of.clone()).or_default();
                *sum = sum.and(queue);
                if let Some(promise) = config.service(&of.service).callback
                    && of.channel == Channel::Callback
                {
                    let due = UnixSeconds::saturating(clock::now().get() - i64::from(promise.within.get()));
                    *overdue.entry(of.clone()).or_default() += view.waiting_since_before(of, due);
                }
            }
        }
        let news = LiveNews { source, series, overdue, agents: live.view.agents() };
        if live.news.as_ref() != Some(&news) {
            live.news = Some(news.clone());
            // If whoever publishes has ended, so do we, soon.
            let _ = self.told.orders.send(Order::Live(news));
        }
    }
}

/// Of how many documents it is remembered how much of them was told: a log and what it is rotated to.
const REMEMBERED: usize = 64;
