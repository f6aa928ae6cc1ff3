//! What share of contacts met the promise? Met and missed as counters, so that any span has its share, and the
//! target beside them. The judgement itself is the domain's.

use jono_domain::Counters;

use super::Configured;
use crate::exposition::Slots;

pub(super) fn samples(configured: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    for formula in &configured.settings.formulas {
        let (met, missed) = counters.level(*formula);
        for (result, count) in [("met", met), ("missed", missed)] {
            slots.put(&[("formula", formula.as_str()), ("result", result)], count as f64);
        }
    }
}

pub(super) fn target(configured: &Configured<'_>, _: &Counters, slots: &mut Slots<'_>) {
    for formula in &configured.settings.formulas {
        slots.put(&[("formula", formula.as_str())], configured.settings.target);
    }
}
