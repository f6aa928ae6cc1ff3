//! Tables of contacts written at random, in each kind of file, and what is read of them.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use jono_domain::{Batch, CallWindow, Cell, Keep, Reason, Router, Zone};
use jono_ingest::{
    Batches, Context, Form, Format, Input, Options, Prefix, Resume, Unrouted, format,
    table::{Columns, FileType, Layout, Only, Written, WrittenPlace},
};
use proptest::prelude::*;

const COLUMNS: [&str; 6] = ["taken", "id", "queue", "waited", "result", "note"];

/// The format, by these columns.
pub(super) fn contacts(layout: Layout) -> Arc<dyn Format> {
    let column = |name: &str, values| {
        let place = WrittenPlace::Column { name: name.to_owned(), values };
        Written { place, format: None, given_in: None }
    };
    let results = [("answered", "answered"), ("hung\nup", "abandoned"), ("test", "no_contact")];
    let results = results.map(|(text, outcome)| (text.to_owned(), outcome.to_owned())).into();
    let written = BTreeMap::from([
        ("arrived".to_owned(), column("taken", None)),
        ("id".to_owned(), column("id", None)),
        ("queue".to_owned(), column("queue", None)),
        ("wait".to_owned(), column("waited", None)),
        ("outcome".to_owned(), column("result", Some(results))),
    ]);
    let Form::Records(recipe) = format("contacts").unwrap() else { panic!("contacts are records") };
    let mut columns = Columns::new(&written);
    recipe.make(layout, Only::new(), &mut columns).expect("good columns")
}

fn of(file_type: FileType) -> Arc<dyn Format> {
    contacts(Layout { file_type, ..Layout::default() })
}

fn input(document: &[u8]) -> Input {
    Input::spool("contacts", document).unwrap()
}

/// Reads a document in one go, from a position on.
pub(super) fn read(format: &Arc<dyn Format>, document: &[u8], from: Option<Resume>) -> Batch {
    let zone = Zone::new("Europe/Helsinki").unwrap();
    let context = Context {
        log_zone: zone.clone(),
        zone,
        router: Router::default(),
        unrouted: Unrouted { limit: 9, ..Unrouted::default() },
        promises: BTreeMap::new(),
        until: jono_domain::UnixSeconds::MAX,
    };
    let options = Options { threads: 1, take_last: true, ..Options::default() };
    let mut batches = Batches::new(&input(document), format, &Arc::new(context), from, options).unwrap();
    let batch = batches.next().expect("a batch").unwrap();
    assert!(batches.next().is_none());
    batch
}

/// What was counted, in whatever order: cells, and how many rows became what.
#[derive(Debug, Default, PartialEq)]
struct Counted {
    cells: BTreeMap<(String, i64), Cell>,
    rows: u64,
    not_contacts: u64,
    rejected: BTreeMap<Reason, u64>,
}

impl Counted {
    fn add(&mut self, batch: &Batch) {
        for (number, hour, cell) in &batch.cells {
            let key = (batch.series[*number].to_string(), hour.0.get());
            self.cells.entry(key).or_default().merge(&cell.open());
        }
        self.rows += batch.lines.events;
        self.not_contacts += batch.lines.ignored.get("(no contact)").copied().unwrap_or(0);
        for (reason, count) in batch.lines.reasons() {
            *self.rejected.entry(reason).or_default() += count;
        }
    }

    fn of(batch: &Batch) -> Self {
        let mut counted = Self::default();
        counted.add(batch);
        counted
    }
}

