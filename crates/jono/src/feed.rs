//! What `serve` does beside serving: each source is followed by a thread of its own, so that one that is down keeps
//! no other waiting.
//!
//! A thread looks at its files when it is woken, and every second or so anyway: looking decides, waking only makes it
//! soon. What it finds is counted by the same [`pipeline`](crate::pipeline) that `jono ingest` uses, into the same
//! ledger; everything it knows can be found out again, so nothing has to be saved when it ends.

mod bell;
mod desk;
mod dropped;
mod log;
mod watcher;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, mpsc::Sender},
    thread::JoinHandle,
    time::Duration,
};

use anyhow::Context as _;
use jono_domain::Keep;
use jono_exporter::Telemetry;
use jono_ingest::InputError;
use jono_ledger::Ledger;

use self::{bell::Bell, desk::Desk, dropped::Dropped, log::Log, watcher::Watcher};
use crate::{
    command::chain,
    config::{Config, Source},
    files,
    pipeline::DocumentError,
    publish::Order,
};

/// How long what woke a thread may go on before it looks: a line seldom comes alone.
const PAUSE: Duration = Duration::from_millis(15);

/// The threads that follow the sources of one configuration.
pub(crate) struct Feeds {
    threads: Vec<(Arc<Bell>, JoinHandle<()>)>,
    _watcher: Option<Watcher>,
}

impl Feeds {
    /// Starts a thread for each source that is to be followed.
    pub(crate) fn start(
        config: &Arc<Config>,
        telemetry: &Telemetry,
        orders: &Sender<Order>,
    ) -> anyhow::Result<Self> {
        let mut threads = Vec::new();
        let mut places = Vec::new();
        let followed = config.sources.iter().enumerate();
        for (index, source) in followed.filter(|(_, source)| source.follow && !source.paths.is_empty()) {
            let bell = Arc::new(Bell::default());
            let ledger = Ledger::open(&config.ledger, &config.zone).context("the ledger cannot be used")?;
            let desk = Desk::new(config.clone(), index, ledger, telemetry, bell.clone(), orders.clone());
            let thread = std::thread::Builder::new()
                .name(format!("feed-{}", source.name))
                .spawn(move || Feed::new(desk).run())
                .context("a thread cannot be started")?;
            places.extend(source.paths.iter().map(|path| (path.clone(), bell.clone())));
            threads.push((bell, thread));
        }
        let watcher = Watcher::new(&places)
            .inspect_err(|error| tracing::warn!(%error, "changes of files are noticed by looking alone"))
            .ok();
        Ok(Self { threads, _watcher: watcher })
    }

    /// Ends all threads, each after the commit that it is making.
    pub(crate) fn stop(self) {
        for (bell, _) in &self.threads {
            bell.stop();
        }
        for (_, thread) in self.threads {
            if thread.join().is_err() {
                tracing::error!(
                    "a thread that followed a source ended early; please report the message above"
                );
            }
        }
    }
}

/// One path of a source, as it is followed.
enum Followed {
    Log(Box<Log>),
    Dropped(Dropped),
}

/// One source being followed.
struct Feed {
    desk: Desk,
    followed: BTreeMap<PathBuf, Followed>,
    /// What was wrong at the last look, so that it is told once.
    trouble: Option<String>,
    /// Whether much was done in vain at the last look.
    tired: bool,
}

impl Feed {
    fn new(desk: Desk) -> Self {
        Self { desk, followed: BTreeMap::new(), trouble: None, tired: false }
    }

    fn run(mut self) {
        let poll = self.desk.source().poll;
        loop {
            let trouble = self.look();
            if self.desk.bell().stops() {
                return;
            }
            self.tell(trouble);
            let bell = self.desk.bell();
            let goes_on = if self.tired { bell.rest(poll) } else { bell.wait(poll) };
            if !goes_on {
                return;
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Looks at every path once; the answer is what is wrong, in one sentence a path.
    fn look(&mut self) -> Option<String> {
        let source = self.desk.source();
        let (paths, mut troubles) = paths(source);
        let keep = source.keep;
        self.tired = false;
        for path in paths {
            let followed = self.followed.entry(path.clone()).or_insert_with(|| match keep {
                Keep::Append => Followed::Log(Box::new(Log::new(path.clone()))),
                Keep::Replace => Followed::Dropped(Dropped::new(path.clone())),
            });
            let attended = match followed {
                Followed::Log(log) => log.attend(&mut self.desk),
                Followed::Dropped(dropped) => dropped.attend(&mut self.desk),
            };
            if let Err(error) = attended {
                self.desk.failed(&error);
                // A log is not read, nor a commit tried, again at every line that somebody writes; that a file is not
                // there costs nothing to see.
                self.tired |= !matches!(error, DocumentError::Input(InputError::Open { .. }));
                troubles.push(said(&path, &error));
            }
            if self.desk.bell().stops() {
                break;
            }
        }
        self.desk.tell_live();
        let (position, behind) =
            self.followed.values().fold((0, 0), |(position, behind), followed| match followed {
                Followed::Log(log) => (position + log.position(), behind + log.behind()),
                Followed::Dropped(dropped) => (position + dropped.position(), behind),
            });
        self.desk.report(position, behind, troubles.is_empty());
        (!troubles.is_empty()).then(|| troubles.join("; "))
    }

    fn tell(&mut self, trouble: Option<String>) {
        let name = &self.desk.source().name;
        match (&self.trouble, &trouble) {
            (Some(before), Some(now)) if before == now => {}
            (_, Some(now)) => tracing::warn!(source = %name, "the source is down: {now}"),
            (Some(_), None) => tracing::info!(source = %name, "the source is up again"),
            (None, None) => {}
        }
        self.trouble = trouble;
    }
}

/// The files that a source's paths name now, and what is wrong with those that name none.
fn paths(source: &Source) -> (Vec<PathBuf>, Vec<String>) {
    let (mut found, mut troubles) = (Vec::new(), Vec::new());
    for path in &source.paths {
        if !files::is_pattern(path) {
            found.push(path.clone());
            continue;
        }
        match files::matching(path) {
            Ok(matching) if matching.is_empty() => troubles.push(format!("no file is {}", path.display())),
            Ok(matching) => found.extend(matching),
            Err(error) => troubles.push(format!("{error:#}")),
        }
    }
    (found, troubles)
}

fn said(path: &Path, error: &DocumentError) -> String {
    let (path, said) = (path.display().to_string(), chain(error));
    if said.contains(&path) { said } else { format!("{path}: {said}") }
}
