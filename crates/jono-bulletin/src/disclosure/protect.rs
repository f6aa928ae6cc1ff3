//! Withholds cells until each small count could be one as well as four.

use std::collections::BTreeMap;

use super::{
    FEW,
    problem::{Cell, Hold, Problem, Relation},
    world::{self, Share, Terms},
};

/// Cells that hang together, and their sums.
type Component<'a> = (&'a [usize], &'a [&'a Relation]);

/// Withholds what must be withheld beside what already is.
pub(super) fn protect(problem: &mut Problem) {
    withhold_beneath_few(problem);
    for (cells, relations) in components(problem) {
        let component: Component = (&cells, &relations.iter().collect::<Vec<_>>());
        for hold in [Hold::Few, Hold::Kept] {
            for &cell in &cells {
                if problem.cells[cell].hold == hold {
                    hide_well(problem, component, cell);
                }
            }
        }
        release(problem, component);
    }
}

/// Withholds what must be withheld so that a cell can be what it must.
fn hide_well(problem: &mut Problem, component: Component, cell: usize) {
    let Cell { hold, count, .. } = problem.cells[cell];
    if hold == Hold::Kept && is_hidden(problem, component, cell, None) {
        return;
    }
    let ends = if hold == Hold::Few { [1, FEW] } else { [(count - FEW + 1).max(1), count + FEW - 1] };
    for end in ends.into_iter().filter(|&end| end != count) {
        let other = |problem: &Problem, terms| world::other(problem, component, (cell, end), terms, None);
        let hide = |problem: &mut Problem, found: Option<Vec<usize>>| match found {
            Some(differing) => differing.into_iter().for_each(|cell| problem.hide(cell)),
            None => _ = problem.exposed.insert(cell),
        };
        let found = Terms::MORE_AND_MORE.into_iter().find_map(|terms| other(problem, terms));
        hide(problem, found);
        // What is withheld can be taken for zero only where some of what is zero is withheld.
        if zeros_are_told(problem, component) && other(problem, Terms::Withheld).is_none() {
            let found = other(problem, Terms::Totals);
            hide(problem, found);
        }
    }
}

/// Whether readers know all that is zero among the cells.
fn zeros_are_told(problem: &Problem, (cells, _): Component) -> bool {
    let is_withheld_zero =
        |cell: &Cell| cell.count == 0 && !cell.figures.is_empty() && !cell.is_known && cell.hold > Hold::Told;
    !cells.iter().any(|&cell| is_withheld_zero(&problem.cells[cell]))
}

/// Whether a cell could be all that it must be able to be, with what is withheld: one of few from one to four, another
/// that must not be known as many counts about the one that it is.
fn is_hidden(problem: &Problem, component: Component, cell: usize, share: Option<Share>) -> bool {
    let Cell { hold, count, .. } = problem.cells[cell];
    let can_be = |other| {
        other == count || world::other(problem, component, (cell, other), Terms::Withheld, share).is_some()
    };
    match hold {
        Hold::Told | Hold::Beside => true,
        Hold::Few => can_be(1) && can_be(FEW),
        Hold::Kept => (count - FEW + 1..=count).any(|least| can_be(least) && can_be(least + FEW - 1)),
    }
}

/// Tells what is withheld in vain: a cell that is the same in all worlds that could be true tells nothing new.
fn release(problem: &mut Problem, component: Component) {
    for &cell in component.0 {
        let Cell { hold, count, .. } = problem.cells[cell];
        let differs = |count| {
            count >= 0 && world::other(problem, component, (cell, count), Terms::Withheld, None).is_some()
        };
        if hold == Hold::Beside && !differs(count + 1) && !differs(count - 1) {
            problem.cells[cell].hold = Hold::Told;
        }
    }
}

