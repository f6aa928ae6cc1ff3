//! Pieces of a document that several threads make, taken in its order.
//!
//! A piece that is made before its turn waits for those before it, and no more than [`MOST_AHEAD`] do: who is further ahead
//! keeps its piece until it may hand it on, so that one slow piece cannot fill the memory with those behind it. When a maker fails, the others end at
//! their next piece, and so they do when nobody takes pieces any more.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

/// How many pieces may be made before one that is still missing.
const MOST_AHEAD: u64 = 64;

/// Where pieces are taken in order.
pub(super) struct InOrder<P>(Arc<Shared<P>>);

/// Where one thread hands on the pieces that it makes.
pub(super) struct Maker<P>(Arc<Shared<P>>);

struct Shared<P> {
    state: Mutex<State<P>>,
    /// A piece came, one was taken, or somebody left.
    changed: Condvar,
}

struct State<P> {
    /// By their numbers, those that wait for their turn.
    made: BTreeMap<u64, P>,
    /// Which is to be taken next.
    next: u64,
    makers: usize,
    /// Whether a maker ended in a panic: the piece it was at is missing.
    is_broken: bool,
    /// Whether nobody takes pieces any more.
    is_left: bool,
}

impl<P> InOrder<P> {
    /// Nothing yet, of pieces numbered from `first` on.
    pub(super) fn from(first: u64) -> Self {
        let state = State { made: BTreeMap::new(), next: first, makers: 0, is_broken: false, is_left: false };
        Self(Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() }))
    }

    /// One more who makes pieces. Whoever makes one must have begun with it before any later one was begun.
    pub(super) fn maker(&self) -> Maker<P> {
        self.0.lock().makers += 1;
        Maker(self.0.clone())
    }

    /// Waits for the next piece; `None` when there will be no more, because all makers have ended or one has failed.
    pub(super) fn take(&self) -> Option<P> {
        let mut state = self.0.lock();
        loop {
            let next = state.next;
            if let Some(piece) = state.made.remove(&next) {
                state.next += 1;
                self.0.changed.notify_all();
                return Some(piece);
            }
            if state.makers == 0 || state.is_broken {
                return None;
            }
            state = self.0.wait(state);
        }
    }
}

impl<P> Maker<P> {
    /// Hands on a piece, once it is not too far ahead; says whether another one is wanted.
    pub(super) fn put(&self, number: u64, piece: P) -> bool {
        let mut state = self.0.lock();
        while number >= state.next + MOST_AHEAD && !state.is_broken && !state.is_left {
            state = self.0.wait(state);
        }
        state.made.insert(number, piece);
        self.0.changed.notify_all();
        !state.is_broken && !state.is_left
    }
}

impl<P> Shared<P> {
    fn lock(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State<P>>) -> MutexGuard<'s, State<P>> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P> Drop for Maker<P> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.makers -= 1;
        state.is_broken |= std::thread::panicking();
        self.0.changed.notify_all();
    }
}

impl<P> Drop for InOrder<P> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_left = true;
        state.made.clear();
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU64, Ordering},
        thread,
        time::Duration,
    };

    use super::*;

    /// Each of the threads makes the next piece that nobody has begun with, as long as it is told to.
    fn make(
        threads: u64,
        pieces: u64,
        work: impl Fn(u64) + Send + Sync + 'static,
    ) -> (InOrder<u64>, Arc<AtomicU64>) {
        let (order, begun, work) = (InOrder::from(7), Arc::new(AtomicU64::new(7)), Arc::new(work));
        for _ in 0..threads {
            let (maker, begun, work) = (order.maker(), begun.clone(), work.clone());
            thread::spawn(move || {
                loop {
                    let number = begun.fetch_add(1, Ordering::SeqCst);
                    if number >= 7 + pieces {
                        return;
                    }
                    work(number);
                    if !maker.put(number, number) {
                        return;
                    }
                }
            });
        }
        (order, begun)
    }

    #[test]
    fn pieces_come_in_order() {
        let (order, _) = make(4, 1000, |number| {
            if number % 3 == 0 {
                thread::yield_now();
            }
        });
        assert!(std::iter::from_fn(|| order.take()).eq(7..1007));
    }

    /// Waits until the state is so; whatever makes it so tells of it.
    fn wait(shared: &Shared<u64>, is_so: impl Fn(&State<u64>) -> bool) {
        let mut state = shared.lock();
        while !is_so(&state) {
            state = shared.wait(state);
        }
    }

    #[test]
    fn behind_a_slow_piece_only_so_many_are_made() {
        let slow = Arc::new(Mutex::new(()));
        let held = slow.lock().unwrap();
        let (order, begun) = make(2, 10_000, {
            let slow = slow.clone();
            move |number| {
                if number == 7 {
                    drop(slow.lock());
                }
            }
        });
        // The other thread ends up waiting with the first piece that is too far ahead; it never gets to the one after it.
        wait(&order.0, |state| state.made.len() as u64 == MOST_AHEAD - 1);
        thread::sleep(Duration::from_millis(20));
        assert_eq!(begun.load(Ordering::SeqCst), 7 + MOST_AHEAD + 1);
        assert_eq!(order.0.lock().made.len() as u64, MOST_AHEAD - 1);
        drop(held);
        assert!(std::iter::from_fn(|| order.take()).eq(7..10_007));
    }

    #[test]
    fn who_fails_ends_the_others() {
        let (order, begun) = make(2, u64::MAX - 7, |number| assert_ne!(number, 50, "of purpose"));
        let taken: Vec<_> = std::iter::from_fn(|| order.take()).collect();
        assert!(taken.len() <= 43 && taken.iter().copied().eq((7..).take(taken.len())));
        wait(&order.0, |state| state.makers == 0);
        assert!(begun.load(Ordering::SeqCst) <= 50 + MOST_AHEAD + 2);
    }

    #[test]
    fn nobody_goes_on_for_nobody() {
        let (order, _) = make(2, u64::MAX - 7, |_| {});
        assert_eq!(order.take(), Some(7));
        let shared = order.0.clone();
        drop(order);
        wait(&shared, |state| state.makers == 0);
    }
}
