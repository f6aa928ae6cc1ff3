//! How was the last week, and the last month? Figures of a whole ISO week are shown through the week after it, those of a
//! month through the month after it: as they were counted, tallied or published, and beside each the same a year
//! before.

use crate::exposition::{Figures, Slots};

/// The measures of which a month has a figure, in the order of [`Figures`]. Those that a week has as well come first.
pub const MONTH_FIGURES: [&str; 7] = [
    "answer_rate",
    "contacts",
    "contacts_per_open_day",
    "contacts_per_workday",
    "service_level",
    "wait_mean",
    "contacts_weekly_mean",
];

/// The measures of which a week has a figure.
pub const WEEK_FIGURES: &[&str] = MONTH_FIGURES.split_at(6).0;

pub(super) const ANSWER_RATE: usize = 0;
pub(super) const CONTACTS: usize = 1;
pub(super) const CONTACTS_PER_OPEN_DAY: usize = 2;
pub(super) const CONTACTS_PER_WORKDAY: usize = 3;
pub(super) const SERVICE_LEVEL: usize = 4;
pub(super) const WAIT_MEAN: usize = 5;
pub(super) const CONTACTS_WEEKLY_MEAN: usize = 6;

pub(super) fn week<const FIGURE: usize>(figures: &Figures, slots: &mut Slots<'_>) {
    slots.put_known(&[], figures.week[FIGURE].value);
}

pub(super) fn week_year_ago<const FIGURE: usize>(figures: &Figures, slots: &mut Slots<'_>) {
    slots.put_known(&[], figures.week[FIGURE].year_ago);
}

pub(super) fn month<const FIGURE: usize>(figures: &Figures, slots: &mut Slots<'_>) {
    slots.put_known(&[], figures.month[FIGURE].value);
}

pub(super) fn month_year_ago<const FIGURE: usize>(figures: &Figures, slots: &mut Slots<'_>) {
    slots.put_known(&[], figures.month[FIGURE].year_ago);
}

pub(super) fn states(figures: &Figures, slots: &mut Slots<'_>) {
    for (period, figures) in [("week", &figures.week), ("month", &figures.month)] {
        for (measure, figure) in MONTH_FIGURES.into_iter().zip(figures) {
            if let Some(state) = figure.state {
                slots.put(&[("period", period), ("measure", measure), ("state", state.as_str())], 1.0);
            }
        }
    }
}
