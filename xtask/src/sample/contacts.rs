//! A table of contacts, a row each, of any size: the same seed, the same bytes.
//!
//! As a call centre's own export has it: quoted names, an identifier, times as a clock showed them. Opening hours keep
//! away from the hours that a clock shows twice or never. Nothing waits for anything here, unlike in a log: the rows are
//! drawn one by one, so a gigabyte is written in seconds.

use std::io::{self, Write};

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};

use super::log::push_number;
use crate::draw::{Draw, whole};

/// The first row's day; the last one's is in the same year.
const FIRST: Date = date(2020, 1, 1);
/// Open from this hour for so many seconds.
const OPENS: u32 = 8;
const OPEN: u32 = 9 * 3600;
/// Whose the calls are.
const UNITS: [&str; 10] =
    ["espoo", "helsinki", "joensuu", "jyvaskyla", "kuopio", "lahti", "oulu", "pori", "tampere", "turku"];
const SERVICES: [&str; 5] = ["families", "housing", "pensions", "students", "unemployed"];
const AGENTS: [&str; 6] = [
    "Korhonen, Aino",
    "Virtanen, Eino",
    "Mäkinen, Helmi",
    "Nieminen, Onni",
    "Hämäläinen, Oiva",
    "Laine, Saimi",
];
/// A row's bytes, about.
const ROW: u64 = 89;
/// Handed to the system in pieces of about this size.
const PIECE: usize = 1 << 20;

/// How the columns are understood, for `jono.toml`.
pub(crate) const CONFIG: &str = r#"time_zone = "Europe/Helsinki"

[[source]]
name = "contacts"
format = "contacts"

[source.columns]
arrived = { column = "arrived", format = "%Y-%m-%d %H:%M:%S" }
wait = "waited"
handling = "talked"
unit = "unit"
service = "service"
channel = { value = "phone" }

[source.columns.outcome]
column = "result"
values = { answered = "answered", "hung up" = "abandoned", "sent away" = "timed_out" }
"#;

/// Writes about so many bytes, of so many workdays or of the whole year; how many rows.
pub(crate) fn write(bytes: u64, days: Option<usize>, seed: u64, out: &mut dyn Write) -> io::Result<u64> {
    let days: Vec<_> = FIRST
        .series(1.day())
        .take_while(|day| day.year() == FIRST.year())
        .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .take(days.unwrap_or(usize::MAX))
        .collect();
    let a_day = (bytes / ROW / days.len() as u64).max(1);
    let mut draw = Draw::new(seed);
    let mut buffer = b"call,arrived,unit,service,result,waited,talked,agent,number\n".to_vec();
    let mut rows = 0;
    for day in days {
        let day = day.to_string();
        for nth in 0..a_day {
            rows += 1;
            let second = (nth * u64::from(OPEN) / a_day) as u32;
            row(&mut buffer, &mut draw, rows, &day, second);
            if buffer.len() >= PIECE {
                out.write_all(&buffer)?;
                buffer.clear();
            }
        }
    }
    out.write_all(&buffer)?;
    out.flush()?;
    Ok(rows)
}

fn row(buffer: &mut Vec<u8>, draw: &mut Draw, number: u64, day: &str, second: u32) {
    buffer.extend_from_slice(b"c-");
    push_number(buffer, 10_000_000 + number);
    buffer.push(b',');
    buffer.extend_from_slice(day.as_bytes());
    let clock = [OPENS + second / 3600, second / 60 % 60, second % 60];
    for (part, before) in clock.into_iter().zip([b' ', b':', b':']) {
        buffer.extend([before, b'0' + (part / 10) as u8, b'0' + (part % 10) as u8]);
    }
    buffer.push(b',');
    buffer.extend_from_slice(draw.pick(&UNITS).as_bytes());
    buffer.push(b',');
    buffer.extend_from_slice(draw.pick(&SERVICES).as_bytes());
    let result = match draw.between(0, 99) {
        0..80 => "answered",
        80..95 => "hung up",
        _ => "sent away",
    };
    buffer.push(b',');
    buffer.extend_from_slice(result.as_bytes());
    buffer.push(b',');
    push_number(buffer, whole(draw.exponential() * 180.0));
    buffer.push(b',');
    if result == "answered" {
        push_number(buffer, 1 + whole(draw.exponential() * 300.0));
        buffer.extend_from_slice(b",\"");
        buffer.extend_from_slice(draw.pick(&AGENTS).as_bytes());
        buffer.extend_from_slice(b"\",555");
    } else {
        buffer.extend_from_slice(b",,555");
    }
    push_number(buffer, u64::from(draw.between(1_000_000, 9_999_999)));
    buffer.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(bytes: u64, seed: u64) -> String {
        let mut table = Vec::new();
        let rows = write(bytes, None, seed, &mut table).unwrap();
        let table = String::from_utf8(table).unwrap();
        assert_eq!(table.lines().count() as u64, rows + 1);
        table
    }

    #[test]
    fn rows_of_every_result() {
        let table = table(100_000, 1);
        let rows = |result: &str| table.lines().find(|row| row.contains(result)).unwrap().to_owned();
        insta::assert_snapshot!(["result", "answered", "hung up", "sent away"].map(rows).join("\n"), @r#"
        call,arrived,unit,service,result,waited,talked,agent,number
        c-10000001,2020-01-01 08:00:00,tampere,students,answered,246,62,"Nieminen, Onni",5559881866
        c-10000010,2020-01-03 10:15:00,jyvaskyla,students,hung up,372,,,5557074313
        c-10000020,2020-01-07 14:45:00,kuopio,pensions,sent away,459,,,5552363053
        "#);
    }

    #[test]
    fn the_size_is_about_the_one_asked_for() {
        let bytes = table(1_000_000, 1).len() as f64;
        assert!((0.9..1.1).contains(&(bytes / 1e6)), "{bytes}");
    }

    #[test]
    fn a_seed_names_its_rows() {
        assert_eq!(table(50_000, 7), table(50_000, 7));
        assert_ne!(table(50_000, 7), table(50_000, 8));
    }
}
