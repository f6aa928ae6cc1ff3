//! Rows of tables in which there is something to show, and the columns of a table by basis.

use jono_domain::{Basis, State};

use crate::{
    block::{Arg, Row, Sentence, Table, say},
    figure::Figure,
    known::{Known, says_something},
};

/// A cell that shows a figure, if there is one.
pub(super) fn cell(figure: Option<&Figure>) -> Option<Arg> {
    figure.map(|figure| Arg::Figure(figure.id.clone()))
}

/// The figure of that basis.
pub(super) fn by_basis<'a>(figures: &[&'a Figure], basis: Basis) -> Option<&'a Figure> {
    figures.iter().copied().find(|figure| figure.reading.basis == basis)
}

/// A row, unless there is nothing to show in it.
pub(super) fn row(name: Arg, figures: &[Option<&Figure>]) -> Option<Row> {
    let shows = figures.iter().flatten().any(|figure| says_something(figure));
    shows.then(|| Row { depth: 0, name, cells: figures.iter().map(|figure| cell(*figure)).collect() })
}

/// How a basis is called in captions and names of lines.
pub(super) fn basis_name(basis: Basis) -> Sentence {
    say(match basis {
        Basis::Counted => "mark-counted",
        Basis::Tallied => "mark-tallied",
        Basis::Published => "mark-published",
    })
}

/// A column's heading.
pub(super) fn column(name: &'static str) -> Arg {
    say(name).into()
}

/// The table without the columns in which no figure tells a number, nor that it is withheld; no table if there is no other.
pub(super) fn without_untold_columns(known: &Known<'_>, mut table: Table) -> Option<Table> {
    let tells = |arg: &Option<Arg>| match arg {
        Some(Arg::Figure(id)) => known.figure(id).is_some_and(|figure| {
            figure.reading.value.is_some() || figure.reading.state == State::Suppressed
        }),
        Some(_) => true,
        None => false,
    };
    for index in (1..table.columns.len()).rev() {
        if !table.rows.iter().any(|row| row.cells.get(index - 1).is_some_and(tells)) {
            table.columns.remove(index);
            table.rows.iter_mut().for_each(|row| drop(row.cells.remove(index - 1)));
        }
    }
    (table.columns.len() > 1).then_some(table)
}

/// The table without columns in which no cell has anything.
pub(super) fn without_empty_columns(mut table: Table) -> Table {
    for index in (1..table.columns.len()).rev() {
        if table.rows.iter().all(|row| row.cells.get(index - 1).is_none_or(Option::is_none)) {
            table.columns.remove(index);
            for row in &mut table.rows {
                if index <= row.cells.len() {
                    row.cells.remove(index - 1);
                }
            }
        }
    }
    table
}
