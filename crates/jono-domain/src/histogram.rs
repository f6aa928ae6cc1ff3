//! How many contacts took how many whole seconds: sparse, exact, mergeable.
//!
//! Nothing is rounded into buckets, so any percentile, threshold or bucket layout can be asked for later, for
//! any period, and merging hours, units or machines loses nothing.

use std::cmp::Ordering;

use crate::{
    cell::Underflow,
    event::Seconds,
    varint::{self, DecodeError},
};

/// An exact distribution of whole seconds.
///
/// Invariant: seconds strictly ascend, no count is zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram {
    entries: Vec<(Seconds, u64)>,
}

impl Histogram {
    /// One of nothing.
    pub const EMPTY: Self = Self { entries: Vec::new() };

    /// The values as (seconds, how often), ascending.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (Seconds, u64)> {
        self.entries.iter().copied()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many contacts there are.
    pub fn count(&self) -> u64 {
        self.entries.iter().map(|&(_, count)| count).sum()
    }

    /// All their seconds together.
    pub fn sum(&self) -> u128 {
        self.entries.iter().map(|&(seconds, count)| u128::from(seconds.get()) * u128::from(count)).sum()
    }

    /// How many took `limit` seconds or less.
    pub fn at_most(&self, limit: Seconds) -> u64 {
        self.up_to(self.entries.partition_point(|&(seconds, _)| seconds <= limit))
    }

    /// How many took less than `limit` seconds.
    pub fn below(&self, limit: Seconds) -> u64 {
        self.up_to(self.entries.partition_point(|&(seconds, _)| seconds < limit))
    }

    fn up_to(&self, end: usize) -> u64 {
        self.entries[..end].iter().map(|&(_, count)| count).sum()
    }

    /// The smallest whole second that covers `percent` of 100 of the contacts; `None` when there are none.
    ///
    /// This is the inverse of the empirical distribution function: Hyndman and Fan's definition 1 (*Sample
    /// quantiles in statistical packages*, The American Statistician 50(4), 1996), SQL's `percentile_disc`.
    pub fn percentile(&self, percent: u8) -> Option<Seconds> {
        let needed = u128::from(self.count()) * u128::from(percent.min(100));
        let mut covered = 0_u128;
        self.entries.iter().find_map(|&(seconds, count)| {
            covered += u128::from(count) * 100;
            (covered >= needed).then_some(seconds)
        })
    }

    /// The same contacts without those that took no time at all.
    #[must_use]
    pub fn above_zero(&self) -> Self {
        let zeros = self.entries.partition_point(|&(seconds, _)| seconds == Seconds::ZERO);
        Self { entries: self.entries[zeros..].to_vec() }
    }

    /// Adds `count` contacts that took `seconds`.
    pub fn add(&mut self, seconds: Seconds, count: u64) {
        if count > 0 {
            match self.entries.binary_search_by_key(&seconds, |&(seconds, _)| seconds) {
                Ok(at) => self.entries[at].1 += count,
                Err(at) => self.entries.insert(at, (seconds, count)),
            }
        }
    }

    /// Adds all of another's contacts. Associative and commutative.
    pub fn merge(&mut self, other: &Self) {
        let other = other.entries.as_slice();
        match (self.entries.last(), other.first()) {
            (_, None) => {}
            (None, _) => self.entries.extend_from_slice(other),
            (Some(last), Some(first)) if last.0 < first.0 => self.entries.extend_from_slice(other),
            _ => {
                let mine = std::mem::take(&mut self.entries);
                self.entries.reserve(mine.len().max(other.len()));
                let (mut left, mut right) = (mine.as_slice(), other);
                while let (Some(&l), Some(&r)) = (left.first(), right.first()) {
                    self.entries.push(match l.0.cmp(&r.0) {
                        Ordering::Less => l,
                        Ordering::Greater => r,
                        Ordering::Equal => (l.0, l.1 + r.1),
                    });
                    left = &left[usize::from(l.0 <= r.0)..];
                    right = &right[usize::from(r.0 <= l.0)..];
                }
                self.entries.extend_from_slice(left);
                self.entries.extend_from_slice(right);
            }
        }
    }

