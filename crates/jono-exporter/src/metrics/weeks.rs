//! How was the last week that is over? A figure of the whole ISO week, counted, tallied or as it was published, shown
//! through the week after it.

use crate::exposition::{Slots, WeekFigures};

pub(super) fn contacts(week: &WeekFigures, slots: &mut Slots<'_>) {
    slots.put_known(&[], week.contacts);
}

pub(super) fn answer_rate(week: &WeekFigures, slots: &mut Slots<'_>) {
    slots.put_known(&[], week.answer_rate);
}

pub(super) fn wait_mean(week: &WeekFigures, slots: &mut Slots<'_>) {
    slots.put_known(&[], week.wait_mean);
}
