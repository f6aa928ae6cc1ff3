//! Which calls were seen lately, so that one that passes several queues of a unit is one contact of the unit.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasherDefault, Hasher},
};

use crate::event::{Seconds, UnixSeconds};

/// A call that entered a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecentCall {
    /// Tells the call in its unit apart from others: a hash, from which neither can be had back.
    pub key: u64,
    /// When it entered.
    pub at: UnixSeconds,
}

/// The calls that entered last, of one document. What it holds depends on the calls and their order alone.
///
/// A call is known again for [`CallWindow::AGE`] before and after it entered, and as long as no more than [`CallWindow::CALLS`]
/// have entered since; after that it would be one contact more. So the memory is bounded: about half a MiB a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallWindow {
    /// In the order of entering.
    calls: VecDeque<RecentCall>,
    entered: HashMap<u64, UnixSeconds, BuildHasherDefault<Itself>>,
}

/// Keys are hashes already.
#[derive(Debug, Clone, Copy, Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl CallWindow {
    /// How many calls are remembered.
    pub const CALLS: usize = 8192;
    /// How long one is remembered: 4 hours.
    pub const AGE: Seconds = match Seconds::new(4 * 3600) {
        Ok(age) => age,
        Err(_) => Seconds::MAX,
    };

    /// One that remembers these, in the order in which they entered.
    pub fn new(calls: impl IntoIterator<Item = RecentCall>) -> Self {
        let mut window = Self::default();
        calls.into_iter().for_each(|call| window.remember(call));
        window
    }

    /// Whether the call enters for the first time, as far as can be told. If so, it is remembered from now on.
    pub fn enter(&mut self, call: RecentCall) -> bool {
        let age = i64::from(Self::AGE.get());
        let is_new = self.entered.get(&call.key).is_none_or(|at| (call.at.get() - at.get()).abs() > age);
        if is_new {
            self.remember(call);
        }
        is_new
    }

    /// The calls that are remembered, in the order in which they entered.
    pub fn calls(&self) -> impl ExactSizeIterator<Item = RecentCall> {
        self.calls.iter().copied()
    }

    fn remember(&mut self, call: RecentCall) {
        self.calls.push_back(call);
        self.entered.insert(call.key, call.at);
        if self.calls.len() > Self::CALLS
            && let Some(oldest) = self.calls.pop_front()
            && self.entered.get(&oldest.key) == Some(&oldest.at)
        {
            self.entered.remove(&oldest.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(key: u64, at: i64) -> RecentCall {
        RecentCall { key, at: UnixSeconds::new(at).unwrap() }
    }

    /// Which of the calls, by key and time, are new.
    fn check(calls: &[(u64, i64)]) -> String {
        let mut window = CallWindow::default();
        let is_new = calls.iter().map(|&(key, at)| window.enter(call(key, at)));
        is_new.map(|is_new| if is_new { "new" } else { "seen" }).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_call_is_known_again_for_its_age() {
        insta::assert_snapshot!(check(&[(1, 0), (1, 60), (2, 60), (1, 14_400)]), @"new seen new seen");
        insta::assert_snapshot!(check(&[(1, 0), (1, 14_401), (1, 28_801)]), @"new new seen");
        // Being seen again does not make it younger.
        insta::assert_snapshot!(check(&[(1, 0), (1, 14_400), (1, 14_401)]), @"new seen new");
        // Logs may be a little out of order.
        insta::assert_snapshot!(check(&[(1, 100), (1, 40)]), @"new seen");
        // And tables begin with the newest, while ids come again every day.
        insta::assert_snapshot!(check(&[(1, 90_000), (1, 3600)]), @"new new");
    }

    #[test]
    fn it_remembers_no_more_than_it_may() {
        let many = CallWindow::CALLS as u64;
        let mut window = CallWindow::default();
        assert!((0..many).all(|key| window.enter(call(key, 0))));
        assert!(!window.enter(call(0, 0)), "the first is still known");
        assert!(window.enter(call(many, 0)));
        assert_eq!((window.calls().len(), window.entered.len()), (CallWindow::CALLS, CallWindow::CALLS));
        assert!(!window.enter(call(1, 0)), "the second is still known");
        assert!(window.enter(call(0, 0)), "the first is not");
    }

    #[test]
    fn a_call_that_came_back_is_not_forgotten_with_its_first_entry() {
        let mut window = CallWindow::default();
        window.enter(call(0, 0));
        window.enter(call(0, 20_000));
        (1..CallWindow::CALLS as u64).for_each(|key| assert!(window.enter(call(key, 20_000))));
        assert!(!window.enter(call(0, 20_000)));
    }

    /// A window that is all but full, the oldest of whose calls may come again.
    fn almost_full() -> Vec<RecentCall> {
        (0..CallWindow::CALLS as u64 - 5).map(|key| call(key, 0)).collect()
    }

    fn calls() -> impl Strategy<Value = Vec<RecentCall>> {
        let key = prop_oneof![0..12_u64, 1 << 20..(1 << 20) + 12_u64];
        prop::collection::vec((key, 0..40_000_i64).prop_map(|(key, at)| call(key, at)), 0..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn as_if_everything_were_looked_through(calls in calls()) {
            let mut window = CallWindow::new(almost_full());
            let mut entered = almost_full();
            for call in calls {
                let known = entered.iter().rev().take(CallWindow::CALLS).find(|known| known.key == call.key);
                let is_new = known.is_none_or(|known| (call.at.get() - known.at.get()).abs() > 4 * 3600);
                prop_assert_eq!(window.enter(call), is_new);
                if is_new {
                    entered.push(call);
                }
                prop_assert!(window.calls().len() <= CallWindow::CALLS);
            }
        }

        #[test]
        fn wherever_it_is_cut_it_goes_on_the_same(calls in calls(), at in 0_usize..40) {
            let (before, after) = calls.split_at(at.min(calls.len()));
            let mut whole = CallWindow::new(almost_full());
            before.iter().for_each(|&call| { whole.enter(call); });
            let mut resumed = CallWindow::new(whole.calls());
            prop_assert_eq!(&resumed, &whole);
            for &call in after {
                prop_assert_eq!(resumed.enter(call), whole.enter(call));
            }
            prop_assert_eq!(resumed, whole);
        }
    }
}
