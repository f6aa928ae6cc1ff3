//! How many promises of a call back were due, and what share was kept?
//!
//! A promise is counted in the hour in which it was due, and kept if the first attempt was made until then. It is
//! late from that time on even while no attempt is made, so late is whatever was due and not kept. Whether the
//! customer was reached is another matter.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value};
use crate::{
    cell::{Aspect, Cell, Count},
    service::Service,
};

pub(super) const NAMES: &[&str] = &["promises_due", "promises_kept", "promises_late", "promise_kept_ratio"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    let promise = match name {
        "promises_due" => Promise::Due,
        "promises_kept" => Promise::Kept,
        "promises_late" => Promise::Late,
        "promise_kept_ratio" => Promise::KeptRatio,
        _ => return None,
    };
    Some(Arc::new(promise))
}

enum Promise {
    Due,
    Kept,
    /// Due and not kept.
    Late,
    /// Kept / due.
    KeptRatio,
}

impl Question for Promise {
    fn dimension(&self) -> Dimension {
        match self {
            Self::Due | Self::Kept | Self::Late => Dimension::Count,
            Self::KeptRatio => Dimension::Ratio,
        }
    }

    fn need(&self) -> Need {
        Need::Due
    }

    fn aspect(&self) -> Aspect {
        Aspect::Callbacks
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        sum.numerator += u128::from(cell.count(Count::PromisesKept));
        sum.denominator += cell.count(Count::PromisesDue);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        let due = u128::from(sum.denominator);
        match self {
            Self::Due => Some(Value::Count(due)),
            Self::Kept => Some(Value::Count(sum.numerator)),
            // Of a document that was cut, a promise may be kept whose due time is not counted yet.
            Self::Late => Some(Value::Count(due.saturating_sub(sum.numerator))),
            Self::KeptRatio => sum.quotient(),
        }
    }

    fn tallies(&self) -> Option<(&'static str, Option<&'static str>)> {
        Some(match self {
            Self::Due => ("promises_due", None),
            Self::Kept => ("promises_kept", None),
            Self::Late => ("promises_late", None),
            Self::KeptRatio => ("promises_kept", Some("promises_due")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn a_pending_call_back_is_late_once_it_is_due() {
        insta::assert_snapshot!(check("promises_due"), @"Count(4)");
        insta::assert_snapshot!(check("promises_kept"), @"Count(2)");
        insta::assert_snapshot!(check("promises_late"), @"Count(2)");
        insta::assert_snapshot!(check("promise_kept_ratio"), @"Quotient { numerator: 2, denominator: 4 }");
    }
}
