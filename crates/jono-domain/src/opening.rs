//! When a service point is open: as its openings are published, with what is changed for a while. Closed is never
//! zero visits. Public holidays are published as openings of their own; the calendar knows nothing of them here.

mod week_hours;

use std::{collections::BTreeMap, fmt, ops::Range, str::FromStr};

use jiff::civil::Date;
use thiserror::Error;

pub use self::week_hours::{BadHours, WeekHours};
use crate::{
    event::UnixSeconds,
    id::{Channel, UnitId},
    period::Period,
    zone::Zone,
};

/// How far a unit's channel serves on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum OpenState {
    /// As usual.
    Open,
    /// Shorter, or not every service.
    Reduced,
    /// Not at all.
    Closed,
}

impl OpenState {
    /// Every state, in the order in which tables show them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Reduced, Self::Closed];

    /// The word used in labels and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reduced => "reduced",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for OpenState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that does not say how far anything is open.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no state of opening; the states are {list}", list = OpenState::ALL.map(OpenState::as_str).join(", "))]
pub struct UnknownOpenState(pub String);

impl FromStr for OpenState {
    type Err = UnknownOpenState;
    fn from_str(word: &str) -> Result<Self, UnknownOpenState> {
        let known = Self::ALL.into_iter().find(|state| state.as_str() == word);
        known.ok_or_else(|| UnknownOpenState(word.to_owned()))
    }
}

/// What was published about one unit's channel, for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Opening {
    /// How the customers come.
    pub channel: Channel,
    /// Who serves.
    pub unit: UnitId,
    /// The first day for which it holds.
    pub first_day: Date,
    /// The last one, included; `None`: until further notice.
    pub last_day: Option<Date>,
    /// How far it serves.
    pub state: OpenState,
    /// At which hours, if that was published. Without them it is known that it is open, and not when.
    pub hours: Option<WeekHours>,
}

impl Opening {
    /// Whether it holds on that day.
    pub fn holds(&self, day: Date) -> bool {
        self.first_day <= day && self.last_day.is_none_or(|last| day <= last)
    }

    /// For how many days it holds beyond its first; further notice is further off than any day.
    fn span(&self) -> i64 {
        self.last_day.map_or(i64::MAX, |last| self.first_day.duration_until(last).as_hours() / 24)
    }

    /// How far it serves on a day on which it holds. Without an hour on that day of the week it does not.
    fn state_on(&self, day: Date) -> OpenState {
        match self.hours_on(day) {
            Some([]) => OpenState::Closed,
            Some(_) | None => self.state,
        }
    }

    /// Its hours on a day on which it holds: none if it is closed, `None` if they were not published.
    fn hours_on(&self, day: Date) -> Option<&[Range<u16>]> {
        match self.state {
            OpenState::Closed => Some(&[]),
            OpenState::Open | OpenState::Reduced => Some(self.hours.as_ref()?.on(day.weekday())),
        }
    }
}

/// All that was published about who is open when.
///
/// Of several openings that hold on a day the one with the shortest span counts: an exception for a week beats what
/// holds until further notice. Of equal spans it is the newest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Openings {
    /// Of each, the oldest first.
    published: BTreeMap<(Channel, UnitId), Vec<Opening>>,
}

impl Openings {
    /// Gathers openings; later ones are newer.
    pub fn new(openings: Vec<Opening>) -> Self {
        let mut published = BTreeMap::<_, Vec<_>>::new();
        for opening in openings {
            published.entry((opening.channel, opening.unit.clone())).or_default().push(opening);
        }
        Self { published }
    }

    /// How far a unit's channel serves on a day: not at all where it is open in that week and not on that day.
    /// `None`: nothing is known.
    pub fn state(&self, channel: Channel, unit: &UnitId, day: Date) -> Option<OpenState> {
        Some(self.holding(channel, unit, day)?.state_on(day))
    }

    /// From when to when it is open on a day, in minutes after midnight of local time; none if it is closed, `None`
    /// if it is not known.
    pub fn hours(&self, channel: Channel, unit: &UnitId, day: Date) -> Option<&[Range<u16>]> {
        self.holding(channel, unit, day)?.hours_on(day)
    }

    /// How many minutes it is open on a day by the wall clock, of a day without a change of the clock; `None` if it
    /// is not known.
    pub fn open_minutes(&self, channel: Channel, unit: &UnitId, day: Date) -> Option<u32> {
        self.hours(channel, unit, day).map(week_hours::minutes)
    }

