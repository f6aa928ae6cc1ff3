//! Which period a row speaks of.

use std::{borrow::Cow, fmt, sync::LazyLock};

use jiff::{civil::Date, fmt::strtime};
use jono_domain::{Grain, Period, Reason};
use thiserror::Error;

use super::{
    Fields, Place,
    pattern::{Numbers, Pattern},
};

/// Where the period is. Of the parts that a table has, the finest with a value in the row decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub date: Option<Day>,
    /// The first and the last day.
    pub days: Option<(Day, Day)>,
    /// The period as jono writes it, such as `2020-W24`.
    pub period: Option<Place<String>>,
    /// The year; with a week, the year of the week.
    pub year: Option<Place<String>>,
    /// The ISO week, 1-53.
    pub week: Option<Place<String>>,
    /// The month, 1-12.
    pub month: Option<Place<String>>,
    /// The quarter, 1-4.
    pub quarter: Option<Place<String>>,
}

/// Where a day is, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Where it is.
    pub place: Place<String>,
    /// How it is written; else as `2020-06-08`.
    pub format: Option<DayFormat>,
}

/// How days are written, such as `%d.%m.%Y`.
///
/// Invariant: a day that is written so can be read again.
#[derive(Clone, PartialEq, Eq)]
pub struct DayFormat {
    text: String,
    /// The same, if it is one.
    pattern: Option<Pattern>,
}

/// As it is written, which is what the rules of a source are made of.
impl fmt::Debug for DayFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DayFormat").field(&self.text).finish()
    }
}

/// A format that no day can be read by.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} does not tell a day by its year, month and day; write for example %d.%m.%Y")]
pub struct BadDayFormat(pub String);

impl std::str::FromStr for DayFormat {
    type Err = BadDayFormat;

    fn from_str(format: &str) -> Result<Self, BadDayFormat> {
        let day = Date::constant(2019, 12, 31);
        let again = strtime::format(format, day).and_then(|written| Date::strptime(format, written));
        match again {
            Ok(again) if again == day => Ok(Self { text: format.to_owned(), pattern: Pattern::new(format) }),
            _ => Err(BadDayFormat(format.to_owned())),
        }
    }
}

impl When {
    /// The period of a row.
    pub(super) fn read(&self, row: &Fields<'_>) -> Result<Period, Reason> {
        self.period(row)?.ok_or(Reason::BadPeriod)
    }

    fn period(&self, row: &Fields<'_>) -> Result<Option<Period>, Reason> {
        if let Some(day) = read(self.date.as_ref(), |day| day.read(row))? {
            return Ok(Some(Period::of(Grain::Day, day)));
        }
        if let Some((first, last)) = &self.days {
            match (first.read(row)?, last.read(row)?) {
                (None, None) => {}
                (Some(first), Some(last)) => return days(first, last).map(Some),
                _ => return Err(Reason::BadPeriod),
            }
        }
        let text = |place: &Option<Place<String>>| {
            read(place.as_ref(), |place| place.read(row).map_err(|_| Reason::BadPeriod))
        };
        if let Some(period) = text(&self.period)? {
            let period: Period = period.parse().map_err(|_| Reason::BadPeriod)?;
            return if period.grain().is_none() { days(period.first(), period.last()) } else { Ok(period) }
                .map(Some);
        }
        let year = text(&self.year)?;
        let part = if let Some(week) = text(&self.week)? {
            format!("-W{:02}", number(&week, 2)?)
        } else if let Some(month) = text(&self.month)? {
            format!("-{:02}", number(&month, 2)?)
        } else if let Some(quarter) = text(&self.quarter)? {
            format!("-Q{}", number(&quarter, 1)?)
        } else if year.is_some() {
            String::new()
        } else {
            return Ok(None);
        };
        let is_year = |year: &String| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let year = year.filter(is_year).ok_or(Reason::BadPeriod)?;
        format!("{year}{part}").parse().map(Some).map_err(|_| Reason::BadPeriod)
    }

