//! Scores of a survey round: how often each of 0-10 was given, and what can be said of the mean.
//!
//! Those who answer are taken as a sample of all customers; that they may be others than those who do not is no
//! matter of counting. How an interval is computed is in `score/interval.rs`.

mod interval;

use self::interval::Moments;
pub use self::interval::{Difference, Interval};
use crate::{
    cell::Underflow,
    event::Score,
    varint::{self, DecodeError},
};

/// How often each score was given in one survey round. Mergeable: a pool of rounds or units is their sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scores([u64; Score::COUNT]);

impl Scores {
    /// Below so many answers no score is told in public, and nothing can be said of the mean.
    pub const FEWEST: u64 = 30;
    /// From so many answers on the mean is as good as normally distributed.
    pub const MANY: u64 = 100;

    /// Counts an answer.
    pub fn add(&mut self, score: Score) {
        self.0[usize::from(score.get())] += 1;
    }

    /// How often that score was given.
    pub fn of(&self, score: Score) -> u64 {
        self.0[usize::from(score.get())]
    }

    /// How many answers there are.
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// All scores together: the mean is this by [`count`](Self::count).
    pub fn sum(&self) -> u128 {
        (0..).zip(self.0).map(|(score, count): (u128, u64)| score * u128::from(count)).sum()
    }

    /// Adds all that another counted.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// Takes away all that another counted; fails, and changes nothing, if that is more than there is.
    pub fn subtract(&mut self, other: &Self) -> Result<(), Underflow> {
        let mut left = *self;
        for (mine, &theirs) in left.0.iter_mut().zip(&other.0) {
            *mine = mine.checked_sub(theirs).ok_or(Underflow)?;
        }
        *self = left;
        Ok(())
    }

    /// Between what the mean of all customers lies, with [`Interval::LEVEL`] confidence; `None` where there are fewer
    /// answers than [`Scores::FEWEST`].
    ///
    /// From [`Scores::MANY`] answers on it is Student's, clipped to 0-10. Scores are skewed, so that of fewer answers
    /// Student's holds the mean too rarely: it hangs on whether one of the few very low ones is among them. There it
    /// is Wilson's, as if a tenth of the mean were a proportion. No scores of that mean can vary more than if all were
    /// 0 or 10 (R. Bhatia and C. Davis, *A better bound on the variance*, The American Mathematical Monthly 107(4),
    /// 2000), so it is wider than it need be, and errs on the safe side. It is Wilson's too of many answers that are
    /// all the same, whose spread Student's would take to be none.
    pub fn interval(&self) -> Option<Interval> {
        let count = self.count();
        if count < Self::FEWEST {
            return None;
        }
        let moments = self.moments();
        Some(if count >= Self::MANY && moments.variance > 0.0 {
            moments.student().within(f64::from(Score::MAX))
        } else {
            let best = f64::from(Score::MAX);
            let Interval { low, high } = interval::wilson(moments.mean / best, moments.count);
            Interval { low: low * best, high: high * best }
        })
    }

    /// By how much the mean of these is above that of `other`, if that cannot be chance: if Welch's interval of the
    /// difference excludes 0. `None` if it does not, or where either has fewer answers than [`Scores::FEWEST`].
    pub fn differs(&self, other: &Self) -> Option<Difference> {
        let enough = self.count().min(other.count()) >= Self::FEWEST;
        let (mine, theirs) = (self.moments(), other.moments());
        // Without any spread in either there is nothing to measure a difference by.
        let is_spread = mine.variance + theirs.variance > 0.0;
        let difference = (enough && is_spread).then(|| mine.welch(&theirs).difference())?;
        (!difference.interval.contains(0.0)).then_some(difference)
    }

    fn moments(&self) -> Moments {
        let count = self.count() as f64;
        let mean = self.sum() as f64 / count;
        let squares = (0_u8..).zip(self.0).map(|(score, of)| of as f64 * (f64::from(score) - mean).powi(2));
        Moments { count, mean, variance: squares.sum::<f64>() / (count - 1.0) }
    }

