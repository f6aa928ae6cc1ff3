//! Expressions, read and held against the catalogue of metrics: which names, labels and values there are.

use std::collections::BTreeSet;

use anyhow::anyhow;
use jono_exporter::{Kind, catalogue};
use promql_parser::{
    label::MatchOp,
    parser::{self, Expr, LabelModifier, VectorSelector},
};

/// What Prometheus adds to whatever it scrapes.
pub(crate) const ADDED: [&str; 2] = ["job", "instance"];
/// What Prometheus says of the scrape itself.
const OWN: [&str; 3] = ["up", "scrape_duration_seconds", "scrape_samples_scraped"];

/// What an expression asks for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) selectors: Vec<VectorSelector>,
    /// Those that it groups or joins by.
    labels: BTreeSet<String>,
}

/// Reads an expression.
pub(crate) fn read(expr: &str) -> anyhow::Result<Asked> {
    let mut asked = Asked::default();
    asked.look(&parse(expr)?);
    Ok(asked)
}

/// The tree of an expression.
pub(crate) fn parse(expr: &str) -> anyhow::Result<Expr> {
    parser::parse(expr).map_err(|why| anyhow!("{expr} cannot be read: {why}"))
}

/// The labels of a metric, by the name that is queried.
pub(crate) fn labels(name: &str) -> Option<Vec<&'static str>> {
    if OWN.contains(&name) {
        return Some(Vec::new());
    }
    catalogue().iter().find_map(|family| {
        let suffix = name.strip_prefix(family.name)?;
        let extra: &[&str] = match (family.kind, suffix) {
            (Kind::Histogram, "_bucket") => &["le"],
            (Kind::Histogram, "_sum" | "_count") | (Kind::Counter | Kind::Gauge, "") => &[],
            _ => return None,
        };
        Some([family.labels, extra].concat())
    })
}

/// That nothing has such a label.
pub(crate) fn no_label(label: &str) -> String {
    format!("none of its metrics has a label {label}")
}

impl Asked {
    /// Metrics, labels and values that jono does not have. A value that begins with `$` is a dashboard's variable.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for selector in &self.selectors {
            let name = selector.name.as_deref().unwrap_or_default();
            let Some(labels) = labels(name) else {
                sentences.push(format!("jono has no metric {name:?}"));
                continue;
            };
            for matcher in &selector.matchers.matchers {
                if ADDED.contains(&matcher.name.as_str()) {
                    continue;
                }
                if !labels.contains(&matcher.name.as_str()) {
                    sentences.push(format!("{name} has no label {}", matcher.name));
                    continue;
                }
                let is_pattern = matches!(matcher.op, MatchOp::Re(_) | MatchOp::NotRe(_));
                let values: Vec<_> =
                    if is_pattern { matcher.value.split('|').collect() } else { vec![&*matcher.value] };
                for value in values.into_iter().filter(|value| !is_known(&matcher.name, value)) {
                    sentences.push(format!("{} is never {value:?}", matcher.name));
                }
            }
        }
        let known = self.known();
        let unknown = self.labels.iter().filter(|label| !known.contains(label.as_str()));
        sentences.extend(unknown.map(|label| no_label(label)));
        sentences
    }

    /// Every label that one of its metrics has.
    pub(crate) fn known(&self) -> BTreeSet<&'static str> {
        let names = self.selectors.iter().filter_map(|selector| selector.name.as_deref());
        names.filter_map(labels).flatten().chain(ADDED).collect()
    }

    fn look(&mut self, expr: &Expr) {
        match expr {
            Expr::Aggregate(aggregate) => {
                self.modifier(aggregate.modifier.as_ref());
                self.look(&aggregate.expr);
            }
            Expr::Binary(binary) => {
                self.modifier(binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref()));
                self.look(&binary.lhs);
                self.look(&binary.rhs);
            }
            Expr::Unary(unary) => self.look(&unary.expr),
            Expr::Paren(paren) => self.look(&paren.expr),
            Expr::Subquery(subquery) => self.look(&subquery.expr),
            Expr::Call(call) => call.args.args.iter().for_each(|argument| self.look(argument)),
            Expr::VectorSelector(selector) => self.selectors.push(selector.clone()),
            Expr::MatrixSelector(selector) => self.selectors.push(selector.vs.clone()),
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
        }
    }

    fn modifier(&mut self, modifier: Option<&LabelModifier>) {
        self.labels.extend(modifier.iter().flat_map(|modifier| modifier.labels().labels.iter().cloned()));
    }
}

/// Whether a label can have a value. Limits of buckets are written as Prometheus stores them.
fn is_known(label: &str, value: &str) -> bool {
    if label == "le" {
        return value == "+Inf" || (value.contains('.') && value.parse::<f64>().is_ok());
    }
    value.starts_with('$') || jono_exporter::markdown().contains(&format!("`{value}`"))
}
