//! From the ledger to `/metrics`: what any process commits is shown.
//!
//! The ledger is asked several times a second whether another process has written, which costs a look at a page in
//! memory; only then are the counters that changed read and set. Threads of this process say at once when they
//! have committed.

mod present;

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::fs::MetadataExt,
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use jiff::civil::Date;
use jono_domain::{
    Agents, Aspect, Basis, Cell, Channel, Counters, Formula, HourStart, LiveQueue, Poll, Seconds, Seen,
    Series, SourceCounts, SourceName, State, Unit, UnixSeconds,
};
use jono_exporter::{
    Build, Exposition, Facts, Figure, Figures, MONTH_FIGURES, PendingCallbacks, Published, SeriesSettings,
    Settings, Status, Telemetry, UnitInfo, WEEK_FIGURES,
};
use jono_ledger::{Ledger, LedgerError, Seq, Shown};

use self::present::Present;
use crate::{clock, config::Config};

/// How often the ledger is looked at.
const INTERVAL: Duration = Duration::from_millis(100);

/// How long counters of a series first seen in the data wait for its zero to be fetched.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the one who publishes is told to do.
pub(crate) enum Order {
    /// Something was committed.
    Look,
    /// The open calls of a source are these.
    Live(LiveNews),
    /// Show everything by this configuration; answered when it is done.
    Reload(Arc<Config>, Sender<anyhow::Result<()>>),
    /// End.
    Stop,
}

/// What is happening in the queues of a source now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveNews {
    pub(crate) source: SourceName,
    pub(crate) series: BTreeMap<Series, LiveQueue>,
    /// Of those who wait to be called back, how many were to be called by now.
    pub(crate) overdue: BTreeMap<Series, u64>,
    pub(crate) agents: Agents,
}