    /// Whether it is open at that time, by the wall clock of the zone: an hour that happens twice is open twice, one
    /// that is skipped never. `None` if it is not known.
    pub fn is_open(&self, channel: Channel, unit: &UnitId, at: UnixSeconds, zone: &Zone) -> Option<bool> {
        let local = zone.local(at);
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        Some(self.hours(channel, unit, local.date())?.iter().any(|open| open.contains(&minute)))
    }

    /// How far everybody serves on a day, of whom anything is known.
    pub fn states(&self, day: Date) -> BTreeMap<(Channel, UnitId), OpenState> {
        let known = self.published.iter();
        known.filter_map(|(who, all)| Some((who.clone(), winner(all, day)?.state_on(day)))).collect()
    }

    /// Whether it is closed on every day of the period. What is not known is not closed.
    pub fn is_closed(&self, channel: Channel, unit: &UnitId, period: Period) -> bool {
        let is_closed = |day| self.state(channel, unit, day) == Some(OpenState::Closed);
        period.dates().all(is_closed)
    }

    fn holding(&self, channel: Channel, unit: &UnitId, day: Date) -> Option<&Opening> {
        winner(self.published.get(&(channel, unit.clone()))?, day)
    }
}

/// The opening that counts on that day, of those of one unit's channel.
fn winner(openings: &[Opening], day: Date) -> Option<&Opening> {
    // The first of the shortest wins, so the newest come first.
    openings.iter().rev().filter(|opening| opening.holds(day)).min_by_key(|opening| opening.span())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const HOURS: &str = "Mo-Fr 09:00-16:00";

    /// An opening of Oulu's service point from one day of June 2020 to another.
    fn opening(first: i8, last: Option<i8>, state: OpenState, hours: Option<&str>) -> Opening {
        Opening {
            channel: Channel::ServicePoint,
            unit: oulu(),
            first_day: date(2020, 6, first),
            last_day: last.map(|last| date(2020, 6, last)),
            state,
            hours: hours.map(|hours| hours.parse().unwrap()),
        }
    }

    fn oulu() -> UnitId {
        "oulu".parse().unwrap()
    }

    /// Open until further notice from Monday 1 June; in the week from the 8th shorter, and closed on its Thursday.
    fn june() -> Openings {
        Openings::new(vec![
            opening(8, Some(14), OpenState::Reduced, Some("Mo-Fr 10:00-12:00")),
            opening(11, Some(11), OpenState::Closed, Some(HOURS)),
            opening(1, None, OpenState::Open, Some(HOURS)),
        ])
    }

    /// The state on a day of June 2020 and its open minutes.
    fn check(openings: &Openings, day: i8) -> String {
        let (channel, unit, day) = (Channel::ServicePoint, oulu(), date(2020, 6, day));
        let state = openings.state(channel, &unit, day).map_or("unknown", OpenState::as_str);
        match openings.open_minutes(channel, &unit, day) {
            None => state.to_owned(),
            Some(minutes) => format!("{state}, {minutes} min"),
        }
    }

    #[test]
    fn the_shortest_span_wins() {
        let openings = june();
        insta::assert_snapshot!(check(&openings, 5), @"open, 420 min");
        insta::assert_snapshot!(check(&openings, 8), @"reduced, 120 min");
        insta::assert_snapshot!(check(&openings, 11), @"closed, 0 min");
        insta::assert_snapshot!(check(&openings, 12), @"reduced, 120 min");
        insta::assert_snapshot!(check(&openings, 15), @"open, 420 min");
    }

    #[test]
    fn a_day_of_the_week_without_hours_is_closed() {
        insta::assert_snapshot!(check(&june(), 6), @"closed, 0 min");
    }

    #[test]
    fn of_equal_spans_the_newest_wins() {
        let openings = Openings::new(vec![
            opening(1, None, OpenState::Open, Some(HOURS)),
            opening(3, None, OpenState::Closed, None),
            opening(8, Some(9), OpenState::Open, None),
            opening(9, Some(10), OpenState::Reduced, None),
        ]);
        insta::assert_snapshot!(check(&openings, 2), @"open, 420 min");
        insta::assert_snapshot!(check(&openings, 3), @"closed, 0 min");
        insta::assert_snapshot!(check(&openings, 8), @"open");
        insta::assert_snapshot!(check(&openings, 9), @"reduced");
    }

    #[test]
    fn what_nobody_published_is_not_known() {
        let openings = Openings::new(vec![opening(8, Some(9), OpenState::Open, None)]);
        insta::assert_snapshot!(check(&openings, 7), @"unknown");
        let at = |channel, unit: &str| {
            let at = UnixSeconds::new(1_591_599_600).unwrap();
            openings.is_open(channel, &unit.parse().unwrap(), at, &Zone::utc())
        };
        assert_eq!(at(Channel::ServicePoint, "oulu"), None, "open on that day, but not known when");
        assert_eq!(at(Channel::Phone, "oulu").or(at(Channel::ServicePoint, "salo")), None);
    }

    #[test]
    fn everybody_on_a_day() {
        let salo = Opening { unit: "salo".parse().unwrap(), ..opening(8, Some(8), OpenState::Reduced, None) };
        let phone = Opening { channel: Channel::Phone, ..opening(1, None, OpenState::Open, None) };
        let openings = Openings::new(vec![salo, phone, opening(1, Some(8), OpenState::Closed, None)]);
        let states = |day| {
            let states = openings.states(date(2020, 6, day)).into_iter();
            states
                .map(|((channel, unit), state)| format!("{channel} {unit} {state}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        insta::assert_snapshot!(states(8), @"phone oulu open, service_point oulu closed, service_point salo reduced");
        insta::assert_snapshot!(states(9), @"phone oulu open");
    }

    #[test]
    fn closed_is_every_day_of_a_period() {
        let openings = Openings::new(vec![
            opening(1, Some(14), OpenState::Closed, None),
            opening(15, None, OpenState::Open, Some(HOURS)),
        ]);
        let is_closed =
            |period: &str| openings.is_closed(Channel::ServicePoint, &oulu(), period.parse().unwrap());
        assert!(is_closed("2020-W24") && is_closed("2020-06-01..2020-06-14") && is_closed("2020-06-20"));
        assert!(!is_closed("2020-06-14..2020-06-15") && !is_closed("2020-06"));
        assert!(!is_closed("2020-05-31..2020-06-01"), "a day of which nothing is known");
    }

    #[test]
    fn by_the_wall_clock_of_the_zone() {
        let helsinki = Zone::new("Europe/Helsinki").unwrap();
        let night = Opening {
            first_day: date(2020, 1, 1),
            ..opening(1, None, OpenState::Open, Some("Su 03:00-04:00"))
        };
        let openings = Openings::new(vec![night]);
        let open_minutes = |month, day| {
            let seconds = helsinki.days(date(2020, month, day), date(2020, month, day));
            let minutes = (seconds.start.get()..seconds.end.get()).step_by(60).map(UnixSeconds::saturating);
            let is_open = |at| openings.is_open(Channel::ServicePoint, &oulu(), at, &helsinki);
            minutes.filter(|&at| is_open(at) == Some(true)).count()
        };
        // The hour from 3 to 4 is there once, was skipped, was repeated; and the day before is no Sunday.
        assert_eq!(
            [open_minutes(6, 7), open_minutes(3, 29), open_minutes(10, 25), open_minutes(6, 6)],
            [60, 0, 120, 0]
        );
    }

    #[test]
    fn words_of_states() {
        let states = OpenState::ALL.map(|state| state.to_string().parse());
        assert_eq!(states, OpenState::ALL.map(Ok));
        insta::assert_snapshot!("shut".parse::<OpenState>().unwrap_err(), @r#""shut" is no state of opening; the states are open, reduced, closed"#);
    }

    proptest! {
        /// However openings overlap, the one that counts holds on the day and none that holds is shorter, or as short
        /// and newer.
        #[test]
        fn one_opening_counts(
            spans in prop::collection::vec((1..31_i8, prop::option::of(0..9_i8)), 0..8),
            day in 1..31_i8,
        ) {
            let today = date(2020, 6, day);
            let state = |at: usize| OpenState::ALL[at % 3];
            let all: Vec<_> = spans.iter().enumerate().map(|(at, &(first, span))| {
                opening(first, span.map(|span| (first + span).min(30)), state(at), None)
            }).collect();
            let oracle = all.iter().enumerate().filter(|(_, opening)| opening.holds(today));
            let oracle = oracle.max_by_key(|(at, opening)| {
                let days = opening.last_day.map_or(99, |last| last.day() - opening.first_day.day());
                (-days, *at)
            });
            let expected = oracle.map(|(_, opening)| opening.state);
            let openings = Openings::new(all);
            prop_assert_eq!(openings.state(Channel::ServicePoint, &oulu(), today), expected);
        }
    }
}
