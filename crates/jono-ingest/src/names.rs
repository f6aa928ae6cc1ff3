//! Finds what belongs to a name, by its first bytes and its length.
//!
//! That is all of nearly every name, so finding one compares a few numbers, without a branch that depends on how long it is;
//! longer ones are hashed. Where a name is looked for depends on numbers drawn for each table, and that hash on one drawn for
//! each process, so that no log can choose names that are all looked for at one place.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::LazyLock,
};

use twox_hash::XxHash3_64;

/// A table of names with linear probing, never more than a quarter full. `WORDS` is how many words of eight bytes nearly all of
/// its names have at most: an even number, up to [`MOST_WORDS`].
pub(crate) struct Names<T, const WORDS: usize> {
    seeds: [u64; WORDS],
    slots: Vec<Slot<T, WORDS>>,
    len: usize,
}

/// How many words of eight bytes a key has at most.
const MOST_WORDS: usize = 4;

#[derive(Clone)]
struct Slot<T, const WORDS: usize> {
    key: Key<WORDS>,
    /// `None` where no name is.
    value: Option<T>,
    /// All of the name, if the key is not.
    name: Box<[u8]>,
}

impl<T, const WORDS: usize> Slot<T, WORDS> {
    fn empty() -> Self {
        Self { key: Key { words: [0; WORDS], len: 0 }, value: None, name: Box::default() }
    }
}

/// What a name is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key<const WORDS: usize> {
    /// Its bytes and zeros behind them, eight by eight; of a longer name its hash.
    words: [u64; WORDS],
    len: u64,
}

impl<const WORDS: usize> Key<WORDS> {
    /// How many bytes of a name there is room for.
    pub(crate) const BYTES: usize = 8 * WORDS;

    /// Of the first `len` bytes of a text, which is faster if there are [`Key::BYTES`].
    #[inline(always)]
    pub(crate) fn leading(text: &[u8], len: usize) -> Self {
        // Set bytes, then zeros: from the right place on, as many are set as the name has.
        const MASK: [u8; 16 * MOST_WORDS] = {
            let mut mask = [0; 16 * MOST_WORDS];
            mask.split_at_mut(8 * MOST_WORDS).0.copy_from_slice(&[0xff; 8 * MOST_WORDS]);
            mask
        };
        let room = text.get(..Self::BYTES).filter(|_| len <= Self::BYTES);
        let Some(room) = room else { return Self::of(&text[..len]) };
        let mask = &MASK[8 * MOST_WORDS - len..][..Self::BYTES];
        Self { words: std::array::from_fn(|at| word(room, at) & word(mask, at)), len: len as u64 }
    }

    /// Of a whole name.
    #[inline(always)]
    pub(crate) fn of(name: &[u8]) -> Self {
        let len = name.len() as u64;
        if name.len() > Self::BYTES {
            let mut words = [0; WORDS];
            words[0] = hash(name);
            return Self { words, len };
        }
        let mut bytes = [0; 8 * MOST_WORDS];
        bytes[..name.len()].copy_from_slice(name);
        Self { words: std::array::from_fn(|at| word(&bytes, at)), len }
    }

    #[inline(always)]
    fn hash(&self, seeds: &[u64; WORDS]) -> u64 {
        let mut hash = 0;
        for at in 0..WORDS / 2 {
            let seeded = |at: usize| u128::from(self.words[at] ^ seeds[at]);
            let product = seeded(2 * at) * seeded(2 * at + 1);
            hash ^= (product as u64) ^ (product >> 64) as u64;
        }
        hash
    }
}

#[cold]
fn hash(name: &[u8]) -> u64 {
    static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
    XxHash3_64::oneshot_with_seed(*SEED, name)
}

/// The eight bytes at that place.
#[inline(always)]
fn word(bytes: &[u8], place: usize) -> u64 {
    u64::from_le_bytes(*bytes[8 * place..].first_chunk().expect("so many are there"))
}

impl<T: Copy, const WORDS: usize> Names<T, WORDS> {
    /// A table without names, with room for so many.
    pub(crate) fn with_room_for(names: usize) -> Self {
        const { assert!(WORDS.is_multiple_of(2) && WORDS <= MOST_WORDS) };
        let random = RandomState::new();
        let seeds = std::array::from_fn(|at| random.hash_one(at));
        Self { seeds, slots: vec![Slot::empty(); (4 * names).next_power_of_two().max(16)], len: 0 }
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// What belongs to the name that `key` is of; all of the name is asked for only if it is long.
    #[inline(always)]
    pub(crate) fn get<'a>(&self, key: Key<WORDS>, name: impl Fn() -> &'a [u8]) -> Option<T> {
        let mask = self.slots.len() - 1;
        let mut at = key.hash(&self.seeds) as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.key == key && (slot.name.is_empty() || *slot.name == *name()) {
                return slot.value;
            }
            // Where there is none, the search ends.
            slot.value?;
            at = (at + 1) & mask;
        }
    }

    /// Adds a name that is not there.
    pub(crate) fn insert(&mut self, name: &[u8], value: T) {
        if 4 * (self.len + 1) > self.slots.len() {
            let more = vec![Slot::empty(); 2 * self.slots.len()];
            let slots = std::mem::replace(&mut self.slots, more);
            slots.into_iter().filter(|slot| slot.value.is_some()).for_each(|slot| self.put(slot));
        }
        self.len += 1;
        let whole = if name.len() > Key::<WORDS>::BYTES { name } else { &[] };
        self.put(Slot { key: Key::of(name), value: Some(value), name: whole.into() });
    }

    fn put(&mut self, slot: Slot<T, WORDS>) {
        let mask = self.slots.len() - 1;
        let mut at = slot.key.hash(&self.seeds) as usize & mask;
        while self.slots[at].value.is_some() {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Checks a table against a map.
    fn check<const WORDS: usize>(names: &[Vec<u8>]) {
        let (mut table, mut map) = (Names::<_, WORDS>::with_room_for(0), HashMap::new());
        for (value, name) in names.iter().enumerate() {
            // Whatever follows a name in its text is none of it.
            let text = [name.as_slice(), &[b'a'; 8 * MOST_WORDS]].concat();
            let key = Key::leading(&text, name.len());
            assert_eq!(key, Key::of(name));
            assert_eq!(key, Key::leading(name, name.len()));
            assert_eq!(table.get(key, || name), map.get(name).copied());
            if !map.contains_key(name) {
                table.insert(name, value);
                map.insert(name.clone(), value);
            }
        }
        for name in names {
            assert_eq!(table.get(Key::of(name), || name), map.get(name).copied());
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_map_finds(
            names in prop::collection::vec(prop::collection::vec(prop::sample::select(b"ab\0".to_vec()), 0..48), 0..80),
        ) {
            check::<2>(&names);
            check::<4>(&names);
        }
    }
}
