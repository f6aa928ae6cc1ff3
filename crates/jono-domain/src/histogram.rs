//! How many contacts took how many whole seconds: sparse, exact, mergeable.
//!
//! Nothing is rounded into buckets, so any percentile, threshold or bucket layout can be asked for later, for
//! any period, and merging hours, units or machines loses nothing.

use std::{cmp::Ordering, hint::select_unpredictable};

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

    /// By what it has grown since `before`; nothing if it has not only grown.
    #[must_use]
    pub fn grown_since(&self, before: &Self) -> Self {
        let mut by = self.clone();
        if by.subtract(before).is_err() { Self::EMPTY } else { by }
    }

    /// Makes one of ascending values, which may repeat.
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
            put_entry(out, seconds.get() - last, count);
            last = seconds.get();
        }
    }

    pub(crate) fn decode(bytes: &mut &[u8]) -> Result<Self, DecodeError> {
        let len = varint::take(&mut &**bytes)?.min(bytes.len() as u64);
        let mut entries = Vec::with_capacity(len as usize);
        Self::walk(bytes, |seconds, count| entries.push((seconds, count)))?;
        Ok(Self { entries })
    }

    /// Reads the stored form, entry by entry.
    #[inline]
    pub(crate) fn walk(bytes: &mut &[u8], mut each: impl FnMut(Seconds, u64)) -> Result<(), DecodeError> {
        let len = varint::take(bytes)?;
        if len > bytes.len() as u64 {
            return Err(DecodeError::Truncated);
        }
        let mut last = Seconds::ZERO;
        for index in 0..len {
            let (gap, count) = take_entry(bytes)?;
            if count == 0 || (gap == 0 && index > 0) {
                return Err(DecodeError::Damaged("a histogram repeats a value or counts nothing"));
            }
            last = u32::try_from(u64::from(last.get()).saturating_add(gap))
                .ok()
                .and_then(|seconds| Seconds::new(seconds).ok())
                .ok_or(DecodeError::Damaged("a duration is out of range"))?;
            each(last, count);
        }
        Ok(())
    }
}

/// Takes an entry in its stored form: its gap and its count. Which of the two short forms comes next cannot be foreseen, so
/// both are read without a branch.
#[inline]
fn take_entry(bytes: &mut &[u8]) -> Result<(u64, u64), DecodeError> {
    if let [byte, next, ..] = **bytes {
        let is_wide = byte >= WIDE;
        let gap = select_unpredictable(is_wide, byte & !WIDE, byte >> 2);
        let count = select_unpredictable(is_wide, next, (byte & 3) + 1);
        if gap < GAP_FOLLOWS as u8 && count < 0x80 {
            *bytes = &bytes[1 + usize::from(is_wide)..];
            return Ok((gap.into(), count.into()));
        }
    }
    take_long_entry(bytes)
}

#[cold]
fn take_long_entry(bytes: &mut &[u8]) -> Result<(u64, u64), DecodeError> {
    let byte = varint::take_byte(bytes)?;
    if byte < WIDE {
        return Ok((u64::from(byte >> 2), u64::from(byte & 3) + 1));
    }
    let gap = u64::from(byte & !WIDE);
    let more = if gap == u64::from(GAP_FOLLOWS) { varint::take(bytes)? } else { 0 };
    Ok((gap.saturating_add(more), varint::take(bytes)?))
}

