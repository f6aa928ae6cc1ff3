//! What wakes a thread, and what ends it.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Rung by whoever has seen something change.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    rung: bool,
    stopped: bool,
}

impl Bell {
    /// Wakes the one who waits, or the next who will.
    pub(crate) fn ring(&self) {
        self.held().rung = true;
        self.changed.notify_all();
    }

    /// Nobody is to go on.
    pub(crate) fn stop(&self) {
        self.held().stopped = true;
        self.changed.notify_all();
    }

    /// Whether to end.
    pub(crate) fn stops(&self) -> bool {
        self.held().stopped
    }

    /// Waits until it is rung, or for so long; says whether to go on.
    pub(crate) fn wait(&self, at_most: Duration) -> bool {
        let waiting = |state: &mut State| !state.rung && !state.stopped;
        let (mut state, _) = self
            .changed
            .wait_timeout_while(self.held(), at_most, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        state.rung = false;
        !state.stopped
    }

    /// Waits for so long, rung or not; says whether to go on.
    pub(crate) fn rest(&self, for_so_long: Duration) -> bool {
        let waiting = |state: &mut State| !state.stopped;
        let waited = self.changed.wait_timeout_while(self.held(), for_so_long, waiting);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !state.stopped
    }

    fn held(&self) -> MutexGuard<'_, State> {
        // Both are flags: whoever panicked while holding them left nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
