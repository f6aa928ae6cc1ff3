//! Days, periods and hours as each language says them.

use fluent_bundle::FluentArgs;
use jiff::civil::Date;
use jono_domain::{Grain, Period};

use super::Words;
use crate::{language::Language, number};

/// How hours write the days of the week, and the message of each.
const DAYS: [(&str, &str); 7] = [
    ("Mo", "day-monday"),
    ("Tu", "day-tuesday"),
    ("We", "day-wednesday"),
    ("Th", "day-thursday"),
    ("Fr", "day-friday"),
    ("Sa", "day-saturday"),
    ("Su", "day-sunday"),
];

impl Words<'_> {
    /// The hours of a week with the days as the language has them.
    pub(super) fn hours(&self, hours: &str) -> String {
        let mut said = hours.replace('-', "–");
        for (code, name) in DAYS {
            said = said.replace(code, &self.word(name));
        }
        match self.language {
            // An hour has no zero before it.
            Language::Finnish | Language::Swedish => {
                said.replace(':', ".").replace(" 0", " ").replace("–0", "–")
            }
            Language::English => said,
        }
    }

    /// A day.
    pub(crate) fn date(&self, day: Date) -> String {
        match self.language {
            Language::Finnish | Language::Swedish => number::date(day),
            Language::English => {
                let month = self.month(day.month());
                format!("{} {month} {}", day.day(), day.year()).replace(' ', &number::NO_BREAK.to_string())
            }
        }
    }

    /// A day without its year.
    fn day(&self, day: Date) -> String {
        match self.language {
            Language::Finnish | Language::Swedish => format!("{}.{}.", day.day(), day.month()),
            Language::English => format!("{}{}{}", day.day(), number::NO_BREAK, self.month(day.month())),
        }
    }

    fn month(&self, month: i8) -> String {
        let mut args = FluentArgs::new();
        args.set("month", i64::from(month));
        self.message("month", Some(&args))
    }

    /// A period as it is called (`period`), or as something happens in it (`in`). The year is said where it is not that of the
    /// bulletin.
    pub(super) fn period(&self, period: Period, how: &str, is_dated: bool) -> String {
        let of_bulletin = year(self.known.facts.period);
        let first = period.first();
        let year_of = year(period);
        let mut args = vec![
            ("year", year_of.to_string()),
            ("other", if year_of == of_bulletin && !is_dated { "no" } else { "yes" }.to_owned()),
        ];
        let kind = match period.grain() {
            Some(Grain::Week) => {
                args.push(("week", first.iso_week_date().week().to_string()));
                "week"
            }
            Some(Grain::Month) => {
                args.push(("month", self.month(first.month())));
                "month"
            }
            Some(Grain::Quarter) => {
                args.push(("quarter", ((first.month() - 1) / 3 + 1).to_string()));
                "quarter"
            }
            Some(Grain::Year) => "year",
            Some(Grain::Day | Grain::Hour) => {
                args.push(("date", self.date(first)));
                "day"
            }
            None => {
                let first =
                    if first.year() == period.last().year() { self.day(first) } else { self.date(first) };
                args.push(("first", first));
                args.push(("last", self.date(period.last())));
                "span"
            }
        };
        let said = self.filled(&format!("{how}-{kind}"), &args);
        // The number stays with its word.
        match first.iso_week_date().week() {
            number if kind == "week" => {
                said.replace(&format!(" {number}"), &format!("{}{number}", number::NO_BREAK))
            }
            _ => said,
        }
    }
}

/// The year that a period is told by: of a week that of its Thursday.
fn year(period: Period) -> i16 {
    match period.grain() {
        Some(Grain::Week) => period.first().iso_week_date().year(),
        _ => period.first().year(),
    }
}
