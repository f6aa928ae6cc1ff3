//! Numbers as people of each language write them. They are rounded already: see [`told`].

use jiff::civil::{Date, Time};
use jono_domain::{Decimal, Dimension, Measure};

use crate::{language::Language, told};

/// Keeps a number and its unit on one line.
pub(crate) const NO_BREAK: char = '\u{a0}';
/// The same, and narrow: between thousands.
const NARROW_NO_BREAK: char = '\u{202f}';

/// A number with so many decimals, and thousands apart.
pub(crate) fn number(value: Decimal, decimals: usize, language: Language) -> String {
    let plain = format!("{value:.decimals$}");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let (group, point) = match language {
        Language::English => (',', '.'),
        Language::Finnish | Language::Swedish => (NARROW_NO_BREAK, ','),
    };
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

/// A share in percent.
pub(crate) fn percent(share: Decimal, decimals: usize, language: Language) -> String {
    let number = number(share * Decimal::ONE_HUNDRED, decimals, language);
    match language {
        Language::English => format!("{number}%"),
        Language::Finnish | Language::Swedish => format!("{number}{NO_BREAK}%"),
    }
}

/// Whole seconds as hours, minutes and seconds, without those that are zero.
pub(crate) fn duration(seconds: u64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let told = parts.iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = told.map(|(number, unit)| format!("{number}{NO_BREAK}{unit}")).collect();
    if told.is_empty() { format!("0{NO_BREAK}s") } else { told.join(&NO_BREAK.to_string()) }
}

/// How many decimals a value of a measure is shown with.
pub(crate) fn decimals(measure: &Measure, value: Decimal) -> usize {
    match measure.dimension() {
        Dimension::Count | Dimension::Seconds => 0,
        Dimension::Score => 1,
        Dimension::Mean => usize::from(value < Decimal::ONE_HUNDRED && !value.fract().is_zero()),
        // One decimal of a percent.
        Dimension::Ratio => 3,
    }
}

/// A value of a measure with its unit, of all that are not counted in days.
pub(crate) fn value(measure: &Measure, value: Decimal, language: Language) -> String {
    match measure.dimension() {
        Dimension::Ratio => percent(value, 1, language),
        Dimension::Seconds => {
            let seconds = told::whole(value);
            duration(seconds)
        }
        Dimension::Count | Dimension::Mean | Dimension::Score => {
            number(value, decimals(measure, value), language)
        }
    }
}

/// A time of the day.
pub(crate) fn time(time: Time, language: Language) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    match language {
        Language::English => format!("{hour:02}:{minute:02}"),
        Language::Finnish | Language::Swedish => format!("{hour}.{minute:02}"),
    }
}

/// A day in numbers, as Finnish and Swedish write it in Finland.
pub(crate) fn date(day: Date) -> String {
    format!("{}.{}.{}", day.day(), day.month(), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, decimals: usize) -> String {
        let value: Decimal = text.parse().unwrap();
        Language::ALL
            .map(|language| number(value, decimals, language))
            .join(" | ")
            .replace(NARROW_NO_BREAK, "_")
    }

    #[test]
    fn thousands_and_decimals() {
        assert_eq!(check("12500", 0), "12_500 | 12_500 | 12,500");
        assert_eq!(check("7400", 0), "7_400 | 7_400 | 7,400");
        assert_eq!(check("999", 0), "999 | 999 | 999");
        assert_eq!(check("1234567.8", 1), "1_234_567,8 | 1_234_567,8 | 1,234,567.8");
        assert_eq!(check("8", 1), "8,0 | 8,0 | 8.0");
    }

    #[test]
    fn percents() {
        let share: Decimal = "0.917".parse().unwrap();
        let told = Language::ALL.map(|language| percent(share, 1, language));
        assert_eq!(told, ["91,7\u{a0}%", "91,7\u{a0}%", "91.7%"]);
    }

    #[test]
    fn durations() {
        let told = [0, 16, 80, 120, 3_600, 3_905].map(duration).map(|text| text.replace(NO_BREAK, " "));
        assert_eq!(told, ["0 s", "16 s", "1 min 20 s", "2 min", "1 h", "1 h 5 min 5 s"]);
    }
}
