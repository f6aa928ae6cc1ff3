//! Finds what belongs to a name, by its first eight bytes, its last eight and its length.
//!
//! That is all of a name of up to 16 bytes, so finding one compares two numbers, and none is hashed byte by byte. Longer ones
//! are: many of an organisation's begin and end alike. Where a name is looked for depends on a number drawn for each table,
//! so that no log can choose names that are all looked for at one place.

use std::hash::{BuildHasher as _, RandomState};

use xxhash_rust::xxh3::xxh3_64;

/// A table of names with linear probing, never more than half full.
pub(crate) struct Names<T> {
    seed: u64,
    slots: Vec<Option<Slot<T>>>,
    len: usize,
}

#[derive(Clone)]
struct Slot<T> {
    key: Key,
    /// All of the name, if the key is not.
    name: Box<[u8]>,
    value: T,
}

/// What a name is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    first: u64,
    last: u64,
    len: usize,
}

impl Key {
    /// Of that many bytes at the beginning of a text that goes on: eight bytes from the name's first on must be there.
    #[inline]
    pub(crate) fn leading(text: &[u8], len: usize) -> Self {
        let at = |at: usize| text[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let first = at(0);
        if len < 8 {
            let first = first & ((1 << (8 * len)) - 1);
            Self { first, last: first, len }
        } else if len > 16 {
            Self { first: xxh3_64(&text[..len]), last: at(len - 8), len }
        } else {
            Self { first, last: at(len - 8), len }
        }
    }

    /// Of a whole name.
    pub(crate) fn of(name: &[u8]) -> Self {
        if name.len() >= 8 {
            return Self::leading(name, name.len());
        }
        let mut bytes = [0; 8];
        bytes[..name.len()].copy_from_slice(name);
        Self::leading(&bytes, name.len())
    }

    #[inline]
    fn hash(self, seed: u64) -> u64 {
        let [one, other] = [self.first ^ seed, self.last.rotate_left(32) ^ !seed ^ self.len as u64];
        let product = u128::from(one) * u128::from(other);
        (product as u64) ^ (product >> 64) as u64
    }
}

impl<T: Copy> Names<T> {
    /// A table without names, with room for so many.
    pub(crate) fn with_room_for(names: usize) -> Self {
        let seed = RandomState::new().hash_one(0);
        Self { seed, slots: vec![None; (2 * names).next_power_of_two().max(16)], len: 0 }
    }

    /// What belongs to the name that `key` is of.
    #[inline]
    pub(crate) fn get(&self, key: Key, name: &[u8]) -> Option<T> {
        let mask = self.slots.len() - 1;
        let mut at = (key.hash(self.seed) >> 32) as usize & mask;
        loop {
            let slot = self.slots[at & mask].as_ref()?;
            if slot.key == key && (key.len <= 16 || *slot.name == *name) {
                return Some(slot.value);
            }
            at += 1;
        }
    }

    /// Adds a name that is not there.
    pub(crate) fn insert(&mut self, key: Key, name: &[u8], value: T) {
        if 2 * (self.len + 1) > self.slots.len() {
            let more = vec![None; 2 * self.slots.len()];
            let slots = std::mem::replace(&mut self.slots, more);
            slots.into_iter().flatten().for_each(|slot| self.put(slot));
        }
        self.len += 1;
        let name = if key.len > 16 { name.into() } else { Box::default() };
        self.put(Slot { key, name, value });
    }

    fn put(&mut self, slot: Slot<T>) {
        let mask = self.slots.len() - 1;
        let mut at = (slot.key.hash(self.seed) >> 32) as usize & mask;
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
            names in prop::collection::vec(prop::collection::vec(prop::sample::select(b"ab\0".to_vec()), 0..24), 0..80),
        ) {
            let (mut table, mut map) = (Names::with_room_for(0), HashMap::new());
            for (value, name) in names.iter().enumerate() {
                // Whatever follows a name in its text is none of it.
                let text = [name.as_slice(), b"|aaaaaaa"].concat();
                let key = Key::leading(&text, name.len());
                prop_assert_eq!(key, Key::of(name));
                prop_assert_eq!(table.get(key, name), map.get(name).copied());
                if !map.contains_key(name) {
                    table.insert(key, name, value);
                    map.insert(name.clone(), value);
                }
            }
            for name in &names {
                prop_assert_eq!(table.get(Key::of(name), name), map.get(name).copied());
            }
        }
    }
}
