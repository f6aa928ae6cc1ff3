//! Finds what belongs to a name, by its first 32 bytes and its length.
//!
//! That is all of nearly every name, so finding one compares five numbers, without a branch that depends on how long it is;
//! longer ones are hashed. Where a name is looked for depends on numbers drawn for each table, and that hash on one drawn for
//! each process, so that no log can choose names that are all looked for at one place.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::LazyLock,
};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A table of names with linear probing, never more than a quarter full.
pub(crate) struct Names<T> {
    seeds: [u64; 4],
    slots: Vec<Option<Slot<T>>>,
    len: usize,
}

#[derive(Clone)]
struct Slot<T> {
    key: Key,
    value: T,
    /// All of the name, if the key is not.
    name: Option<Box<[u8]>>,
}

/// What a name is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// Its bytes and zeros behind them, eight by eight; of a longer name its hash, its beginning and its end.
    words: (u64, u64, u64, u64),
    len: u64,
}

impl Key {
    /// How many bytes of a name there is room for.
    pub(crate) const BYTES: usize = 32;

    /// Of that many bytes at the beginning of a text that goes on: [`Key::BYTES`] from the name's first on must be there.
    #[inline(always)]
    pub(crate) fn leading(text: &[u8], len: usize) -> Self {
        // Set bytes, then zeros: from the right place on, as many are set as the name has.
        const MASK: [u8; 2 * Key::BYTES] = {
            let mut mask = [0; 2 * Key::BYTES];
            mask.split_at_mut(Key::BYTES).0.copy_from_slice(&[0xff; Key::BYTES]);
            mask
        };
        if len > Self::BYTES {
            return Self::of(&text[..len]);
        }
        let text = text.first_chunk().expect("so many are there");
        let mask = MASK[Self::BYTES - len..].first_chunk().expect("there are twice as many");
        let (text, mask) = (words(text), words(mask));
        Self { words: (text.0 & mask.0, text.1 & mask.1, text.2 & mask.2, text.3 & mask.3), len: len as u64 }
    }

    /// Of a whole name.
    #[inline(always)]
    pub(crate) fn of(name: &[u8]) -> Self {
        let len = name.len() as u64;
        if let (Some(first), Some(last), true) =
            (name.first_chunk(), name.last_chunk(), name.len() > Self::BYTES)
        {
            return Self { words: (hash(name), word(first), word(last), 0), len };
        }
        let mut bytes = [0; Self::BYTES];
        bytes[..name.len()].copy_from_slice(name);
        Self { words: words(&bytes), len }
    }

    #[inline(always)]
    fn hash(self, seeds: &[u64; 4]) -> u64 {
        let fold = |one: u64, other: u64| {
            let product = u128::from(one) * u128::from(other);
            (product as u64) ^ (product >> 64) as u64
        };
        let (a, b, c, d) = self.words;
        fold(a ^ seeds[0], b ^ seeds[1]) ^ fold(c ^ seeds[2], d ^ seeds[3])
    }
}

#[cold]
fn hash(name: &[u8]) -> u64 {
    static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
    xxh3_64_with_seed(name, *SEED)
}

#[inline(always)]
fn words(bytes: &[u8; Key::BYTES]) -> (u64, u64, u64, u64) {
    let words = bytes.as_chunks().0;
    (word(&words[0]), word(&words[1]), word(&words[2]), word(&words[3]))
}

#[inline(always)]
fn word(bytes: &[u8; 8]) -> u64 {
    u64::from_le_bytes(*bytes)
}

impl<T: Copy> Names<T> {
    /// A table without names, with room for so many.
    pub(crate) fn with_room_for(names: usize) -> Self {
        let random = RandomState::new();
        let seeds = std::array::from_fn(|at| random.hash_one(at));
        Self { seeds, slots: vec![None; (4 * names).next_power_of_two().max(16)], len: 0 }
    }

    /// What belongs to the name that `key` is of.
    #[inline(always)]
    pub(crate) fn get(&self, key: Key, name: &[u8]) -> Option<T> {
        let mask = self.slots.len() - 1;
        let mut at = key.hash(&self.seeds) as usize & mask;
        loop {
            let slot = self.slots[at & mask].as_ref()?;
            if slot.key == key && slot.name.as_deref().is_none_or(|all| all == name) {
                return Some(slot.value);
            }
            at += 1;
        }
    }

    /// Adds a name that is not there.
    pub(crate) fn insert(&mut self, name: &[u8], value: T) {
        if 4 * (self.len + 1) > self.slots.len() {
            let more = vec![None; 2 * self.slots.len()];
            let slots = std::mem::replace(&mut self.slots, more);
            slots.into_iter().flatten().for_each(|slot| self.put(slot));
        }
        self.len += 1;
        let (key, whole) = (Key::of(name), (name.len() > Key::BYTES).then(|| name.into()));
        self.put(Slot { key, value, name: whole });
    }

    fn put(&mut self, slot: Slot<T>) {
        let mask = self.slots.len() - 1;
        let mut at = slot.key.hash(&self.seeds) as usize & mask;
        while self.slots[at].is_some() {
            at = (at + 1) & mask;
        }
        self.slots[at] = Some(slot);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_found_is_what_a_map_finds(
            names in prop::collection::vec(prop::collection::vec(prop::sample::select(b"ab\0".to_vec()), 0..48), 0..80),
        ) {
            let (mut table, mut map) = (Names::with_room_for(0), HashMap::new());
            for (value, name) in names.iter().enumerate() {
                // Whatever follows a name in its text is none of it.
                let text = [name.as_slice(), &[b'a'; Key::BYTES]].concat();
                let key = Key::leading(&text, name.len());
                prop_assert_eq!(key, Key::of(name));
                prop_assert_eq!(table.get(key, name), map.get(name).copied());
                if !map.contains_key(name) {
                    table.insert(name, value);
                    map.insert(name.clone(), value);
                }
            }
            for name in &names {
                prop_assert_eq!(table.get(Key::of(name), name), map.get(name).copied());
            }
        }
    }
}
