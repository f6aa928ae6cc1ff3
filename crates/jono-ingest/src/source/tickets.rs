//! `tickets`: a table with one row a queue ticket of a service point.
//!
//! ```text
//! taken;called;closed;office;matter
//! 2020-06-08 09:01:12;2020-06-08 09:08:40;2020-06-08 09:15:02;Kallio;housing
//! 2020-06-08 09:03:00;;2020-06-08 09:12:00;Kallio;housing
//! ```
//!
//! There is no specification: the source says what the columns mean. A ticket that was called was answered; one that
//! was closed without being called was abandoned; one that is neither is still waiting, and counts as an arrival alone.
//! A column of outcomes may say more: of one that was answered, without a word of when it was called, the wait is not
//! known. The visit is a contact of the channel `service_point`.

use jono_domain::{Channel, Event, Outcome, Reason, Seconds};

use super::{contacts::span, records::Records};
use crate::{
    fold::Fold,
    table::{Columns, Fields, Found, Layout, Place, Time, Whose},
};

/// Where everything is.
#[derive(Debug)]
struct Tickets {
    whose: Whose,
    taken: Time,
    called: Option<Time>,
    closed: Option<Time>,
    outcome: Option<Place<Outcome>>,
    skew: Seconds,
}

pub(super) fn records(columns: &mut Columns<'_>, layout: &Layout) -> Option<Box<dyn Records>> {
    let whose = columns.whose(Some(Channel::ServicePoint));
    let taken = columns.time("taken");
    let called = columns.time("called");
    let closed = columns.time("closed");
    let outcome = columns.word("outcome");
    if taken.is_none() {
        columns.missing("taken", "the time at which a ticket was taken");
    }
    Some(Box::new(Tickets { whose: whose?, taken: taken?, called, closed, outcome, skew: layout.max_skew }))
}

impl Records for Tickets {
    fn columns(&self) -> Vec<&str> {
        let times = [Some(&self.taken), self.called.as_ref(), self.closed.as_ref()].into_iter().flatten();
        let outcome = self.outcome.as_ref().and_then(Place::column);
        self.whose.columns().chain(outcome).chain(times.flat_map(Time::columns)).collect()
    }

    fn read(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Found, Reason> {
        let context = fold.context();
        let taken = self.taken.happened(row, context, None)?.ok_or(Reason::MissingValue)?;
        let later = |time: &Option<Time>| {
            time.as_ref()
                .map(|time| time.happened(row, context, Some(taken)))
                .transpose()
                .map(Option::flatten)
        };
        let (called, closed) = (later(&self.called)?, later(&self.closed)?);
        let outcome = match &self.outcome {
            Some(place) => place.read(row).map_err(|_| Reason::BadValue)?,
            None => None,
        };
        let outcome = outcome.or(match (called, closed) {
            (Some(_), _) => Some(Outcome::Answered),
            (None, Some(_)) => Some(Outcome::Abandoned),
            (None, None) => None,
        });
        let concluded = match (outcome, called.or(closed)) {
            (Some(outcome), Some(at)) => {
                let (at, wait) = span(taken, Some(at), None, self.skew)?;
                // When it was closed does not say when it was called.
                let is_known = outcome != Outcome::Answered || called.is_some();
                Some((outcome, (at, wait.filter(|_| is_known))))
            }
            // How it ended without when it did.
            (Some(_), None) => return Err(Reason::MissingValue),
            (None, _) => None,
        };
        let handled = match (outcome, called, closed) {
            (Some(Outcome::Answered), Some(called), Some(closed)) => {
                Some(span(called, Some(closed), None, self.skew)?)
            }
            _ => None,
        };
        let queue = self.whose.queue(row, fold)?;
        fold.count(queue, Event::Arrived { at: taken });
        if let Some((outcome, (at, wait))) = concluded {
            fold.count(queue, Event::Concluded { at, outcome, wait });
        }
        if let Some((at, seconds)) = handled {
            fold.count(queue, Event::Handled { at, seconds });
        }
        Ok(Found::Event)
    }
}

#[cfg(test)]
mod tests {
    use crate::source::records::tests::{Source, constant, values};

    fn source() -> Source {
        Source::new("tickets")
            .column("taken", "taken")
            .column("called", "called")
            .column("closed", "closed")
            .with("unit", values("office", &[("Kallio", "kallio")]))
            .with("service", constant("housing"))
    }

    fn check(row: &str) -> String {
        source().read(format!("taken,called,closed,office\n{row}\n"))
    }

    #[test]
    fn a_ticket_is_a_visit() {
        insta::assert_snapshot!(check("2020-06-08 09:01:12,2020-06-08 09:08:40,2020-06-08 10:15:02,Kallio"), @"
        service_point/kallio/housing 2020-06-08T09: arrived=1 answered=1 answered:448x1
        service_point/kallio/housing 2020-06-08T10: handled=1 handling:3982x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 09:03:00,,2020-06-08 09:12:00,Kallio"), @"
        service_point/kallio/housing 2020-06-08T09: arrived=1 abandoned=1 abandoned:540x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 09:03:00,2020-06-08 09:12:00,,Kallio"), @"
        service_point/kallio/housing 2020-06-08T09: arrived=1 answered=1 answered:540x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 09:03:00,,,Kallio"), @"
        service_point/kallio/housing 2020-06-08T09: arrived=1
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn the_wait_of_one_that_was_answered_ends_when_it_was_called() {
        let source = source().column("outcome", "result");
        let check = |row: &str| source.read(format!("taken,called,closed,office,result\n{row}\n"));
        insta::assert_snapshot!(check("2020-06-08 09:03:00,,2020-06-08 09:12:00,Kallio,answered"), @"
        service_point/kallio/housing 2020-06-08T09: arrived=1 answered=1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 09:03:00,2020-06-08 09:04:00,2020-06-08 09:12:00,Kallio,answered"), @"
        service_point/kallio/housing 2020-06-08T09: arrived=1 answered=1 handled=1 answered:60x1 handling:480x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 09:03:00,,2020-06-08 09:12:00,Kallio,withdrawn"), @"
        service_point/kallio/housing 2020-06-08T09: arrived=1 withdrawn=1 withdrawn:540x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 09:03:00,,2020-06-08 09:02:00,Kallio,answered"), @"
        1 rejected wrong_order at 34
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn nothing_has_happened_later_than_now() {
        let source = source().until("2020-06-08T09:10:00+03:00");
        let check = |row: &str| source.read(format!("taken,called,closed,office\n{row}\n"));
        insta::assert_snapshot!(check("2020-06-08 09:03:00,,2020-06-08 09:10:01,Kallio"), @"
        1 rejected in_the_future at 27
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn what_cannot_be_a_visit_is_refused() {
        insta::assert_snapshot!(check("2020-06-08 09:03:00,2020-06-08 09:02:59,,Kallio"), @"
        1 rejected wrong_order at 27
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 09:03:00,2020-06-08 09:04:00,2020-06-08 09:03:59,Kallio"), @"
        1 rejected wrong_order at 27
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 09:03:00,,2020-06-08 09:02:00,Kallio"), @"
        1 rejected wrong_order at 27
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-03-29 03:30:00,,2020-03-29 04:02:00,Kallio"), @"
        1 rejected nonexistent_time at 27
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-10-25 03:30:00,,2020-10-25 04:02:00,Kallio"), @"
        1 rejected ambiguous_time at 27
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 09:03:00,,,Oulu"), @"
        1 rejected unknown_name at 27
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",,,Kallio"), @"
        1 rejected missing_value at 27
        0 rows; ignored 1 (header)
        ");
    }
}
