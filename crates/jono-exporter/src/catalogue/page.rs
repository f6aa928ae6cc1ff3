//! The catalogue as a page of documentation: `docs/metrics.md`.

use std::fmt;

use jono_domain::{Basis, CallbackOutcome, Channel, Formula, OpenState, Outcome, Reason, State};

use super::{Family, catalogue};
use crate::{
    buckets::{Bounds, Buckets},
    metrics::MONTH_FIGURES,
};

/// The documentation of all metrics, as Markdown.
pub fn markdown() -> String {
    Page.to_string()
}

struct Page;

const INTRODUCTION: &str = "\
# Metrics

<!-- Made from crates/jono-exporter/src/catalogue.rs; do not edit. -->

Everything that `/metrics` shows. Counters and histograms begin at zero in the hour that
`jono_counters_epoch_timestamp_seconds` names, survive restarts and never fall; calls from before that hour are in
readings. They exist for the units that serve, never for roll-ups, so `sum()` counts nobody twice.
Every series that the configuration knows, and every value of a label that is listed below, is there from the start,
at zero. A series shows contacts, call backs, polls, appointments and scores only as far as its sources tell of them.
What is not known is absent and never zero: the live view of a source that has none, the one who has waited longest
when nobody waits, the queue of a closed service point, a source that was not tried yet.

The figures of weeks and months (`jono_week_…`, `jono_month_…`) speak of the whole ISO week and month that ended last,
from local Monday, or the first of the month, at 00:00 on; then the one before is gone, known or not. They say the same
as `jono readings` does of a week or month of which every working day is known, and cannot be added or averaged. Beside each is the same `_year_ago`, for `offset 52w` is another
week after each year of 53. `jono_figure_state` tells why one is absent.
";

const BUCKETS: &str = "\
Upper limits in seconds unless the configuration sets others; a value on a limit is inside. The counts are exact:
they are taken from whole seconds, not added up from buckets. `jono_survey_score` has a bucket for each score from 0 to
10 on every channel.
";

const FORMULAS: &str = "\
T is the promise of the service, such as 20 seconds. A contact is short if it was abandoned sooner than the service
says, such as 5 seconds. A contact whose wait is not known met no threshold and is not short.
";

impl fmt::Display for Page {
    fn fmt(&self, page: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(page, "{INTRODUCTION}\n| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n")?;
        for Family { name, kind, unit, help, labels } in catalogue() {
            writeln!(page, "| `{name}` | {} | {unit} | {} | {help} |", kind.as_str(), words(labels))?;
        }
        write!(page, "\n## Labels\n\n| label | values |\n|---|---|\n")?;
        for (labels, values) in LABELS {
            writeln!(page, "| {} | {} |", words(labels), values())?;
        }
        write!(page, "\n## Formulas\n\n{FORMULAS}\n| formula | met | of all |\n|---|---|---|\n")?;
        for formula in Formula::ALL {
            let (met, of) = meaning(formula);
            writeln!(page, "| `{formula}` | {met} | {of} |")?;
        }
        write!(page, "\n## Buckets\n\n{BUCKETS}\n")?;
        page.write_str(
            "| channel | `jono_wait_seconds` | `jono_handling_seconds` | `jono_callback_delay_seconds` |\n\
             |---|---|---|---|\n",
        )?;
        let buckets = Buckets::default();
        for channel in Channel::ALL {
            let (wait, handling) = (limits(buckets.wait(channel)), limits(buckets.handling(channel)));
            let delay = limits(buckets.delay(channel));
            writeln!(page, "| `{channel}` | {wait} | {handling} | {delay} |")?;
        }
        Ok(())
    }
}

type Values = fn() -> String;

const LABELS: &[(&[&str], Values)] = &[
    (&["channel"], || words(&Channel::ALL.map(Channel::as_str))),
    (&["unit", "service", "source"], || {
        "names from the configuration; `service` is `unrouted` for a queue that no route knows, and `unit` is then \
         the queue's own name"
            .to_owned()
    }),
    (&["parent", "level"], || {
        "from the configuration: the unit above, left out at the top, and what kind of unit it is".to_owned()
    }),
    (&["area"], || "names from the configuration, of the tree of areas".to_owned()),
    (&["state"], || {
        of_each(&[
            ("agents", &["logged_in", "paused", "busy"]),
            ("polls", &["open", "closed"]),
            ("service points", &OpenState::ALL.map(OpenState::as_str)),
            ("figures", &State::ALL.map(State::as_str)),
        ])
    }),
    (&["outcome"], || {
        of_each(&[
            ("contacts", &Outcome::ALL.map(Outcome::as_str)),
            ("call backs", &CallbackOutcome::ALL.map(CallbackOutcome::as_str)),
        ])
    }),
    (&["period"], || words(&["week", "month"])),
    (&["measure"], || words(&MONTH_FIGURES)),
    (&["week"], || {
        format!(
            "{}: the ISO week of today, the one before and the one after",
            words(&["last", "this", "next"])
        )
    }),
    (&["formula"], || words(&Formula::ALL.map(Formula::as_str))),
    (&["result"], || {
        of_each(&[
            ("contacts", &["met", "missed"]),
            ("promises of a call back", &["kept", "late"]),
            ("polls of an appointment book", &["free", "none"]),
        ])
    }),
    (&["basis"], || words(&[Basis::Counted, Basis::Tallied, Basis::Published].map(Basis::as_str))),
    (&["reason"], || words(&Reason::ALL.iter().map(|reason| reason.as_str()).collect::<Vec<_>>())),
    (&["path", "code"], || "the pages and `other`; the status codes that each can have".to_owned()),
    (&["version", "revision", "rustversion"], || "of the running build".to_owned()),
];

const fn meaning(formula: Formula) -> (&'static str, &'static str) {
    match formula {
        Formula::AnsweredOfOffered => ("answered within T", "concluded, by whatever outcome"),
        Formula::AnsweredOfOfferedLessShort => ("answered within T", "concluded and not short"),
        Formula::AnsweredOfAnswered => ("answered within T", "answered"),
        Formula::HandledOfOffered => ("answered or abandoned within T", "concluded, by whatever outcome"),
        Formula::AnswerRate => ("answered", "concluded, by whatever outcome"),
    }
}

fn words(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The values of a label that means another thing in each family.
fn of_each(values: &[(&str, &[&str])]) -> String {
    let of_one = |(of, values): &(&str, &[&str])| format!("of {of} {}", words(values));
    values.iter().map(of_one).collect::<Vec<_>>().join("; ")
}

fn limits(bounds: &Bounds) -> String {
    bounds.seconds().map(|seconds| seconds.get().to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn whole() {
        insta::assert_snapshot!(markdown());
    }

    #[test]
    fn every_label_is_explained() {
        let used: BTreeSet<_> = catalogue().iter().flat_map(|family| family.labels).collect();
        let explained: BTreeSet<_> = LABELS.iter().flat_map(|(labels, _)| *labels).collect();
        assert_eq!(used, explained);
    }
}
