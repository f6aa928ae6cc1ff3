//! Finnish public holidays, by computation.
//!
//! The days are those of the Church Act (652/2023, chapter 1 section 5), Independence Day (388/1937) and May Day
//! (272/1944). Midsummer Eve and Christmas Eve are no public holidays, but offices are closed on them.

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};

/// A day on which Finnish offices are closed although it may be a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Its English name.
    pub name: &'static str,
    /// Whether it is a public holiday by law; the two eves are not.
    pub public: bool,
}

/// The holidays of a year, in order. The year must be from 1970 to 2285.
pub fn holidays(year: i16) -> Vec<Holiday> {
    let easter = easter(year);
    let midsummer = saturday_from(date(year, 6, 20));
    let fixed = |month, day, name| (date(year, month, day), name, true);
    let moved = |days: i64, name| (easter.saturating_add(days.days()), name, true);
    let mut days = vec![
        fixed(1, 1, "New Year's Day"),
        fixed(1, 6, "Epiphany"),
        moved(-2, "Good Friday"),
        moved(0, "Easter Sunday"),
        moved(1, "Easter Monday"),
        fixed(5, 1, "May Day"),
        moved(39, "Ascension Day"),
        moved(49, "Whit Sunday"),
        (midsummer.saturating_sub(1.day()), "Midsummer Eve", false),
        (midsummer, "Midsummer Day", true),
        (saturday_from(date(year, 10, 31)), "All Saints' Day", true),
        fixed(12, 6, "Independence Day"),
        (date(year, 12, 24), "Christmas Eve", false),
        fixed(12, 25, "Christmas Day"),
        fixed(12, 26, "Boxing Day"),
    ];
    days.sort_by_key(|day| day.0);
    days.into_iter().map(|(date, name, public)| Holiday { date, name, public }).collect()
}

fn saturday_from(day: Date) -> Date {
    let ahead = day.weekday().until(Weekday::Saturday);
    day.saturating_add(i64::from(ahead).days())
}

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Meeus, *Astronomical Algorithms*, ch. 8).
#[expect(clippy::many_single_char_names, reason = "the algorithm is published with these letters")]
fn easter(year: i16) -> Date {
    let year_number = i32::from(year);
    let a = year_number % 19;
    let (b, c) = (year_number / 100, year_number % 100);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    date(year, (n / 31) as i8, (n % 31 + 1) as i8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        calendar::{Calendar, Country},
        period::{Grain, Period},
    };

    #[test]
    fn the_days_of_2020() {
        let list: Vec<String> =
            holidays(2020).iter().map(|day| format!("{} {} {}", day.date, day.public, day.name)).collect();
        insta::assert_snapshot!(list.join("\n"), @r"
        2020-01-01 true New Year's Day
        2020-01-06 true Epiphany
        2020-04-10 true Good Friday
        2020-04-12 true Easter Sunday
        2020-04-13 true Easter Monday
        2020-05-01 true May Day
        2020-05-21 true Ascension Day
        2020-05-31 true Whit Sunday
        2020-06-19 false Midsummer Eve
        2020-06-20 true Midsummer Day
        2020-10-31 true All Saints' Day
        2020-12-06 true Independence Day
        2020-12-24 false Christmas Eve
        2020-12-25 true Christmas Day
        2020-12-26 true Boxing Day
        ");
    }

    #[test]
    fn the_short_weeks_that_the_service_named() {
        let calendar = Calendar::new(Some(Country::Finland), [].into(), [].into());
        let workdays = |week: &str| {
            let week: Period = week.parse().unwrap();
            assert_eq!(week.grain(), Some(Grain::Week));
            calendar.workdays(week)
        };
        assert_eq!(["2020-W15", "2020-W16", "2020-W18", "2020-W21", "2020-W25"].map(workdays), [4; 5]);
        assert_eq!(["2020-W24", "2020-W52", "2020-W53"].map(workdays), [5, 3, 4]);
    }

    /// The movable days as almanacs print them: Good Friday, Ascension Day, Whit Sunday, Midsummer Day, All Saints' Day.
    const MOVABLE: [(i16, [(i8, i8); 5]); 16] = [
        (2015, [(4, 3), (5, 14), (5, 24), (6, 20), (10, 31)]),
        (2016, [(3, 25), (5, 5), (5, 15), (6, 25), (11, 5)]),
        (2017, [(4, 14), (5, 25), (6, 4), (6, 24), (11, 4)]),
        (2018, [(3, 30), (5, 10), (5, 20), (6, 23), (11, 3)]),
        (2019, [(4, 19), (5, 30), (6, 9), (6, 22), (11, 2)]),
        (2020, [(4, 10), (5, 21), (5, 31), (6, 20), (10, 31)]),
        (2021, [(4, 2), (5, 13), (5, 23), (6, 26), (11, 6)]),
        (2022, [(4, 15), (5, 26), (6, 5), (6, 25), (11, 5)]),
        (2023, [(4, 7), (5, 18), (5, 28), (6, 24), (11, 4)]),
        (2024, [(3, 29), (5, 9), (5, 19), (6, 22), (11, 2)]),
        (2025, [(4, 18), (5, 29), (6, 8), (6, 21), (11, 1)]),
        (2026, [(4, 3), (5, 14), (5, 24), (6, 20), (10, 31)]),
        (2027, [(3, 26), (5, 6), (5, 16), (6, 26), (11, 6)]),
        (2028, [(4, 14), (5, 25), (6, 4), (6, 24), (11, 4)]),
        (2029, [(3, 30), (5, 10), (5, 20), (6, 23), (11, 3)]),
        (2030, [(4, 19), (5, 30), (6, 9), (6, 22), (11, 2)]),
    ];

    #[test]
    fn the_movable_days_of_sixteen_years_are_those_of_almanacs() {
        let names = ["Good Friday", "Ascension Day", "Whit Sunday", "Midsummer Day", "All Saints' Day"];
        for (year, days) in MOVABLE {
            let computed = holidays(year);
            assert_eq!(computed.len(), 15);
            for (name, (month, day)) in names.into_iter().zip(days) {
                let found = computed.iter().find(|holiday| holiday.name == name).unwrap();
                assert_eq!(found.date, date(year, month, day), "{name} of {year}");
            }
        }
    }

    #[test]
    fn easter_moves_as_published() {
        let sundays =
            [(2015, 4, 5), (2016, 3, 27), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2038, 4, 25)];
        for (year, month, day) in sundays {
            assert_eq!(easter(year), date(year, month, day));
        }
    }
}