/// Which file that is: its device and inode.
fn identity(path: &Path) -> std::io::Result<(u64, u64)> {
    path.metadata().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Keeps an exposition up to date with a ledger.
pub(crate) struct Publisher {
    config: Arc<Config>,
    ledger: Ledger,
    exposition: Exposition,
    status: Status,
    epoch: HourStart,
    seq: Seq,
    /// The ledger's file, whatever its name becomes.
    file: (u64, u64),
    /// When a commit was last seen.
    changed: Option<UnixSeconds>,
    version: i64,
    /// Counters of new series, held back until somebody has fetched their zero: Prometheus sees an increase only
    /// from one sample to the next.
    held: Vec<(Series, Counters)>,
    held_since: Instant,
    /// What each source told last of its open calls.
    live: BTreeMap<SourceName, LiveNews>,
    /// The day whose tree of units is shown.
    day: Option<Date>,
    /// What is known of each series that is shown.
    aspects: BTreeMap<Series, BTreeSet<Aspect>>,
    /// What holds until it is told otherwise: polls, survey rounds, openings.
    present: Present,
}

impl Publisher {
    /// Starts the counters, if no `serve` did before, and shows everything there is.
    pub(crate) fn new(config: Arc<Config>, mut ledger: Ledger) -> anyhow::Result<Self> {
        let since = config.counters.since.unwrap_or_else(clock::now);
        let judge = |series: &Series, cell: &Cell, counters: &mut Counters| {
            counters.observe(cell, config.service(&series.service));
        };
        let epoch = ledger.start_counting(config.zone.hour(since).start(), judge)?;
        let file = identity(ledger.path()).context("the ledger's file is gone")?;
        let mut publisher = Self {
            version: ledger.version()?,
            ledger,
            exposition: Exposition::new(settings(&config, epoch)),
            status: Status::not_ready("the counters are being read", Facts::default()),
            epoch,
            seq: Seq::default(),
            changed: None,
            file,
            held: Vec::new(),
            held_since: Instant::now(),
            live: BTreeMap::new(),
            day: None,
            aspects: BTreeMap::new(),
            present: Present::default(),
            config,
        };
        let shown = publisher.ledger.shown_since(Seq::default())?;
        publisher.show_all(&shown)?;
        publisher.status.set_ready();
        Ok(publisher)
    }

    pub(crate) fn published(&self) -> Published {
        self.exposition.published()
    }

    pub(crate) fn telemetry(&self) -> Telemetry {
        self.exposition.telemetry()
    }

    pub(crate) fn status(&self) -> Status {
        self.status.clone()
    }

    /// The hour from which counters count.
    pub(crate) fn epoch(&self) -> String {
        self.config.zone.rfc3339(self.epoch.0)
    }

    /// Follows the ledger until told to stop, or until the one who would tell is gone.
    pub(crate) fn run(mut self, orders: &Receiver<Order>) {
        let mut failing = false;
        loop {
            match orders.recv_timeout(INTERVAL) {
                Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Order::Live(news)) => {
                    self.live(news);
                    continue;
                }
                Ok(Order::Reload(config, done)) => {
                    // Nobody who asked is there any more: nothing is lost.
                    let _ = done.send(self.reload(config));
                }
                Ok(Order::Look) | Err(RecvTimeoutError::Timeout) => {}
            }
            match self.look() {
                Ok(()) if failing => {
                    tracing::info!("the ledger can be read again");
                    self.status.set_ready();
                    failing = false;
                }
                Ok(()) => {}
                Err(error) if failing => {
                    tracing::debug!(error = format!("{error:#}"), "the ledger still cannot be read");
                }
                Err(error) => {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "the ledger cannot be read; metrics stay as they were"
                    );
                    self.status.set_not_ready(format!("the ledger cannot be read: {error:#}"));
                    failing = true;
                }
            }
        }
    }

    fn look(&mut self) -> anyhow::Result<()> {
        self.release()?;
        self.turn_day()?;
        // An open file outlives its name: counts that others commit to a new one would never be seen.
        let now = identity(self.ledger.path()).context("its file is gone; restart jono serve")?;
        ensure!(now == self.file, "another file has taken its place; restart jono serve");
        let version = self.ledger.version()?;
        if version != self.version {
            self.show_news()?;
            self.version = version;
        }
        // Behind the counters: a series that is new in them is to be shown at zero first.
        self.show_present(version)?;
        self.exposition.publish();
        Ok(())
    }

    /// Shows what others, or threads of this process, have committed.
    fn show_news(&mut self) -> anyhow::Result<()> {
        let mut shown = self.ledger.shown_since(self.seq)?;
        let (known, new): (Vec<_>, _) = std::mem::take(&mut shown.counters)
            .into_iter()
            .partition(|(series, counters)| self.is_shown(series, &counters.cell));
        if !new.is_empty() {
            self.declare(new.iter().map(|(series, counters)| (series, counters.cell.aspects())));
            self.held.retain(|(series, _)| !new.iter().any(|(newer, _)| newer == series));
            self.held.extend(new);
            self.held_since = Instant::now();
        }
        if shown.seq > self.seq {
            self.changed = Some(clock::now());
        }
        self.show(&Shown { counters: known, ..shown })
    }

    /// Whether a series is shown with all that is counted of it, and its counts are not held back.
    fn is_shown(&self, series: &Series, cell: &Cell) -> bool {
        self.aspects.get(series).is_some_and(|known| known.is_superset(&cell.aspects()))
            && !self.held.iter().any(|(held, _)| held == series)
    }

    fn release(&mut self) -> anyhow::Result<()> {
        if !self.held.is_empty() && (self.exposition.scraped() || self.held_since.elapsed() > PATIENCE) {
            let held = std::mem::take(&mut self.held);
            self.exposition.apply(&held).context("a series was not declared")?;
            self.exposition.publish();
        }
        Ok(())
    }

    fn show(&mut self, shown: &Shown) -> anyhow::Result<()> {
        self.exposition.apply(&shown.counters).context("a series was not declared")?;
        for (source, counts) in &shown.sources {
            self.exposition.source(source, counts);
        }
        self.exposition.publish();
        self.seq = shown.seq;
        self.status.set_facts(self.facts());
        Ok(())
    }

    /// Shows what the configuration names, and all that was ever counted: whoever counts again is at zero before.
    fn show_all(&mut self, shown: &Shown) -> anyhow::Result<()> {
        let configured = self.config.configured_series();
        self.declare(configured.iter().map(|series| (series, usual(series))));
        for source in &self.config.clone().sources {
            self.exposition.source(&source.name, &SourceCounts::default());
        }
        self.show_units();
        self.declare(shown.counters.iter().map(|(series, counters)| (series, counters.cell.aspects())));
        let counted = counted(&self.ledger)?;
        self.declare(counted.iter().map(|(series, aspects)| (series, aspects.clone())));
        self.present = Present::default();
        self.show_present(self.version)?;
        self.show(shown)
    }

    /// Shows everything anew, by another configuration. Readers see the old page until the new one is whole.
    fn reload(&mut self, config: Arc<Config>) -> anyhow::Result<()> {
        // Read first: after a failure, what is shown stays as it was.
        let version = self.ledger.version()?;
        let shown = self.ledger.shown_since(Seq::default())?;
        self.config = config;
        self.live.clear();
        self.version = version;
        self.rebuild(&shown)
    }

    /// Shows everything there is on a new page.
    fn rebuild(&mut self, shown: &Shown) -> anyhow::Result<()> {
        self.exposition.rebuild(settings(&self.config, self.epoch));
        // What is declared now is seen with its counts at once: it has been shown before, or starts with them.
        self.held.clear();
        self.aspects.clear();
        self.show_all(shown)?;
        for source in self.live.keys().cloned().collect::<Vec<_>>() {
            self.show_live(&source);
        }
        Ok(())
    }

    fn live(&mut self, mut news: LiveNews) {
        let source = news.source.clone();
        if let Some(before) = self.live.get(&source) {
            // Of whom nothing is told any more, nobody waits.
            let gone = before.series.keys().filter(|series| !news.series.contains_key(series));
            let gone: Vec<_> = gone.map(|series| (series.clone(), LiveQueue::default())).collect();
            news.series.extend(gone);
        }
        self.live.insert(source.clone(), news);
        self.show_live(&source);
    }

    /// Shows what a source told last of those who wait.
    fn show_live(&mut self, source: &SourceName) {
        let Some(news) = self.live.get(source).cloned() else { return };
        self.exposition.agents(source, news.agents);
        self.declare(news.series.keys().map(|series| (series, usual(series))));
        for series in news.series.keys() {
            // Several sources may tell of one series: those who wait, wait together.
            let of_all = self.live.values().filter_map(|news| news.series.get(series));
            let live = of_all.fold(LiveQueue::default(), |sum, queue| sum.and(*queue));
            // Declared just now, or before.
            let _ = if series.channel == Channel::Callback {
                let promised = self.config.service(&series.service).callback.is_some();
                let overdue = self.live.values().filter_map(|news| news.overdue.get(series)).sum();
                let pending = PendingCallbacks {
                    pending: live.waiting,
                    oldest: live.oldest,
                    overdue: promised.then_some(overdue),
                };
                self.exposition.callbacks(series, &pending)
            } else {
                self.exposition.live(series, &live)
            };
        }
        self.exposition.publish();
    }

    /// Shows what is so today and was not yesterday: the tree of units, and what is promised.
    fn turn_day(&mut self) -> anyhow::Result<()> {
        let today = self.config.zone.date(clock::now());
        let Some(before) = self.day.filter(|day| *day != today) else { return Ok(()) };
        let mut promises =
            self.aspects.keys().filter_map(|series| self.config.service(&series.service).callback);
        if promises.any(|promise| promise.holds(before) != promise.holds(today)) {
            // Series are shown by other settings now, and start anew with their counts.
            let shown = self.ledger.shown_since(Seq::default())?;
            return self.rebuild(&shown);
        }
        self.show_units();
        Ok(())
    }

    /// Shows the tree of units as it is today.
    fn show_units(&mut self) {
        let today = self.config.zone.date(clock::now());
        self.day = Some(today);
        self.exposition.units(units(&self.config, today));
    }

    /// Shows series with what is known of each, and with what is known of it already.
    fn declare<'s>(&mut self, all: impl IntoIterator<Item = (&'s Series, BTreeSet<Aspect>)>) {
        let mut changed = BTreeSet::new();
        for (series, aspects) in all {
            let known = self.aspects.entry(series.clone()).or_default();
            if !known.is_superset(&aspects) || !self.exposition.is_declared(series) {
                known.extend(aspects);
                changed.insert(series);
            }
        }
        let today = self.config.zone.date(clock::now());
        let settings: Vec<_> = changed
            .into_iter()
            .map(|series| series_settings(&self.config, series, self.aspects[series].clone(), today))
            .collect();
        let refused = self.exposition.declare(&settings);
        if refused > 0 {
            tracing::warn!(
                refused,
                "more series than limits.series allows: the rest is counted in the ledger, and not shown"
            );
        }
    }

    /// Shows what holds now.
    fn show_present(&mut self, version: i64) -> anyhow::Result<()> {
        let now = clock::now();
        let mut present = std::mem::take(&mut self.present);
        let looked = present.look(&self.config, &self.ledger, version, now);
        self.present = present;
        if let Some(news) = looked? {
            self.declare(news.aspects());
            news.show(&mut self.exposition)?;
        }
        Ok(())
    }

    fn facts(&self) -> Facts {
        let horizon = self.config.counters.horizon.map(|seconds| format!("{} hours", seconds / 3600));
        Facts {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            epoch: self.epoch(),
            horizon,
            last_commit: self.changed.map(|at| self.config.zone.rfc3339(at)),
        }
    }
}

