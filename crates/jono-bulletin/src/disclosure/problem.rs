//! The counts of one period as cells, and the sums by which one gives another away.
//!
//! A difference of two counts, such as those who were not answered, is a cell too, though no figure tells it.

mod places;

use std::collections::{BTreeMap, BTreeSet};

use jono_domain::{Basis, Formula, Reading};

use super::{
    counts::{Key, Kind, counts},
    is_few,
    known::Known,
};
use crate::{facts::Facts, figure::FigureId};

/// How far a cell is from being told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hold {
    /// It is told.
    Told,
    /// It is withheld because others need it.
    Beside,
    /// It must not be known: it is withheld for something that another period withholds.
    Kept,
    /// It must not be known: it is of few.
    Few,
}

/// A count of persons.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) key: Key,
    pub(super) count: i64,
    /// The readings that tell it, by their place in the list; none where it is only a difference of others.
    pub(super) figures: Vec<usize>,
    /// The cell without which a difference is not told.
    pub(super) told_by: Option<usize>,
    /// Whether everybody knows it already.
    pub(super) is_known: bool,
    /// Whether it is told for other cells' sake, whatever they are: a total that later bulletins tell without its parts.
    pub(super) is_total: bool,
    /// Whether it is part of a sum of few: then it is withheld even if it is zero.
    pub(super) is_beneath_few: bool,
    pub(super) hold: Hold,
}

impl Cell {
    /// Whether it is none and every reader takes it to be none: where each wait was known, it is known of each contact.
    pub(super) fn is_always_none(&self) -> bool {
        let kind = self.key.kind.split(':').next().unwrap_or_default();
        self.count == 0 && ["unwaited", "uncounted", "handled_unknown"].contains(&kind)
    }
}

/// A sum that holds, and that everybody can reckon with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
}

/// The cells of one period and their sums.
#[derive(Debug, Clone, Default)]
pub(super) struct Problem {
    pub(super) cells: Vec<Cell>,
    pub(super) relations: Vec<Relation>,
    /// The cells that can be learned though they are withheld.
    pub(super) exposed: BTreeSet<usize>,
    index: BTreeMap<Key, usize>,
}

/// What is made of what at one place: the whole, a part, and the rest.
const PARTS: &[(&str, &str, &str)] = &[
    // Contacts were answered or not.
    ("contacts", "answered", "unanswered"),
    // Of an answered contact the wait is known or not.
    ("answered", "waited", "unwaited"),
    // A promise that was due was kept or is late.
    ("promises_due", "promises_kept", "promises_late"),
    // A call back was completed by reaching the customer or not.
    ("callbacks_completed", "callbacks_reached", "callbacks_failed"),
    // A handled contact's time is known or not.
    ("handled", "handled_known", "handled_unknown"),
];

impl Problem {
    /// The problem of the readings of one period.
    pub(super) fn new(facts: &Facts, readings: &[&Reading], known: &Known) -> Self {
        let mut problem = Self::default();
        for (figure, reading) in readings.iter().enumerate() {
            let was_told = known.was_told(reading);
            let was_withheld = known.was_withheld(reading) || known.was_told_without_count(reading);
            for (kind, count) in counts(reading) {
                let cell = problem.cell(Key::new(reading, kind), count, reading);
                let cell = &mut problem.cells[cell];
                cell.figures.push(figure);
                cell.is_known |= was_told || known.is_published_as(&cell.key, count);
                if was_withheld {
                    cell.hold = Hold::Beside;
                }
            }
        }
        problem.relate_parts(facts);
        problem.relate_places(facts);
        problem.relate_bases();
        problem.set_totals(facts);
        for cell in problem.cells.iter_mut().filter(|cell| is_few(cell.count)) {
            cell.hold = Hold::Few;
        }
        problem
    }

    /// The cell of a count; where two readings do not agree on it, each has its own.
    fn cell(&mut self, key: Key, count: i64, reading: &Reading) -> usize {
        match self.index.get(&key) {
            Some(&cell) if self.cells[cell].count == count => cell,
            Some(_) => {
                let kind = format!("{} by {}", key.kind, reading.measure.name());
                self.cell(key.of_kind(kind), count, reading)
            }
            None => self.add(key, count, None),
        }
    }

    fn add(&mut self, key: Key, count: i64, told_by: Option<usize>) -> usize {
        self.cells.push(Cell {
            key: key.clone(),
            count,
            figures: Vec::new(),
            told_by,
            is_known: false,
            is_total: false,
            is_beneath_few: false,
            hold: Hold::Told,
        });
        self.index.insert(key, self.cells.len() - 1);
        self.cells.len() - 1
    }

    /// The place of a cell, if there is one.
    pub(super) fn place(&self, key: &Key) -> Option<usize> {
        self.index.get(key).copied()
    }

    /// The cell, if there is one.
    pub(super) fn find(&self, key: &Key) -> Option<&Cell> {
        self.place(key).map(|cell| &self.cells[cell])
    }