    /// Appends the stored form to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        self.0.iter().for_each(|&count| varint::put(out, count));
    }

    /// Reads the stored form back; the bytes must hold one set of scores and nothing else.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, DecodeError> {
        match varint::take_byte(&mut bytes)? {
            VERSION => {}
            version => return Err(DecodeError::Version(version)),
        }
        let mut scores = Self::default();
        for count in &mut scores.0 {
            *count = varint::take(&mut bytes)?;
        }
        if bytes.is_empty() { Ok(scores) } else { Err(DecodeError::Damaged("bytes follow the last value")) }
    }
}

/// The version of the stored form.
const VERSION: u8 = 1;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Scores with how often each was given.
    fn scores(given: &[(u8, u64)]) -> Scores {
        let mut scores = Scores::default();
        for &(score, count) in given {
            (0..count).for_each(|_| scores.add(Score::new(score).unwrap()));
        }
        scores
    }

    fn check(given: &[(u8, u64)]) -> String {
        match scores(given).interval() {
            None => "none".to_owned(),
            Some(Interval { low, high }) => format!("{low:.3} to {high:.3}"),
        }
    }

    fn difference(one: &[(u8, u64)], other: &[(u8, u64)]) -> String {
        match scores(one).differs(&scores(other)) {
            None => "none".to_owned(),
            Some(Difference { by, interval: Interval { low, high } }) => {
                format!("{by:.3}: {low:.3} to {high:.3}")
            }
        }
    }

    #[test]
    fn which_interval_by_how_many_answers() {
        insta::assert_snapshot!(check(&[]), @"none");
        insta::assert_snapshot!(check(&[(9, 29)]), @"none");
        // As Newcombe's 81 of 263 would be, of 30: 27 of 30 is 0.7438 to 0.9654.
        insta::assert_snapshot!(check(&[(9, 30)]), @"7.438 to 9.654");
        insta::assert_snapshot!(check(&[(10, 27), (0, 3)]), @"7.438 to 9.654");
        // A standard error of exactly 0.1: 9.9 less 1.984217 of it, and more of it clipped to the scale.
        insta::assert_snapshot!(check(&[(10, 99), (0, 1)]), @"9.702 to 10.000");
        insta::assert_snapshot!(check(&[(0, 99), (10, 1)]), @"0.000 to 0.298");
        insta::assert_snapshot!(check(&[(10, 98), (0, 1)]), @"9.450 to 9.982");
    }

    #[test]
    fn many_answers_without_a_spread_are_not_certain() {
        insta::assert_snapshot!(check(&[(10, 100)]), @"9.630 to 10.000");
    }

    #[test]
    fn rounds_differ_if_it_cannot_be_chance() {
        insta::assert_snapshot!(difference(&[(9, 50), (7, 50)], &[(8, 50), (6, 50)]), @"1.000: 0.720 to 1.280");
        insta::assert_snapshot!(difference(&[(8, 50), (6, 50)], &[(9, 50), (7, 50)]), @"-1.000: -1.280 to -0.720");
        insta::assert_snapshot!(difference(&[(9, 51), (7, 50)], &[(9, 50), (7, 51)]), @"none");
        insta::assert_snapshot!(difference(&[(9, 15), (7, 14)], &[(1, 500), (0, 500)]), @"none");
        insta::assert_snapshot!(difference(&[(10, 100)], &[(0, 100)]), @"none");
    }

    /// The next number of `SplitMix64` (G. L. Steele, D. Lea and C. H. Flood, *Fast splittable pseudorandom number
    /// generators*, OOPSLA 2014).
    fn next(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Of a hundred customers so many give each score from 0 on: most are content, and a few very much not. Their mean
    /// is 8.58.
    const SKEWED: [u64; Score::COUNT] = [5, 0, 0, 0, 1, 1, 2, 5, 15, 28, 43];

    /// The share of samples of so many answers whose interval holds the true mean.
    fn coverage(count: u64, interval: fn(&Scores) -> Interval) -> f64 {
        const SAMPLES: u32 = 10_000;
        let mut state = count;
        let held = (0..SAMPLES).filter(|_| {
            let mut sample = Scores::default();
            for _ in 0..count {
                let mut rest = next(&mut state) % 100;
                let drawn = SKEWED.iter().position(|&share| {
                    let is_here = rest < share;
                    rest = rest.saturating_sub(share);
                    is_here
                });
                sample.add(Score::new(drawn.unwrap() as u8).unwrap());
            }
            interval(&sample).contains(8.58)
        });
        held.count() as f64 / f64::from(SAMPLES)
    }

    /// Why the interval is chosen by the number of answers. Definitions name some 80 %, 87 % and 93 % for Student's.
    #[test]
    fn how_often_an_interval_holds_the_mean() {
        let student = |count| coverage(count, |scores| scores.moments().student().within(10.0));
        let chosen = |count| coverage(count, |scores| scores.interval().unwrap());
        let covered = [student(10), student(30), student(100)];
        for (covered, about) in covered.into_iter().zip([0.80, 0.87, 0.93]) {
            assert!((covered - about).abs() < 0.03, "{covered} is not about {about}");
        }
        assert!(chosen(30) >= 0.95 && chosen(60) >= 0.95);
        assert!((chosen(100) - student(100)).abs() < 1e-9, "Student's, from 100 answers on");
    }

    fn any_scores() -> impl Strategy<Value = Scores> {
        let count = prop_oneof![Just(0), 0..60_u64, 0..1_u64 << 40];
        prop::collection::vec(count, Score::COUNT).prop_map(|counts| Scores(counts.try_into().unwrap()))
    }

    proptest! {
        #[test]
        fn an_interval_lies_on_the_scale_around_the_mean(scores in any_scores()) {
            let interval = scores.interval();
            prop_assert_eq!(interval.is_some(), scores.count() >= Scores::FEWEST);
            if let Some(Interval { low, high }) = interval {
                let mean = scores.moments().mean;
                prop_assert!(0.0 <= low && low <= mean + 1e-9 && mean - 1e-9 <= high && high <= 10.0);
            }
        }

        #[test]
        fn a_difference_is_the_same_from_either_side(one in any_scores(), other in any_scores()) {
            let (there, back) = (one.differs(&other), other.differs(&one));
            prop_assert_eq!(there.is_some(), back.is_some());
            if let (Some(there), Some(back)) = (there, back) {
                prop_assert!((there.by + back.by).abs() < 1e-9);
                prop_assert!((there.interval.low + back.interval.high).abs() < 1e-9);
                prop_assert_eq!(there.interval.low > 0.0, there.by > 0.0);
            }
        }

        #[test]
        fn subtract_undoes_merge_or_changes_nothing(a in any_scores(), b in any_scores()) {
            let mut both = a;
            both.merge(&b);
            prop_assert_eq!((both.count(), both.sum()), (a.count() + b.count(), a.sum() + b.sum()));
            both.subtract(&b).unwrap();
            prop_assert_eq!(both, a);
            if both.subtract(&b).is_err() {
                prop_assert_eq!(both, a);
            }
        }

        #[test]
        fn stored_and_read_again_they_are_the_same(scores in any_scores()) {
            let mut bytes = Vec::new();
            scores.encode(&mut bytes);
            prop_assert_eq!(Scores::decode(&bytes), Ok(scores));
            bytes.push(0);
            prop_assert!(Scores::decode(&bytes).is_err());
        }

        #[test]
        fn any_bytes_give_an_answer(bytes: Vec<u8>) {
            let _ = Scores::decode(&bytes);
            let _ = Scores::decode(&[&[VERSION], bytes.as_slice()].concat());
        }
    }
}
