//! `events.jsonl`: jono's own format, by a small unit whose system has no other: interpreting. Every event is there
//! once, and little else.

use anyhow::Context;
use jiff::civil::date;
use serde_json::{Map, Value, json};

use super::{
    Seed,
    rows::{instant, rfc3339},
};

/// The minute of the morning of 8 June 2020, counted from 09:00, and what happened.
fn lines() -> [(i64, Value); 18] {
    [
        (0, json!({"event": "polled", "channel": "phone", "waiting": 0, "wait": 0, "desks": 2})),
        (1, json!({"event": "arrived", "channel": "phone", "id": "c-1"})),
        (
            2,
            json!({"event": "concluded", "channel": "phone", "id": "c-1", "outcome": "answered", "wait": 60, "desk": "1"}),
        ),
        (5, json!({"event": "appointment", "channel": "visit_appointment", "days": 4})),
        (9, json!({"event": "handled", "channel": "phone", "id": "c-1", "seconds": 420})),
        (10, json!({"event": "arrived", "channel": "phone", "id": "c-2"})),
        (
            13,
            json!({"event": "concluded", "channel": "phone", "id": "c-2", "outcome": "abandoned", "wait": 180}),
        ),
        (15, json!({"event": "arrived", "channel": "phone", "id": "c-3"})),
        (16, json!({"event": "callback_offered", "id": "b-1"})),
        (
            16,
            json!({"event": "concluded", "channel": "phone", "id": "c-3", "outcome": "callback", "wait": 60}),
        ),
        (17, json!({"event": "callback_accepted", "id": "b-1"})),
        (41, json!({"event": "callback_called", "id": "b-1", "accepted_at": 17})),
        (45, json!({"event": "callback_completed", "id": "b-1", "outcome": "reached"})),
        (60, json!({"event": "scored", "channel": "visit_appointment", "score": 9, "round": "2020-Q2"})),
        (61, json!({"event": "appointment", "channel": "visit_appointment", "days": null})),
        (65, json!({"event": "arrived", "channel": "service_point", "id": "v-1"})),
        (
            70,
            json!({"event": "concluded", "channel": "service_point", "id": "v-1", "outcome": "answered", "wait": 300, "desk": "2"}),
        ),
        // On Friday: all working days of the week are known.
        (4 * 1440 + 480, json!({"event": "polled", "channel": "phone", "open": false})),
    ]
}

pub(super) fn document(_: Seed) -> anyhow::Result<Vec<u8>> {
    let nine = instant(date(2020, 6, 8).at(9, 0, 0, 0))?;
    let at = |minute: i64| rfc3339(nine + minute * 60);
    let mut text = String::new();
    for (minute, said) in lines() {
        let mut line = Map::new();
        line.insert("at".to_owned(), at(minute)?.into());
        for whose in ["unit", "service"] {
            line.insert(whose.to_owned(), "interpreting".into());
        }
        line.extend(said.as_object().context("an event is an object")?.clone());
        if let Some(accepted) = line.get("accepted_at").and_then(Value::as_i64) {
            line.insert("accepted_at".to_owned(), at(accepted)?.into());
        }
        text += &Value::from(line).to_string();
        text.push('\n');
    }
    Ok(text.into_bytes())
}