    /// The columns that it is in.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        let days = self.days.iter().flat_map(|(first, last)| [first, last]).chain(&self.date);
        let parts = [&self.period, &self.year, &self.week, &self.month, &self.quarter].into_iter().flatten();
        days.map(|day| &day.place).chain(parts).filter_map(Place::column)
    }

    /// Whether it says where any period is.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads what may not be in the table.
fn read<T, V>(
    place: Option<&T>,
    read: impl FnOnce(&T) -> Result<Option<V>, Reason>,
) -> Result<Option<V>, Reason> {
    place.map_or(Ok(None), read)
}

impl Day {
    /// The day; `None` if the row does not say.
    pub(crate) fn read(&self, row: &Fields<'_>) -> Result<Option<Date>, Reason> {
        let Some(text) = self.place.text(row).map_err(|_| Reason::BadPeriod)? else { return Ok(None) };
        let pattern = self.format.as_ref().map_or(&*USUAL, |format| &format.pattern);
        let numbers = pattern.as_ref().and_then(|pattern| pattern.read(text));
        match numbers.and_then(Numbers::day).filter(|day| (FIRST_DAY..=LAST_DAY).contains(day)) {
            Some(day) => Ok(Some(day)),
            None => day(&self.written(text)?).map(Some),
        }
    }

    /// The same of a last day. One beyond the years that there are periods of, such as 9999-12-31, is none: what it ends
    /// holds until further notice.
    pub(crate) fn read_last(&self, row: &Fields<'_>) -> Result<Option<Date>, Reason> {
        let Some(text) = self.place.text(row).map_err(|_| Reason::BadPeriod)? else { return Ok(None) };
        let text = self.written(text)?;
        day(&text).map(Some).or_else(|reason| match text.parse::<Date>() {
            Ok(beyond) if text.len() == "9999-12-31".len() && beyond > LAST_DAY => Ok(None),
            Ok(_) | Err(_) => Err(reason),
        })
    }

    /// The day as the domain writes it, if it is one.
    fn written<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Reason> {
        Ok(match &self.format {
            None => Cow::Borrowed(text),
            Some(format) => {
                Date::strptime(&format.text, text).map_err(|_| Reason::BadPeriod)?.to_string().into()
            }
        })
    }
}

/// How the domain writes days.
static USUAL: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::new("%F"));
/// The first day of all periods.
const FIRST_DAY: Date = Date::constant(1970, 1, 1);
/// The last day of all periods.
const LAST_DAY: Date = Date::constant(2285, 12, 31);

/// A day. The domain's own way to write one is strict, and bounds the years.
fn day(text: &str) -> Result<Date, Reason> {
    let day: Period = text.parse().map_err(|_| Reason::BadPeriod)?;
    if day.grain() == Some(Grain::Day) { Ok(day.first()) } else { Err(Reason::BadPeriod) }
}

/// The days from `first` to `last`: the week, month, quarter or year that they are, if they are one.
fn days(first: Date, last: Date) -> Result<Period, Reason> {
    let days = Period::days(first, last).ok_or(Reason::BadPeriod)?;
    let grains = Grain::ALL.into_iter().filter(|grain| *grain != Grain::Hour);
    let mut named = grains.map(|grain| Period::of(grain, first));
    Ok(named.find(|named| (named.first(), named.last()) == (first, last)).unwrap_or(days))
}

