//! Markdown, for mail and for other publishing systems: `CommonMark` with GitHub's tables.

use std::fmt::Write as _;

use super::{Page, Piece, Table};
use crate::words::{Run, plain};

pub(crate) fn write(page: &Page<'_>) -> String {
    let mut text = String::new();
    heading(&mut text, 1, &plain(&page.title));
    paragraph(&mut text, &escaped(&plain(&page.organisation)));
    page.status.iter().for_each(|piece| write_piece(&mut text, piece));
    heading(&mut text, 2, &page.words.word("leads-title"));
    for topic in &page.topics {
        heading(&mut text, 3, &plain(&topic.name));
        for lead in topic.groups.iter().flatten() {
            let details: Vec<_> = lead.details.iter().map(|runs| said(runs)).collect();
            let mark = escaped(&lead.mark.text);
            item(&mut text, &format!("**{}** – {} *({mark})*", said(&lead.value), details.join("; ")));
        }
        text.push('\n');
    }
    for section in &page.sections {
        heading(&mut text, 2, &plain(&section.title));
        section.pieces.iter().for_each(|piece| write_piece(&mut text, piece));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn heading(text: &mut String, level: usize, words: &str) {
    paragraph(text, &format!("{} {}", "#".repeat(level), escaped(words)));
}

fn paragraph(text: &mut String, words: &str) {
    let _ = writeln!(text, "{words}\n");
}

fn item(text: &mut String, words: &str) {
    let _ = writeln!(text, "- {words}");
}

fn write_piece(text: &mut String, piece: &Piece) {
    match piece {
        Piece::Statement(runs, None) => paragraph(text, &said(runs)),
        Piece::Statement(runs, Some(mark)) => {
            paragraph(text, &format!("{} *({})*", said(runs), escaped(&mark.text)));
        }
        Piece::Note(runs) => paragraph(text, &format!("> {}", said(runs))),
        Piece::List(all) => {
            all.iter().for_each(|runs| item(text, &said(runs)));
            text.push('\n');
        }
        Piece::Table(table) => write_table(text, table),
        Piece::Chart(chart) => {
            if chart.tables.len() > 1 {
                paragraph(text, &format!("**{}**", said(&chart.title)));
            }
            chart.tables.iter().for_each(|table| write_table(text, table));
        }
    }
}

fn write_table(text: &mut String, table: &Table) {
    paragraph(text, &format!("**{}**", said(&table.caption)));
    let columns: Vec<_> = table.columns.iter().map(|runs| said(runs)).collect();
    let _ = writeln!(text, "| {} |", columns.join(" | "));
    let rule: Vec<_> = (0..columns.len()).map(|index| if index == 0 { "---" } else { "---:" }).collect();
    let _ = writeln!(text, "| {} |", rule.join(" | "));
    for row in &table.rows {
        let cells: Vec<_> = std::iter::once(&row.name).chain(&row.cells).map(|runs| said(runs)).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text.push('\n');
}

fn said(runs: &[Run]) -> String {
    escaped(&plain(runs))
}

/// Text that means itself: what Markdown would read otherwise has a backslash before it, and HTML is none.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (index, letter) in text.chars().enumerate() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            '\n' | '\r' => safe.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                safe.push('\\');
                safe.push(letter);
            }
            '#' | '+' | '-' | '>' | '=' if index == 0 => {
                safe.push('\\');
                safe.push(letter);
            }
            _ => safe.push(letter),
        }
    }
    safe
}
