//! Tables that people read at a terminal: plain columns, numbers to the right.

use comfy_table::{CellAlignment, Table, presets};

/// A table headed by these words; the columns from `numbers` on are numbers.
pub(crate) fn table<const N: usize>(
    header: [&str; N],
    numbers: usize,
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if index >= numbers {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_stand_to_the_right() {
        let rows = [["arrivals", "53"], ["answered", "1060"]].map(|row| row.map(str::to_owned));
        insta::assert_snapshot!(super::table(["measure", "rows"], 1, rows), @r"
        measure   rows
        arrivals    53
        answered  1060
        ");
    }
}
