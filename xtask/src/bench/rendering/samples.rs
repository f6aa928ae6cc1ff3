//! Prometheus' text format, read as far as jono and the libraries write it here: no label holds a quote or a comma.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::bench::totals::Totals;

/// Names and values.
pub(super) type Labels = Vec<(String, String)>;

/// What the samples of one name tell.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) kind: Kind,
}

/// Its samples, by their labels.
#[derive(Debug)]
pub(super) enum Kind {
    Counter(Vec<(Labels, u64)>),
    Gauge(Vec<(Labels, f64)>),
    Histogram(Vec<(Labels, Buckets)>),
}

/// How often each limit was observed, itself and what is below it down to the next one.
pub(super) type Buckets = Vec<(f64, u64)>;

/// All families of a text.
pub(super) fn read(text: &str) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    let mut help = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ').map_or("", |(_, help)| help);
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            let kind = match kind {
                "counter" => Kind::Counter(Vec::new()),
                "histogram" => Kind::Histogram(Vec::new()),
                _ => Kind::Gauge(Vec::new()),
            };
            families.push(Family { name: name.to_owned(), help: help.to_owned(), kind });
        } else if let (Some(family), Some((name, labels, value))) = (families.last_mut(), sample(line)) {
            family.take(name, labels, value);
        }
    }
    families
}

impl Family {
    fn take(&mut self, name: &str, mut labels: Labels, value: f64) {
        match &mut self.kind {
            #[expect(clippy::cast_sign_loss, reason = "counters are not negative")]
            Kind::Counter(samples) => samples.push((labels, value as u64)),
            Kind::Gauge(samples) => samples.push((labels, value)),
            Kind::Histogram(samples) if name.ends_with("_bucket") => {
                let limit = labels.iter().position(|(name, _)| name == "le").map(|at| labels.remove(at).1);
                let limit = limit.and_then(|limit| limit.parse().ok()).unwrap_or(f64::INFINITY);
                if samples.last().is_none_or(|(last, _)| *last != labels) {
                    samples.push((labels, Vec::new()));
                }
                let (_, buckets) = samples.last_mut().expect("it was pushed");
                let below: u64 = buckets.iter().map(|(_, count)| count).sum();
                #[expect(clippy::cast_sign_loss, reason = "counts are not negative")]
                buckets.push((limit, value as u64 - below));
            }
            // Sum and count follow from the buckets.
            Kind::Histogram(_) => {}
        }
    }
}

/// The parts of a line that is no comment.
fn sample(line: &str) -> Option<(&str, Labels, f64)> {
    let (series, value) = line.rsplit_once(' ').filter(|_| !line.starts_with('#'))?;
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    let labels = labels.strip_suffix('}')?.split(',').filter_map(|label| {
        let (name, value) = label.split_once('=')?;
        Some((name.to_owned(), value.trim_matches('"').to_owned()))
    });
    Some((name, labels.collect(), value.parse().ok()?))
}

/// How many samples there are, and all of them as one number, in whichever order and spelling they are written.
pub(super) fn totals(text: &str) -> Totals {
    let (mut samples, mut together) = (0, 0_u64);
    for (name, mut labels, value) in text.lines().filter_map(sample) {
        labels.sort_unstable();
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        for (name, value) in labels {
            let limit = if name == "le" { value.parse::<f64>().ok() } else { None };
            name.hash(&mut hasher);
            match limit {
                Some(limit) => limit.to_bits().hash(&mut hasher),
                None => value.hash(&mut hasher),
            }
        }
        value.to_bits().hash(&mut hasher);
        samples += 1;
        together = together.wrapping_add(hasher.finish());
    }
    [("samples", samples), ("samples as one number", together)].into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_order_make_no_difference() {
        let one = "# TYPE a counter\na{b=\"1\",le=\"10.0\"} 2\nc 3\n";
        assert_eq!(totals(one), totals("c 3.0\na{le=\"10\",b=\"1\"} 2\n# EOF\n"));
        assert_ne!(totals(one), totals("c 3.5\na{le=\"10\",b=\"1\"} 2\n"));
    }

    #[test]
    fn buckets_are_counts_between_limits() {
        let text = "# HELP w Waits.\n# TYPE w histogram\nw_bucket{le=\"5\"} 2\nw_bucket{le=\"+Inf\"} 3\nw_sum 19\nw_count 3\n";
        insta::assert_debug_snapshot!(read(text), @r#"
        [
            Family {
                name: "w",
                help: "Waits.",
                kind: Histogram(
                    [
                        (
                            [],
                            [
                                (
                                    5.0,
                                    2,
                                ),
                                (
                                    inf,
                                    1,
                                ),
                            ],
                        ),
                    ],
                ),
            },
        ]
        "#);
    }
}
