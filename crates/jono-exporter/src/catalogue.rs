//! Every metric, once: name, type, unit, help, labels. The exposition, its documentation and the contract tests
//! of dashboards and rules are all made from, or held against, this table.
//!
//! Which samples a family has, and their values, is left to `metrics`; the page of documentation to `page`.

mod page;

pub use page::markdown;

/// The type of a metric family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; a fall is a restart from zero.
    Counter,
    /// May go up and down.
    Gauge,
    /// Cumulative buckets, their sum and their count.
    Histogram,
}

impl Kind {
    /// The word of the text format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// What all samples of one name have in common.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// The name in queries; a histogram's samples add `_bucket`, `_sum` and `_count`.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// What one is of.
    pub unit: &'static str,
    /// A sentence that says what is counted.
    pub help: &'static str,
    /// The labels, in the order in which they are written; a histogram's buckets add `le`.
    pub labels: &'static [&'static str],
}

impl Family {
    /// The lines above its samples.
    pub(crate) fn heading(&self) -> String {
        let Self { name, kind, help, .. } = self;
        format!("# HELP {name} {help}\n# TYPE {name} {}\n", kind.as_str())
    }
}

macro_rules! families {
    ($($constant:ident = $kind:ident $name:literal [$unit:literal] {$($label:literal),*} $help:literal;)*) => {
        $(pub(crate) const $constant: &Family = &Family {
            name: $name,
            kind: Kind::$kind,
            unit: $unit,
            help: $help,
            labels: &[$($label),*],
        };)*

        const ALL: &[&Family] = &[$($constant),*];
    };
}

// Ascending by name: the order of the page.
families! {
    ARRIVALS = Counter "jono_arrivals_total" ["contacts"] {"channel", "unit", "service"}
        "Customers who entered a queue or took a ticket.";
    BUILD_INFO = Gauge "jono_build_info" ["1"] {"version", "revision", "rustversion"}
        "Which build this is: always 1, the labels tell. A label whose value is not known is left out.";
    CONTACTS = Counter "jono_contacts_total" ["contacts"] {"channel", "unit", "service", "outcome"}
        "Contacts whose wait ended, by how it ended. All outcomes together are the contacts offered.";
    EPOCH = Gauge "jono_counters_epoch_timestamp_seconds" ["seconds"] {}
        "The hour from which the counters count, as its start in seconds since 1970. What happened earlier is not in them.";
    HANDLING = Histogram "jono_handling_seconds" ["seconds"] {"channel", "unit", "service"}
        "From answer to end of the answered contacts that ended and whose log says how long they took.";
    HTTP_REQUESTS = Counter "jono_http_requests_total" ["requests"] {"path", "code"}
        "Requests answered, by page and status code; path is other for what is no page. Requests refused before their head was read are not counted.";
    SERIES = Gauge "jono_series" ["series"] {}
        "Series exposed now: one channel of one service of one unit each.";
    LEVEL = Counter "jono_service_level_contacts_total" ["contacts"] {"channel", "unit", "service", "formula", "result"}
        "Contacts that met or missed the promise, judged by the promise in force when they were counted. The formula says which contacts are counted at all.";
    TARGET = Gauge "jono_service_level_target_ratio" ["ratio"] {"channel", "unit", "service", "formula"}
        "The share of contacts, 0-1, that is to meet the promise.";
    RECORDS = Counter "jono_source_records_total" ["lines"] {"source"}
        "Lines read from a source, whatever became of them.";
    REJECTS = Counter "jono_source_rejects_total" ["lines"] {"source", "reason"}
        "Lines that gave no event although they should have, by reason.";
    WAIT = Histogram "jono_wait_seconds" ["seconds"] {"channel", "unit", "service", "outcome"}
        "From arrival to answer, or to giving up, of contacts whose log says how long they waited; answered at once is 0 and included.";
    PROCESS_CPU = Counter "process_cpu_seconds_total" ["seconds"] {}
        "Total user and system CPU time spent in seconds.";
    PROCESS_MAX_FDS = Gauge "process_max_fds" ["files"] {}
        "Maximum number of open file descriptors.";
    PROCESS_OPEN_FDS = Gauge "process_open_fds" ["files"] {}
        "Number of open file descriptors.";
    PROCESS_RESIDENT = Gauge "process_resident_memory_bytes" ["bytes"] {}
        "Resident memory size in bytes.";
    PROCESS_START = Gauge "process_start_time_seconds" ["seconds"] {}
        "Start time of the process since unix epoch in seconds.";
    PROCESS_THREADS = Gauge "process_threads" ["threads"] {}
        "Number of OS threads in the process.";
    PROCESS_VIRTUAL = Gauge "process_virtual_memory_bytes" ["bytes"] {}
        "Virtual memory size in bytes.";
}

/// Every family on `/metrics`, ascending by name. Those that begin with `process_` exist on Linux only.
pub const fn catalogue() -> &'static [&'static Family] {
    ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_ascend_by_name_and_none_repeats() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn names_follow_the_conventions() {
        for family in ALL {
            assert_eq!(family.kind == Kind::Counter, family.name.ends_with("_total"), "{}", family.name);
            assert!(family.help.ends_with('.'), "{} is explained by a sentence", family.name);
            assert!(!family.help.contains(['\\', '\n', '|']), "{} needs no escaping", family.name);
            for unit in ["seconds", "ratio", "bytes"] {
                let named = family.name.trim_end_matches("_total").ends_with(unit);
                assert_eq!(named, family.unit == unit, "{} says its unit", family.name);
            }
        }
    }
}
