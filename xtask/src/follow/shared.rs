//! What the threads tell each other.

use std::{
    net::SocketAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

/// Known to all threads.
#[derive(Debug, Default)]
pub(super) struct Shared {
    written: AtomicBool,
    over: AtomicBool,
    lines: AtomicU64,
    counted: AtomicU64,
    /// Where `jono` serves, if it does.
    address: Mutex<Option<SocketAddr>>,
    /// When each probe had been written.
    probes: Mutex<Vec<Instant>>,
}

impl Shared {
    /// Nothing more will be written.
    pub(super) fn stop_writing(&self) {
        self.written.store(true, Ordering::Relaxed);
    }

    /// Whether more will be written.
    pub(super) fn is_writing(&self) -> bool {
        !self.written.load(Ordering::Relaxed)
    }

    /// All threads are to end.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Ends all threads however the caller ends.
    pub(super) fn over_when_dropped(&self) -> impl Drop + use<'_> {
        struct Over<'s>(&'s Shared);
        impl Drop for Over<'_> {
            fn drop(&mut self) {
                self.0.end();
            }
        }
        Over(self)
    }

    pub(super) fn wrote(&self, lines: u64) {
        self.lines.fetch_add(lines, Ordering::Relaxed);
    }

    /// How many lines have been written.
    pub(super) fn lines(&self) -> u64 {
        self.lines.load(Ordering::Relaxed)
    }

    pub(super) fn saw_counted(&self, lines: u64) {
        self.counted.fetch_max(lines, Ordering::Relaxed);
    }

    /// How many lines were counted when somebody last looked.
    pub(super) fn counted(&self) -> u64 {
        self.counted.load(Ordering::Relaxed)
    }

    pub(super) fn set_address(&self, address: Option<SocketAddr>) {
        *held(&self.address) = address;
    }

    pub(super) fn address(&self) -> Option<SocketAddr> {
        *held(&self.address)
    }

    /// Another probe has been written, just now.
    pub(super) fn probed(&self) {
        held(&self.probes).push(Instant::now());
    }

    /// When the probes were written that stand at these places.
    pub(super) fn probes(&self, from: usize, to: usize) -> Vec<Instant> {
        let probes = held(&self.probes);
        probes[from.min(probes.len())..to.min(probes.len())].to_vec()
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked left nothing half done, and is told of where it is joined.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
