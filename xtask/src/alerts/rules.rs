//! The rules and their tests, as they are written.

use std::{collections::BTreeMap, fs};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::workspace;

/// Where the rules are.
pub(crate) const RULES: &str = "deploy/prometheus/alerts.yml";
/// Where their tests are; each ends so.
const FOLDER: &str = "deploy/prometheus/";
const TESTS: &str = "_test.yml";

/// A file of rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    pub(crate) groups: Vec<Group>,
}

/// Rules that are evaluated together.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) rules: Vec<Rule>,
}

/// An alert. There are no other rules: panels read what is exported.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) alert: String,
    pub(crate) expr: String,
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub(crate) hold: Option<String>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) annotations: BTreeMap<String, String>,
}

/// A file of tests.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Suite {
    #[serde(skip)]
    pub(super) path: String,
    pub(super) rule_files: Vec<String>,
    pub(super) evaluation_interval: String,
    pub(super) tests: Vec<Test>,
}

/// Series, and what fires at some times.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Test {
    name: String,
    interval: String,
    input_series: Vec<Value>,
    #[serde(rename = "alert_rule_test")]
    pub(super) expected: Vec<Expected>,
}

/// What fires of one alert at one time.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    eval_time: String,
    pub(super) alertname: String,
    pub(super) exp_alerts: Vec<Value>,
}

/// Reads the rules.
pub(crate) fn read() -> anyhow::Result<Rules> {
    yaml(RULES)
}

/// Reads all files of tests.
pub(super) fn suites() -> anyhow::Result<Vec<Suite>> {
    let paths =
        workspace::files()?.into_iter().filter(|path| path.starts_with(FOLDER) && path.ends_with(TESTS));
    paths.map(|path| Ok(Suite { path: path.clone(), ..yaml(&path)? })).collect()
}

/// Reads a file of the workspace.
pub(crate) fn yaml<T: serde::de::DeserializeOwned>(path: &str) -> anyhow::Result<T> {
    let text =
        fs::read_to_string(workspace::root().join(path)).with_context(|| format!("cannot read {path}"))?;
    serde_saphyr::from_str(&text).with_context(|| format!("{path} has another form than expected"))
}

/// In how many tests an alert fires, and in how many it does not.
pub(super) fn counts(suites: &[Suite]) -> (usize, usize) {
    let all = expected(suites).count();
    let firing = expected(suites).filter(|expected| !expected.exp_alerts.is_empty()).count();
    (firing, all - firing)
}

/// Everything that is expected anywhere.
pub(super) fn expected(suites: &[Suite]) -> impl Iterator<Item = &Expected> {
    suites.iter().flat_map(|suite| &suite.tests).flat_map(|test| &test.expected)
}

impl Rules {
    /// Every alert.
    pub(super) fn alerts(&self) -> impl Iterator<Item = &Rule> {
        self.groups.iter().flat_map(|group| &group.rules)
    }

    pub(super) fn count(&self) -> usize {
        self.alerts().count()
    }
}
