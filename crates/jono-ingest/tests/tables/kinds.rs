//! The same tables as spreadsheets and as lines of JSON.

use std::io::{Cursor, Write};

use jono_domain::{Batch, Keep, Outcome};
use jono_ingest::{
    Format,
    table::{FileType, GivenIn, Layout, Place, Value},
};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    mapping::{column, made, mapping, read, value},
    records,
};

/// A spreadsheet with these cells, of which those that are numbers are written as such.
fn sheet(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |text: &&str| match text.parse::<f64>() {
        Ok(number) => format!("<c><v>{number:e}</v></c>"),
        Err(_) => format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#),
    };
    let rows = rows.iter().map(|row| format!("<row>{}</row>", row.iter().map(cell).collect::<String>()));
    let rows: String = rows.collect();
    let related = |kind, target| {
        let kind = format!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}");
        format!(r#"<Relationships><Relationship Id="r" Type="{kind}" Target="{target}"/></Relationships>"#)
    };
    let parts = [
        ("_rels/.rels", related("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", related("worksheet", "sheet.xml")),
        ("xl/workbook.xml", r#"<workbook><sheets><sheet r:id="r"/></sheets></workbook>"#.to_owned()),
        ("xl/sheet.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in parts {
        zip.start_file(path, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn layout(file_type: FileType) -> Layout {
    Layout { file_type, decimal_mark: ',', ..Layout::default() }
}

fn waits(file_type: FileType) -> std::sync::Arc<dyn Format> {
    let wait = Value {
        given_in: Some(Place::Constant(GivenIn::Minutes)),
        of: Some("calls".to_owned()),
        ..value("wait", "wait_mean", column("unit"))
    };
    made("figures", mapping(layout(file_type), vec![wait]))
}

fn told(batch: &Batch) -> String {
    let figures = batch.figures.iter();
    let figures = figures.map(|f| format!("{} {} {} of {:?}", f.series.unit, f.span, f.value, f.of));
    let tallies = batch.tallies.iter().map(|t| format!("{} {} {}", t.series.unit, t.span, t.count));
    let rejects = batch.rejects.iter();
    let rejects =
        rejects.map(|r| format!("{} {} {:?}", r.reason, r.position, String::from_utf8_lossy(&r.line)));
    figures.chain(tallies).chain(rejects).collect::<Vec<_>>().join("\n")
}

#[test]
fn figures_of_a_spreadsheet() {
    let document = sheet(&[
        &["year", "week", "unit", "wait", "calls"],
        &["2020", "24", "Kallio", "0.7", "1204"],
        &["2020", "25", "Kallio", "12"],
        &[],
        &["2020", "54", "Kallio", "1"],
    ]);
    let format = waits(FileType::Xlsx);
    let batch = read(&format, &document).unwrap();
    insta::assert_snapshot!(told(&batch), @r#"
    Kallio 2020-W24 42 of Some(1204)
    Kallio 2020-W25 720 of None
    bad_period 5 "2020\t54\tKallio\t1"
    "#);
    assert_eq!((batch.lines.total(), batch.position.terminated, format.goes_on()), (5, false, false));
}

#[test]
fn contacts_of_a_spreadsheet() {
    let document = sheet(&[
        &["taken", "id", "queue", "waited", "result"],
        &["2020-06-08 10:00:12", "1", "families", "45", "answered"],
        &["2020-06-08 10:00:40", "2", "families", "-4", "answered"],
    ]);
    let batch = records::read(&records::contacts(layout(FileType::Xlsx)), &document, None);
    let [(_, _, cell)] = batch.cells.as_slice() else { panic!("one hour") };
    let cell = cell.open();
    assert_eq!((cell.arrived, cell.unit_contacts, cell.waits(Outcome::Answered).sum()), (1, 1, 45));
    insta::assert_snapshot!(told(&batch), @r#"negative 3 "2020-06-08 10:00:40\t2\tfamilies\t-4\tanswered""#);
}

#[test]
fn a_spreadsheet_that_is_none_says_so() {
    let refused = read(&waits(FileType::Xlsx), b"year,week,unit,wait,calls\n").unwrap_err();
    insta::assert_snapshot!(chain(&refused), @"it cannot be understood, and what was counted of it before stays: it is no .xlsx spreadsheet, or is damaged: it is no zip file, as every .xlsx is");
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[test]
fn statements_in_lines_of_json_are_one_document() {
    let text = r#"{"year":2020,"week":24,"unit":"Kallio","wait":0.7,"calls":1204}
{"unit":"Kallio","year":2020,"week":"25","wait":null,"calls":7}

{"year":2020,"week":25,"unit":"Kallio","wait":12}
{"year":2020,"week":25,"unit":"Kallio","wait":13}
{"year":2020,"week":26,"unit":"Kallio","wait":1,"wait":2}
week 27"#;
    let format = waits(FileType::JsonLines);
    let batch = read(&format, text.as_bytes()).unwrap();
    insta::assert_snapshot!(told(&batch), @r#"
    Kallio 2020-W24 42 of Some(1204)
    Kallio 2020-W25 720 of None
    contradiction 179 "{\"year\":2020,\"week\":25,\"unit\":\"Kallio\",\"wait\":13}"
    contradiction 229 "{\"year\":2020,\"week\":26,\"unit\":\"Kallio\",\"wait\":1,\"wait\":2}"
    not_json 287 "week 27"
    "#);
    assert_eq!((format.keep(), format.goes_on(), batch.position.terminated), (Keep::Replace, false, false));
    assert_eq!(
        (batch.lines.total(), batch.lines.ignored["(blank)"], batch.lines.ignored["(no value)"]),
        (7, 1, 1)
    );

    let visits = made(
        "tallies",
        mapping(layout(FileType::JsonLines), vec![value("visits", "contacts", column("unit"))]),
    );
    let batch = read(&visits, br#"{"year":2020,"week":24,"unit":"Kallio","visits":1204.0}"#).unwrap();
    insta::assert_snapshot!(told(&batch), @"Kallio 2020-W24 1204");
}
