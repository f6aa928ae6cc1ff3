//! Which unit is part of which? A query joins this with the counts, which exist for the units that serve only.

use jono_domain::UnitId;

use crate::exposition::{Slots, UnitInfo};

pub(super) fn samples(info: &UnitInfo, slots: &mut Slots<'_>) {
    let labels = [("parent", info.parent.as_ref().map(UnitId::as_str)), ("level", Some(info.level.as_str()))];
    let known = labels.into_iter().filter_map(|(label, value)| Some((label, value?)));
    slots.put(&known.collect::<Vec<_>>(), 1.0);
}
