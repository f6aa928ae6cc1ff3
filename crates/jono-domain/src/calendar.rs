//! Calendars: which days are holidays, and which of them are no working days. One file a country.

pub mod fi;

use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::civil::{Date, Weekday};
use thiserror::Error;

use crate::period::Period;

/// A country whose holidays are known by its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Country {
    /// Finland: see [`fi`].
    #[cfg_attr(feature = "serde", serde(rename = "FI"))]
    Finland,
}

impl Country {
    /// Every country, in the order of their codes.
    pub const ALL: [Self; 1] = [Self::Finland];

    /// Its code of two letters (ISO 3166-1).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Finland => "FI",
        }
    }

    /// What a day is called on which its offices are closed, were it a weekday.
    fn holiday(self, day: Date) -> Option<&'static str> {
        match self {
            Self::Finland => fi::holidays(day.year())
                .iter()
                .find(|holiday| holiday.date == day)
                .map(|holiday| holiday.name),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A country whose holidays nobody computes here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the holidays of {0:?} are not known; the countries are {list}, and for others holidays can be listed day by day",
    list = Country::ALL.map(Country::as_str).join(", ")
)]
pub struct UnknownCountry(pub String);

impl FromStr for Country {
    type Err = UnknownCountry;
    fn from_str(code: &str) -> Result<Self, UnknownCountry> {
        let known = Self::ALL.into_iter().find(|country| country.as_str() == code);
        known.ok_or_else(|| UnknownCountry(code.to_owned()))
    }
}

/// Which days are working days of a service: by the rules of its country, and by what it says of single days itself.
/// Without a country only weekends are no working days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    country: Option<Country>,
    closed: BTreeSet<Date>,
    open: BTreeSet<Date>,
}

impl Calendar {
    /// A calendar by a country's rules, if any; on `closed` days nobody works beside, and on `open` days people work
    /// whatever the rules say. A day that is in both lists is open.
    pub fn new(country: Option<Country>, closed: BTreeSet<Date>, open: BTreeSet<Date>) -> Self {
        Self { country, closed, open }
    }

    /// Whether a day is a holiday: one by the country's rules, or a closing day of the service's own. A weekend as
    /// such is none, and a Saturday can be one.
    pub fn is_holiday(&self, day: Date) -> bool {
        let by_rule = || self.country.is_some_and(|country| country.holiday(day).is_some());
        !self.open.contains(&day) && (self.closed.contains(&day) || by_rule())
    }

    /// The English name of a [holiday](Self::is_holiday) by the country's rules; a closing day of the service's own has
    /// none.
    pub fn holiday(&self, day: Date) -> Option<&'static str> {
        self.country.filter(|_| self.is_holiday(day))?.holiday(day)
    }

    /// Whether people work on a day: no weekend and no holiday, or a day of which the service says so.
    pub fn is_workday(&self, day: Date) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.open.contains(&day) || (!is_weekend && !self.is_holiday(day))
    }

    /// How many working days a period has.
    pub fn workdays(&self, period: Period) -> u32 {
        period.dates().map(|day| u32::from(self.is_workday(day))).sum()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn finnish(closed: &[Date], open: &[Date]) -> Calendar {
        Calendar::new(
            Some(Country::Finland),
            closed.iter().copied().collect(),
            open.iter().copied().collect(),
        )
    }

    fn workdays(calendar: &Calendar, period: &str) -> u32 {
        calendar.workdays(period.parse().unwrap())
    }

    #[test]
    fn a_service_closes_and_opens_on_days_of_its_own() {
        let calendar = finnish(&[date(2020, 6, 10)], &[date(2020, 6, 13), date(2020, 6, 19)]);
        assert_eq!(workdays(&finnish(&[], &[]), "2020-W24"), 5);
        assert_eq!(workdays(&calendar, "2020-W24"), 5, "Wednesday closed, Saturday open");
        assert_eq!(workdays(&calendar, "2020-W25"), 5, "Midsummer Eve open");
        assert!(calendar.is_holiday(date(2020, 6, 10)) && !calendar.is_holiday(date(2020, 6, 19)));
    }

    #[test]
    fn without_a_country_only_weekends_are_free() {
        let calendar = Calendar::default();
        assert_eq!(["2020-W01", "2020-W52", "2020-06"].map(|period| workdays(&calendar, period)), [5, 5, 22]);
        assert!(!calendar.is_holiday(date(2020, 12, 25)));
    }

    #[test]
    fn an_hour_of_a_working_day_is_within_one() {
        let day: Period = "2020-06-08".parse().unwrap();
        let hours = day.split(crate::period::Grain::Hour, &crate::zone::Zone::utc()).unwrap();
        assert_eq!(finnish(&[], &[]).workdays(hours[0]), 1);
    }

    #[test]
    fn a_country_is_known_by_its_code() {
        assert_eq!("FI".parse(), Ok(Country::Finland));
        insta::assert_snapshot!("SE".parse::<Country>().unwrap_err(), @r#"the holidays of "SE" are not known; the countries are FI, and for others holidays can be listed day by day"#);
    }
}
