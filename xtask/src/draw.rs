//! Random numbers that are the same on every machine.
//!
//! The generator is a fixed algorithm (xoshiro256++), and the distributions are closed forms over the pure Rust
//! logarithm and exponential of `libm`. The standard library's come from the system and may differ in the last bit,
//! and `rand_distr` may draw differently in its next version: either would change the bytes of a seed.

use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The whole part of a number that is not negative.
#[expect(clippy::cast_sign_loss, reason = "asserted")]
pub(crate) fn whole(number: f64) -> u64 {
    debug_assert!(number >= 0.0, "times and counts are not negative");
    number as u64
}

/// A source of chance.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    source: Xoshiro256PlusPlus,
    /// The polar method gives normal numbers by two.
    spare: Option<f64>,
}

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self { source: Xoshiro256PlusPlus::seed_from_u64(seed), spare: None }
    }

    /// Uniform in [0, 1), in steps of 2⁻⁵³.
    pub(crate) fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.source.next_u64() >> 11) as f64 * STEP
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Uniform from `low` to `high`, both included. The bias of multiplying instead of rejecting is below 2⁻³².
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        let count = u64::from(high - low) + 1;
        low + (((self.source.next_u64() >> 32) * count) >> 32) as u32
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.between(0, from.len() as u32 - 1) as usize]
    }

    /// Exponential with mean 1, by inversion.
    pub(crate) fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.unit())
    }

    /// Lognormal with that median; `sigma` is the spread of the logarithm.
    pub(crate) fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// Standard normal, by Marsaglia's polar method.
    fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                // A square root is exact by IEEE 754.
                let scale = (-2.0 * libm::log(square) / square).sqrt();
                self.spare = Some(y * scale);
                return x * scale;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(mut draw: impl FnMut() -> f64) -> f64 {
        (0..100_000).map(|_| draw()).sum::<f64>() / 100_000.0
    }

    #[test]
    fn the_means_are_those_of_the_distributions() {
        let mut draw = Draw::new(1);
        assert!((mean(|| draw.exponential()) - 1.0).abs() < 0.02);
        assert!(mean(|| draw.normal()).abs() < 0.02);
        // The mean of a lognormal is its median times exp(sigma²/2).
        assert!((mean(|| draw.lognormal(100.0, 0.5)) - 113.3).abs() < 1.0);
        assert!((mean(|| f64::from(draw.between(1, 6))) - 3.5).abs() < 0.02);
    }

    #[test]
    fn a_seed_names_its_numbers() {
        let mut draw = Draw::new(7);
        let drawn = (draw.between(0, 999), draw.exponential().to_bits(), draw.lognormal(60.0, 0.8).to_bits());
        insta::assert_debug_snapshot!(drawn, @r"
        (
            55,
            4595973213518501207,
            4642260043096281387,
        )
        ");
    }
}