type Row = [String; 6];

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let time = prop_oneof![
        9 => (0..1_000_000_u32).prop_map(|n| (1_591_000_000 + n).to_string()),
        1 => prop::sample::select(vec!["2020-06-08 10:00:12", "2020-03-29 03:30", "", "soon"]).prop_map(str::to_owned),
    ];
    let wait = prop_oneof![
        5 => (0..2000_u32).prop_map(|n| n.to_string()),
        1 => prop::sample::select(vec!["", "-4", "12.5", "0:45"]).prop_map(str::to_owned),
    ];
    let queue = prop::sample::select(vec!["families", "a \"b\"", "c, d", "e\nf", ""]);
    let result = prop::sample::select(vec!["answered", "hung\nup", "test", "?"]);
    let note = prop_oneof![
        Just(String::new()),
        "[a\",\n]{0,12}",
        Just("1,2,families,3,answered,\n1591000000,2,families,3,answered,".to_owned()),
    ];
    let row = (time, 0..5_u32, queue, wait, result, note);
    let row = row.prop_map(|(time, id, queue, wait, result, note)| {
        [time, id.to_string(), queue.to_owned(), wait, result.to_owned(), note]
    });
    prop::collection::vec(row, 1..25)
}

fn csv_row(fields: &[impl AsRef<str>]) -> String {
    let field = |text: &str| {
        let needs = text.contains([',', '"', '\n']);
        if needs { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    };
    fields.iter().map(|text| field(text.as_ref())).collect::<Vec<_>>().join(",") + "\n"
}

fn csv(rows: &[Row]) -> String {
    csv_row(&COLUMNS) + &rows.iter().map(|row| csv_row(row)).collect::<String>()
}

fn json_lines(rows: &[Row], has_empty: bool) -> String {
    let mut text = String::new();
    for row in rows {
        let fields = COLUMNS.iter().zip(row).filter(|(_, text)| has_empty || !text.is_empty());
        let object: serde_json::Map<_, _> =
            fields.map(|(&name, text)| (name.to_owned(), text.as_str().into())).collect();
        writeln!(text, "{}", serde_json::Value::Object(object)).unwrap();
    }
    text
}

proptest! {
    #[test]
    fn lines_of_json_mean_what_rows_of_text_mean(rows in rows(), has_empty: bool) {
        let text = read(&of(FileType::Csv), csv(&rows).as_bytes(), None);
        let lines = read(&of(FileType::JsonLines), json_lines(&rows, has_empty).as_bytes(), None);
        prop_assert_eq!(Counted::of(&text), Counted::of(&lines));
        prop_assert_eq!(&text.calls, &lines.calls);
        prop_assert_eq!(text.events, lines.events);
        prop_assert_eq!(text.lines.total(), rows.len() as u64 + 1);
    }

    #[test]
    fn a_table_that_grew_is_gone_on_with_where_a_row_ended(rows in rows(), utf16: bool) {
        let encoding = if utf16 { "utf-16le" } else { "utf-8" };
        let format = contacts(Layout { encoding: encoding.parse().unwrap(), ..Layout::default() });
        let bytes = |text: &str| -> Vec<u8> {
            if utf16 { text.encode_utf16().flat_map(u16::to_le_bytes).collect() } else { text.as_bytes().to_vec() }
        };
        let text = csv(&rows);
        let whole = read(&format, &bytes(&text), None);
        let ends: Vec<_> = (0..=rows.len()).map(|count| csv(&rows[..count]).len()).collect();
        for (cut, _) in text.match_indices('\n') {
            let part = bytes(&text[..=cut]);
            let first = read(&format, &part, None);
            // Where a field goes on, nothing is gone on with: all of it is counted anew.
            prop_assert_eq!(first.position.terminated, ends.contains(&(cut + 1)), "cut at {}", cut);
            if !first.position.terminated {
                continue;
            }
            prop_assert_eq!(input(&bytes(&text)).compare(&first.position).unwrap() == Prefix::Longer, cut + 1 < text.len());
            let calls = CallWindow::new(first.calls.iter().copied());
            let rest = read(&format, &bytes(&text), Some(Resume { position: first.position, calls }));
            let mut parts = Counted::of(&first);
            parts.add(&rest);
            prop_assert_eq!(parts, Counted::of(&whole));
            prop_assert_eq!([first.calls, rest.calls].concat(), whole.calls.clone());
            prop_assert_eq!(rest.position, whole.position);
        }
    }
}

#[test]
fn what_becomes_of_a_document_when_there_is_more() {
    let keeping = |file_type| {
        let format = of(file_type);
        (format.keep(), format.goes_on(), format.is_whole())
    };
    assert_eq!(keeping(FileType::Csv), (Keep::Replace, true, true));
    assert_eq!(keeping(FileType::JsonLines), (Keep::Append, true, false));
    assert_eq!(keeping(FileType::Xlsx), (Keep::Replace, false, true));
}

#[test]
fn a_last_row_without_an_end_is_not_gone_on_with() {
    let text = "taken,id,queue,waited,result,note\n1591000000,1,hr,4";
    let is_left = |document: &[u8], encoding: &str| {
        let format = contacts(Layout { encoding: encoding.parse().unwrap(), ..Layout::default() });
        read(&format, document, None).position.terminated
    };
    assert!(!is_left(text.as_bytes(), "utf-8"));
    assert!(is_left(format!("{text}\n").as_bytes(), "utf-8"));
    // The last byte of a wide character may be the one that ends lines.
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    assert!(!is_left(&wide(&format!("{text}\u{010a}")), "utf-16be"));
    assert!(is_left(&wide(&format!("{text}\n")), "utf-16be"));
}

/// The reason of the one line that is hostile, between two that are good.
fn hostile(line: &[u8]) -> String {
    let good = br#"{"taken":1591000000,"id":1,"queue":"hr","waited":4.0,"result":"answered"}"#;
    let document = [good.as_slice(), b"\n", line, b"\n", good].concat();
    let batch = read(&of(FileType::JsonLines), &document, None);
    assert_eq!((batch.lines.events, batch.lines.total()), (2, 3), "{:?}", batch.lines);
    assert_eq!(batch.rejects[0].position, good.len() as u64 + 1);
    batch.lines.reasons().map(|(reason, _)| reason.to_string()).collect()
}

#[test]
fn hostile_lines_of_json_cost_one_reject_each() {
    let with =
        |field: &str| format!(r#"{{"taken":1591000000,"id":2,"queue":"hr","result":"answered",{field}}}"#);
    insta::assert_snapshot!(hostile(with(r#""waited":1e400"#).as_bytes()), @"not_json");
    insta::assert_snapshot!(hostile(with(r#""waited":1e300"#).as_bytes()), @"out_of_range");
    insta::assert_snapshot!(hostile(with(&format!(r#""waited":{}"#, "9".repeat(300))).as_bytes()), @"out_of_range");
    insta::assert_snapshot!(hostile(with(r#""waited":{"seconds":4}"#).as_bytes()), @"bad_value");
    insta::assert_snapshot!(hostile(with(r#""waited":[4]"#).as_bytes()), @"bad_value");
    insta::assert_snapshot!(hostile(with(r#""waited":true"#).as_bytes()), @"not_a_number");
    insta::assert_snapshot!(hostile(with(r#""waited":4,"waited":5"#).as_bytes()), @"contradiction");
    insta::assert_snapshot!(hostile(with(r#""waited":4,"w\u0061ited":4"#).as_bytes()), @"contradiction");
    insta::assert_snapshot!(hostile(with(r#""other":{"a":1},"other":2"#).as_bytes()), @"contradiction");
    let deep =
        [with(r#""waited":4,"other":"#).trim_end_matches('}').as_bytes(), "[".repeat(60_000).as_bytes()]
            .concat();
    insta::assert_snapshot!(hostile(&deep), @"not_json");
    insta::assert_snapshot!(hostile(with("\"waited\":\"4\0\"").as_bytes()), @"binary");
    insta::assert_snapshot!(hostile(&[with("").as_bytes(), b"\xff"].concat()), @"bad_encoding");
    insta::assert_snapshot!(hostile(with(&format!(r#""note":"{}""#, "x".repeat(65_536))).as_bytes()), @"line_too_long");
    insta::assert_snapshot!(hostile(b"[]"), @"not_json");
    insta::assert_snapshot!(hostile(b"{\"taken\":1591000000}{}"), @"not_json");
    insta::assert_snapshot!(hostile(b"nul"), @"not_json");
}

#[test]
fn texts_with_marks_of_json_in_them_are_no_keys() {
    let line = br#"{"taken":1591000000,"id":"a\":{\"b\":[","queue":"hr","result":"answered","note":{"a":1,"b":{"a":2}},"more":["x:y",{"z":1}]}"#;
    assert_eq!(read(&of(FileType::JsonLines), line, None).lines.events, 1);
}

#[test]
fn numbers_of_json_have_a_point_whatever_mark_the_table_has() {
    let layout = Layout { file_type: FileType::JsonLines, decimal_mark: ',', ..Layout::default() };
    let line = br#"{"taken":1591000000,"id":1,"queue":"hr","waited":12.5,"result":"answered"}"#;
    let batch = read(&contacts(layout), line, None);
    let cell = batch.cells[0].2.open();
    assert_eq!((batch.lines.events, cell.waits(jono_domain::Outcome::Answered).sum()), (1, 12));
}

/// A table of several blocks in which fields hold line ends, quotes are never closed, and lines are too long.
fn large() -> String {
    let mut text = csv_row(&COLUMNS);
    for row in 0..60_000_u32 {
        let note = match row % 1000 {
            7 => "\"over\nlines, and \"\"quoted\"\"\"".to_owned(),
            8 => "\"never closed".to_owned(),
            9 if row % 7000 == 9 => "x".repeat(100_000),
            _ => format!("\"{row}\""),
        };
        writeln!(text, "{},{},families,{},answered,{note}", 1_591_000_000 + row * 9, row / 2, row % 900)
            .unwrap();
    }
    text
}

#[test]
fn a_large_table_is_the_same_in_one_batch_and_in_several_by_any_number_of_threads() {
    let (format, text) = (of(FileType::Csv), large());
    let context = || {
        let zone = Zone::new("Europe/Helsinki").unwrap();
        let unrouted = Unrouted { limit: 9, ..Unrouted::default() };
        let (router, promises) = (Router::default(), BTreeMap::new());
        let log_zone = zone.clone();
        Arc::new(Context { log_zone, zone, router, unrouted, promises, until: jono_domain::UnixSeconds::MAX })
    };
    let read = |threads, batch_bytes, from| {
        let options = Options { threads, batch_bytes, take_last: true };
        let batches = Batches::new(&input(text.as_bytes()), &format, &context(), from, options).unwrap();
        batches.map(Result::unwrap).collect::<Vec<Batch>>()
    };
    let whole = read(1, 1 << 30, None);
    let [whole] = whole.as_slice() else { panic!("one batch") };
    assert!(whole.lines.events > 59_000 && whole.lines.total_rejected() > 60);
    let parts = read(4, 1 << 20, None);
    assert!(parts.len() > 2);
    let mut counted = Counted::default();
    for (at, part) in parts.iter().enumerate() {
        counted.add(part);
        assert!(part.position.terminated);
        let resume = Resume { position: part.position, calls: CallWindow::new(part.calls.iter().copied()) };
        if at + 1 < parts.len() {
            assert_eq!(input(text.as_bytes()).compare(&part.position).unwrap(), Prefix::Longer);
            let rest = read(2, 1 << 20, Some(resume));
            let mut both = Counted::default();
            parts[..=at].iter().chain(&rest).for_each(|batch| both.add(batch));
            assert_eq!(both, Counted::of(whole));
            assert_eq!(rest.last().unwrap().position, whole.position);
        }
    }
    assert_eq!(counted, Counted::of(whole));
    assert_eq!(parts.last().unwrap().position, whole.position);
}
