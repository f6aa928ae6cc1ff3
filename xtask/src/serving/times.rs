//! How long many of the same took.

use std::time::Duration;

/// In any order.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn push(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The smallest that so many hundredths do not exceed, in milliseconds.
    pub(crate) fn percentile(&self, hundredths: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let index = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
        sorted.get(index).map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
    }

    /// Median, 99th percentile and maximum.
    pub(crate) fn told(&self) -> String {
        let [p50, p99, most] = [50, 99, 100].map(|hundredths| self.percentile(hundredths));
        format!("{p50:.1} / {p99:.1} / {most:.1} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was() {
        let mut times = Times::default();
        (1..=200).rev().map(Duration::from_millis).for_each(|took| times.push(took));
        insta::assert_snapshot!(times.told(), @"100.0 / 198.0 / 200.0 ms");
    }
}