/// What was ever counted of each series.
fn counted(ledger: &Ledger) -> Result<Vec<(Series, BTreeSet<Aspect>)>, LedgerError> {
    let totals = ledger.totals()?;
    let aspects = |(key, series)| Some((series, totals.get(&key)?.aspects()));
    Ok(ledger.series()?.into_iter().filter_map(aspects).collect())
}

/// The tree of units as it is on a day.
fn units(config: &Config, day: Date) -> Vec<UnitInfo> {
    let entries = config.units.entries().filter(|unit| unit.holds(day));
    let info = |unit: &Unit| UnitInfo {
        unit: unit.id.clone(),
        parent: unit.parent.clone(),
        level: unit.kind.as_str().to_owned(),
    };
    entries.map(info).collect()
}

/// How the page is made, by a configuration.
pub(crate) fn settings(config: &Config, epoch: HourStart) -> Settings {
    let build = Build {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: option_env!("JONO_REVISION").map(str::to_owned),
        rust_version: None,
    };
    Settings {
        buckets: config.buckets.clone(),
        max_series: config.limits.series,
        ..Settings::new(epoch, build)
    }
}

/// What is shown of a series of which nothing is known yet but how the customers come.
pub(crate) fn usual(series: &Series) -> BTreeSet<Aspect> {
    match Aspect::usual(series.channel) {
        // Whose contacts are counted, their waits are.
        Aspect::Contacts => BTreeSet::from([Aspect::Contacts, Aspect::Waits]),
        other => BTreeSet::from([other]),
    }
}

