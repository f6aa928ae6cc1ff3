//! `offices.jsonl`: the same service points, looked at every quarter of an hour of week 24, by day and by night. What is
//! seen is what the tickets say.

use jiff::civil::{Weekday, date};
use serde_json::json;

use super::{
    Seed,
    points::TICKETED,
    rows::{instant, local, rfc3339},
    tickets::{self, DESKS, HOURS},
};

/// Seconds from one look to the next.
const EVERY: i64 = 900;

pub(super) fn document(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let (mut draw, tickets) = (seed.draw("offices"), tickets::drawn(seed)?);
    let mut text = String::new();
    let (monday, next) = (date(2020, 6, 8), date(2020, 6, 15));
    let (first, end) = (instant(monday.at(0, 0, 0, 0))?, instant(next.at(0, 0, 0, 0))?);
    for quarter in 0..(end - first) / EVERY {
        for point in TICKETED {
            // A program asks one after the other.
            let at = first + quarter * EVERY + i64::from(draw.between(2, 9));
            let clock = local(at)?;
            let is_weekend = matches!(clock.weekday(), Weekday::Saturday | Weekday::Sunday);
            let is_open = !is_weekend && (HOURS[0]..HOURS[1]).contains(&clock.hour());
            let look = if is_open {
                let waiting = tickets.iter().filter(|ticket| ticket.unit == point.unit && ticket.waits(at));
                let longest = waiting.clone().map(|ticket| at - ticket.taken).max().unwrap_or(0);
                json!({
                    "at": rfc3339(at)?, "office": point.unit, "state": "open", "waiting": waiting.count(),
                    "wait_minutes": longest / 60, "desks": DESKS,
                })
            } else {
                json!({ "at": rfc3339(at)?, "office": point.unit, "state": "closed" })
            };
            text += &look.to_string();
            text.push('\n');
        }
    }
    Ok(text.into_bytes())
}
