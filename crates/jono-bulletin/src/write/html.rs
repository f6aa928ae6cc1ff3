//! The page: one file that needs nothing beside itself. Its layout is `templates/page.html`, its looks `templates/page.css`;
//! what is said is escaped by askama, and charts come from [`svg`].

use askama::Template;
use jono_domain::Basis;

use super::{Chart, Marked, Page, Piece, Table, svg};
use crate::{
    block::Mark,
    links::Links,
    words::{Part, Run, plain},
};

#[derive(Template)]
#[template(path = "page.html")]
struct Layout<'a> {
    page: &'a Page<'a>,
    links: Vec<(&'static str, &'static str, &'a str)>,
    formats: Vec<(&'static str, &'static str, &'a str)>,
    style: &'static str,
}

#[expect(clippy::expect_used, reason = "writing to memory does not fail")]
pub(crate) fn write(page: &Page<'_>, links: &Links) -> String {
    let others = links.languages.iter().filter(|(language, _)| *language != page.language);
    let formats = links.formats.iter().filter(|(language, _, _)| *language == page.language);
    let layout = Layout {
        page,
        links: others
            .map(|(language, address)| (language.code(), language.own_name(), address.as_str()))
            .collect(),
        formats: formats
            .filter(|(_, format, _)| *format != crate::format::Format::Html)
            .map(|(_, format, address)| (format.extension(), format.media_type(), address.as_str()))
            .collect(),
        style: include_str!("../../templates/page.css"),
    };
    layout.render().expect("memory takes it")
}

#[expect(clippy::unused_self, clippy::trivially_copy_pass_by_ref, reason = "the template calls them so")]
impl Layout<'_> {
    fn word(&self, name: &'static str) -> String {
        self.page.words.word(name)
    }

    fn text(&self, runs: &[Run]) -> String {
        plain(runs)
    }

    /// A chart for wide screens, and for narrow ones.
    fn drawings(&self, chart: &Chart, id: &str) -> String {
        let draw = |size| svg::write(chart, id, size, self.page.language);
        draw(svg::Size::Wide) + &draw(svg::Size::Narrow)
    }

    /// What an element shows of its figure.
    fn attribute(&self, run: &Run) -> &'static str {
        match run.part {
            Part::Value => "data-figure",
            Part::Of => "data-figure-of",
            Part::Interval => "data-figure-interval",
        }
    }

    /// By what looks a mark is known.
    fn class(&self, marked: &Marked) -> &'static str {
        match marked.mark {
            Mark::Generated(_) => "generated",
            Mark::Basis(Basis::Published) => "published",
            Mark::Basis(Basis::Counted) => "counted",
            Mark::Basis(Basis::Tallied) => "tallied",
        }
    }

    /// Whether a table needs more room than a narrow window has.
    fn looks(&self, table: &Table) -> &'static str {
        match table.columns.len() {
            0..=3 => "",
            4..=5 => "broad",
            _ => "wide",
        }
    }

    /// Whether a column has words, and no numbers or reasons why there are none.
    fn column(&self, table: &Table, index: &usize) -> &'static str {
        let mut cells =
            table.rows.iter().filter_map(|row| row.cells.get(*index)).filter(|cell| !cell.is_empty());
        let is_words = |cell: &Vec<Run>| {
            cell.iter().all(|run| run.figure.is_none()) && plain(cell).contains(char::is_alphabetic)
        };
        if cells.next().is_some_and(is_words) { "words" } else { "" }
    }

    /// The same of its heading, which counts the column of names too.
    fn heading(&self, table: &Table, index: &usize) -> &'static str {
        self.column(table, &index.saturating_sub(1))
    }

    /// What a cell is called where rows are stacked.
    fn label(&self, table: &Table, index: &usize) -> String {
        table.columns.get(index + 1).map(|runs| plain(runs)).unwrap_or_default()
    }
}
