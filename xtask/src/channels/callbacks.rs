//! `callbacks.csv`: the trial of the social-assistance phone service, weeks 23 to 25 of 2020. Who is offered a call back
//! is promised one within the hour; most promises were kept, some customers were called late, some not reached, and
//! when the table was taken some were still waiting for the call.

use jiff::{
    ToSpan,
    civil::{Weekday, date},
};

use super::{
    Seed,
    rows::{Rows, instant, shown},
};
use crate::draw::whole;

/// Offers of a day, about.
const OFFERS: f64 = 44.0;
/// From this hour to that one a call back is offered: the last call is made by the end of the day.
const HOURS: [i8; 2] = [9, 15];
/// The minute at which the table was taken, after 14:00 of the last day.
const TAKEN: i8 = 20;

pub(super) fn document(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let mut draw = seed.draw("callbacks");
    let mut rows = Rows::new(";", &["id", "offered", "accepted", "first_call", "closed", "result"]);
    let (first, last) = (date(2020, 6, 1), date(2020, 6, 18));
    let now = instant(last.at(14, TAKEN, 0, 0))?;
    let mut id = 0;
    for day in first.series(1.day()).take_while(|day| *day <= last) {
        if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            continue;
        }
        let [begins, ends] = HOURS.map(|hour| instant(day.at(hour, 0, 0, 0)));
        let (mut offered, ends) = (begins?, ends?);
        let between = (ends - offered) as f64 / OFFERS;
        loop {
            let mut after = |median: f64, sigma: f64| whole(draw.lognormal(median, sigma)).cast_signed();
            offered += after(between * 0.8, 0.7);
            let accepted = offered + after(20.0, 0.4);
            let called = accepted + after(1500.0, 0.55);
            let closed = called + after(330.0, 0.6);
            let (is_wanted, is_reached) = (draw.chance(0.8), draw.chance(0.9));
            if accepted >= ends.min(now) {
                break;
            }
            id += 1;
            let known = |at: i64| Some(at).filter(|at| is_wanted && *at <= now);
            let [accepted, called, closed] = [accepted, called, closed].map(known);
            let result = match closed {
                None => "",
                Some(_) if is_reached => "spoken",
                Some(_) => "no answer",
            };
            let [offered, accepted, called, closed] = [Some(offered), accepted, called, closed].map(shown);
            rows.push(&[&id.to_string(), &offered?, &accepted?, &called?, &closed?, result])?;
        }
    }
    Ok(rows.bytes())
}
