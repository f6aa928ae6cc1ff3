//! The simplex method on a dense tableau, for programs of some hundred columns whose entries are 1 and -1.

/// A constraint: so much of each column, together that much.
pub(super) struct Row {
    /// Columns, each once, and how much of each.
    pub(super) terms: Vec<(usize, f64)>,
    /// What it comes to; not negative.
    pub(super) right: f64,
    /// Whether it may come to less.
    pub(super) is_at_most: bool,
}

/// Costs more than whatever a solution can cost.
const FORBIDDEN: f64 = 1e9;
/// What is nearer to zero is zero.
const NONE: f64 = 1e-7;
/// After so many steps the column is chosen so that no circle is possible (R. G. Bland, *New finite pivoting rules for
/// the simplex method*, 1977); before, so that it is fast.
const FAST: usize = 400;
/// More steps than any program of ours takes.
const STEPS: usize = 20_000;

/// How much of each column, none negative, meets all rows at the least cost; `None` if nothing does.
pub(super) fn cheapest(costs: &[f64], rows: &[Row]) -> Option<Vec<f64>> {
    let mut tableau = Tableau::new(costs, rows);
    for step in 0..STEPS {
        let Some(column) = tableau.entering(step < FAST) else { return tableau.solution(costs.len()) };
        let row = tableau.leaving(column)?;
        tableau.pivot(row, column);
    }
    None
}

/// A basis, and everything by it.
struct Tableau {
    rows: Vec<Vec<f64>>,
    /// What one more of each column saves, negative; at the end what has been saved.
    saving: Vec<f64>,
    basis: Vec<usize>,
    /// How many columns there are: from here on a basis stands for a row that is not met.
    unmet: usize,
}

impl Tableau {
    /// The columns are those of the program, then what is left of each row that may come to less. What is missing of a row
    /// needs no column, since it never comes back.
    fn new(costs: &[f64], rows: &[Row]) -> Self {
        let left = rows.iter().filter(|row| row.is_at_most).count();
        let width = costs.len() + left;
        let mut saving: Vec<_> = costs.to_vec();
        saving.resize(width + 1, 0.0);
        let mut tableau = Self { rows: Vec::new(), saving, basis: Vec::new(), unmet: width };
        let mut left = costs.len()..;
        for (index, row) in rows.iter().enumerate() {
            let mut line = vec![0.0; width + 1];
            row.terms.iter().for_each(|&(column, factor)| line[column] += factor);
            line[width] = row.right;
            let basic = if row.is_at_most { left.next() } else { None };
            if let Some(column) = basic {
                line[column] = 1.0;
            } else {
                let missing = tableau.saving.iter_mut().zip(&line);
                missing.for_each(|(saving, entry)| *saving -= FORBIDDEN * entry);
            }
            tableau.basis.push(basic.unwrap_or(width + index));
            tableau.rows.push(line);
        }
        tableau
    }

    /// A column of which more would save something.
    fn entering(&self, is_fast: bool) -> Option<usize> {
        let saves = |&(_, saving): &(usize, &f64)| *saving < -NONE;
        let mut columns = self.saving[..self.unmet].iter().enumerate().filter(saves);
        let found = if is_fast {
            columns.reduce(|best, next| if next.1 < best.1 { next } else { best })
        } else {
            columns.next()
        };
        found.map(|(column, _)| column)
    }

    /// The row that bounds a column first; of equal ones that of the first column.
    fn leaving(&self, column: usize) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        for (row, line) in self.rows.iter().enumerate().filter(|(_, line)| line[column] > NONE) {
            let bound = line[line.len() - 1] / line[column];
            let is_better = best.is_none_or(|(least, of)| {
                bound < least - NONE || (bound < least + NONE && self.basis[row] < self.basis[of])
            });
            if is_better {
                best = Some((bound, row));
            }
        }
        best.map(|(_, row)| row)
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let mut line = std::mem::take(&mut self.rows[row]);
        let by = line[column];
        line.iter_mut().for_each(|entry| *entry /= by);
        let entries: Vec<_> = line.iter().copied().enumerate().filter(|(_, entry)| *entry != 0.0).collect();
        for other in self.rows.iter_mut().chain([&mut self.saving]) {
            let Some(&factor) = other.get(column).filter(|factor| **factor != 0.0) else { continue };
            entries.iter().for_each(|&(place, entry)| other[place] -= factor * entry);
        }
        self.rows[row] = line;
        self.basis[row] = column;
    }

    fn solution(&self, columns: usize) -> Option<Vec<f64>> {
        let mut found = vec![0.0; columns];
        for (line, &column) in self.rows.iter().zip(&self.basis) {
            let value = line[line.len() - 1];
            if column >= self.unmet && value > NONE {
                return None;
            }
            if let Some(found) = found.get_mut(column) {
                *found = value;
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(terms: &[(usize, f64)], right: f64, is_at_most: bool) -> Row {
        Row { terms: terms.to_vec(), right, is_at_most }
    }

    #[test]
    fn the_cheapest_of_several() {
        // x + y = 3, x at most 2, y costs more.
        let rows = [row(&[(0, 1.0), (1, 1.0)], 3.0, false), row(&[(0, 1.0)], 2.0, true)];
        assert_eq!(cheapest(&[1.0, 5.0], &rows), Some(vec![2.0, 1.0]));
    }

    #[test]
    fn none_where_nothing_meets_all() {
        let rows = [row(&[(0, 1.0)], 3.0, false), row(&[(0, 1.0)], 2.0, true)];
        assert_eq!(cheapest(&[1.0], &rows), None);
        assert_eq!(cheapest(&[], &[row(&[], 1.0, false)]), None);
        assert_eq!(cheapest(&[1.0], &[row(&[], 0.0, false)]), Some(vec![0.0]));
    }
}
