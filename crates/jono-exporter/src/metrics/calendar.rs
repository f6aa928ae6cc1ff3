//! Is today a working day, how many of them has a week, and which week and month ended last?

use crate::exposition::{CalendarNow, Slots};

/// The weeks, in the order of [`CalendarNow::workdays`].
const WEEKS: [&str; 3] = ["last", "this", "next"];

pub(super) fn holiday(now: &CalendarNow, slots: &mut Slots<'_>) {
    slots.put(&[], f64::from(u8::from(now.is_holiday)));
}

pub(super) fn workday(now: &CalendarNow, slots: &mut Slots<'_>) {
    slots.put(&[], f64::from(u8::from(now.is_workday)));
}

pub(super) fn workdays(now: &CalendarNow, slots: &mut Slots<'_>) {
    for (week, workdays) in WEEKS.into_iter().zip(now.workdays) {
        slots.put(&[("week", week)], f64::from(workdays));
    }
}

pub(super) fn period_start(now: &CalendarNow, slots: &mut Slots<'_>) {
    slots.put(&[("period", "week")], now.last_week.start.get() as f64);
    slots.put(&[("period", "month")], now.last_month.start.get() as f64);
}

pub(super) fn period_end(now: &CalendarNow, slots: &mut Slots<'_>) {
    slots.put(&[("period", "week")], now.last_week.end.get() as f64);
    slots.put(&[("period", "month")], now.last_month.end.get() as f64);
}
