//! Small documents of every kind of fact that a ledger remembers beside the calls of a log: calls that entered a unit,
//! call backs and their promises, answers of survey rounds, what was seen last of a series, openings, and jono's own
//! events. And the configuration by which all are read.

use std::fmt::Write;

use crate::draw::Draw;

/// The source of the telephone exchange's log.
pub(super) const LOG: &str = "pbx";

/// Every source, of which each scenario reads one.
pub(super) const CONFIG: &str = r#"
time_zone = "Europe/Helsinki"

[counters]
since = "2020-03-01"
horizon = "none"

[[service]]
id = "housing"
callback = { within = "1h" }

[[unit]]
id = "kallio"

[[unit]]
id = "malmi"

[[source]]
name = "pbx"
format = "queue_log"

[[source]]
name = "contacts"
format = "contacts"
[source.columns]
arrived = "at"
wait = "waited"
outcome = "result"
id = "call"
channel = { value = "phone" }
unit = "unit"
service = "service"

[[source]]
name = "callbacks"
format = "callbacks"
[source.columns]
id = "id"
accepted = "accepted"
called = "called"
completed = "closed"
outcome = "result"
unit = "unit"
service = { value = "housing" }

[[source]]
name = "survey"
format = "survey"
[source.columns]
at = "at"
score = "score"
round = "round"
channel = { value = "phone" }
unit = "unit"
service = { value = "housing" }

[[source]]
name = "snapshots"
format = "snapshots"
[source.columns]
at = "at"
waiting = "waiting"
state = "state"
unit = "unit"
service = { value = "housing" }

[[source]]
name = "appointments"
format = "appointments"
[source.columns]
at = "at"
days = "days"
channel = { value = "visit_appointment" }
unit = "unit"
service = { value = "housing" }

[[source]]
name = "openings"
format = "openings"
[source.columns]
unit = "unit"
state = "state"
first_day = "from"
last_day = "until"

[[source]]
name = "events"
format = "events"
"#;

/// A kind of facts.
pub(super) struct Facts {
    pub(super) source: &'static str,
    /// What a document that is new, that has grown, and that was replaced is called.
    pub(super) names: [&'static str; 3],
    pub(super) write: fn(u64) -> Vec<u8>,
    /// What a dump must tell, or nothing was proved of them.
    pub(super) told: &'static str,
}

/// All of them.
pub(super) const DOCUMENTS: &[Facts] = &[
    Facts {
        source: "contacts",
        names: ["new contacts", "grown contacts", "replaced contacts"],
        write: contacts,
        told: "unit_contacts=",
    },
    Facts {
        source: "callbacks",
        names: ["new call backs", "grown call backs", "replaced call backs"],
        write: callbacks,
        told: "Accepted=",
    },
    Facts {
        source: "survey",
        names: ["new answers", "grown answers", "replaced answers"],
        write: survey,
        told: "  scores ",
    },
    Facts {
        source: "snapshots",
        names: ["new looks", "grown looks", "replaced looks"],
        write: snapshots,
        told: "  polled ",
    },
    Facts {
        source: "appointments",
        names: ["new appointments", "grown appointments", "replaced appointments"],
        write: appointments,
        told: "  polled ",
    },
    Facts {
        source: "openings",
        names: ["new openings", "grown openings", "replaced openings"],
        write: openings,
        told: "  closed service_point/kallio from ",
    },
    Facts {
        source: "events",
        names: ["new events", "grown events", "rewritten events"],
        write: events,
        told: "  polled ",
    },
];

/// 8 June 2020, 09:00 in Helsinki.
const BEGIN: i64 = 1_591_596_000;
/// Rows of a document.
const ROWS: i64 = 400;
const UNITS: [&str; 2] = ["kallio", "malmi"];

/// They take turns.
fn unit(number: i64) -> &'static str {
    UNITS[usize::from(number % 2 == 1)]
}

