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
/// have entered since; after that it would be one contact more. So the memory is bounded: about 200 KiB a document.
#[derive(Debug, Clone, Default)]
pub struct CallWindow {
    /// A ring: once it is full, the newest takes the place of the oldest.
    calls: Vec<RecentCall>,
    /// The place of the oldest, once the ring is full.
    oldest: usize,
    entered: Places,
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
        let last = self.entered.find(&self.calls, call.key).map(|place| self.calls[place].at);
        let is_new = last.is_none_or(|at| (call.at.get() - at.get()).abs() > age);
        if is_new {
            self.remember(call);
        }
        is_new
    }

    /// The calls that are remembered, in the order in which they entered.
    pub fn calls(&self) -> impl ExactSizeIterator<Item = RecentCall> {
        let len = self.calls.len();
        (0..len).map(move |at| self.calls[(self.oldest + at) % len])
    }

    fn remember(&mut self, call: RecentCall) {
        let place = if self.calls.len() < Self::CALLS {
            self.calls.push(call);
            self.calls.len() - 1
        } else {
            let place = self.oldest;
            self.entered.remove(self.calls[place].key, place);
            self.calls[place] = call;
            self.oldest = (place + 1) % Self::CALLS;
            place
        };
        self.entered.put(&self.calls, call.key, place);
    }
}

/// What is found in one follows from the calls.
impl PartialEq for CallWindow {
    fn eq(&self, other: &Self) -> bool {
        self.calls().eq(other.calls())
    }
}

impl Eq for CallWindow {}

/// Finds the place of the newest call of a key in the ring: a table of slots with linear probing, at most half full, each a
/// place and as many bits of the mixed key as fit beside it. It is small enough to stay in a core's own cache.
#[derive(Debug, Clone, Default)]
struct Places {
    /// Nothing until the first call, then [`Places::SLOTS`] of them.
    slots: Vec<u32>,
    len: usize,
}

impl Places {
    const SLOTS: usize = CallWindow::CALLS * 2;
    const MASK: usize = Self::SLOTS - 1;
    const FREE: u32 = u32::MAX;
    /// Bits of a slot that say the place, and that never are all ones beside a full tag.
    const PLACE_BITS: u32 = Self::SLOTS.ilog2();
    const TAG: u32 = !0 << Self::PLACE_BITS;

    /// The bits of a key that a slot has, in their place.
    #[inline]
    const fn tag(key: u64) -> u32 {
        // Keys are hashes, but not all of those that test it.
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32 & Self::TAG
    }

    /// Where looking for a tag begins: by its upper bits.
    #[inline]
    const fn home(tag: u32) -> usize {
        (tag >> (u32::BITS - Self::PLACE_BITS)) as usize
    }

    const fn place(slot: u32) -> usize {
        (slot & !Self::TAG) as usize
    }

    /// The slot of that key, or the free one where it would be.
    #[inline]
    fn slot(&self, calls: &[RecentCall], key: u64) -> usize {
        let tag = Self::tag(key);
        let mut at = Self::home(tag);
        loop {
            let slot = self.slots[at];
            if slot == Self::FREE || (slot & Self::TAG == tag && calls[Self::place(slot)].key == key) {
                return at;
            }
            at = (at + 1) & Self::MASK;
        }
    }

    #[inline]
    fn find(&self, calls: &[RecentCall], key: u64) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.slots[self.slot(calls, key)];
        (slot != Self::FREE).then(|| Self::place(slot))
    }

    /// Says that the newest call of the key is at that place, which is in `calls` already.
    fn put(&mut self, calls: &[RecentCall], key: u64, place: usize) {
        if self.slots.is_empty() {
            self.slots = vec![Self::FREE; Self::SLOTS];
        }
        let at = self.slot(calls, key);
        self.len += usize::from(self.slots[at] == Self::FREE);
        self.slots[at] = Self::tag(key) | place as u32;
    }

    /// Forgets the key, if its newest call is the one at that place.
    fn remove(&mut self, key: u64, place: usize) {
        let mut at = Self::home(Self::tag(key));
        while self.slots[at] == Self::FREE || Self::place(self.slots[at]) != place {
            if self.slots[at] == Self::FREE {
                return;
            }
            at = (at + 1) & Self::MASK;
        }
        self.len -= 1;
        // What follows moves up, as far as it may: looking for it must not meet a free slot before it.
        let mut next = at;
        loop {
            next = (next + 1) & Self::MASK;
            let slot = self.slots[next];
            if slot == Self::FREE {
                break;
            }
            let from_home = next.wrapping_sub(Self::home(slot & Self::TAG)) & Self::MASK;
            if from_home >= (next.wrapping_sub(at) & Self::MASK) {
                self.slots[at] = slot;
                at = next;
            }
        }
        self.slots[at] = Self::FREE;
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
        assert_eq!((window.calls().len(), window.entered.len), (CallWindow::CALLS, CallWindow::CALLS));
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
