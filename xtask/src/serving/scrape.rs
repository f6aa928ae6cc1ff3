//! What `/metrics` showed at one moment.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};

/// The samples, each as it was written.
pub(super) struct Scrape(BTreeMap<String, String>);

impl Scrape {
    pub(super) fn new(text: &str) -> Self {
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        let samples = samples.filter_map(|line| line.rsplit_once(' '));
        Self(samples.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// A sample by its name and labels.
    pub(super) fn value(&self, sample: &str) -> Option<&str> {
        self.0.get(sample).map(String::as_str)
    }

    /// The same as a number, which must be there.
    pub(super) fn number(&self, sample: &str) -> anyhow::Result<f64> {
        let value = self.value(sample).with_context(|| format!("/metrics does not show {sample}"))?;
        value.parse().with_context(|| format!("{sample} is {value}"))
    }

    /// The same as a count.
    pub(super) fn count(&self, sample: &str) -> anyhow::Result<u64> {
        let value = self.value(sample).with_context(|| format!("/metrics does not show {sample}"))?;
        value.parse().with_context(|| format!("{sample} is {value}, which is no count"))
    }

    /// The sum of a counter's samples; zero where there are none.
    pub(super) fn sum(&self, name: &str) -> u64 {
        let of = |sample: &str| sample.strip_prefix(name).is_some_and(|rest| rest.starts_with('{'));
        self.0
            .iter()
            .filter(|(sample, _)| of(sample))
            .filter_map(|(_, value)| value.parse::<u64>().ok())
            .sum()
    }

    /// All that counts contacts.
    pub(super) fn counters(&self) -> impl Iterator<Item = (&str, &str)> {
        const COUNTERS: [&str; 5] = [
            "jono_arrivals_",
            "jono_contacts_",
            "jono_wait_seconds",
            "jono_handling_seconds",
            "jono_service_level_contacts_",
        ];
        let counts = |sample: &str| COUNTERS.iter().any(|counter| sample.starts_with(counter));
        self.0.iter().filter(move |(sample, _)| counts(sample)).map(|(sample, value)| (&**sample, &**value))
    }

    /// Fails unless every counter of an earlier moment is still there, and not below what it was.
    pub(super) fn ensure_not_below(&self, before: &Self) -> anyhow::Result<()> {
        for (sample, value) in before.counters() {
            let (then, now) = (value.parse::<f64>()?, self.number(sample)?);
            ensure!(now >= then, "{sample} fell from {then} to {now}");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# HELP jono_arrivals_total Contacts.
jono_arrivals_total{unit=\"a b\"} 3
jono_arrivals_total{unit=\"c\"} 4
jono_arrivals_total_of_others{unit=\"c\"} 9
";

    #[test]
    fn sums_are_of_one_name() {
        let scrape = Scrape::new(TEXT);
        assert_eq!((scrape.sum("jono_arrivals_total"), scrape.sum("jono_arrivals")), (7, 0));
        assert_eq!(scrape.value("jono_arrivals_total{unit=\"a b\"}"), Some("3"));
    }

    #[test]
    fn what_fell_or_went_is_refused() {
        let before = Scrape::new(TEXT);
        let check = |text: &str| Scrape::new(text).ensure_not_below(&before).map_err(|why| why.to_string());
        assert_eq!(check(TEXT), Ok(()));
        insta::assert_snapshot!(check(&TEXT.replace("} 4", "} 2")).unwrap_err(), @r#"jono_arrivals_total{unit="c"} fell from 4 to 2"#);
        insta::assert_snapshot!(check("").unwrap_err(), @r#"/metrics does not show jono_arrivals_total_of_others{unit="c"}"#);
    }
}