/// A header, and rows of which each is made from its number and chance.
fn rows(seed: u64, header: &str, row: impl Fn(i64, &mut Draw) -> String) -> Vec<u8> {
    let mut draw = Draw::new(seed);
    let mut text = String::new();
    if !header.is_empty() {
        text = format!("{header}\n");
    }
    for number in 0..ROWS {
        let _ = writeln!(text, "{}", row(number, &mut draw));
    }
    text.into_bytes()
}

/// Every third call passes another queue of its unit.
fn contacts(seed: u64) -> Vec<u8> {
    rows(seed, "at,waited,result,call,unit,service", |number, draw| {
        let (at, waited) = (BEGIN + number * 40, draw.between(0, 300));
        let (result, call) = (draw.pick(&["answered", "answered", "abandoned"]), number - number % 3 / 2);
        let (unit, service) = (unit(number / 3), draw.pick(&["housing", "pensions"]));
        format!("{at},{waited},{result},c-{call},{unit},{service}")
    })
}

/// Some are pending to this day.
fn callbacks(seed: u64) -> Vec<u8> {
    rows(seed, "id,accepted,called,closed,result,unit", |number, draw| {
        let at = BEGIN + number * 60;
        let (called, closed) = (at + i64::from(draw.between(60, 5400)), at + 6000);
        let unit = draw.pick(&UNITS);
        match draw.between(0, 9) {
            0 => format!("{number},{at},,,,{unit}"),
            1 => format!("{number},{at},{called},,,{unit}"),
            _ => format!("{number},{at},{called},{closed},{},{unit}", draw.pick(&["reached", "failed"])),
        }
    })
}

fn survey(seed: u64) -> Vec<u8> {
    rows(seed, "at,score,round,unit", |number, draw| {
        let at = BEGIN + number * 9000;
        format!(
            "{at},{},{},{}",
            draw.between(0, 10),
            draw.pick(&["", "2020-Q1", "2020-Q2"]),
            draw.pick(&UNITS)
        )
    })
}

fn snapshots(seed: u64) -> Vec<u8> {
    rows(seed, "at,waiting,state,unit", |number, draw| {
        let (at, unit) = (BEGIN + number * 300, unit(number));
        if draw.chance(0.2) {
            format!("{at},,closed,{unit}")
        } else {
            format!("{at},{},open,{unit}", draw.between(0, 20))
        }
    })
}

fn appointments(seed: u64) -> Vec<u8> {
    rows(seed, "at,days,unit", |number, draw| {
        let days = if draw.chance(0.2) { String::new() } else { draw.between(0, 28).to_string() };
        format!("{},{days},{}", BEGIN + number * 3600, unit(number))
    })
}

fn openings(seed: u64) -> Vec<u8> {
    rows(seed, "unit,state,from,until", |number, draw| {
        let day = format!("20{:02}-{:02}-{:02}", 10 + number / 300, 1 + number / 25 % 12, 1 + number % 25);
        format!("{},{},{day},{day}", unit(number), draw.pick(&["open", "reduced", "closed"]))
    })
}

/// Every third line goes on with the call back or call of the ones before it.
fn events(seed: u64) -> Vec<u8> {
    rows(seed, "", |number, draw| {
        let (at, id) = (BEGIN + number * 50, number / 5);
        let whose = format!("\"unit\":\"{}\",\"service\":\"housing\"", unit(id));
        let wait = draw.between(0, 200);
        let what = match number % 5 {
            0 => format!("\"event\":\"arrived\",\"channel\":\"phone\",\"id\":\"c{id}\""),
            1 => format!(
                "\"event\":\"concluded\",\"channel\":\"phone\",\"id\":\"c{id}\",\"outcome\":\"answered\",\"wait\":{wait}"
            ),
            2 => format!("\"event\":\"callback_accepted\",\"id\":\"b{id}\""),
            3 => format!("\"event\":\"polled\",\"channel\":\"service_point\",\"waiting\":{wait}"),
            _ => format!("\"event\":\"scored\",\"channel\":\"phone\",\"score\":{}", wait % 11),
        };
        format!("{{\"at\":{at},{whose},{what}}}")
    })
}
