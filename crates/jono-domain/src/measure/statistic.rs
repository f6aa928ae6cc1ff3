//! What is asked of a distribution: its mean, or a percentile.

use super::{Sum, Value};
use crate::histogram::Histogram;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Statistic {
    /// The sum of all values / how many there are.
    Mean,
    /// The smallest of the values that covers that many of a hundred.
    Percentile(u8),
}

impl Statistic {
    /// Understands `mean`, and `p1` to `p99`.
    pub(super) fn parse(name: &str) -> Option<Self> {
        if name == "mean" {
            return Some(Self::Mean);
        }
        let digits = name.strip_prefix('p')?;
        let percent = digits.parse::<u8>().ok().filter(|percent| (1..100).contains(percent))?;
        (percent.to_string() == digits).then_some(Self::Percentile(percent))
    }

    pub(super) fn add(self, values: &Histogram, sum: &mut Sum) {
        match self {
            Self::Mean => {
                sum.numerator += values.sum();
                sum.denominator += values.count();
            }
            Self::Percentile(_) => sum.distribution.merge(values),
        }
    }

    pub(super) fn value(self, sum: &Sum) -> Option<Value> {
        match self {
            Self::Mean => sum.quotient(),
            Self::Percentile(percent) => {
                let value = sum.distribution.percentile(percent)?.get().into();
                Some(Value::Percentile { value, of: sum.distribution.count() })
            }
        }
    }
}
