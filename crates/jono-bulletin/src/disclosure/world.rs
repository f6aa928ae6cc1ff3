//! The cheapest other world: numbers that could as well be true, given what is told.
//!
//! Somebody who reads a bulletin knows the figures that it tells and the sums that hold. A count cannot be learned as
//! long as there is another world, in which it is another one and all that is told is the same. Where there is none yet,
//! there is one that differs from what is told in as little as possible: if those cells are withheld too, it is there.
//! So the smallest cells that help are found by a linear program over the differences (after J. Castro, *A shortest-paths
//! heuristic for statistical data protection in positive tables*, INFORMS Journal on Computing 19(4), 2007).

mod simplex;

use self::simplex::{Row, cheapest};
use super::problem::{Cell, Hold, Problem, Relation};

/// What may differ in another world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Terms {
    /// What is withheld already.
    Withheld,
    /// Whatever is not zero, and no total.
    Parts,
    /// Zeros too: then no reader knows of what is withheld that it is not zero.
    Zeros,
    /// Whatever can help.
    Everything,
    /// Whatever is not zero, totals too: where readers know all that is zero.
    Totals,
}

impl Terms {
    /// From what is told gladly to what is told least gladly.
    pub(super) const MORE_AND_MORE: [Self; 3] = [Self::Parts, Self::Zeros, Self::Everything];
}

/// Whether a cell can be another one.
fn can_differ(cell: &Cell, terms: Terms) -> bool {
    match terms {
        _ if cell.is_known || cell.is_always_none() => false,
        _ if cell.figures.is_empty() => true,
        _ if cell.hold > Hold::Told => true,
        Terms::Withheld => false,
        Terms::Parts => !cell.is_total && cell.count > 0,
        Terms::Zeros => !cell.is_total,
        Terms::Totals => cell.count > 0,
        Terms::Everything => true,
    }
}

/// The least that a reader can take a cell for.
fn least(cell: &Cell, terms: Terms) -> i64 {
    let can_be_none =
        cell.figures.is_empty() || cell.is_beneath_few || matches!(terms, Terms::Zeros | Terms::Everything);
    i64::from(!can_be_none && cell.count > 0)
}

/// A share that is told without its counts: rounded to so many thousandths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    /// The cell above the line.
    pub(super) part: usize,
    /// The cell below it.
    pub(super) whole: usize,
    pub(super) thousandths: i64,
}

/// How little a cell is withheld gladly.
fn cost(cell: &Cell) -> f64 {
    if cell.hold > Hold::Told || cell.figures.is_empty() {
        return 1.0;
    }
    let size = f64::from(i64::BITS - cell.count.leading_zeros());
    // Of a wait only the number of contacts is withheld.
    let base = if cell.key.kind == "waited" { 300.0 } else { 1000.0 };
    let none = if cell.count == 0 { 10_000.0 } else { 0.0 };
    let total = if cell.is_total { 1_000_000.0 } else { 0.0 };
    base + 100.0 * size + none + total
}

/// From how much above the least on a cell needs no bound: no world differs by that much.
const FAR: i64 = 16;

/// The cells that differ in the cheapest world where a cell is that count; `None` if there is none.
///
/// The cells are those that hang together with it, in an order that does not depend on where they were read.
pub(super) fn other(
    problem: &Problem,
    (cells, relations): (&[usize], &[&Relation]),
    secret: (usize, i64),
    terms: Terms,
    share: Option<Share>,
) -> Option<Vec<usize>> {
    let mut more = vec![None; problem.cells.len()];
    let mut less = vec![None; problem.cells.len()];
    let mut costs = Vec::new();
    let mut rows = Vec::new();
    for &index in cells {
        let cell = &problem.cells[index];
        if !can_differ(cell, terms) {
            continue;
        }
        let mut column = || {
            costs.push(cost(cell));
            costs.len() - 1
        };
        more[index] = Some(column());
        let room = cell.count - least(cell, terms);
        if room > 0 {
            let column = column();
            less[index] = Some(column);
            if room < FAR {
                rows.push(Row { terms: vec![(column, 1.0)], right: room as f64, is_at_most: true });
            }
        }
    }
    let difference = |index: usize, sign: f64| {
        let more = more[index].map(|column| (column, sign));
        more.into_iter().chain(less[index].map(|column| (column, -sign)))
    };
    for relation in relations {
        let parts = relation.parts.iter().flat_map(|&part| difference(part, 1.0));
        let terms: Vec<_> = parts.chain(difference(relation.total, -1.0)).collect();
        if !terms.is_empty() {
            rows.push(Row { terms, right: 0.0, is_at_most: false });
        }
    }
    // The share stays within half a thousandth of what is told.
    for (share, sign) in share.into_iter().flat_map(|share| [(share, 1.0), (share, -1.0)]) {
        let end = (share.thousandths as f64 + sign / 2.0) / 1000.0;
        let [part, whole] = [share.part, share.whole].map(|cell| problem.cells[cell].count as f64);
        let terms = difference(share.part, sign).chain(difference(share.whole, -sign * end)).collect();
        rows.push(Row { terms, right: (sign * (end * whole - part)).max(0.0), is_at_most: true });
    }
    let (secret, count) = secret;
    let by = (count - problem.cells[secret].count) as f64;
    let terms = difference(secret, by.signum()).collect();
    rows.push(Row { terms, right: by.abs(), is_at_most: false });
    let found = cheapest(&costs, &rows)?;
    let value = |column: Option<usize>| column.map_or(0.0, |column| found[column]);
    let differs = |&index: &usize| (value(more[index]) - value(less[index])).abs() > 1e-6;
    Some(cells.iter().copied().filter(differs).collect())
}
