//! `appointments`: a table with one row a poll of an appointment book: how long it is to the first free one.
//!
//! ```text
//! seen;office;service;first_free
//! 2020-06-08 06:00;Kallio;housing;2020-06-11
//! 2020-06-08 06:00;Kallio;pensions;
//! ```
//!
//! There is no specification: the source says what the columns mean. It is counted in calendar days of the service's
//! zone, from the day of looking to the day of the appointment. No value means that none is free, which is no number
//! of days.

use jono_domain::{Poll, Reason, Seen};

use super::records::Records;
use crate::{
    fold::Fold,
    table::{Amount, AmountIn, Columns, DayOrTime, Fields, Found, GivenIn, Layout, Time, Whose},
};

/// No book reaches further: ten years and some days.
pub(super) const FURTHEST: u32 = 3660;

/// Where everything is.
#[derive(Debug)]
struct Appointments {
    whose: Whose,
    at: Time,
    free: Free,
    /// How many days ahead the book reaches.
    horizon: Option<Amount>,
}

/// Where the first free appointment is.
#[derive(Debug)]
enum Free {
    /// In so many days.
    Days(Amount),
    /// On a day.
    On(Box<DayOrTime>),
}

const DAYS: AmountIn = AmountIn::Unit(GivenIn::Days);

pub(super) fn records(columns: &mut Columns<'_>, _layout: &Layout) -> Option<Box<dyn Records>> {
    let whose = columns.whose(None);
    let at = columns.time("at");
    let days = columns.amount("days", DAYS);
    let first_free = columns.day_or_time("first_free");
    let horizon = columns.amount("horizon", DAYS);
    if at.is_none() {
        columns.missing("at", "the time of looking");
    }
    let free = match (days, first_free) {
        (Some(days), None) => Some(Free::Days(days)),
        (None, Some(day)) => Some(Free::On(Box::new(day))),
        (Some(_), Some(_)) => {
            columns.refuse(
                Some("days"),
                "the first free appointment is in days, or in first_free; write only one of them",
            );
            None
        }
        (None, None) => {
            columns.missing("first_free", "the first free appointment");
            None
        }
    };
    Some(Box::new(Appointments { whose: whose?, at: at?, free: free?, horizon }))
}

impl Records for Appointments {
    fn columns(&self) -> Vec<&str> {
        let (days, day) = match &self.free {
            Free::Days(days) => (Some(days), None),
            Free::On(day) => (None, Some(day)),
        };
        let amounts = days.into_iter().chain(&self.horizon).map(|amount| amount.column.as_str());
        let day = day.into_iter().flat_map(|day| day.columns());
        self.whose.columns().chain(self.at.columns()).chain(day).chain(amounts).collect()
    }

    fn read(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Found, Reason> {
        let context = fold.context();
        let at = self.at.happened(row, context, None)?.ok_or(Reason::MissingValue)?;
        let days = match &self.free {
            Free::Days(days) => days.days(row)?,
            Free::On(day) => match day.read(row, &context.zone)? {
                Some((_, Some(time))) if time < at => return Err(Reason::InThePast),
                Some((day, _)) => {
                    let today = context.zone.date(at);
                    let days = today.until(day).map_err(|_| Reason::OutOfRange)?.get_days();
                    Some(u32::try_from(days).map_err(|_| Reason::InThePast)?)
                }
                None => None,
            },
        };
        let horizon = match &self.horizon {
            Some(horizon) => horizon.days(row)?,
            None => None,
        };
        if days.is_some_and(|days| days > horizon.unwrap_or(FURTHEST).min(FURTHEST)) {
            return Err(Reason::OutOfRange);
        }
        let seen = days.map_or(Seen::NoAppointment, |days| Seen::Appointment { days });
        let series = self.whose.series(row, fold)?;
        fold.poll(Poll { series, at, seen });
        Ok(Found::Event)
    }
}

#[cfg(test)]
mod tests {
    use crate::source::records::tests::{Source, constant, formatted, given_in};

    fn source() -> Source {
        Source::new("appointments")
            .column("at", "seen")
            .with("channel", constant("visit_appointment"))
            .column("unit", "office")
            .with("service", constant("housing"))
            .column("horizon", "reaches")
    }

    fn days(row: &str) -> String {
        source().column("days", "days").read(format!("seen,office,reaches,days\n{row}\n"))
    }

    fn day(row: &str) -> String {
        source().column("first_free", "free").read(format!("seen,office,reaches,free\n{row}\n"))
    }