/// A whole number of few digits.
fn number(text: &str, digits: usize) -> Result<u8, Reason> {
    let is_good = text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_good).ok_or(Reason::BadPeriod)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::row;

    fn column(name: &str) -> Place<String> {
        Place::Column { name: name.to_owned(), values: None }
    }

    fn day(name: &str, format: Option<&str>) -> Day {
        Day { place: column(name), format: format.map(|format| format.parse().unwrap()) }
    }

    fn check(when: &When, header: &str, fields: &str) -> String {
        row(header, fields, |row| match when.read(row) {
            Ok(period) => period.to_string(),
            Err(reason) => format!("rejected {reason}"),
        })
    }

    #[test]
    fn the_finest_part_with_a_value_decides() {
        let when = When {
            date: Some(day("day", None)),
            year: Some(column("year")),
            week: Some(column("week")),
            month: Some(column("month")),
            quarter: Some(column("quarter")),
            ..When::default()
        };
        let check = |fields| check(&when, "year,quarter,month,week,day", fields);
        insta::assert_snapshot!(check("2020,,,24,"), @"2020-W24");
        insta::assert_snapshot!(check("2020,,6,,"), @"2020-06");
        insta::assert_snapshot!(check("2020,2,06,,"), @"2020-06");
        insta::assert_snapshot!(check("2020,2,,,"), @"2020-Q2");
        insta::assert_snapshot!(check("2020,,,,"), @"2020");
        insta::assert_snapshot!(check("2020,2,6,24,2020-06-08"), @"2020-06-08");
        insta::assert_snapshot!(check("2020,,,53,"), @"2020-W53");
        insta::assert_snapshot!(check("2021,,,53,"), @"rejected bad_period");
        insta::assert_snapshot!(check("2020,,,0,"), @"rejected bad_period");
        insta::assert_snapshot!(check("2020,,,24.0,"), @"rejected bad_period");
        insta::assert_snapshot!(check("2020.0,,,24,"), @"rejected bad_period");
        insta::assert_snapshot!(check("2020,,13,,"), @"rejected bad_period");
        insta::assert_snapshot!(check("2020,,-1,,"), @"rejected bad_period");
        insta::assert_snapshot!(check("2020,5,,,"), @"rejected bad_period");
        insta::assert_snapshot!(check(",,,24,"), @"rejected bad_period");
        insta::assert_snapshot!(check(",,,,"), @"rejected bad_period");
        insta::assert_snapshot!(check("20,,,24,"), @"rejected bad_period");
        insta::assert_snapshot!(check(",,,,2020-02-30"), @"rejected bad_period");
        insta::assert_snapshot!(check(",,,,2020-06"), @"rejected bad_period");
        insta::assert_snapshot!(check(",,,,1969-12-31"), @"rejected bad_period");
    }

    #[test]
    fn days_as_they_are_written_elsewhere() {
        let when = When { date: Some(day("day", Some("%d.%m.%Y"))), ..When::default() };
        let check = |fields| check(&when, "day", fields);
        insta::assert_snapshot!(check("8.6.2020"), @"2020-06-08");
        insta::assert_snapshot!(check("08.06.2020"), @"2020-06-08");
        insta::assert_snapshot!(check("06/08/2020"), @"rejected bad_period");
        insta::assert_snapshot!(check("8.6.20"), @"rejected bad_period");
        insta::assert_snapshot!("%d.%m.".parse::<DayFormat>().unwrap_err(), @r#""%d.%m." does not tell a day by its year, month and day; write for example %d.%m.%Y"#);
        assert!("%".parse::<DayFormat>().is_err() && "%H:%M".parse::<DayFormat>().is_err());
    }

    #[test]
    fn spans_of_days_have_their_names() {
        let when = When {
            days: Some((day("from", None), day("to", None))),
            period: Some(column("period")),
            ..When::default()
        };
        let check = |fields| check(&when, "from,to,period", fields);
        insta::assert_snapshot!(check("2020-06-08,2020-06-14,"), @"2020-W24");
        insta::assert_snapshot!(check("2020-06-01,2020-06-30,"), @"2020-06");
        insta::assert_snapshot!(check("2020-04-01,2020-06-30,"), @"2020-Q2");
        insta::assert_snapshot!(check("2020-06-08,2020-06-08,"), @"2020-06-08");
        insta::assert_snapshot!(check("2020-05-11,2020-06-07,"), @"2020-05-11..2020-06-07");
        insta::assert_snapshot!(check("2020-05-11,,2020-W24"), @"rejected bad_period");
        insta::assert_snapshot!(check("2020-05-11,2020-05-10,"), @"rejected bad_period");
        insta::assert_snapshot!(check(",,2020-W24"), @"2020-W24");
        insta::assert_snapshot!(check(",,2020-W24..2020-W24"), @"2020-W24");
        insta::assert_snapshot!(check(",,week 24"), @"rejected bad_period");
    }
}
