//! The labels that a scrape adds, and what is imported must have as well.

use thiserror::Error;

use super::rendered;
use crate::catalogue::catalogue;

/// Labels that were refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadLabel {
    /// Prometheus would refuse it.
    #[error("{0:?} is no name of a label; write letters, digits and _, no digit first and no __")]
    Malformed(String),
    /// Samples have it already, or may have it.
    #[error("{0} is a label of jono's own; leave it out")]
    Own(String),
    /// It is there twice.
    #[error("label {0} is given twice; give it once")]
    Twice(String),
    /// An empty label is none.
    #[error("label {0} has no value; give it one or leave it out")]
    Empty(String),
}

/// Labels that every sample has besides its own, such as `job` and `instance`.
///
/// Invariant: well-formed, each once, none of them the catalogue's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommonLabels(String);

impl CommonLabels {
    /// Checks labels.
    pub fn new(labels: &[(String, String)]) -> Result<Self, BadLabel> {
        let own = catalogue().iter().flat_map(|family| family.labels).chain([&"le"]);
        for (index, (name, value)) in labels.iter().enumerate() {
            let starts = |char: char| char.is_ascii_alphabetic() || char == '_';
            let is_name = name.starts_with(starts)
                && !name.starts_with("__")
                && name.chars().all(|char| starts(char) || char.is_ascii_digit());
            if !is_name {
                return Err(BadLabel::Malformed(name.clone()));
            }
            if own.clone().any(|own| own == name) {
                return Err(BadLabel::Own(name.clone()));
            }
            if labels[..index].iter().any(|(other, _)| other == name) {
                return Err(BadLabel::Twice(name.clone()));
            }
            if value.is_empty() {
                return Err(BadLabel::Empty(name.clone()));
            }
        }
        let pairs: Vec<_> = labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Ok(Self(rendered(&pairs)))
    }

    /// These labels, and those of a subject behind them.
    pub(super) fn and(&self, labels: &str) -> String {
        match (self.0.as_str(), labels) {
            ("", labels) => labels.to_owned(),
            (common, "") => common.to_owned(),
            (common, labels) => format!("{common},{labels}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(labels: &[(&str, &str)]) -> String {
        let labels: Vec<_> = labels.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        match CommonLabels::new(&labels) {
            Ok(labels) => labels.and("channel=\"phone\""),
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn labels_are_checked_and_come_first() {
        insta::assert_snapshot!(check(&[]), @r#"channel="phone""#);
        insta::assert_snapshot!(check(&[("job", "jono"), ("instance", "a\"b")]), @r#"job="jono",instance="a\"b",channel="phone""#);
        insta::assert_snapshot!(check(&[("1st", "a")]), @r#""1st" is no name of a label; write letters, digits and _, no digit first and no __"#);
        insta::assert_snapshot!(check(&[("__name__", "a")]), @r#""__name__" is no name of a label; write letters, digits and _, no digit first and no __"#);
        insta::assert_snapshot!(check(&[("le", "a")]), @"le is a label of jono's own; leave it out");
        insta::assert_snapshot!(check(&[("job", "a"), ("job", "b")]), @"label job is given twice; give it once");
        insta::assert_snapshot!(check(&[("job", "")]), @"label job has no value; give it one or leave it out");
    }
}
