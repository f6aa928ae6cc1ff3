//! Intervals of means and of their differences, from a sample's moments alone. What the sample is of, and when which
//! interval is meant, is the caller's business.

use distrs::{Normal, StudentsT};

/// Between what something lies, with [`Interval::LEVEL`] confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// The confidence: 95 %.
    pub const LEVEL: f64 = 0.95;

    /// The part of it from 0 to `upper`.
    pub(super) fn within(self, upper: f64) -> Self {
        Self { low: self.low.clamp(0.0, upper), high: self.high.clamp(0.0, upper) }
    }

    /// Whether a value lies in it, its ends included.
    pub fn contains(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// By how much two means differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The one less the other.
    pub by: f64,
    /// Between what that lies.
    pub interval: Interval,
}

/// What an interval is computed from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    /// How many values there are, more than one.
    pub(super) count: f64,
    /// Their mean.
    pub(super) mean: f64,
    /// Their sample variance, with `count - 1` below the line.
    pub(super) variance: f64,
}

/// A mean or a difference of means, which Student's t distribution tells how far to trust.
#[derive(Debug, Clone, Copy)]
pub(super) struct Estimate {
    value: f64,
    error: f64,
    degrees: f64,
}

impl Moments {
    /// Student's interval of the mean (Student, *The probable error of a mean*, Biometrika 6(1), 1908).
    pub(super) fn student(&self) -> Interval {
        let error = (self.variance / self.count).sqrt();
        Estimate { value: self.mean, error, degrees: self.count - 1.0 }.interval()
    }

    /// This mean less the other: the variances need not be equal. Degrees of freedom by Welch and Satterthwaite
    /// (B. L. Welch, *The generalization of "Student's" problem when several different population variances are
    /// involved*, Biometrika 34(1-2), 1947).
    pub(super) fn welch(&self, other: &Self) -> Estimate {
        let (mine, theirs) = (self.variance / self.count, other.variance / other.count);
        let parts = mine.powi(2) / (self.count - 1.0) + theirs.powi(2) / (other.count - 1.0);
        Estimate {
            value: self.mean - other.mean,
            error: (mine + theirs).sqrt(),
            degrees: (mine + theirs).powi(2) / parts,
        }
    }
}

impl Estimate {
    /// The value as the difference that it is.
    pub(super) fn difference(self) -> Difference {
        Difference { by: self.value, interval: self.interval() }
    }

    fn interval(self) -> Interval {
        let reach = StudentsT::ppf(UPPER, self.degrees) * self.error;
        Interval { low: self.value - reach, high: self.value + reach }
    }
}

/// Wilson's score interval of a proportion, without correction for continuity (E. B. Wilson, *Probable inference,
/// the law of succession, and statistical inference*, Journal of the American Statistical Association 22(158), 1927).
pub(super) fn wilson(proportion: f64, count: f64) -> Interval {
    let z = Normal::ppf(UPPER, 0.0, 1.0);
    let square = z * z / count;
    let centre = proportion + square / 2.0;
    let reach = z * (proportion * (1.0 - proportion) / count + square / (4.0 * count)).sqrt();
    Interval { low: (centre - reach) / (1.0 + square), high: (centre + reach) / (1.0 + square) }.within(1.0)
}

/// Where the upper tail begins that is left out; the lower is as large.
const UPPER: f64 = f64::midpoint(1.0, Interval::LEVEL);

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounded as the literature prints it.
    fn check(successes: f64, trials: f64) -> String {
        let Interval { low, high } = wilson(successes / trials, trials);
        format!("{low:.4} to {high:.4}")
    }

    /// R. G. Newcombe, *Two-sided confidence intervals for the single proportion*, Statistics in Medicine 17(8), 1998:
    /// table I, method 3.
    #[test]
    fn wilsons_interval_as_newcombe_prints_it() {
        insta::assert_snapshot!(check(81.0, 263.0), @"0.2553 to 0.3662");
        insta::assert_snapshot!(check(15.0, 148.0), @"0.0624 to 0.1605");
        insta::assert_snapshot!(check(0.0, 20.0), @"0.0000 to 0.1611");
        insta::assert_snapshot!(check(1.0, 29.0), @"0.0061 to 0.1718");
    }

    /// Values of printed tables, and by integration of the density between them.
    #[test]
    fn quantiles_of_students_t() {
        for (degrees, quantile) in [
            (9.0, 2.262_157),
            (17.776, 2.102_821),
            (29.0, 2.045_230),
            (60.0, 2.000_298),
            (99.0, 1.984_217),
            (2084.0, 1.961_103),
        ] {
            let t = StudentsT::ppf(UPPER, degrees);
            assert!((t - quantile).abs() < 1e-6, "{degrees}: {t}");
        }
        assert!((Normal::ppf(UPPER, 0.0, 1.0) - 1.959_963_985).abs() < 1e-9);
    }

    /// Hours of sleep gained by two drugs, from Student's paper of 1908; R's `t.test(extra ~ group, data = sleep)`.
    #[test]
    fn welch_on_students_sleep_data() {
        let moments = |values: [f64; 10]| {
            let mean = values.iter().sum::<f64>() / 10.0;
            let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 9.0;
            Moments { count: 10.0, mean, variance }
        };
        let one = moments([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]);
        let two = moments([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
        let estimate = one.welch(&two);
        insta::assert_snapshot!(format!("{:.4} {:.3}", estimate.value / estimate.error, estimate.degrees), @"-1.8608 17.776");
        let Interval { low, high } = estimate.interval();
        assert!((low + 3.365_483_2).abs() < 1e-6 && (high - 0.205_483_2).abs() < 1e-6, "{low} {high}");
    }

    /// The same differences paired, as one sample: R's `t.test` gives 0.7001142 to 2.4598858.
    #[test]
    fn student_on_students_sleep_data() {
        let gained: [f64; 10] = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        let mean = gained.iter().sum::<f64>() / 10.0;
        let variance = gained.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 9.0;
        let Interval { low, high } = Moments { count: 10.0, mean, variance }.student();
        assert!((low - 0.700_114_2).abs() < 1e-6 && (high - 2.459_885_8).abs() < 1e-6, "{low} {high}");
    }
}
