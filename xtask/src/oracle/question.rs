//! What is asked of `jono readings`, and which columns of awk hold the answer.

use jono_domain::Formula;
use serde_json::Value;

use super::awk::Figures;

/// One question.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// What the table calls it.
    pub(super) name: String,
    pub(super) measure: String,
    pub(super) formula: Option<&'static str>,
    answer: Answer,
    /// Whether it depends on what a service promises.
    pub(super) on_promise: bool,
    /// Whether the sum over queues of its columns is what all queues together have.
    pub(super) adds_up: bool,
}

/// The columns that answer it.
#[derive(Debug, Clone)]
enum Answer {
    Count { column: String },
    Quotient { numerator: String, denominator: String },
    Percentile { seconds: String, of: String },
}

const COUNTS: [&str; 11] = [
    "arrivals",
    "unit_contacts",
    "contacts",
    "answered",
    "abandoned",
    "timed_out",
    "left_empty",
    "left_by_key",
    "withdrawn",
    "handled",
    "short",
];
const DISTRIBUTIONS: [&str; 3] = ["wait", "queued_wait", "handling"];
impl Question {
    /// Everything that both can answer.
    pub(super) fn all() -> Vec<Self> {
        let mut all: Vec<_> = COUNTS.into_iter().map(Self::count).collect();
        all.push(Self::quotient("answer_rate", "answered", "contacts"));
        for kind in DISTRIBUTIONS {
            let count = format!("{kind}_count");
            all.push(Self::quotient(&format!("{kind}_mean"), &format!("{kind}_sum"), &count));
            all.extend(["p50", "p90"].map(|share| Self::percentile(&format!("{kind}_{share}"), &count)));
        }
        all.extend(Formula::ALL.map(Formula::as_str).map(Self::level));
        all
    }

    fn count(name: &str) -> Self {
        let answer = Answer::Count { column: name.to_owned() };
        Self { on_promise: name == "short", ..Self::new(name, answer) }
    }

    fn quotient(name: &str, numerator: &str, denominator: &str) -> Self {
        let (numerator, denominator) = (numerator.to_owned(), denominator.to_owned());
        Self::new(name, Answer::Quotient { numerator, denominator })
    }

    fn percentile(name: &str, of: &str) -> Self {
        let answer = Answer::Percentile { seconds: name.to_owned(), of: of.to_owned() };
        Self { adds_up: false, ..Self::new(name, answer) }
    }

    fn level(formula: &'static str) -> Self {
        let (met, counted) = (format!("level_{formula}_met"), format!("level_{formula}_counted"));
        let asked = Self::quotient("service_level", &met, &counted);
        Self { name: format!("level {formula}"), formula: Some(formula), on_promise: true, ..asked }
    }

    fn new(name: &str, answer: Answer) -> Self {
        let (name, measure) = (name.to_owned(), name.to_owned());
        Self { name, measure, formula: None, answer, on_promise: false, adds_up: true }
    }

    /// What is wrong with a row of jono's, if anything is.
    pub(super) fn difference(
        &self,
        figures: &Figures,
        period: &str,
        queue: &str,
        row: &Value,
    ) -> Option<String> {
        let figure = |column: &str| figures.get(period, queue, column);
        let count = |key: &str| row[key].as_u64();
        let is_null = |key: &str| row[key].is_null();
        let (agrees, expected) = match &self.answer {
            Answer::Count { column } => {
                let counted = figure(column);
                let same = count("value") == Some(counted) && count("numerator") == Some(counted);
                (same && is_null("denominator"), counted.to_string())
            }
            Answer::Quotient { numerator, denominator } => {
                let (above, below) = (figure(numerator), figure(denominator));
                let same = count("numerator") == Some(above) && count("denominator") == Some(below);
                (
                    same && row["value"].as_f64().is_some_and(|value| nearest(value, above, below)),
                    format!("{above}/{below}"),
                )
            }
            Answer::Percentile { seconds, of } => {
                let (seconds, of) = (figure(seconds), figure(of));
                let same = count("value") == Some(seconds) && count("denominator") == Some(of);
                (same && is_null("numerator"), format!("{seconds} s of {of}"))
            }
        };
        let nobody = match &self.answer {
            Answer::Count { .. } => false,
            Answer::Quotient { denominator: of, .. } | Answer::Percentile { of, .. } => figure(of) == 0,
        };
        let unavailable = ["value", "numerator", "denominator"].into_iter().all(is_null);
        let agrees = if nobody { unavailable } else { agrees };
        (!agrees).then(|| {
            let expected = if nobody { "nothing".to_owned() } else { expected };
            let [value, above, below] = ["value", "numerator", "denominator"].map(|key| &row[key]);
            format!("{period} {queue}: awk says {expected}, jono {value} ({above}/{below})")
        })
    }
}

/// Whether a number is the nearest to a quotient. The parts were compared exactly; reading a number from JSON may
/// miss its last bit.
fn nearest(value: f64, above: u64, below: u64) -> bool {
    let quotient = above as f64 / below as f64;
    (value - quotient).abs() <= quotient * f64::EPSILON
}
