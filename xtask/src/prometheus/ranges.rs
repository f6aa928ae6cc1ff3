//! Questions as a panel asks them: over a range, with what they cost.

use anyhow::{Context, ensure};
use serde_json::Value;

use super::Prometheus;
use crate::http;

/// A series of an answer: its labels, and its values by time.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) labels: Value,
    pub(crate) points: Vec<(i64, f64)>,
}

/// An answer, and what it cost.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) lines: Vec<Line>,
    /// How long Prometheus evaluated it, in seconds.
    pub(crate) seconds: f64,
    /// How many samples it read.
    pub(crate) samples: u64,
}

impl Answer {
    /// Whether there is anything to show: a number, not only what is none.
    pub(crate) fn has_data(&self) -> bool {
        self.lines.iter().flat_map(|line| &line.points).any(|(_, value)| value.is_finite())
    }
}

impl Prometheus {
    /// What a query answers over a range, at every step.
    pub(crate) fn range(&self, promql: &str, (start, end): (i64, i64), step: i64) -> anyhow::Result<Answer> {
        let [start, end, step] = [start, end, step].map(|number| number.to_string());
        let asked = [("query", promql), ("start", &start), ("end", &end), ("step", &step), ("stats", "all")];
        self.answer("/api/v1/query_range", &asked, "values")
    }

    /// What a query answers at an instant.
    pub(crate) fn instant(&self, promql: &str, at: i64) -> anyhow::Result<Answer> {
        let at = at.to_string();
        self.answer("/api/v1/query", &[("query", promql), ("time", &at), ("stats", "all")], "value")
    }

    /// The values of a label of the series that a selector names, in a range.
    pub(crate) fn label_values(
        &self,
        label: &str,
        selector: &str,
        (start, end): (i64, i64),
    ) -> anyhow::Result<Vec<String>> {
        let (start, end) = (start.to_string(), end.to_string());
        let asked = [("match[]", selector), ("start", &*start), ("end", &*end)];
        let answer = http::get_with(&self.url(&format!("/api/v1/label/{label}/values")), &asked)?.json()?;
        ensure!(answer["status"] == "success", "Prometheus refused {selector}: {}", answer["error"]);
        let values = answer["data"].as_array().context("label values are no list")?;
        Ok(values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect())
    }

    fn answer(&self, path: &str, asked: &[(&str, &str)], points: &str) -> anyhow::Result<Answer> {
        let answer = http::get_with(&self.url(path), asked)?.json()?;
        let promql = asked[0].1;
        ensure!(answer["status"] == "success", "Prometheus refused {promql}: {}", answer["error"]);
        let data = &answer["data"];
        let point = |pair: &Value| Some((pair[0].as_f64()? as i64, pair[1].as_str()?.parse().ok()?));
        let line = |entry: &Value| {
            let values = match &entry[points] {
                Value::Array(values) if points == "values" => values.iter().map(point).collect(),
                value => Some(vec![point(value)?]),
            };
            Some(Line { labels: entry["metric"].clone(), points: values? })
        };
        let lines = data["result"].as_array().and_then(|result| result.iter().map(line).collect());
        Ok(Answer {
            lines: lines.with_context(|| format!("{promql} gave no series"))?,
            seconds: data["stats"]["timings"]["evalTotalTime"].as_f64().unwrap_or_default(),
            samples: data["stats"]["samples"]["totalQueryableSamples"].as_u64().unwrap_or_default(),
        })
    }
}
