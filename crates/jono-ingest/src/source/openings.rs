//! `openings`: a table with one row for each time that a unit is open otherwise than before.
//!
//! ```text
//! office;state;from;until;hours
//! Kallio;open;2019-01-01;;Mo-Fr 09:00-15:00
//! Kallio;closed;2020-03-18;2020-05-31;
//! ```
//!
//! There is no specification: the source says what the columns mean. A table states what holds, and replaces the one
//! before it. Without a last day, or with one such as 9999-12-31, it holds until further notice. Which of two rows holds on a day that both tell of is decided by those who ask.

use hashbrown::HashMap;
use jiff::civil::Date;
use jono_domain::{Channel, OpenState, Opening, Reason, UnitId, WeekHours};

use super::records::{ReadRow, Records};
use crate::{
    fold::Fold,
    table::{Columns, Day, Fields, Found, Layout, Place},
};

/// What becomes of a row that says what another one said before.
const REPEATED: &str = "(repeated)";

/// Where everything is.
#[derive(Debug)]
struct Openings {
    channel: Place<Channel>,
    unit: Place<UnitId>,
    state: Place<OpenState>,
    first_day: Day,
    last_day: Option<Day>,
    hours: Option<Place<WeekHours>>,
}

/// What the rows so far have said, by whose it is and the days.
type Said = HashMap<
    (Channel, UnitId, Date, Option<Date>),
    (OpenState, Option<WeekHours>),
    foldhash::fast::RandomState,
>;

pub(super) fn records(columns: &mut Columns<'_>, _layout: &Layout) -> Option<Box<dyn Records>> {
    let channel = columns.word("channel").unwrap_or(Place::Constant(Channel::ServicePoint));
    let unit = columns.unit();
    let state = columns.word("state").unwrap_or(Place::Constant(OpenState::Open));
    let first_day = columns.day("first_day");
    let last_day = columns.day("last_day");
    let hours = columns.word("hours");
    if unit.is_none() {
        columns.missing("unit", "the unit");
    }
    if first_day.is_none() {
        columns.missing("first_day", "the first day");
    }
    Some(Box::new(Openings { channel, unit: unit?, state, first_day: first_day?, last_day, hours }))
}

impl Records for Openings {
    fn columns(&self) -> Vec<&str> {
        let hours = self.hours.as_ref().and_then(Place::column);
        let words = [self.channel.column(), self.unit.column(), self.state.column(), hours];
        let days = self.last_day.iter().chain([&self.first_day]).map(|day| day.place.column());
        words.into_iter().chain(days).flatten().collect()
    }

    fn are_statements(&self) -> bool {
        true
    }

    fn read(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Found, Reason> {
        self.take(row, fold, &mut Said::default())
    }

    fn reader(&self) -> ReadRow<'_> {
        let mut said = Said::default();
        Box::new(move |row, fold| self.take(row, fold, &mut said))
    }
}

impl Openings {
    fn take(&self, row: &Fields<'_>, fold: &mut Fold<'_>, said: &mut Said) -> Result<Found, Reason> {
        let opening = self.opening(row)?;
        let key = (opening.channel, opening.unit.clone(), opening.first_day, opening.last_day);
        let saying = (opening.state, opening.hours.clone());
        match said.get(&key) {
            None => {
                said.insert(key, saying);
                fold.opening(opening);
                Ok(Found::Event)
            }
            Some(before) if *before == saying => Ok(Found::Nothing(REPEATED)),
            Some(_) => Err(Reason::Contradiction),
        }
    }