    /// Takes all of another's contacts away again; undoes [`merge`](Self::merge).
    ///
    /// Fails, and changes nothing, when it has any that are not here.
    pub fn subtract(&mut self, other: &Self) -> Result<(), Underflow> {
        let mut rest = other.entries.as_slice();
        let mut left = Vec::with_capacity(self.entries.len());
        for &(seconds, count) in &self.entries {
            let less = match rest.first() {
                Some(&(other, less)) if other == seconds => {
                    rest = &rest[1..];
                    less
                }
                _ => 0,
            };
            match count.checked_sub(less) {
                None => return Err(Underflow),
                Some(0) => {}
                Some(count) => left.push((seconds, count)),
            }
        }
        if !rest.is_empty() {
            return Err(Underflow);
        }
        self.entries = left;
        Ok(())
    }

    /// Makes one of ascending values, which may repeat.
    /// By what it has grown since `before`; nothing if it has not only grown.
    #[must_use]
    pub fn grown_since(&self, before: &Self) -> Self {
        let mut by = self.clone();
        if by.subtract(before).is_err() { Self::EMPTY } else { by }
    }

    pub(crate) fn from_sorted(seconds: impl Iterator<Item = u32>) -> Self {
        let mut entries: Vec<(Seconds, u64)> = Vec::new();
        for value in seconds {
            let value = Seconds::new(value).expect("packed values have at most 29 bits");
            match entries.last_mut() {
                Some((last, count)) if *last == value => *count += 1,
                _ => entries.push((value, 1)),
            }
        }
        Self { entries }
    }

    /// Appends the stored form: how many entries, then each as its gap to the one before and its count. An entry
    /// with a gap below 32 and a count of at most 4 takes one byte.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        varint::put(out, self.entries.len() as u64);
        let mut last = 0;
        for &(seconds, count) in &self.entries {
            let gap = seconds.get() - last;
            last = seconds.get();
            if gap < 32 && count <= 4 {
                out.push((gap << 2) as u8 | (count - 1) as u8);
            } else {
                out.push(WIDE | gap.min(GAP_FOLLOWS) as u8);
                if gap >= GAP_FOLLOWS {
                    varint::put(out, u64::from(gap - GAP_FOLLOWS));
                }
                varint::put(out, count);
            }
        }
    }

    pub(crate) fn decode(bytes: &mut &[u8]) -> Result<Self, DecodeError> {
        let len = varint::take(bytes)?;
        if len > bytes.len() as u64 {
            return Err(DecodeError::Truncated);
        }
        let mut entries = Vec::with_capacity(len as usize);
        let mut last = 0_u32;
        for index in 0..len {
            let byte = varint::take_byte(bytes)?;
            let (gap, count) = if byte & WIDE == 0 {
                (u64::from(byte >> 2), u64::from(byte & 3) + 1)
            } else {
                let gap = u64::from(byte & !WIDE);
                let more = if gap == u64::from(GAP_FOLLOWS) { varint::take(bytes)? } else { 0 };
                (gap.saturating_add(more), varint::take(bytes)?)
            };
            let seconds = u32::try_from(u64::from(last).saturating_add(gap))
                .ok()
                .and_then(|seconds| Seconds::new(seconds).ok())
                .ok_or(DecodeError::Damaged("a duration is out of range"))?;
            if count == 0 || (gap == 0 && index > 0) {
                return Err(DecodeError::Damaged("a histogram repeats a value or counts nothing"));
            }
            last = seconds.get();
            entries.push((seconds, count));
        }
        Ok(Self { entries })
    }
}

/// A sum of many distributions: short durations are counted in place, so adding costs the same however much is
/// there already.
#[derive(Debug, Default)]
pub(crate) struct HistogramSum {
    /// How often each second below [`Self::IN_PLACE`] came, as far as any came.
    counts: Vec<u64>,
    longer: Histogram,
}

impl HistogramSum {
    const IN_PLACE: usize = 1 << 13;

