//! What a candidate found altogether: all must have found the same, or a comparison of their speed means nothing.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Named sums.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Totals(BTreeMap<String, u64>);

impl Totals {
    /// Adds to a sum, which is zero at first.
    pub(crate) fn add(&mut self, name: &str, count: u64) {
        *self.0.entry(name.to_owned()).or_default() += count;
    }

    /// Every name whose sum is not the same, with both; a name that only one knows differs too.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut names: Vec<_> = self.0.keys().chain(other.0.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let told = |count: Option<&u64>| count.map_or_else(|| "nothing".to_owned(), ToString::to_string);
        let differs = |name: &&String| self.0.get(*name) != other.0.get(*name);
        let difference =
            |name: &String| format!("{name} {} and {}", told(self.0.get(name)), told(other.0.get(name)));
        names.into_iter().filter(differs).map(difference).collect()
    }
}

impl<const N: usize> From<[(&str, u64); N]> for Totals {
    fn from(sums: [(&str, u64); N]) -> Self {
        Self(sums.into_iter().map(|(name, count)| (name.to_owned(), count)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_totals_do_not_differ() {
        let mut counted = Totals::from([("arrivals", 3)]);
        counted.add("arrivals", 4);
        assert_eq!(counted.differences(&[("arrivals", 7)].into()), Vec::<String>::new());
    }

    #[test]
    fn every_difference_is_told() {
        let ours = Totals::from([("answered", 5), ("arrivals", 7), ("handled", 2)]);
        let theirs = Totals::from([("abandoned", 1), ("answered", 5), ("arrivals", 8)]);
        insta::assert_snapshot!(ours.differences(&theirs).join("; "), @"abandoned nothing and 1; arrivals 7 and 8; handled 2 and nothing");
    }
}