/// Whether all that must not be known is not known either by somebody who is told a share without its counts.
pub(super) fn allows(problem: &Problem, share: Share) -> bool {
    let mut problem = problem.clone();
    problem.hide(share.part);
    problem.hide(share.whole);
    problem.hide_untold();
    components(&problem).iter().filter(|(cells, _)| cells.contains(&share.whole)).all(|(cells, relations)| {
        let component: Component = (cells, &relations.iter().collect::<Vec<_>>());
        cells.iter().all(|&cell| is_hidden(&problem, component, cell, Some(share)))
    })
}

/// Of what sums up to few nothing is told, not even what is zero: how many of the parts are would bound the others. The
/// same holds where a sum is not few, but what is not known of it already is too small to be any of one to four at one part
/// while no other is zero.
fn withhold_beneath_few(problem: &mut Problem) {
    let is_too_small = |relation: &&Relation| {
        let parts = || relation.parts.iter().map(|&part| &problem.cells[part]);
        let known: i64 = parts().filter(|part| part.is_known).map(|part| part.count).sum();
        let told: Vec<_> = parts().filter(|part| !part.is_known && !part.figures.is_empty()).collect();
        told.iter().any(|part| part.hold == Hold::Few)
            && problem.cells[relation.total].count - known < FEW + i64::try_from(told.len()).unwrap_or(0)
    };
    let too_small = problem.relations.iter().filter(is_too_small).map(|relation| relation.total);
    let few = (0..problem.cells.len()).filter(|&cell| problem.cells[cell].hold == Hold::Few);
    let mut open: Vec<_> = few.chain(too_small).collect();
    while let Some(total) = open.pop() {
        let of_total = problem.relations.iter().filter(|relation| relation.total == total);
        let parts: Vec<_> = of_total.flat_map(|relation| relation.parts.clone()).collect();
        for part in parts {
            let cell = &mut problem.cells[part];
            if cell.is_known || cell.is_always_none() || std::mem::replace(&mut cell.is_beneath_few, true) {
                continue;
            }
            problem.hide(part);
            if problem.cells[part].told_by.is_some_and(|teller| teller != total) {
                problem.hide_place(part);
            }
            open.push(part);
        }
    }
}

/// The cells that hang together, in the order of their keys, with their sums.
fn components(problem: &Problem) -> Vec<(Vec<usize>, Vec<Relation>)> {
    let mut order: Vec<_> = (0..problem.cells.len()).collect();
    order.sort_by(|&a, &b| problem.cells[a].key.cmp(&problem.cells[b].key));
    let mut rank = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, &cell)| rank[cell] = place);
    let mut relations = problem.relations.clone();
    for relation in &mut relations {
        relation.parts.sort_by_key(|&part| rank[part]);
    }
    let ranks = |relation: &Relation| {
        (rank[relation.total], relation.parts.iter().map(|&part| rank[part]).collect::<Vec<_>>())
    };
    relations.sort_by_key(ranks);
    relations.dedup();
    let mut sets = Sets::new(problem.cells.len());
    for relation in &relations {
        relation.parts.iter().for_each(|&part| sets.join(relation.total, part));
    }
    let mut components: BTreeMap<usize, (Vec<usize>, Vec<Relation>)> = BTreeMap::new();
    for cell in order {
        components.entry(sets.root(cell)).or_default().0.push(cell);
    }
    for relation in relations {
        components.entry(sets.root(relation.total)).or_default().1.push(relation);
    }
    let needs = |cells: &[usize]| cells.iter().any(|&cell| problem.cells[cell].hold > Hold::Beside);
    let mut components: Vec<_> = components.into_values().filter(|(cells, _)| needs(cells)).collect();
    components.sort_by_key(|(cells, _)| rank[cells[0]]);
    components
}

/// Which cells hang together.
struct Sets(Vec<usize>);

impl Sets {
    fn new(len: usize) -> Self {
        Self((0..len).collect())
    }

    fn root(&mut self, mut cell: usize) -> usize {
        while self.0[cell] != cell {
            self.0[cell] = self.0[self.0[cell]];
            cell = self.0[cell];
        }
        cell
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one] = other;
    }
}
