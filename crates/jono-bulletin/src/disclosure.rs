//! What must not be told, because it would tell of single persons.
//!
//! A count of one to four is withheld, with whatever would give it back. In the order of the data:
//!
//! 1. `counts.rs` – the counts that a figure tells: its own, or those above and below its line.
//! 2. `known.rs` – what everybody knows already: what was published, and what an earlier revision told.
//! 3. `problem.rs` – the counts of one period as cells, and the sums by which one gives another away.
//! 4. `world.rs` – the cheapest other world: numbers that could as well be true, given what is told.
//! 5. `protect.rs` – withholds until each small count could be one as well as four.
//! 6. `spans.rs` – withholds in months what their weeks withhold.
//! 7. `telling.rs` – what remains of a figure: all, its value without the count that it is of, or nothing.
//!
//! A choice must be the same in every bulletin that tells of a period, or two bulletins would give away together what
//! neither does alone. So it hangs on the counts of that period alone; and the organisation's own totals, which later
//! bulletins tell without their parts, are withheld for their own sake only, never for that of a part.

mod counts;
mod known;
mod problem;
mod protect;
mod spans;
mod telling;
mod world;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jono_domain::{Period, Reading};

use self::{known::Known, problem::Problem, spans::Spans, telling::Telling};
use crate::{
    facts::Facts,
    figure::{Figure, FigureId},
};

/// The largest count that is one of few persons.
const FEW: i64 = 4;

/// Whether a count is one of few persons, and so must not be known.
fn is_few(count: i64) -> bool {
    (1..=FEW).contains(&count)
}

/// What a bulletin does not tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    /// The figures of which nothing is told.
    pub figures: BTreeSet<FigureId>,
    /// The figures whose value is told, rounded, without the count that it is of.
    pub without_count: BTreeSet<FigureId>,
    /// Those of the withheld ones that can be learned all the same, since what gives them away is known already.
    pub exposed: Vec<FigureId>,
}

impl Withheld {
    /// Whether nothing of a figure is told.
    pub fn contains(&self, id: &FigureId) -> bool {
        self.figures.contains(id)
    }

    /// A reading as it may be told.
    pub fn figure(&self, reading: Reading) -> Figure {
        let id = FigureId::of(&reading);
        if self.without_count.contains(&id) {
            let value = telling::without_count(&reading);
            return Figure::new(Reading { value, ..reading }, false);
        }
        let is_withheld = self.contains(&id);
        Figure::new(reading, is_withheld)
    }
}

/// The figures of a bulletin that are withheld.
pub fn withheld(facts: &Facts) -> Withheld {
    let known = Known::new(facts);
    let mut spans = Spans::new(facts);
    let mut withheld = Withheld::default();
    for readings in by_period(facts).values() {
        let mut problem = Problem::new(facts, readings, &known);
        spans.hold(&mut problem);
        protect::protect(&mut problem);
        spans.remember(&problem);
        for (reading, telling) in telling::tellings(&problem, readings, &known) {
            let id = FigureId::of(reading);
            match telling {
                Telling::Whole => continue,
                Telling::WithoutCount => withheld.without_count.insert(id),
                Telling::Nothing => withheld.figures.insert(id),
            };
        }
        withheld.exposed.extend(problem.exposed(readings));
    }
    withheld.exposed.sort();
    withheld.exposed.dedup();
    withheld
}

/// What was counted or tallied, by period: the shorter periods first, for the longer ones are made of them.
fn by_period(facts: &Facts) -> BTreeMap<(i32, Period), Vec<&Reading>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for reading in facts.readings.iter().filter(|reading| !known::is_published(reading)) {
        let days = (reading.period.last() - reading.period.first()).get_days();
        all.entry((days, reading.period)).or_default().push(reading);
    }
    all
}
