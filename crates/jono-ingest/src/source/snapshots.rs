//! `snapshots`: a table with one row a poll of a service point's queue: how many wait, how long one waits, how many desks
//! are open.
//!
//! ```text
//! commit_time,location,appt_wait,no_appt_wait
//! 2024-09-30T16:04:11Z,long-beach,1.0,7.0
//! 2024-09-30T16:04:11Z,san-ysidro,,
//! ```
//!
//! There is no specification: the source says what the columns mean. A row without any of its values is of a service
//! point that was closed, which is not one where nobody waited, unless it says itself that it was open.

use std::str::FromStr;

use jono_domain::{Channel, Poll, Reason, Seconds, Seen};

use super::records::Records;
use crate::{
    fold::Fold,
    table::{Amount, AmountIn, Columns, Fields, Found, Layout, Place, Time, Whose},
};

/// More than so many wait nowhere, and there are not so many desks.
pub(super) const MOST: u32 = 100_000;
/// Nobody is told to wait longer: a week.
pub(super) const LONGEST: u32 = 7 * 86_400;

/// Where everything is.
#[derive(Debug)]
struct Snapshots {
    whose: Whose,
    at: Time,
    waiting: Option<Amount>,
    wait: Option<Amount>,
    desks: Option<Amount>,
    state: Option<Place<State>>,
}

/// Whether it served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Closed,
}

/// A text that is no state.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no state; the states are open, closed")]
struct NoState(String);

impl FromStr for State {
    type Err = NoState;

    fn from_str(word: &str) -> Result<Self, NoState> {
        match word {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            other => Err(NoState(other.to_owned())),
        }
    }
}

pub(super) fn records(columns: &mut Columns<'_>, _layout: &Layout) -> Option<Box<dyn Records>> {
    let whose = columns.whose(Some(Channel::ServicePoint));
    let at = columns.time("at");
    let waiting = columns.amount("waiting", AmountIn::COUNT);
    let wait = columns.amount("wait", AmountIn::SECONDS);
    let desks = columns.amount("desks", AmountIn::COUNT);
    let state = columns.word("state");
    if at.is_none() {
        columns.missing("at", "the time of looking");
    }
    if waiting.is_none() && wait.is_none() && desks.is_none() && state.is_none() {
        columns.missing("waiting", "what was seen (waiting, wait, desks or state)");
        return None;
    }
    Some(Box::new(Snapshots { whose: whose?, at: at?, waiting, wait, desks, state }))
}

impl Snapshots {
    fn amounts(&self) -> impl Iterator<Item = &Amount> {
        [&self.waiting, &self.wait, &self.desks].into_iter().flatten()
    }
}

impl Records for Snapshots {
    fn columns(&self) -> Vec<&str> {
        let state = self.state.as_ref().and_then(Place::column);
        let amounts = self.amounts().map(|amount| amount.column.as_str());
        self.whose.columns().chain(self.at.columns()).chain(state).chain(amounts).collect()
    }

    fn read(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Found, Reason> {
        let at = self.at.happened(row, fold.context(), None)?.ok_or(Reason::MissingValue)?;
        let number = |amount: &Option<Amount>| match amount {
            Some(amount) => within(amount.number(row)?, MOST),
            None => Ok(None),
        };
        let (waiting, desks) = (number(&self.waiting)?, number(&self.desks)?);
        let wait = match &self.wait {
            Some(wait) => wait.seconds(row)?,
            None => None,
        };
        within(wait.map(Seconds::get), LONGEST)?;
        let state = match &self.state {
            Some(state) => state.read(row).map_err(|_| Reason::BadValue)?,
            None => None,
        };
        let is_empty = waiting.is_none() && wait.is_none() && desks.is_none();
        let seen = match state {
            Some(State::Closed) if !is_empty => return Err(Reason::Contradiction),
            Some(State::Closed) => Seen::Closed,
            None if is_empty && self.amounts().next().is_none() => return Err(Reason::MissingValue),
            None if is_empty => Seen::Closed,
            Some(State::Open) | None => Seen::Office { waiting, wait, desks },
        };
        let series = self.whose.series(row, fold)?;
        fold.poll(Poll { series, at, seen });
        Ok(Found::Event)
    }
}

/// The number, if it is no more than that.
fn within(number: Option<u32>, most: u32) -> Result<Option<u32>, Reason> {
    if number.is_some_and(|number| number > most) { Err(Reason::OutOfRange) } else { Ok(number) }
}

#[cfg(test)]
mod tests {
    use crate::source::records::tests::{Source, constant, given_in, values};

