//! Withholds in months what their weeks withhold, and what would give it back.
//!
//! Weeks come first and are told by their own bulletins, long before the month is over. So a week is withheld without
//! regard to its month, and a month must not be told when it would give a week back, nor when with its weeks it gives the
//! days that are left. Where a week is not among the facts nobody can say that here, and the month is not told either.

use std::collections::{BTreeMap, BTreeSet};

use jono_domain::{Channel, Grain, Period, Reading};

use super::{
    counts::{self, Key, Kind},
    is_few, known,
    problem::{Hold, Problem},
};
use crate::facts::Facts;

/// What shorter periods told.
pub(super) struct Spans {
    /// The counts of the weeks, and whether each is told.
    weeks: BTreeMap<Key, (i64, bool)>,
    /// What was asked of each week, whether it was known or not.
    asked: BTreeSet<(Period, Option<Channel>, Kind, Of)>,
    organisation: jono_domain::UnitId,
}

/// Of whom it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Organisation,
    Unit,
    Service,
}

/// What the weeks of a month say of its count.
enum ByWeeks {
    /// What it is.
    Known,
    /// Nothing.
    Free,
    /// It would give one of them back.
    Beside,
    /// With them it would give the days that are left, or nobody can say that it would not.
    Kept,
}

impl Spans {
    /// Nothing of the facts is told yet.
    pub(super) fn new(facts: &Facts) -> Self {
        let mut spans =
            Self { weeks: BTreeMap::new(), asked: BTreeSet::new(), organisation: facts.organisation.clone() };
        let is_of_a_week = |reading: &&Reading| reading.period.grain() == Some(Grain::Week);
        let counted = facts.readings.iter().filter(|reading| !known::is_published(reading));
        for reading in counted.filter(is_of_a_week) {
            for kind in counts::asked(reading) {
                let of = spans.of(&Key::new(reading, kind.clone()));
                spans.asked.insert((reading.period, reading.channel, kind, of));
            }
        }
        spans
    }

    fn of(&self, key: &Key) -> Of {
        match (&key.service, &key.unit) {
            (Some(_), _) => Of::Service,
            (None, Some(unit)) if *unit != self.organisation => Of::Unit,
            _ => Of::Organisation,
        }
    }

    /// Remembers what a week tells.
    pub(super) fn remember(&mut self, problem: &Problem) {
        for cell in problem.cells.iter().filter(|cell| cell.key.period.grain() == Some(Grain::Week)) {
            let is_told = cell.hold == Hold::Told
                && cell.told_by.is_none_or(|teller| problem.cells[teller].hold == Hold::Told);
            self.weeks.insert(cell.key.clone(), (cell.count, is_told));
        }
    }

    /// Withholds in months what their weeks do not allow to tell.
    pub(super) fn hold(&self, problem: &mut Problem) {
        for cell in 0..problem.cells.len() {
            let one = &problem.cells[cell];
            if one.key.period.grain() != Some(Grain::Month) || one.key.kind == "responses" {
                continue;
            }
            let is_none = one.count == 0;
            match self.of_weeks(&one.key, one.count, !one.figures.is_empty()) {
                // Another world of the week is one of the month. If nobody came all month, nobody did in any of its weeks.
                ByWeeks::Beside => problem.hide(cell),
                ByWeeks::Free => {}
                _ if is_none => {}
                ByWeeks::Known => problem.cells[cell].is_known = true,
                ByWeeks::Kept => problem.keep(cell),
            }
        }
    }

    /// What the weeks of a month say of its count.
    fn of_weeks(&self, key: &Key, count: i64, is_told: bool) -> ByWeeks {
        let days = key.period;
        let of_weeks = counts::of_weeks(&key.kind);
        let kind = of_weeks.map_or_else(|| key.kind.clone(), |kind| kind.to_owned().into());
        let mut weeks: Vec<_> = days.dates().map(|day| Period::of(Grain::Week, day)).collect();
        weeks.dedup();
        let is_inside = |week: &Period| match of_weeks {
            // A week belongs to the month of its Thursday.
            Some(_) => {
                week.dates().nth(3).is_some_and(|thursday| (days.first()..=days.last()).contains(&thursday))
            }
            None => days.first() <= week.first() && week.last() <= days.last(),
        };
        if of_weeks.is_some() {
            weeks.retain(is_inside);
        }
        let mut left = count;
        let (mut is_edge_withheld, mut is_unknown) = (false, false);
        for week in weeks {
            let is_asked = || self.asked.contains(&(week, key.channel, kind.clone(), self.of(key)));
            match self.weeks.get(&Key { period: week, ..key.of_kind(kind.clone()) }) {
                Some((_, false)) if is_inside(&week) => return ByWeeks::Beside,
                Some((count, true)) if is_inside(&week) => left -= count,
                Some((_, is_told)) => is_edge_withheld |= !is_told,
                None if is_told && !is_asked() => return ByWeeks::Kept,
                None => is_unknown = true,
            }
        }
        // What is left came on the days of weeks that reach into other months.
        match left {
            0 if !is_unknown => ByWeeks::Known,
            _ if is_few(left) || (is_edge_withheld && left > 0) => ByWeeks::Kept,
            _ => ByWeeks::Free,
        }
    }
}
