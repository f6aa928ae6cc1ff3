//! The median of some figures, with the least and the most.

use std::fmt::{self, Display, Formatter};

/// How some figures of the same thing lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// The middle one; of an even number the upper of the two in the middle.
    pub(crate) median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    /// Of at least one figure; `None` of nothing.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<_> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let median = *figures.get(figures.len() / 2)?;
        Some(Self { median, least: *figures.first()?, most: *figures.last()? })
    }

    /// The same figures, each changed in a way that keeps or turns round their order.
    pub(crate) fn map(self, change: impl Fn(f64) -> f64) -> Self {
        let (one, other) = (change(self.least), change(self.most));
        Self { median: change(self.median), least: one.min(other), most: one.max(other) }
    }
}

/// `median (least–most)`, with the precision that was asked for, or as many digits as tell something.
impl Display for Spread {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or_else(|| decimals(self.median));
        let Self { median, least, most } = self;
        write!(f, "{median:.decimals$} ({least:.decimals$}–{most:.decimals$})")
    }
}

/// Three digits of small numbers, all whole ones of large.
fn decimals(number: f64) -> usize {
    match number {
        _ if number >= 100.0 || number == 0.0 => 0,
        _ if number >= 10.0 => 1,
        _ if number >= 1.0 => 2,
        _ => 3,
    }
}

/// What may be unknown, in a table.
pub(crate) fn known(spread: Option<impl Display>) -> String {
    spread.map_or_else(|| "–".to_owned(), |spread| spread.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(figures: &[f64]) -> String {
        known(Spread::of(figures.iter().copied()))
    }

    #[test]
    fn medians() {
        insta::assert_snapshot!(shown(&[3.0, 1.0, 2.0]), @"2.00 (1.00–3.00)");
        insta::assert_snapshot!(shown(&[4.0, 1.0, 2.0, 3.0]), @"3.00 (1.00–4.00)");
        insta::assert_snapshot!(shown(&[0.25]), @"0.250 (0.250–0.250)");
        insta::assert_snapshot!(shown(&[]), @"–");
    }

    #[test]
    fn digits_that_tell_something() {
        insta::assert_snapshot!(shown(&[1234.5]), @"1234 (1234–1234)");
        insta::assert_snapshot!(shown(&[12.345]), @"12.3 (12.3–12.3)");
        insta::assert_snapshot!(shown(&[0.0]), @"0 (0–0)");
        insta::assert_snapshot!(format!("{:.1}", Spread::of([1.0, 2.0]).unwrap()), @"2.0 (1.0–2.0)");
    }

    #[test]
    fn what_falls_when_figures_rise() {
        let speed = Spread::of([2.0, 4.0, 8.0]).unwrap().map(|seconds| 80.0 / seconds);
        insta::assert_snapshot!(speed, @"20.0 (10.0–40.0)");
    }
}