    pub(crate) fn add(&mut self, other: &Histogram) {
        let split = other.entries.partition_point(|&(seconds, _)| (seconds.get() as usize) < Self::IN_PLACE);
        let (short, long) = other.entries.split_at(split);
        if let Some(&(longest, _)) = short.last() {
            let len = longest.get() as usize + 1;
            self.counts.resize(self.counts.len().max(len), 0);
        }
        for &(seconds, count) in short {
            self.counts[seconds.get() as usize] += count;
        }
        for &(seconds, count) in long {
            self.longer.add(seconds, count);
        }
    }

    pub(crate) fn sum(self) -> Histogram {
        let short = (0..).zip(self.counts).filter(|&(_, count)| count > 0);
        let short = short.map(|(seconds, count)| (Seconds::new(seconds).expect("below the limit"), count));
        Histogram { entries: short.chain(self.longer.entries).collect() }
    }
}

const WIDE: u8 = 0x80;
const GAP_FOLLOWS: u32 = 0x7f;

impl FromIterator<(Seconds, u64)> for Histogram {
    fn from_iter<I: IntoIterator<Item = (Seconds, u64)>>(values: I) -> Self {
        let mut histogram = Self::default();
        for (seconds, count) in values {
            histogram.add(seconds, count);
        }
        histogram
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn seconds() -> impl Strategy<Value = Seconds> {
        prop_oneof![0..40_u32, 0..4_000_u32, 0..=Seconds::MAX.get()].prop_map(|s| Seconds::new(s).unwrap())
    }

    pub(crate) fn histogram() -> impl Strategy<Value = Histogram> {
        prop::collection::vec((seconds(), prop_oneof![1..6_u64, 0..1_u64 << 40]), 0..40)
            .prop_map(|values| values.into_iter().collect())
    }

    fn of(values: &[u32]) -> Histogram {
        values.iter().map(|&s| (Seconds::new(s).unwrap(), 1)).collect()
    }

    #[test]
    fn percentiles_are_the_smallest_second_that_covers_the_share() {
        let ten = of(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        let at = |percent| ten.percentile(percent).unwrap().get();
        assert_eq!([at(0), at(10), at(11), at(50), at(90), at(91), at(100)], [1, 1, 2, 5, 9, 10, 10]);
        assert_eq!(of(&[]).percentile(50), None);
        assert_eq!(of(&[7]).percentile(1).unwrap().get(), 7);
    }

    #[test]
    fn thresholds_say_which_side_they_are_on() {
        let values = of(&[0, 20, 20, 21]);
        let twenty = Seconds::new(20).unwrap();
        assert_eq!((values.at_most(twenty), values.below(twenty)), (3, 1));
        assert_eq!(values.above_zero().count(), 3);
    }

    proptest! {
        #[test]
        fn merge_is_commutative_and_subtract_undoes_it(a in histogram(), b in histogram()) {
            let mut ab = a.clone();
            ab.merge(&b);
            let mut ba = b.clone();
            ba.merge(&a);
            prop_assert_eq!(&ab, &ba);
            prop_assert_eq!(ab.count(), a.count() + b.count());
            prop_assert_eq!(ab.sum(), a.sum() + b.sum());
            ab.subtract(&b).unwrap();
            prop_assert_eq!(ab, a);
        }

        #[test]
        fn what_is_not_there_cannot_be_taken_away(a in histogram(), b in histogram()) {
            let mut left = a.clone();
            if left.subtract(&b).is_err() {
                prop_assert_eq!(left, a);
            } else {
                left.merge(&b);
                prop_assert_eq!(left, a);
            }
        }

        #[test]
        fn stored_and_read_again_it_is_the_same(a in histogram()) {
            let mut bytes = Vec::new();
            a.encode(&mut bytes);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(Histogram::decode(&mut rest).unwrap(), a);
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn any_bytes_give_an_answer(bytes: Vec<u8>) {
            if let Ok(histogram) = Histogram::decode(&mut &*bytes) {
                prop_assert!(histogram.entries.is_sorted_by(|a, b| a.0 < b.0));
            }
        }
    }
}
