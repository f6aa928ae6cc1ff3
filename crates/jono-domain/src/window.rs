//! Which calls were seen lately, so that one that passes several queues of a unit is one contact of the unit.

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
/// have entered since; after that it would be one contact more. So the memory is bounded: about 300 KiB a document.
#[derive(Debug, Clone, Default)]
pub struct CallWindow {
    /// A ring: once it is full, the newest takes the place of the oldest.
    calls: Vec<RecentCall>,
    /// How many have entered, ever; the last [`CallWindow::CALLS`] of them are in the ring, each at its number's place.
    entered: u32,
    chains: Chains,
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
    #[inline]
    pub fn enter(&mut self, call: RecentCall) -> bool {
        let age = i64::from(Self::AGE.get());
        let is_new = self.last(call.key).is_none_or(|at| (call.at.get() - at.get()).abs() > age);
        if is_new {
            self.remember(call);
        }
        is_new
    }

    /// The calls that are remembered, in the order in which they entered.
    pub fn calls(&self) -> impl ExactSizeIterator<Item = RecentCall> {
        let len = self.calls.len() as u32;
        (0..len).map(move |at| self.calls[place(self.entered.wrapping_sub(len - at))])
    }

    /// When the newest call with that key entered.
    #[inline]
    fn last(&self, key: u64) -> Option<UnixSeconds> {
        let mut number = *self.chains.newest.get(Chains::of(key))?;
        // Numbers that the ring has no more end a chain. That holds even if they are so old that they come again: what is in
        // the ring is what counts.
        while (self.entered.wrapping_sub(number).wrapping_sub(1) as usize) < self.calls.len() {
            let call = self.calls[place(number)];
            if call.key == key {
                return Some(call.at);
            }
            number = self.chains.before[place(number)];
        }
        None
    }

    fn remember(&mut self, call: RecentCall) {
        let number = self.entered;
        match self.calls.get_mut(place(number)) {
            Some(oldest) => *oldest = call,
            None => self.calls.push(call),
        }
        self.chains.put(call.key, number);
        self.entered = number.wrapping_add(1);
    }
}

/// Where the call of that number is in the ring.
const fn place(number: u32) -> usize {
    number as usize % CallWindow::CALLS
}

/// What is found in one follows from the calls.
impl PartialEq for CallWindow {
    fn eq(&self, other: &Self) -> bool {
        self.calls().eq(other.calls())
    }
}

impl Eq for CallWindow {}

/// Finds calls by their keys, as compressors find what they have seen: for each of many hashes the number of the newest call,
/// and for each call the number of the one before it. Nothing is ever removed; a number that is too old ends a chain.
#[derive(Debug, Clone, Default)]
struct Chains {
    /// Nothing until the first call; then, where there is none, a number that is no call's yet.
    newest: Vec<u32>,
    /// By the call's place in the ring.
    before: Vec<u32>,
}

impl Chains {
    /// Four for each call, so that most hashes have no call.
    const HASHES: usize = CallWindow::CALLS * 4;

    #[inline]
    const fn of(key: u64) -> usize {
        // Keys are hashes, but not all of those that test it.
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - Self::HASHES.ilog2())) as usize
    }

    fn put(&mut self, key: u64, number: u32) {
        if self.newest.is_empty() {
            self.newest = vec![u32::MAX; Self::HASHES];
            self.before = vec![u32::MAX; CallWindow::CALLS];
        }
        self.before[place(number)] = std::mem::replace(&mut self.newest[Self::of(key)], number);
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
        assert_eq!((window.calls().len(), window.calls.len()), (CallWindow::CALLS, CallWindow::CALLS));
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