/// How a series is shown, by a configuration, on a day.
pub(crate) fn series_settings(
    config: &Config,
    series: &Series,
    aspects: BTreeSet<Aspect>,
    day: Date,
) -> SeriesSettings {
    let service = config.service(&series.service);
    let mut formulas: Vec<Formula> = config.formulas.clone();
    formulas.push(service.formula);
    let promise = service.callback.filter(|promise| promise.holds(day)).map(|promise| promise.within);
    let mut aspects = aspects;
    if !config.limits.waits.contains(&series.channel) {
        aspects.remove(&Aspect::Waits);
    }
    SeriesSettings { series: series.clone(), aspects, formulas, target: service.target, promise }
}

/// How many time series a configuration shows for some series, with its sources, units and live views.
pub(crate) fn time_series(config: &Config, series: &[Series]) -> usize {
    time_series_of(config, &series.iter().map(|series| (series.clone(), usual(series))).collect())
}

/// The same, where it is known what is counted of each.
pub(crate) fn time_series_of(config: &Config, series: &BTreeMap<Series, BTreeSet<Aspect>>) -> usize {
    let settings = Settings { max_series: usize::MAX, ..settings(config, HourStart(UnixSeconds::MIN)) };
    let mut exposition = Exposition::new(settings);
    let today = config.zone.date(clock::now());
    let settings =
        series.iter().map(|(series, aspects)| series_settings(config, series, aspects.clone(), today));
    exposition.declare(&settings.collect::<Vec<_>>());
    exposition.units(units(config, today));
    for source in &config.sources {
        exposition.source(&source.name, &SourceCounts::default());
        if source.format.has_live() {
            exposition.agents(&source.name, Agents::default());
        }
    }
    // Somebody waits everywhere: the time since when is shown only then.
    let queue = LiveQueue { waiting: 1, oldest: Some(UnixSeconds::MIN), lost: 0 };
    let pending = PendingCallbacks { pending: 1, oldest: queue.oldest, overdue: Some(1) };
    let figure = Figure { value: Some(1.0), year_ago: Some(1.0), state: Some(State::Provisional) };
    let mut week = [Figure::default(); MONTH_FIGURES.len()];
    week[..WEEK_FIGURES.len()].fill(figure);
    let mut figures = BTreeMap::new();
    let mut polls = Vec::new();
    for (series, aspects) in series {
        let poll = |seen| Poll { series: series.clone(), at: UnixSeconds::MIN, seen };
        for aspect in aspects {
            match aspect {
                Aspect::Contacts => {
                    _ = exposition.live(series, &queue);
                    if config.limits.figures.contains(&series.channel) {
                        let month = [figure; MONTH_FIGURES.len()];
                        figures.insert((series.clone(), Basis::Counted), Figures { week, month });
                    }
                }
                Aspect::Callbacks => _ = exposition.callbacks(series, &pending),
                Aspect::Polls => {
                    let (waiting, wait, desks) = (Some(1), Some(Seconds::ZERO), Some(1));
                    polls.push(poll(Seen::Office { waiting, wait, desks }));
                }
                Aspect::Appointments => polls.push(poll(Seen::Appointment { days: 0 })),
                Aspect::Waits | Aspect::Scores => {}
            }
        }
    }
    exposition.figures(figures);
    // All of them were declared.
    let _ = exposition.polls(polls);
    exposition.samples()
}
