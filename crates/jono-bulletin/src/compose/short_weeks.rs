//! Weeks with fewer than five working days, and the holidays that make them short.

use jono_domain::Period;

use crate::{
    block::{Arg, Block, say},
    facts::ShortWeek,
    known::Known,
};

/// Which of the weeks shown are short, of the bulletin's year and the one before.
pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let shown = super::lines::times(known);
    let of = |weeks: &[Period]| -> Vec<_> {
        known.facts.short_weeks.iter().filter(|short| weeks.contains(&short.week)).map(said).collect()
    };
    let before: Vec<_> = shown.iter().filter_map(|period| period.year_ago()).collect();
    let before: Vec<_> = before.into_iter().filter(|period| !shown.contains(period)).collect();
    [("short-weeks", of(&shown)), ("short-weeks-before", of(&before))]
        .into_iter()
        .filter(|(_, weeks)| !weeks.is_empty())
        .map(|(name, weeks)| Block::Statement(say(name).with("weeks", Arg::All(weeks)), None))
        .collect()
}

fn said(short: &ShortWeek) -> Arg {
    say("short-week").with("week", Arg::Period(short.week)).with("holidays", holidays(short)).into()
}

fn holidays(short: &ShortWeek) -> Arg {
    let mut names: Vec<_> = short.holidays.iter().map(|(_, name)| holiday(name.as_deref())).collect();
    names.dedup();
    Arg::All(names.into_iter().map(|name| say(name).into()).collect())
}

/// In a table, why a week is short, or the one a year before.
pub(super) fn cell(known: &Known<'_>, period: Period) -> Option<Arg> {
    let of = |short: &ShortWeek| {
        let workdays = Arg::Number(u64::from(short.workdays));
        Arg::from(say("short").with("days", workdays).with("holidays", holidays(short)))
    };
    let now = known.short_week(period).map(of);
    let ago = period.year_ago().and_then(|ago| known.short_week(ago)).map(of);
    let ago = ago.map(|ago| Arg::from(say("short-year-before").with("short", Arg::All(vec![ago]))));
    let all: Vec<_> = now.into_iter().chain(ago).collect();
    match all.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [one, other, ..] => Some(
            say("both")
                .with("one", Arg::All(vec![one.clone()]))
                .with("other", Arg::All(vec![other.clone()]))
                .into(),
        ),
    }
}

/// The message of a holiday by its English name; of a closing day of the service's own that it is one.
fn holiday(name: Option<&str>) -> &'static str {
    match name {
        Some("New Year's Day") => "holiday-new-year",
        Some("Epiphany") => "holiday-epiphany",
        Some("Good Friday") => "holiday-good-friday",
        Some("Easter Sunday") => "holiday-easter-sunday",
        Some("Easter Monday") => "holiday-easter-monday",
        Some("May Day") => "holiday-may-day",
        Some("Ascension Day") => "holiday-ascension",
        Some("Whit Sunday") => "holiday-whit-sunday",
        Some("Midsummer Eve") => "holiday-midsummer-eve",
        Some("Midsummer Day") => "holiday-midsummer-day",
        Some("All Saints' Day") => "holiday-all-saints",
        Some("Independence Day") => "holiday-independence",
        Some("Christmas Eve") => "holiday-christmas-eve",
        Some("Christmas Day") => "holiday-christmas-day",
        Some("Boxing Day") => "holiday-boxing-day",
        _ => "holiday-own",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_holiday_of_the_calendar_has_a_name() {
        for day in jono_domain::calendar::fi::holidays(2020) {
            assert_ne!(holiday(Some(day.name)), "holiday-own", "{}", day.name);
        }
        assert_eq!(holiday(None), "holiday-own");
    }
}
