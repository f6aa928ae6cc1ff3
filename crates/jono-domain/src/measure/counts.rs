//! How many: arrivals, contacts, contacts of a unit, contacts by outcome, short abandons, handled contacts.
//!
//! `contacts` counts entries into queues; `unit_contacts` a call once, however many of the unit's queues it passed.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value};
use crate::{cell::Cell, event::Outcome, service::Service};

pub(super) const NAMES: &[&str] = &[
    "arrivals",
    "contacts",
    "unit_contacts",
    "answered",
    "abandoned",
    "timed_out",
    "left_empty",
    "left_by_key",
    "withdrawn",
    "callback",
    "short",
    "handled",
];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    let count = match name {
        "arrivals" => Count::Arrivals,
        "contacts" => Count::Contacts,
        "unit_contacts" => Count::UnitContacts,
        "short" => Count::Short,
        "handled" => Count::Handled,
        _ => Count::Outcome(name.parse().ok()?),
    };
    Some(Arc::new(count))
}

enum Count {
    Arrivals,
    Contacts,
    /// Calls that entered the unit, each once.
    UnitContacts,
    Outcome(Outcome),
    /// Abandoned in less than the service's S.
    Short,
    Handled,
}

impl Question for Count {
    fn dimension(&self) -> Dimension {
        Dimension::Count
    }

    fn need(&self) -> Need {
        match self {
            Self::Short => Need::Histograms,
            Self::Arrivals | Self::Contacts | Self::UnitContacts | Self::Outcome(_) | Self::Handled => {
                Need::Counts
            }
        }
    }

    fn needs_ids(&self) -> bool {
        matches!(self, Self::UnitContacts)
    }

    fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum) {
        sum.numerator += u128::from(match self {
            Self::Arrivals => cell.arrived,
            Self::Contacts => cell.contacts(),
            Self::UnitContacts => cell.unit_contacts,
            Self::Outcome(outcome) => cell.outcome(*outcome),
            Self::Short => cell.waits(Outcome::Abandoned).below(service.short),
            Self::Handled => cell.handled,
        });
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        Some(Value::Count(sum.numerator))
    }

    fn tallies(&self) -> Option<(&'static str, Option<&'static str>)> {
        let name = match self {
            Self::Arrivals => "arrivals",
            Self::Contacts => "contacts",
            Self::UnitContacts => "unit_contacts",
            Self::Outcome(outcome) => outcome.as_str(),
            Self::Short => "short",
            Self::Handled => "handled",
        };
        Some((name, None))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn counts() {
        insta::assert_snapshot!(check("arrivals"), @"Count(10)");
        insta::assert_snapshot!(check("contacts"), @"Count(10)");
        insta::assert_snapshot!(check("unit_contacts"), @"Count(9)");
        insta::assert_snapshot!(check("answered"), @"Count(6)");
        insta::assert_snapshot!(check("timed_out"), @"Count(1)");
        insta::assert_snapshot!(check("withdrawn"), @"Count(0)");
        insta::assert_snapshot!(check("short"), @"Count(2)");
        insta::assert_snapshot!(check("handled"), @"Count(2)");
    }
}
