//! Days and times of a spreadsheet, which are numbers of days, as texts.

use jiff::{ToSpan, civil::Date};

use super::styles::Shown;

const DAY: i64 = 86_400;
/// The last day that a spreadsheet knows is in the year 9999.
const END: f64 = 2_958_466.0;

/// A number as it is shown: `2020-06-08 10:00:12`, `2020-06-08`, `10:00:12`; of durations the hours have no end. It is
/// rounded to the second. What no such program shows, as a day before the first, stays a number.
pub(super) fn text(value: f64, shown: Shown, is_1904: bool) -> String {
    let written = if (0.0..END).contains(&value) {
        at((value * DAY as f64).round() as i64, shown, is_1904)
    } else {
        None
    };
    written.unwrap_or_else(|| value.to_string())
}

fn at(seconds: i64, shown: Shown, is_1904: bool) -> Option<String> {
    let (days, second) = (seconds / DAY, seconds % DAY);
    let clock = |hours: i64| format!("{hours:02}:{:02}:{:02}", second / 60 % 60, second % 60);
    match shown {
        Shown::Number => None,
        Shown::Duration => Some(format!("{}:{:02}:{:02}", seconds / 3600, second / 60 % 60, second % 60)),
        Shown::Day | Shown::Time if days == 0 => Some(clock(second / 3600)),
        Shown::Day if second == 0 => day(days, is_1904).map(|day| day.to_string()),
        Shown::Day | Shown::Time => Some(format!("{} {}", day(days, is_1904)?, clock(second / 3600))),
    }
}

/// The day of that number. The system that begins in 1900 has a 29th of February there, by an old mistake.
fn day(number: i64, is_1904: bool) -> Option<Date> {
    let zero = match (is_1904, number) {
        (true, _) => Date::constant(1904, 1, 1),
        (false, 60) => return None,
        (false, ..60) => Date::constant(1899, 12, 31),
        (false, _) => Date::constant(1899, 12, 30),
    };
    zero.checked_add(number.days()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(value: f64, shown: Shown) -> String {
        format!("{} | {}", text(value, shown, false), text(value, shown, true))
    }

    #[test]
    fn numbers_of_days_in_both_systems() {
        insta::assert_snapshot!(check(43990.0, Shown::Day), @"2020-06-08 | 2024-06-09");
        insta::assert_snapshot!(check(43990.0, Shown::Time), @"2020-06-08 00:00:00 | 2024-06-09 00:00:00");
        insta::assert_snapshot!(check(43_990.416_805_555_56, Shown::Time), @"2020-06-08 10:00:12 | 2024-06-09 10:00:12");
        insta::assert_snapshot!(check(43_990.999_999, Shown::Time), @"2020-06-09 00:00:00 | 2024-06-10 00:00:00");
        insta::assert_snapshot!(check(0.416_805_555_56, Shown::Time), @"10:00:12 | 10:00:12");
        insta::assert_snapshot!(check(1.5, Shown::Duration), @"36:00:00 | 36:00:00");
        insta::assert_snapshot!(check(0.000_526, Shown::Duration), @"0:00:45 | 0:00:45");
        insta::assert_snapshot!(check(59.0, Shown::Day), @"1900-02-28 | 1904-02-29");
        insta::assert_snapshot!(check(60.0, Shown::Day), @"60 | 1904-03-01");
        insta::assert_snapshot!(check(61.0, Shown::Day), @"1900-03-01 | 1904-03-02");
        insta::assert_snapshot!(check(-1.0, Shown::Day), @"-1 | -1");
        insta::assert_snapshot!(check(1e300, Shown::Number).len(), @"605");
        insta::assert_snapshot!(check(f64::NAN, Shown::Day), @"NaN | NaN");
    }

    proptest! {
        #[test]
        fn every_second_comes_back(seconds in 61 * DAY..2_958_465 * DAY) {
            let start = Date::constant(1899, 12, 30).at(0, 0, 0, 0);
            let expected = start.checked_add(seconds.seconds()).unwrap();
            let seen = text(seconds as f64 / DAY as f64, Shown::Time, false);
            prop_assert_eq!(seen, expected.strftime("%Y-%m-%d %H:%M:%S").to_string());
        }
    }
}