    fn source() -> Source {
        Source::new("snapshots")
            .column("at", "seen")
            .column("unit", "office")
            .with("service", constant("walk_in"))
            .column("waiting", "waiting")
            .with("wait", given_in("wait", "minutes"))
            .column("desks", "desks")
            .with("state", values("state", &[("auki", "open"), ("kiinni", "closed")]))
    }

    fn check(row: &str) -> String {
        source().read(format!("seen,office,waiting,wait,desks,state\n{row}\n"))
    }

    #[test]
    fn what_was_seen_is_counted_and_the_newest_kept() {
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,7,12.5,3,auki\n2020-06-08 10:59:00,kallio,0,,,"), @"
        service_point/kallio/walk_in 2020-06-08T10: PolledOpen=2 PolledWait:750x1 PolledWaiting:0x1 PolledWaiting:7x1 PolledDesks:3x1
        service_point/kallio/walk_in at 2020-06-08T10:59:00+03:00: Office { waiting: Some(0), wait: None, desks: None }
        2 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,,,2,\n2020-06-08 09:00:00,kallio,4,,,"), @"
        service_point/kallio/walk_in 2020-06-08T09: PolledOpen=1 PolledWaiting:4x1
        service_point/kallio/walk_in 2020-06-08T10: PolledOpen=1 PolledDesks:2x1
        service_point/kallio/walk_in at 2020-06-08T10:00:12+03:00: Office { waiting: None, wait: None, desks: Some(2) }
        2 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn no_value_at_all_is_closed_unless_it_says_otherwise() {
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,,,,"), @"
        service_point/kallio/walk_in 2020-06-08T10: PolledClosed=1
        service_point/kallio/walk_in at 2020-06-08T10:00:12+03:00: Closed
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,,,,kiinni"), @"
        service_point/kallio/walk_in 2020-06-08T10: PolledClosed=1
        service_point/kallio/walk_in at 2020-06-08T10:00:12+03:00: Closed
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,,,,auki"), @"
        service_point/kallio/walk_in 2020-06-08T10: PolledOpen=1
        service_point/kallio/walk_in at 2020-06-08T10:00:12+03:00: Office { waiting: None, wait: None, desks: None }
        1 rows; ignored 1 (header)
        ");
        let state = Source::new("snapshots")
            .column("at", "seen")
            .column("unit", "office")
            .with("service", constant("walk_in"))
            .column("state", "state");
        insta::assert_snapshot!(state.read("seen,office,state\n2020-06-08 10:00,kallio,open\n2020-06-08 11:00,kallio,\n"), @"
        service_point/kallio/walk_in 2020-06-08T10: PolledOpen=1
        service_point/kallio/walk_in at 2020-06-08T10:00:00+03:00: Office { waiting: None, wait: None, desks: None }
        1 rejected missing_value at 47
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn what_cannot_have_been_seen_is_refused() {
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,0,,,kiinni"), @"
        1 rejected contradiction at 37
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,100001,,,"), @"
        1 rejected out_of_range at 37
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,100000,10080,100000,"), @"
        service_point/kallio/walk_in 2020-06-08T10: PolledOpen=1 PolledWait:604800x1 PolledWaiting:100000x1 PolledDesks:100000x1
        service_point/kallio/walk_in at 2020-06-08T10:00:12+03:00: Office { waiting: Some(100000), wait: Some(Seconds(604800)), desks: Some(100000) }
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,,10080.02,,"), @"
        1 rejected out_of_range at 37
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,-1,,,"), @"
        1 rejected negative at 37
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,,soon,,"), @"
        1 rejected not_a_number at 37
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,kallio,1,,,maybe"), @"
        1 rejected bad_value at 37
        0 rows; ignored 1 (header)
        ");
        let later = source().until("2020-06-08T10:00:11+03:00");
        insta::assert_snapshot!(later.read("seen,office,waiting,wait,desks,state\n2020-06-08 10:00:12,kallio,1,,,\n"), @"
        1 rejected in_the_future at 37
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",kallio,1,,,"), @"
        1 rejected missing_value at 37
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,,1,,,"), @"
        1 rejected unknown_name at 37
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn a_source_says_when_and_what_was_seen() {
        let source = Source::new("snapshots").column("unit", "office").with("service", constant("walk_in"));
        insta::assert_snapshot!(source.mistakes(), @"
        -: where the time of looking is, is missing; write at in [source.columns]
        -: where what was seen (waiting, wait, desks or state) is, is missing; write waiting in [source.columns]
        ");
    }
}