    fn opening(&self, row: &Fields<'_>) -> Result<Opening, Reason> {
        let first_day = self.first_day.read(row)?.ok_or(Reason::BadPeriod)?;
        let last_day = match &self.last_day {
            Some(day) => day.read_last(row)?,
            None => None,
        };
        if last_day.is_some_and(|last_day| last_day < first_day) {
            return Err(Reason::BadPeriod);
        }
        let hours = match &self.hours {
            Some(hours) => hours.read(row).map_err(|_| Reason::BadValue)?,
            None => None,
        };
        Ok(Opening {
            channel: self.channel.read(row).ok().flatten().ok_or(Reason::UnknownName)?,
            unit: self.unit.read(row).ok().flatten().ok_or(Reason::UnknownName)?,
            first_day,
            last_day,
            // A row that does not say otherwise says that it is open.
            state: self.state.read(row).map_err(|_| Reason::BadValue)?.unwrap_or(OpenState::Open),
            hours,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::source::records::tests::{Source, constant, formatted, values};

    fn source() -> Source {
        Source::new("openings")
            .column("unit", "office")
            .with("state", values("state", &[("open", "open"), ("short", "reduced"), ("shut", "closed")]))
            .column("first_day", "from")
            .column("last_day", "until")
            .column("hours", "hours")
    }

    fn check(rows: &str) -> String {
        source().read(format!("office,state,from,until,hours\n{rows}\n"))
    }

    #[test]
    fn a_row_is_an_opening() {
        insta::assert_snapshot!(check("kallio,open,2019-01-01,,Mo-Fr 09:00-15:00"), @r#"
        Opening { channel: ServicePoint, unit: "kallio", first_day: 2019-01-01, last_day: None, state: Open, hours: Some(WeekHours([[540..900], [540..900], [540..900], [540..900], [540..900], [], []])) }
        1 rows; ignored 1 (header)
        "#);
        insta::assert_snapshot!(check("kallio,shut,2020-03-18,2020-05-31,"), @r#"
        Opening { channel: ServicePoint, unit: "kallio", first_day: 2020-03-18, last_day: Some(2020-05-31), state: Closed, hours: None }
        1 rows; ignored 1 (header)
        "#);
        insta::assert_snapshot!(check("kallio,,2020-06-08,2020-06-08,"), @r#"
        Opening { channel: ServicePoint, unit: "kallio", first_day: 2020-06-08, last_day: Some(2020-06-08), state: Open, hours: None }
        1 rows; ignored 1 (header)
        "#);
    }

    #[test]
    fn a_last_day_beyond_the_calendar_is_none() {
        for last in ["9999-12-31", "2286-01-01"] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(check(&format!("kallio,shut,2020-03-18,{last},")), @r#"
                Opening { channel: ServicePoint, unit: "kallio", first_day: 2020-03-18, last_day: None, state: Closed, hours: None }
                1 rows; ignored 1 (header)
                "#);
            }
        }
        let finnish = source().with("last_day", formatted("until", "%d.%m.%Y"));
        insta::assert_snapshot!(finnish.read("office,state,from,until,hours\nkallio,shut,2020-03-18,31.12.9999,\n"), @r#"
        Opening { channel: ServicePoint, unit: "kallio", first_day: 2020-03-18, last_day: None, state: Closed, hours: None }
        1 rows; ignored 1 (header)
        "#);
        for bad in ["9999-13-31", "1969-12-31", "9999", "9999-12-31T00"] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(check(&format!("kallio,shut,2020-03-18,{bad},")), @"
                1 rejected bad_period at 30
                0 rows; ignored 1 (header)
                ");
            }
        }
        insta::assert_snapshot!(check("kallio,shut,9999-12-31,,"), @"
        1 rejected bad_period at 30
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn rows_repeat_or_contradict() {
        let shut = "kallio,shut,2020-03-18,2020-05-31,";
        insta::assert_snapshot!(check(&[shut, shut, "kallio,short,2020-03-18,2020-05-31,"].join("\n")), @r#"
        Opening { channel: ServicePoint, unit: "kallio", first_day: 2020-03-18, last_day: Some(2020-05-31), state: Closed, hours: None }
        1 rejected contradiction at 100
        1 rows; ignored 1 (header), 1 (repeated)
        "#);
        // Of other days, or of another unit, a row may say anything.
        insta::assert_snapshot!(check(&[shut, "kallio,open,2020-03-18,,", "oulu,open,2020-03-18,2020-05-31,"].join("\n")), @r#"
        Opening { channel: ServicePoint, unit: "kallio", first_day: 2020-03-18, last_day: Some(2020-05-31), state: Closed, hours: None }
        Opening { channel: ServicePoint, unit: "kallio", first_day: 2020-03-18, last_day: None, state: Open, hours: None }
        Opening { channel: ServicePoint, unit: "oulu", first_day: 2020-03-18, last_day: Some(2020-05-31), state: Open, hours: None }
        3 rows; ignored 1 (header)
        "#);
    }

    #[test]
    fn what_cannot_be_an_opening_is_refused() {
        insta::assert_snapshot!(check("kallio,open,2020-06-08,2020-06-07,"), @"
        1 rejected bad_period at 30
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("kallio,open,,2020-06-07,"), @"
        1 rejected bad_period at 30
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("kallio,open,8.6.2020,,"), @"
        1 rejected bad_period at 30
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("kallio,open,2020-06-08,,nine to three"), @"
        1 rejected bad_value at 30
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("kallio,ajar,2020-06-08,,"), @"
        1 rejected bad_value at 30
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",open,2020-06-08,,"), @"
        1 rejected unknown_name at 30
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn a_document_replaces_the_one_before_it_whatever_its_file_type() {
        let line = r#"{"office":"kallio","state":"shut","from":"2020-03-18"}"#;
        insta::assert_snapshot!(source().file_type("jsonl").read(format!("{line}\n{line}\n")), @r#"
        Opening { channel: ServicePoint, unit: "kallio", first_day: 2020-03-18, last_day: None, state: Closed, hours: None }
        1 rows; ignored 1 (repeated)
        "#);
        for file_type in ["csv", "jsonl", "xlsx"] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(source().file_type(file_type).keeping(), @"Replace, goes on: false");
            }
        }
    }

    #[test]
    fn mistakes_in_the_columns_are_told_together() {
        let source =
            Source::new("openings").with("hours", constant("nine to three")).with("state", constant("ajar"));
        insta::assert_snapshot!(source.mistakes(), @r#"
        state: "ajar" is no state of opening; the states are open, reduced, closed
        hours: "nine" is no day; the days are Mo, Tu, We, Th, Fr, Sa, Su
        -: where the unit is, is missing; write unit in [source.columns]
        -: where the first day is, is missing; write first_day in [source.columns]
        "#);
    }
}
