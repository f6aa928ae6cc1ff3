//! What is this that is being scraped? Its build, the hour its counters begin in, and how many series it shows and
//! refuses.

use super::State;
use crate::exposition::Slots;

pub(super) fn build_info(state: &State<'_>, slots: &mut Slots<'_>) {
    let labels = [
        ("version", Some(&state.build.version)),
        ("revision", state.build.revision.as_ref()),
        ("rustversion", state.build.rust_version.as_ref()),
    ];
    let known = labels.into_iter().filter_map(|(label, value)| Some((label, value?.as_str())));
    slots.put(&known.collect::<Vec<_>>(), 1.0);
}

pub(super) fn epoch(state: &State<'_>, slots: &mut Slots<'_>) {
    slots.put(&[], state.epoch as f64);
}

pub(super) fn series(state: &State<'_>, slots: &mut Slots<'_>) {
    slots.put(&[], state.series as f64);
}

pub(super) fn refused(state: &State<'_>, slots: &mut Slots<'_>) {
    slots.put(&[], state.refused as f64);
}
