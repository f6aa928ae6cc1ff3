//! Adding up many cells.

use jono_domain::Cell;

/// A sum that is built as a balanced tree: adding each cell to one growing sum would walk the whole of it every
/// time, and a year has thousands of cells.
///
/// Like a binary counter, it holds at most one sum of each power of two, so its size does not grow with the number of
/// cells either.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gather {
    sums: Vec<Option<Cell>>,
}

impl Gather {
    /// Adds a cell.
    pub(crate) fn add(&mut self, cell: Cell) {
        let mut carry = cell;
        for sum in &mut self.sums {
            match sum.take() {
                None => {
                    *sum = Some(carry);
                    return;
                }
                Some(sum) => carry.merge(&sum),
            }
        }
        self.sums.push(Some(carry));
    }

    /// The sum.
    pub(crate) fn sum(self) -> Cell {
        let mut total = Cell::default();
        self.sums.into_iter().flatten().for_each(|sum| total.merge(&sum));
        total
    }
}