/// Appends an entry's stored form.
#[inline]
fn put_entry(out: &mut Vec<u8>, gap: u32, count: u64) {
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

/// A distribution in the making: durations come in any order, short ones are counted in place, and which came at all is
/// marked by bits, so that neither adding one nor telling all needs to look at those that did not come. Told, it is empty
/// again, and its memory serves the next.
#[derive(Debug, Default)]
pub(crate) struct HistogramSum {
    /// How often each second below [`Self::IN_PLACE`] came: room for them once any came.
    counts: Vec<u64>,
    /// A bit for each of them that came.
    came: Vec<u64>,
    /// A bit for each word of `came` that has any.
    words: u64,
    /// The others, in the order in which they came.
    longer: Vec<(u32, u64)>,
}

impl HistogramSum {
    /// As many as there are bits of words of bits: more than an hour.
    const IN_PLACE: u32 = u64::BITS * u64::BITS;

    pub(crate) const fn is_empty(&self) -> bool {
        self.words == 0 && self.longer.is_empty()
    }

    fn make_room(&mut self) {
        if self.counts.is_empty() {
            self.counts = vec![0; Self::IN_PLACE as usize];
            self.came = vec![0; (Self::IN_PLACE / u64::BITS) as usize];
        }
    }

    /// Adds all of a distribution in its stored form.
    pub(crate) fn add_stored(&mut self, bytes: &mut &[u8]) -> Result<(), DecodeError> {
        self.make_room();
        let mut words = 0;
        let walked = Histogram::walk(bytes, |seconds, count| words |= self.put(seconds.get(), count));
        self.words |= words;
        walked
    }

    /// Adds contacts, each by its seconds.
    pub(crate) fn add_each(&mut self, seconds: &[u32]) {
        self.make_room();
        let mut words = 0;
        for &seconds in seconds {
            words |= self.put(seconds, 1);
        }
        self.words |= words;
    }

    /// Adds some; which word they fall into is the caller's to keep.
    #[inline]
    fn put(&mut self, seconds: u32, count: u64) -> u64 {
        if seconds >= Self::IN_PLACE {
            self.longer.push((seconds, count));
            return 0;
        }
        self.counts[seconds as usize] += count;
        self.came[(seconds / u64::BITS) as usize] |= 1 << (seconds % u64::BITS);
        1 << (seconds / u64::BITS)
    }

    /// Tells the values as (seconds, how often), ascending, and forgets them.
    pub(crate) fn tell(&mut self, mut each: impl FnMut(u32, u64)) {
        let mut words = std::mem::take(&mut self.words);
        while words != 0 {
            let word = words.trailing_zeros();
            words &= words - 1;
            let mut came = std::mem::take(&mut self.came[word as usize]);
            while came != 0 {
                let seconds = word * u64::BITS + came.trailing_zeros();
                came &= came - 1;
                each(seconds, std::mem::take(&mut self.counts[seconds as usize]));
            }
        }
        if !self.longer.is_empty() {
            self.longer.sort_unstable();
            for same in self.longer.chunk_by(|a, b| a.0 == b.0) {
                each(same[0].0, same.iter().map(|&(_, count)| count).sum());
            }
            self.longer.clear();
        }
    }

    /// Appends the stored form of what was added, and forgets it.
    pub(crate) fn encode(&mut self, out: &mut Vec<u8>) {
        let start = out.len();
        out.push(0);
        let (mut len, mut last) = (0_u64, 0);
        self.tell(|seconds, count| {
            put_entry(out, seconds - last, count);
            last = seconds;
            len += 1;
        });
        // How many there are is known behind them; seldom too many for the byte that waits for it.
        if len < 0x80 {
            out[start] = len as u8;
        } else {
            let mut digits = Vec::with_capacity(10);
            varint::put(&mut digits, len);
            out.splice(start..=start, digits);
        }
    }

    /// What was added, which is forgotten.
    pub(crate) fn sum(&mut self) -> Histogram {
        let mut entries = Vec::new();
        self.tell(|seconds, count| {
            entries.push((Seconds::new(seconds).expect("only durations are added"), count));
        });
        Histogram { entries }
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
        fn summed_in_place_they_are_what_merging_gives(all in prop::collection::vec(histogram(), 0..5), each: bool) {
            let (mut sum, mut merged) = (HistogramSum::default(), Histogram::default());
            for histogram in &all {
                let mut bytes = Vec::new();
                histogram.encode(&mut bytes);
                sum.add_stored(&mut bytes.as_slice()).unwrap();
                merged.merge(histogram);
                if each {
                    let seconds: Vec<_> = histogram.entries.iter().map(|(seconds, _)| seconds.get()).collect();
                    sum.add_each(&seconds);
                    seconds.iter().for_each(|&seconds| merged.add(Seconds::new(seconds).unwrap(), 1));
                }
            }
            let (mut told, mut stored) = (Vec::new(), Vec::new());
            merged.encode(&mut stored);
            prop_assert_eq!(sum.is_empty(), merged.is_empty());
            sum.encode(&mut told);
            prop_assert_eq!(told, stored);
            prop_assert!(sum.is_empty() && sum.sum().is_empty());
        }

        #[test]
        fn any_bytes_give_an_answer(bytes: Vec<u8>) {
            if let Ok(histogram) = Histogram::decode(&mut &*bytes) {
                prop_assert!(histogram.entries.is_sorted_by(|a, b| a.0 < b.0));
            }
        }
    }
}
