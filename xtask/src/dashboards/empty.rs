//! Queries that are rightly without data in the demo, one by one, with the reason.

/// A query of a panel, and why it is empty.
struct Empty {
    dashboard: &'static str,
    panel: &'static str,
    query: &'static str,
    why: &'static str,
}

const LIST: &[Empty] = &[
    Empty {
        dashboard: "wait-times",
        panel: "Published waiting time by week, and a year ago",
        query: "A",
        why: "nobody publishes the demo's waits; Kela's own weekly file has them (docs/examples/kela-weekly.toml)",
    },
    Empty {
        dashboard: "wait-times",
        panel: "Published waiting time by week, and a year ago",
        query: "B",
        why: "the same, a year ago",
    },
    Empty {
        dashboard: "visit-counts",
        panel: "The month that ended last, by service point",
        query: "C",
        why: "visits are tallied by the week, and weeks do not make up a month",
    },
    Empty {
        dashboard: "contacts",
        panel: "What did others publish of the share answered?",
        query: "A",
        why: "nobody publishes the demo's answer rate; Kela's own weekly file has it",
    },
    Empty {
        dashboard: "appointments-and-callbacks",
        panel: "Within what time is a call promised?",
        query: "A",
        why: "the trial, and with it the promise, ended in August 2020",
    },
    Empty {
        dashboard: "appointments-and-callbacks",
        panel: "Within what time were customers called back?",
        query: "C",
        why: "the same promise, as a line",
    },
];

/// Whether it is expected to be empty.
pub(super) fn is_listed(dashboard: &str, panel: &str, query: &str) -> bool {
    LIST.iter().any(|empty| (empty.dashboard, empty.panel, empty.query) == (dashboard, panel, query))
}

/// The list, for people.
pub(super) fn rows() -> Vec<[String; 3]> {
    let row = |empty: &Empty| {
        [format!("{}: {}", empty.dashboard, empty.panel), empty.query.to_owned(), empty.why.to_owned()]
    };
    LIST.iter().map(row).collect()
}