    /// Relates what was counted of the same customers in several ways.
    fn relate_parts(&mut self, facts: &Facts) {
        let keys: Vec<_> = self.index.keys().cloned().collect();
        for key in &keys {
            for (whole, part, rest) in PARTS.iter().filter(|(_, part, _)| key.kind == *part) {
                self.relate(key, whole, part, (*rest).to_owned());
            }
            let Some(formula) =
                key.kind.strip_prefix("met").filter(|it| it.is_empty() || it.starts_with(':'))
            else {
                continue;
            };
            // A service level counts contacts, by some formulas not all of them; of those, some met the promise.
            let counted = format!("counted{formula}");
            self.relate(key, &counted, &key.kind, format!("unmet{formula}"));
            self.relate(key, "contacts", &counted, format!("uncounted{formula}"));
            // Those that met it were answered, and others were answered later.
            if is_of_answered(facts, key, formula) {
                self.relate(key, "answered", &key.kind, format!("answered_late{formula}"));
            }
        }
    }

    /// Relates a whole, a part and the rest of one place, if both are known and go together.
    fn relate(&mut self, key: &Key, whole: &str, part: &str, rest: String) {
        let find = |kind: &str| self.index.get(&key.of_kind(kind.to_owned())).copied();
        let (Some(total), Some(part)) = (find(whole), find(part)) else { return };
        let count = self.cells[total].count - self.cells[part].count;
        if count < 0 {
            return;
        }
        let rest = match find(&rest) {
            Some(cell) if self.cells[cell].count == count => cell,
            Some(_) => return,
            None => self.add(key.of_kind(rest), count, Some(part)),
        };
        self.relations.push(Relation { total, parts: vec![part, rest] });
    }

    /// Relates what was counted and tallied, where both are the same: then one tells the other.
    fn relate_bases(&mut self) {
        for (key, &total) in &self.index {
            let tallied = Key { basis: Basis::Tallied, ..key.clone() };
            let other = self.index.get(&tallied).filter(|_| key.basis == Basis::Counted);
            if let Some(&part) = other.filter(|&&other| self.cells[other].count == self.cells[total].count) {
                self.relations.push(Relation { total, parts: vec![part] });
            }
        }
    }

    /// Says which cells are the organisation's own totals. Whether one is told hangs on the counts of its own place
    /// alone, for other bulletins tell it without its parts.
    fn set_totals(&mut self, facts: &Facts) {
        for cell in 0..self.cells.len() {
            let key = &self.cells[cell].key;
            if key.unit.as_ref() != Some(&facts.organisation) || key.service.is_some() {
                continue;
            }
            let few = |kind: &str| {
                let count = self.find(&key.of_kind(kind.to_owned())).map(|cell| cell.count);
                count.is_some_and(is_few)
            };
            self.cells[cell].is_total = match key.kind.as_ref() {
                "answered" => !few("unanswered"),
                "waited" => !few("unwaited") && !few("unanswered"),
                "met" => !few("unmet") && !few("answered_late"),
                "counted" => !few("uncounted") && !few("unmet"),
                "contacts" | "responses" => true,
                kind => kind == super::counts::weekly("contacts"),
            };
        }
    }

    /// The figures that would be told by a cell.
    fn figures(&self, cell: usize) -> &[usize] {
        let cell = &self.cells[cell];
        cell.told_by.map_or(&cell.figures, |teller| &self.cells[teller].figures)
    }

    /// Withholds a cell, if it is told.
    pub(super) fn hide(&mut self, cell: usize) {
        let cell = &mut self.cells[cell];
        cell.hold = cell.hold.max(Hold::Beside);
    }

    /// Withholds all that would tell a difference: what is told of the same customers.
    pub(super) fn hide_place(&mut self, cell: usize) {
        let key = self.cells[cell].key.clone();
        let of_place =
            |other: &Cell| key.of_kind(other.key.kind.clone()) == other.key && !other.figures.is_empty();
        self.cells
            .iter_mut()
            .filter(|other| of_place(other))
            .for_each(|other| other.hold = other.hold.max(Hold::Beside));
    }

    /// Withholds the cells that no figure tells any more, since each figure that would tells of a withheld cell too.
    pub(super) fn hide_untold(&mut self) {
        let withheld = self.cells.iter().filter(|cell| cell.hold > Hold::Told);
        let withheld: BTreeSet<_> = withheld.flat_map(|cell| cell.figures.iter().copied()).collect();
        let is_untold = |cell: &Cell| {
            !cell.figures.is_empty() && cell.figures.iter().all(|figure| withheld.contains(figure))
        };
        let untold = self.cells.iter_mut().filter(|cell| is_untold(cell));
        untold.for_each(|cell| cell.hold = cell.hold.max(Hold::Beside));
    }

    /// Withholds a cell that must not be known.
    pub(super) fn keep(&mut self, cell: usize) {
        let cell = &mut self.cells[cell];
        cell.hold = cell.hold.max(Hold::Kept);
    }

    /// The figures that can be learned though they are withheld.
    pub(super) fn exposed(&self, readings: &[&Reading]) -> Vec<FigureId> {
        self.exposed
            .iter()
            .flat_map(|&cell| self.figures(cell))
            .map(|&figure| FigureId::of(readings[figure]))
            .collect()
    }
}

/// Whether contacts that met the promise are among the answered, by the formulas that the place uses.
fn is_of_answered(facts: &Facts, key: &Key, formula: &str) -> bool {
    let handled = Formula::HandledOfOffered;
    if let Some(formula) = formula.strip_prefix(':') {
        return formula != handled.to_string();
    }
    match &key.service {
        Some(service) => facts.services.get(service).is_none_or(|service| service.formula != handled),
        None => facts.services.values().all(|service| service.formula != handled),
    }
}

/// The rest of a total: what its parts do not account for.
fn rest_of(kind: &Kind, of: &str) -> Kind {
    format!("{kind} {of}").into()
}
