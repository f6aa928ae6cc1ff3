//! `tickets.csv.gz`: three small service points, ticket by ticket: customers take one and wait for one of two desks;
//! some lose patience. The table was taken while some were still waiting.

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};

use super::{
    Seed,
    points::TICKETED,
    rows::{Rows, instant, shown},
};
use crate::draw::{Draw, whole};

/// Monday of week 23.
const FIRST: Date = date(2020, 6, 1);
/// Week 25 ends on Thursday: Midsummer Eve is no working day.
const LAST: Date = date(2020, 6, 18);
/// When doors open, and when the last ticket is handed out.
pub(super) const HOURS: [i8; 2] = [9, 15];
/// When the table was taken, on the last day.
const TAKEN: i8 = 14;
/// How many desks each point has.
pub(super) const DESKS: usize = 2;
/// Seconds from one customer to the next at a point of size 1.
const BETWEEN: f64 = 10_000.0;

/// A ticket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    pub(super) unit: &'static str,
    pub(super) taken: i64,
    pub(super) called: Option<i64>,
    pub(super) closed: Option<i64>,
}

pub(super) fn document(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let mut draw = seed.draw("languages");
    let mut rows = Rows::new(",", &["taken", "called", "closed", "office", "language"]);
    for ticket in drawn(seed)? {
        let [taken, called, closed] = [Some(ticket.taken), ticket.called, ticket.closed].map(shown);
        let language = if draw.chance(0.06) { "sv" } else { "fi" };
        rows.push(&[&taken?, &called?, &closed?, ticket.unit, language])?;
    }
    rows.gzip()
}

/// All tickets, in the order of time.
pub(super) fn drawn(seed: Seed) -> anyhow::Result<Vec<Ticket>> {
    let mut draw = seed.draw("tickets");
    let seen_at = instant(LAST.at(TAKEN, 0, 0, 0))?;
    let mut tickets = Vec::new();
    for point in TICKETED {
        for day in FIRST.series(1.day()).take_while(|day| *day <= LAST) {
            if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                continue;
            }
            let [opens, closes] = HOURS.map(|hour| instant(day.at(hour, 0, 0, 0)));
            let (opens, closes) = (opens?, closes?);
            let mut free = [opens; DESKS];
            let mut taken = opens;
            loop {
                taken += seconds(draw.exponential() * BETWEEN / f64::from(point.size));
                if taken >= closes.min(seen_at) {
                    break;
                }
                tickets.push(served(&mut draw, point.unit, taken, &mut free).seen_at(seen_at));
            }
        }
    }
    tickets.sort_by_key(|ticket| ticket.taken);
    Ok(tickets)
}

/// What becomes of a customer: the desk that is free first calls, unless patience ends before.
fn served(draw: &mut Draw, unit: &'static str, taken: i64, free: &mut [i64; DESKS]) -> Ticket {
    let patience = taken + 300 + seconds(draw.exponential() * 2400.0);
    let talk = 60 + seconds(draw.lognormal(540.0, 0.6));
    let desk = free.iter_mut().min().expect("there are desks");
    let called = taken.max(*desk) + 5;
    if called > patience {
        return Ticket { unit, taken, called: None, closed: Some(patience) };
    }
    *desk = called + talk;
    Ticket { unit, taken, called: Some(called), closed: Some(called + talk) }
}

fn seconds(amount: f64) -> i64 {
    i64::try_from(whole(amount)).unwrap_or(i64::MAX)
}

impl Ticket {
    /// What of it was known then.
    fn seen_at(self, now: i64) -> Self {
        let known = |at: Option<i64>| at.filter(|at| *at <= now);
        Self { called: known(self.called), closed: known(self.closed), ..self }
    }

    /// Whether it waits at that moment.
    pub(super) fn waits(&self, at: i64) -> bool {
        self.taken <= at && self.called.or(self.closed).is_none_or(|ended| ended > at)
    }
}
