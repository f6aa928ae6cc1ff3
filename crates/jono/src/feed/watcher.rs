//! Rings the bell of a source when the system says that something happened where its files are.
//!
//! The system may say it late, twice or not at all: nothing is decided here.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
};

use super::bell::Bell;

/// Keeps watching until it is dropped.
pub(super) struct Watcher(#[expect(dead_code, reason = "it watches as long as it lives")] RecommendedWatcher);

impl Watcher {
    /// Watches the directories of some paths. One that is not there yet is only looked at.
    pub(super) fn new(paths: &[(PathBuf, Arc<Bell>)]) -> notify::Result<Self> {
        let mut bells = BTreeMap::<PathBuf, Vec<Arc<Bell>>>::new();
        for (path, bell) in paths {
            let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            let directory = directory.unwrap_or(Path::new("."));
            // What the system reports has no `..` and no links in it.
            let directory = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
            bells.entry(directory).or_default().push(bell.clone());
        }
        let directories: Vec<_> = bells.keys().cloned().collect();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let Ok(event) = event else { return bells.values().flatten().for_each(|bell| bell.ring()) };
            if says_nothing(event.kind) {
                return;
            }
            for directory in event.paths.iter().filter_map(|path| path.parent()) {
                bells.get(directory).into_iter().flatten().for_each(|bell| bell.ring());
            }
        })?;
        for directory in directories {
            if let Err(error) = watcher.watch(&directory, RecursiveMode::NonRecursive) {
                tracing::debug!(directory = %directory.display(), %error, "it is looked at, but not watched");
            }
        }
        Ok(Self(watcher))
    }
}

/// Reading a file, as we do ourselves, is no change.
fn says_nothing(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        _ => false,
    }
}