    #[test]
    fn days_to_the_first_free_appointment() {
        insta::assert_snapshot!(days("2020-06-08 06:00,kallio,,3"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsFree=1 AppointmentDays:3x1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: Appointment { days: 3 }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(days("2020-06-08 06:00,kallio,,0"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsFree=1 AppointmentDays:0x1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: Appointment { days: 0 }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(days("2020-06-08 06:00,kallio,,"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsNone=1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: NoAppointment
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(days("2020-06-08 06:00,kallio,,2.5"), @"
        1 rejected not_a_number at 25
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(days("2020-06-08 06:00,kallio,,3660"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsFree=1 AppointmentDays:3660x1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: Appointment { days: 3660 }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(days("2020-06-08 06:00,kallio,,3661"), @"
        1 rejected out_of_range at 25
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(days("2020-06-08 06:00,kallio,,-1"), @"
        1 rejected negative at 25
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(days("2020-06-08 06:00,kallio,28,28\n2020-06-08 07:00,kallio,28,29"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsFree=1 AppointmentDays:28x1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: Appointment { days: 28 }
        1 rejected out_of_range at 55
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn days_are_those_of_the_service() {
        insta::assert_snapshot!(day("2020-06-08 06:00,kallio,,2020-06-11"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsFree=1 AppointmentDays:3x1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: Appointment { days: 3 }
        1 rows; ignored 1 (header)
        ");
        // In Helsinki it is the 9th already, and the appointment is just before midnight.
        insta::assert_snapshot!(day("2020-06-08T22:00:00Z,kallio,,2020-06-09T20:59:59Z"), @"
        visit_appointment/kallio/housing 2020-06-09T01: AppointmentsFree=1 AppointmentDays:0x1
        visit_appointment/kallio/housing at 2020-06-09T01:00:00+03:00: Appointment { days: 0 }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(day("2020-06-08 23:59,kallio,,2020-06-09 00:00"), @"
        visit_appointment/kallio/housing 2020-06-08T23: AppointmentsFree=1 AppointmentDays:1x1
        visit_appointment/kallio/housing at 2020-06-08T23:59:00+03:00: Appointment { days: 1 }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(day("2020-06-08 15:00,kallio,,2020-06-08"), @"
        visit_appointment/kallio/housing 2020-06-08T15: AppointmentsFree=1 AppointmentDays:0x1
        visit_appointment/kallio/housing at 2020-06-08T15:00:00+03:00: Appointment { days: 0 }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(day("2020-06-08 15:00,kallio,,2020-06-08 15:00"), @"
        visit_appointment/kallio/housing 2020-06-08T15: AppointmentsFree=1 AppointmentDays:0x1
        visit_appointment/kallio/housing at 2020-06-08T15:00:00+03:00: Appointment { days: 0 }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(day("2020-06-08 15:00,kallio,,2020-06-08 09:00"), @"
        1 rejected in_the_past at 25
        0 rows; ignored 1 (header)
        ");
        // A night of 25 hours is a day like any other.
        insta::assert_snapshot!(day("2020-10-24 12:00,kallio,,2020-10-26"), @"
        visit_appointment/kallio/housing 2020-10-24T12: AppointmentsFree=1 AppointmentDays:2x1
        visit_appointment/kallio/housing at 2020-10-24T12:00:00+03:00: Appointment { days: 2 }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(day("2020-06-08 06:00,kallio,,2020-06-07"), @"
        1 rejected in_the_past at 25
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(day("2020-06-08 06:00,kallio,,2031-06-08"), @"
        1 rejected out_of_range at 25
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(day("2020-06-08 06:00,kallio,,soon"), @"
        1 rejected bad_time at 25
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(day("2020-06-08 06:00,kallio,,"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsNone=1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: NoAppointment
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn looking_was_before_now_and_the_appointment_is_not() {
        let source = source().column("first_free", "free").until("2020-06-08T06:00:00+03:00");
        let check = |row: &str| source.read(format!("seen,office,reaches,free\n{row}\n"));
        insta::assert_snapshot!(check("2020-06-08 06:00,kallio,,2020-06-11 08:15"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsFree=1 AppointmentDays:3x1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: Appointment { days: 3 }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 06:01,kallio,,2020-06-11 08:15"), @"
        1 rejected in_the_future at 25
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn days_and_times_as_they_are_written_elsewhere() {
        let day = source().with("first_free", formatted("free", "%d.%m.%Y"));
        insta::assert_snapshot!(day.read("seen,office,reaches,free\n2020-06-08 06:00,kallio,,11.6.2020\n"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsFree=1 AppointmentDays:3x1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: Appointment { days: 3 }
        1 rows; ignored 1 (header)
        ");
        let time = source().with("first_free", formatted("free", "%d.%m.%Y %H:%M"));
        insta::assert_snapshot!(time.read("seen,office,reaches,free\n2020-06-08 06:00,kallio,,11.6.2020 08:15\n"), @"
        visit_appointment/kallio/housing 2020-06-08T06: AppointmentsFree=1 AppointmentDays:3x1
        visit_appointment/kallio/housing at 2020-06-08T06:00:00+03:00: Appointment { days: 3 }
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn a_source_says_whose_when_and_what() {
        let none = Source::new("appointments").column("unit", "office").with("service", constant("housing"));
        insta::assert_snapshot!(none.mistakes(), @"
        -: where the channel is, is missing; write channel in [source.columns]
        -: where the time of looking is, is missing; write at in [source.columns]
        -: where the first free appointment is, is missing; write first_free in [source.columns]
        ");
        let both = source().column("first_free", "free").with("days", given_in("days", "percent"));
        insta::assert_snapshot!(both.mistakes(), @"days: it is not given in percent; write one of seconds, minutes, hours, days, clock");
        let both = source().column("first_free", "free").column("days", "days");
        insta::assert_snapshot!(both.mistakes(), @"days: the first free appointment is in days, or in first_free; write only one of them");
        let format = source().with("first_free", formatted("free", "%d.%m."));
        insta::assert_snapshot!(format.mistakes(), @r#"first_free: "%d.%m." does not tell a day by its year, month and day; write for example %d.%m.%Y"#);
    }
}
