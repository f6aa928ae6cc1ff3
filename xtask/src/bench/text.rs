//! Tables in Markdown, as they stand in `docs/performance.md`.

/// A table with a heading for each column.
pub(crate) fn markdown<const N: usize>(header: [&str; N], rows: &[[String; N]]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut table = line(&header.map(str::to_owned));
    table += "|";
    table += &"---|".repeat(N);
    table += "\n";
    rows.iter().for_each(|row| table += &line(row));
    table
}

/// A number of bytes as people say it.
pub(crate) fn megabytes(bytes: u64) -> String {
    let megabytes = bytes as f64 / 1e6;
    if megabytes < 10.0 { format!("{megabytes:.1} MB") } else { format!("{megabytes:.0} MB") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_table_is_rows_of_bars() {
        let rows = [["counting", "2.0"], ["reading", "3.0"]].map(|row| row.map(str::to_owned));
        insta::assert_snapshot!(super::markdown(["work", "seconds"], &rows), @r"
        | work | seconds |
        |---|---|
        | counting | 2.0 |
        | reading | 3.0 |
        ");
    }

    #[test]
    fn sizes() {
        insta::assert_snapshot!(super::megabytes(8_388_608), @"8.4 MB");
        insta::assert_snapshot!(super::megabytes(997_400_000), @"997 MB");
    }
}
