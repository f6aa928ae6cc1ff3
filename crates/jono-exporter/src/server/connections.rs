//! Who is connected, and who has to leave when there is no room.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

/// All connections of a server.
#[derive(Debug)]
pub(super) struct Connections {
    room: Arc<Semaphore>,
    idle: Mutex<Idle>,
    became_idle: Notify,
}

/// The connections that wait for a request, by when they began to.
#[derive(Debug, Default)]
struct Idle {
    next: u64,
    since: BTreeMap<u64, Arc<Progress>>,
}

/// One connection, while it lasts.
#[derive(Debug)]
pub(super) struct Visit {
    progress: Arc<Progress>,
    _room: OwnedSemaphorePermit,
}

#[derive(Debug)]
struct Progress {
    connections: Arc<Connections>,
    stage: Mutex<Stage>,
    changed: Notify,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// Waits for a request, with its place in the order of those who do.
    Idle(u64),
    /// Is being answered since then.
    Busy(Instant),
    /// Has to make room.
    Unwanted,
}

/// A request that is being answered. Dropped when the answer has been handed over.
#[derive(Debug)]
pub(super) struct Busy(Arc<Progress>);

impl Connections {
    pub(super) fn new(room: usize) -> Self {
        Self {
            room: Arc::new(Semaphore::new(room.max(1))),
            idle: Mutex::default(),
            became_idle: Notify::new(),
        }
    }

    /// Lets one more in. If there is no room, the one that has been idle the longest is sent away; if none is idle,
    /// it is the next that finishes.
    pub(super) async fn admit(self: &Arc<Self>) -> Visit {
        let room = loop {
            let became_idle = self.became_idle.notified();
            let room = Arc::clone(&self.room).acquire_owned();
            if self.room.available_permits() > 0 || self.send_away() {
                break room.await;
            }
            tokio::select! {
                room = room => break room,
                () = became_idle => {}
            }
        };
        let progress = Arc::new(Progress {
            connections: Arc::clone(self),
            stage: Mutex::new(Stage::Unwanted),
            changed: Notify::new(),
        });
        progress.become_idle();
        Visit { progress, _room: room.expect("the semaphore is never closed") }
    }

    /// Says whether there was one to send away.
    fn send_away(&self) -> bool {
        // Popped in a statement of its own: the order is unlocked before the stage is locked.
        let longest = held(&self.idle).since.pop_first();
        let Some((_, progress)) = longest else { return false };
        *held(&progress.stage) = Stage::Unwanted;
        progress.changed.notify_one();
        true
    }
}

impl Progress {
    fn become_idle(self: &Arc<Self>) {
        // The stage stays locked until it says what the order says: nobody is sent away in between.
        let mut stage = held(&self.stage);
        let mut idle = held(&self.connections.idle);
        let place = idle.next;
        idle.next += 1;
        idle.since.insert(place, Arc::clone(self));
        *stage = Stage::Idle(place);
        self.changed.notify_one();
        self.connections.became_idle.notify_waiters();
    }

    fn leave_idle(&self) {
        let stage = *held(&self.stage);
        if let Stage::Idle(place) = stage {
            held(&self.connections.idle).since.remove(&place);
        }
    }
}

impl Visit {
    /// A request has come.
    pub(super) fn busy(&self) -> Busy {
        self.progress.leave_idle();
        *held(&self.progress.stage) = Stage::Busy(Instant::now());
        self.progress.changed.notify_one();
        Busy(Arc::clone(&self.progress))
    }

    /// Ends when the connection has to: to make room, or because one request went on for longer than `limit`.
    pub(super) async fn overstayed(&self, limit: Duration) {
        loop {
            let changed = self.progress.changed.notified();
            let stage = *held(&self.progress.stage);
            match stage {
                Stage::Unwanted => return,
                Stage::Idle(_) => changed.await,
                Stage::Busy(since) => {
                    if timeout_at(since + limit, changed).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.progress.leave_idle();
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.become_idle();
    }
}

/// The value in a lock; whoever panicked while holding it had nothing half done.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
