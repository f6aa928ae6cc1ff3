//! Everything as data: what is said in the page's language, and the figures, each with its id.

use jono_domain::Names;
use serde::Serialize;

use super::{
    Page, Piece, Table,
    data::{Datum, Number},
    figures_of,
};
use crate::{
    facts::{Accepted, Change, Edition},
    figure::FigureId,
    known::Known,
    told,
    words::{Run, plain},
};

#[derive(Serialize)]
struct Whole<'a> {
    period: String,
    organisation: &'a str,
    organisation_name: String,
    language: &'static str,
    title: String,
    generated: bool,
    edition: EditionData<'a>,
    compiled: String,
    time_zone: &'a str,
    sections: Vec<SectionData<'a>>,
    changes: Vec<ChangeData<'a>>,
    figures: Vec<Datum<'a>>,
}

#[derive(Serialize)]
struct EditionData<'a> {
    state: &'static str,
    revision: Option<u32>,
    embargo: Option<String>,
    accepted: &'a [Accepted],
    note: Option<&'a Names>,
}

#[derive(Serialize)]
struct SectionData<'a> {
    id: &'a str,
    title: String,
    statements: Vec<Statement<'a>>,
    tables: Vec<TableData<'a>>,
}

#[derive(Serialize)]
struct Statement<'a> {
    text: String,
    mark: Option<&'a str>,
    figures: Vec<&'a FigureId>,
}

#[derive(Serialize)]
struct TableData<'a> {
    caption: String,
    columns: Vec<String>,
    rows: Vec<Vec<CellData<'a>>>,
}

#[derive(Serialize)]
struct CellData<'a> {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    figure: Option<&'a FigureId>,
}

#[derive(Serialize)]
struct ChangeData<'a> {
    figure: &'a FigureId,
    before: Option<Number>,
    after: Option<Number>,
    /// Whether answers to its survey round were still to come.
    was_open: bool,
}

#[expect(clippy::expect_used, reason = "it is maps with text keys, texts and finite numbers")]
pub(crate) fn write(page: &Page<'_>, known: &Known<'_>, changes: &[Change]) -> String {
    let facts = known.facts;
    let value = |id: &FigureId, value| {
        let figure = known.figure(id)?;
        told::rounded_value(&figure.reading.measure, value).map(Number)
    };
    let leads = SectionData {
        id: "leads",
        title: page.words.word("leads-title"),
        statements: page.topics.iter().flat_map(topic).collect(),
        tables: Vec::new(),
    };
    let status = SectionData {
        id: "status",
        title: plain(&page.title),
        statements: page.status.iter().flat_map(statements).collect(),
        tables: tables(&page.status),
    };
    let sections = page.sections.iter().map(|section| SectionData {
        id: section.id,
        title: plain(&section.title),
        statements: section.pieces.iter().flat_map(statements).collect(),
        tables: tables(&section.pieces),
    });
    let whole = Whole {
        period: facts.period.to_string(),
        organisation: facts.organisation.as_str(),
        organisation_name: plain(&page.organisation),
        language: page.language.code(),
        title: plain(&page.title),
        generated: facts.generated,
        edition: edition(&facts.edition),
        compiled: facts.compiled.to_string(),
        time_zone: &facts.time_zone,
        sections: [status, leads].into_iter().chain(sections).collect(),
        changes: changes
            .iter()
            .map(|change| ChangeData {
                figure: &change.figure,
                before: change.before.and_then(|before| value(&change.figure, before)),
                after: change.after.and_then(|after| value(&change.figure, after)),
                was_open: change.was_open,
            })
            .collect(),
        figures: known.figures().iter().map(|figure| Datum::new(known, figure)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&whole).expect("it is data");
    text.push('\n');
    text
}

fn edition(edition: &Edition) -> EditionData<'_> {
    match edition {
        Edition::Draft => {
            EditionData { state: "draft", revision: None, embargo: None, accepted: &[], note: None }
        }
        Edition::Final(revision) => EditionData {
            state: "final",
            revision: Some(revision.number),
            embargo: revision.embargo.map(|until| until.to_string()),
            accepted: &revision.accepted,
            note: Some(&revision.note),
        },
    }
}

fn topic(topic: &super::Topic) -> Vec<Statement<'_>> {
    let lead = |lead: &'_ super::Lead| {
        let details: Vec<_> = lead.details.iter().map(|one| plain(one)).collect();
        format!("{}: {}. {}.", plain(&topic.name), plain(&lead.value), details.join("; "))
    };
    let all = topic.groups.iter().flatten().map(|one| {
        let mut figures = figures_of(&one.value);
        figures.extend(one.details.iter().flat_map(|detail| figures_of(detail)));
        Statement { text: lead(one), mark: Some(&one.mark.text), figures }
    });
    all.collect()
}

fn statements(piece: &Piece) -> Vec<Statement<'_>> {
    let of = |runs| Statement { text: plain(runs), mark: None, figures: figures_of(runs) };
    match piece {
        Piece::Statement(runs, mark) => {
            vec![Statement { mark: mark.as_ref().map(|marked| marked.text.as_str()), ..of(runs) }]
        }
        Piece::Note(runs) => vec![of(runs)],
        Piece::List(all) => all.iter().map(|runs| of(runs)).collect(),
        Piece::Table(_) | Piece::Chart(_) => Vec::new(),
    }
}

fn tables<'a>(pieces: &'a [Piece]) -> Vec<TableData<'a>> {
    let of = |piece: &'a Piece| match piece {
        Piece::Table(one) => std::slice::from_ref(one),
        Piece::Chart(chart) => chart.tables.as_slice(),
        Piece::Statement(..) | Piece::Note(_) | Piece::List(_) => &[],
    };
    pieces.iter().flat_map(of).map(table).collect()
}

fn table(table: &Table) -> TableData<'_> {
    let cell = |runs: &'_ [Run]| plain(runs);
    TableData {
        caption: cell(&table.caption),
        columns: table.columns.iter().map(|column| cell(column)).collect(),
        rows: table.rows.iter().map(row).collect(),
    }
}

fn row(row: &super::Row) -> Vec<CellData<'_>> {
    let all = std::iter::once(&row.name).chain(&row.cells);
    all.map(|runs| CellData { text: plain(runs), figure: figures_of(runs).into_iter().next() }).collect()
}
