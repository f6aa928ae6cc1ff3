//! The demo's service points, whose names are made up: which unit they belong to, how many come there, and when they
//! were open in the spring and summer of 2020.

use jiff::civil::{Date, Weekday, date};

/// A service point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) unit: &'static str,
    /// Its share of visits, in parts of nothing in particular.
    pub(super) size: u32,
    pub(super) spring: Spring,
    /// Shorter hours even after it was opened again.
    pub(super) is_reduced: bool,
}

/// How it went through the spring of 2020, from 18 March on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spring {
    /// By appointment, until the end of May.
    Reduced,
    /// Closed, and open again from this day on.
    ClosedUntil(Date),
}

/// The day on which service points closed.
pub(super) const CLOSING: Date = date(2020, 3, 18);
/// The day on which most opened again.
pub(super) const OPENING: Date = date(2020, 6, 1);
/// The day on which the last ones did.
pub(super) const LATE_OPENING: Date = date(2020, 6, 15);

const JUNE: Spring = Spring::ClosedUntil(OPENING);
const LATE: Spring = Spring::ClosedUntil(LATE_OPENING);

const fn point(unit: &'static str, size: u32, spring: Spring) -> Point {
    Point { unit, size, spring, is_reduced: false }
}

const fn reduced(unit: &'static str, size: u32, spring: Spring) -> Point {
    Point { is_reduced: true, ..point(unit, size, spring) }
}

/// Those whose visits are told by the week. The large ones stayed open.
pub(super) const POINTS: [Point; 18] = [
    point("harjula", 90, Spring::Reduced),
    point("koivuranta", 60, JUNE),
    point("saarikko", 30, LATE),
    point("honkavaara", 80, Spring::Reduced),
    point("lehtoniemi", 45, JUNE),
    reduced("rantasuo", 25, JUNE),
    point("kivisalmi", 85, Spring::Reduced),
    point("makikyla", 50, JUNE),
    point("niittyla", 35, JUNE),
    point("hiekkaranta", 95, Spring::Reduced),
    point("myllyranta", 55, JUNE),
    point("uusilahti", 30, JUNE),
    point("jokisuu", 75, Spring::Reduced),
    point("tunturila", 40, LATE),
    reduced("pohjaranta", 20, JUNE),
    point("asematori", 140, Spring::Reduced),
    point("itaportti", 110, JUNE),
    point("satamatie", 70, JUNE),
];

/// Those that hand out tickets, from June 2020 on. What is counted of them ticket by ticket is nowhere told by the week.
pub(super) const TICKETED: [Point; 3] =
    [point("kirkonmaki", 30, JUNE), point("tuomiranta", 25, JUNE), point("suvantola", 20, JUNE)];

/// The six customer service units.
pub(super) const UNITS: [&str; 6] = ["south", "east", "central", "west", "north", "capital"];

impl Point {
    /// Whether anybody is served there on a day, holidays left aside.
    pub(super) fn is_open(self, day: Date) -> bool {
        match self.spring {
            Spring::Reduced => true,
            Spring::ClosedUntil(opens) => day < CLOSING || day >= opens,
        }
    }
}

/// How many service points are open, reduced and closed on a day, by what this file says alone.
pub(super) fn states(day: Date) -> [usize; 3] {
    let mut states = [0; 3];
    for point in POINTS.iter().chain(&TICKETED) {
        let is_by_appointment = point.spring == Spring::Reduced && (CLOSING..OPENING).contains(&day);
        let is_midsummer = (LATE_OPENING..date(2020, 6, 22)).contains(&day);
        let is_reduced = is_by_appointment || is_midsummer || (point.is_reduced && day >= OPENING);
        let is_closed = match day.weekday() {
            Weekday::Saturday | Weekday::Sunday => true,
            Weekday::Friday => is_reduced,
            _ => false,
        };
        states[if is_closed || !point.is_open(day) { 2 } else { usize::from(is_reduced) }] += 1;
    }
    states
}
