//! What promtool cannot know: which metrics and labels jono has, who is told, and where the runbook is.

use std::{collections::BTreeSet, fmt, fs};

use anyhow::Context;

use super::rules::{RULES, Rule, Rules, Suite, expected};
use crate::{dashboards, promql, workspace};

const RUNBOOK: &str = "docs/operations.md";
/// What a runbook says of each alert.
const PARTS: [&str; 4] = ["**Meaning**", "**Impact**", "**Look at**", "**Do**"];
const SEVERITIES: [&str; 3] = ["page", "ticket", "notice"];

/// Something that does not hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Violation {
    pub(super) alert: String,
    pub(super) sentence: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{RULES}: {}: {}", self.alert, self.sentence)
    }
}

/// Everything that does not hold of the rules.
pub(super) fn check(rules: &Rules, suites: &[Suite]) -> anyhow::Result<Vec<Violation>> {
    let page = fs::read_to_string(workspace::root().join(RUNBOOK)).context("cannot read the runbook")?;
    let mut violations = Vec::new();
    for group in &rules.groups {
        for rule in &group.rules {
            let mut sentences = of_metrics(rule)?;
            sentences.extend(of_severity(&group.name, rule));
            sentences.extend(of_runbook(&page, rule));
            sentences.extend(of_dashboard(rule));
            sentences.extend(of_tests(suites, &rule.alert));
            violations.extend(
                sentences.into_iter().map(|sentence| Violation { alert: rule.alert.clone(), sentence }),
            );
        }
    }
    let known: BTreeSet<_> = rules.alerts().map(|rule| rule.alert.as_str()).collect();
    let headings =
        page.lines().filter_map(|line| line.strip_prefix("### ")).filter(|line| line.starts_with("Jono"));
    for name in expected(suites).map(|expected| expected.alertname.as_str()).chain(headings) {
        if !known.contains(name) {
            let sentence = "a test or a runbook speaks of it, and there is no such alert".to_owned();
            violations.push(Violation { alert: name.to_owned(), sentence });
        }
    }
    Ok(violations)
}

fn of_severity(group: &str, rule: &Rule) -> Vec<String> {
    let severity = rule.labels.get("severity").map_or("", String::as_str);
    if SEVERITIES.contains(&severity) && group == format!("jono-{severity}") {
        return Vec::new();
    }
    vec![format!(
        "the severity {severity:?} is not that of the group {group}, or none of {}",
        SEVERITIES.join(", ")
    )]
}

fn of_runbook(page: &str, rule: &Rule) -> Vec<String> {
    let mut sentences = Vec::new();
    for name in ["summary", "description", "dashboard"] {
        if rule.annotations.get(name).is_none_or(|text| text.trim().is_empty()) {
            sentences.push(format!("it has no {name}"));
        }
    }
    let address = format!("{RUNBOOK}#{}", rule.alert.to_lowercase());
    if rule.annotations.get("runbook_url") != Some(&address) {
        sentences.push(format!("its runbook_url is not {address}"));
    }
    match section(page, &rule.alert) {
        None => sentences.push(format!("{RUNBOOK} has no heading of that name")),
        Some(text) => {
            let missing = PARTS.iter().filter(|part| !text.contains(**part));
            sentences.extend(missing.map(|part| format!("its runbook has no {part}")));
        }
    }
    sentences
}

/// Whoever is told has to find the panels that show it.
fn of_dashboard(rule: &Rule) -> Option<String> {
    let uid = rule.annotations.get("dashboard")?;
    (!dashboards::exists(uid)).then(|| format!("there is no dashboard {uid:?}"))
}

/// What stands under a heading.
fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("\n### {heading}\n"))?;
    Some(rest.split("\n#").next().unwrap_or(rest))
}

fn of_tests(suites: &[Suite], alert: &str) -> Vec<String> {
    let of = |fires: bool| {
        expected(suites)
            .any(|expected| expected.alertname == alert && expected.exp_alerts.is_empty() != fires)
    };
    let told = [(of(true), "it fires"), (of(false), "it is silent")];
    told.iter()
        .filter(|(there, _)| !there)
        .map(|(_, what)| format!("there is no test in which {what}"))
        .collect()
}

/// Metrics, labels and values that jono does not have; and labels that its texts name.
fn of_metrics(rule: &Rule) -> anyhow::Result<Vec<String>> {
    let read = promql::read(&rule.expr).with_context(|| format!("{} of {RULES}", rule.alert))?;
    let mut sentences = read.remarks();
    let known = read.known();
    let text = rule.annotations.values().chain(rule.labels.values());
    let named = text.flat_map(|text| text.split("$labels.").skip(1)).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    });
    for label in named {
        if !known.contains(label) {
            sentences.push(promql::no_label(label));
        }
    }
    Ok(sentences)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expr: &str, summary: &str) -> String {
        let annotations = [("summary".to_owned(), summary.to_owned())].into();
        let rule = Rule { alert: "A".into(), expr: expr.into(), hold: None, labels: [].into(), annotations };
        of_metrics(&rule).unwrap().join("; ")
    }

    #[test]
    fn metrics_labels_and_values_that_there_are_not() {
        insta::assert_snapshot!(check("jono_contact_total > 0", ""), @r#"jono has no metric "jono_contact_total""#);
        insta::assert_snapshot!(check("jono_wait_seconds > 0", ""), @r#"jono has no metric "jono_wait_seconds""#);
        insta::assert_snapshot!(check(r#"jono_waiting{source="a"}"#, ""), @"jono_waiting has no label source");
        insta::assert_snapshot!(check(r#"jono_contacts_total{outcome="lost"}"#, ""), @r#"outcome is never "lost""#);
        insta::assert_snapshot!(check("sum by (area) (jono_waiting)", ""), @"none of its metrics has a label area");
        insta::assert_snapshot!(check("jono_waiting > 0", "{{ $labels.queue }} waits"), @"none of its metrics has a label queue");
    }

    #[test]
    fn metrics_labels_and_values_that_there_are() {
        let expr = r#"jono_contacts_total{outcome="answered",job="jono"} > 0 and on (unit) up == 1"#;
        assert_eq!(check(expr, "{{ $labels.unit }}"), "");
        assert_eq!(check("rate(jono_wait_seconds_bucket{le=\"20\"}[5m])", ""), "le is never \"20\"");
        assert_eq!(check("rate(jono_wait_seconds_bucket{le=\"20.0\"}[5m])", ""), "");
    }

    #[test]
    fn a_section_ends_at_the_next_heading() {
        assert_eq!(section("a\n### B\n\ntext\n\n### C\nelse\n", "B"), Some("\ntext\n"));
        assert_eq!(section("a\n### Bb\n", "B"), None);
    }
}
