//! Plain text, for mail: lines of at most 72 columns, tables where they fit and lists where they do not.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{Page, Piece, Table};
use crate::words::{Run, plain};

/// How many columns a mail has.
const WIDTH: usize = 72;

pub(crate) fn write(page: &Page<'_>) -> String {
    let mut text = String::new();
    heading(&mut text, &plain(&page.title), '=');
    paragraph(&mut text, "", &plain(&page.organisation));
    page.status.iter().for_each(|piece| write_piece(&mut text, piece));
    heading(&mut text, &page.words.word("leads-title"), '-');
    for topic in &page.topics {
        let _ = writeln!(text, "{}", one_line(&plain(&topic.name)));
        for lead in topic.groups.iter().flatten() {
            let details: Vec<_> = lead.details.iter().map(|runs| plain(runs)).collect();
            let said = format!("{} – {} [{}]", plain(&lead.value), details.join("; "), lead.mark.text);
            item(&mut text, &said);
        }
        text.push('\n');
    }
    for section in &page.sections {
        heading(&mut text, &plain(&section.title), '-');
        section.pieces.iter().for_each(|piece| write_piece(&mut text, piece));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn heading(text: &mut String, words: &str, rule: char) {
    let words = one_line(words);
    let _ = writeln!(text, "{words}\n{}\n", rule.to_string().repeat(words.width()));
}

fn one_line(words: &str) -> String {
    words.replace(['\n', '\r'], " ")
}

fn paragraph(text: &mut String, first: &str, words: &str) {
    wrap(text, first, words);
    text.push('\n');
}

fn item(text: &mut String, words: &str) {
    wrap(text, "* ", words);
}

/// Words in lines, of which the first begins with that, and the others below it.
fn wrap(text: &mut String, first: &str, words: &str) {
    let indent = " ".repeat(first.width());
    let mut line = first.to_owned();
    let mut is_begun = false;
    for word in words.split([' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()) {
        if is_begun && line.width() + 1 + word.width() > WIDTH {
            let _ = writeln!(text, "{line}");
            line.clone_from(&indent);
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    let _ = writeln!(text, "{line}");
}

fn write_piece(text: &mut String, piece: &Piece) {
    match piece {
        Piece::Statement(runs, None) | Piece::Note(runs) => paragraph(text, "", &plain(runs)),
        Piece::Statement(runs, Some(mark)) => {
            paragraph(text, "", &format!("{} [{}]", plain(runs), mark.text));
        }
        Piece::List(all) => {
            all.iter().for_each(|runs| item(text, &plain(runs)));
            text.push('\n');
        }
        Piece::Table(table) => write_table(text, table),
        Piece::Chart(chart) => chart.tables.iter().for_each(|table| write_table(text, table)),
    }
}

fn write_table(text: &mut String, table: &Table) {
    paragraph(text, "", &plain(&table.caption));
    let line = |name: &[Run], cells: &[Vec<Run>]| -> Vec<String> {
        std::iter::once(name)
            .chain(cells.iter().map(Vec::as_slice))
            .map(|runs| one_line(&plain(runs)))
            .collect()
    };
    let columns: Vec<String> = table.columns.iter().map(|runs| one_line(&plain(runs))).collect();
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            let mut cells = line(&row.name, &row.cells);
            cells[0].insert_str(0, &"  ".repeat(row.depth));
            cells
        })
        .collect();
    let width = |index: usize| {
        let cells = rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.width());
        cells.chain([columns[index].width()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    if widths.iter().sum::<usize>() + 2 * (widths.len() - 1) <= WIDTH {
        for row in std::iter::once(&columns).chain(&rows) {
            let _ = writeln!(text, "{}", aligned(row, &widths));
        }
    } else {
        for row in &rows {
            let _ = writeln!(text, "{}", row[0].trim_start());
            for (column, cell) in columns.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty()) {
                wrap(text, "  ", &format!("{column}: {cell}"));
            }
        }
    }
    text.push('\n');
}

/// Cells beneath each other: the first from the left, numbers from the right.
fn aligned(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let space = " ".repeat(width.saturating_sub(cell.width()));
        if index == 0 {
            line.push_str(cell);
            line.push_str(&space);
        } else {
            line.push_str("  ");
            line.push_str(&space);
            line.push_str(cell);
        }
    }
    line.trim_end().to_owned()
}
