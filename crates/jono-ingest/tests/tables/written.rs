//! Tables written at random, and what is read of them.

use jono_domain::{Decimal, Figure, Label, Lines, Reason};
use jono_ingest::{
    Form, Input, Mapping, Prefix, format,
    table::{Encoding, GivenIn, Layout, Place, Value, When},
};
use proptest::prelude::*;

use super::mapping::{column, constant, listed, made, mapping, read, value};

/// One row of a table as it is meant.
#[derive(Debug, Clone)]
struct Meant {
    week: u8,
    unit: String,
    /// Hundredths of a minute and of a percent, where there is a value.
    wait: Option<u32>,
    rate: Option<u32>,
}

fn rows() -> impl Strategy<Value = Vec<Meant>> {
    let unit =
        prop::sample::select(vec!["Etelä", "Itä; \"A\"", "Länsi, B", "Pohjoinen\tC", "rivi\nD", "keski"]);
    let row = (1..=52_u8, unit, prop::option::of(0..100_000_u32), prop::option::of(0..=10_000_u32));
    let row = row.prop_map(|(week, unit, wait, rate)| Meant { week, unit: unit.to_owned(), wait, rate });
    prop::collection::vec(row, 0..40)
}

#[derive(Debug, Clone)]
struct Style {
    delimiter: char,
    decimal_mark: char,
    encoding: &'static str,
    no_value: &'static str,
    end: &'static str,
    quoted: bool,
    mark: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let encodings = vec!["utf-8", "windows-1252", "iso-8859-15", "utf-16le", "utf-16be"];
    (
        prop::sample::select(vec![',', ';', '\t']),
        prop::sample::select(vec!['.', ',']),
        prop::sample::select(encodings),
        prop::sample::select(vec!["", "NA", "-"]),
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(delimiter, decimal_mark, encoding, no_value, end, quoted, mark)| Style {
            delimiter,
            decimal_mark,
            encoding,
            no_value,
            end,
            quoted,
            mark,
        })
}

impl Style {
    fn layout(&self) -> Layout {
        Layout {
            delimiter: self.delimiter as u8,
            decimal_mark: self.decimal_mark,
            grouping_mark: None,
            encoding: self.encoding.parse().unwrap(),
            no_value: [self.no_value.to_owned()].into(),
            ..Layout::default()
        }
    }

    fn field(&self, text: &str) -> String {
        let needs = text.contains([self.delimiter, '"', '\n', '\r']);
        if needs || self.quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    }

    fn number(&self, hundredths: Option<u32>) -> String {
        hundredths
            .map_or(self.no_value.to_owned(), |n| format!("{}{}{:02}", n / 100, self.decimal_mark, n % 100))
    }

    fn write(&self, rows: &[Vec<String>]) -> Vec<u8> {
        let line = |row: &Vec<String>| {
            let fields: Vec<_> = row.iter().map(|field| self.field(field)).collect();
            fields.join(&self.delimiter.to_string()) + self.end
        };
        let text: String = rows.iter().map(line).collect();
        let text =
            if self.mark && self.encoding.starts_with("utf") { format!("\u{feff}{text}") } else { text };
        match self.encoding {
            "utf-8" => text.into_bytes(),
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            // All letters here have the number that Unicode gives them.
            _ => text.chars().map(|char| char as u32 as u8).collect(),
        }
    }
}

/// What a naive reader makes of rows: of values said twice the first, and how many rows gave something new, nothing
/// new, no value, or another value than before.
fn naive(rows: &[Meant], unit: impl Fn(&str) -> Option<String>) -> (Vec<String>, [u64; 5]) {
    let (mut told, mut counts) = (Vec::<(String, String)>::new(), [0; 5]);
    for row in rows {
        let (mut new, mut bad) = (false, None);
        let values = [
            ("wait_mean", row.wait.map(|n| Decimal::new(i64::from(n) * 60, 2))),
            ("answer_rate", row.rate.map(|n| Decimal::new(n.into(), 4))),
        ];
        for (measure, value) in values {
            let Some(value) = value else { continue };
            let Some(unit) = unit(&row.unit) else {
                bad = bad.or(Some(4));
                continue;
            };
            let key = format!("{unit} 2020-W{:02} {measure}", row.week);
            let value = value.normalize().to_string();
            match told.iter().find(|(known, _)| *known == key) {
                None => {
                    told.push((key, value));
                    new = true;
                }
                Some((_, known)) if *known == value => {}
                Some(_) => bad = bad.or(Some(3)),
            }
        }
        let kind = match (bad, new) {
            _ if row.wait.is_none() && row.rate.is_none() => 2,
            (Some(kind), _) => kind,
            (None, true) => 0,
            (None, false) => 1,
        };
        counts[kind] += 1;
    }
    (told.into_iter().map(|(key, value)| format!("{key} {value}")).collect(), counts)
}

fn told(figures: &[Figure]) -> Vec<String> {
    let tell = |figure: &Figure| {
        format!("{} {} {} {}", figure.series.unit, figure.span, figure.measure.name(), figure.value)
    };
    figures.iter().map(tell).collect()
}

fn counts(lines: &Lines) -> [u64; 5] {
    let ignored = |name: &str| lines.ignored.get(name).copied().unwrap_or(0);
    let rejected = |reason: Reason| lines.rejected[reason.index()];
    [
        lines.events,
        ignored("(repeated)"),
        ignored("(no value)"),
        rejected(Reason::Contradiction),
        rejected(Reason::UnknownName),
    ]
}

fn given(value: Value, given_in: GivenIn) -> Value {
    Value { given_in: Some(Place::Constant(given_in)), ..value }
}

proptest! {
    #[test]
    fn a_wide_table_is_read_as_it_was_written(rows in rows(), style in style()) {
        let units = [("Etelä", "south"), ("Itä; \"A\"", "east"), ("Länsi, B", "west"), ("rivi\nD", "row")];
        let unit = || listed("unit", &units);
        let values = vec![
            given(value("wait", "wait_mean", unit()), GivenIn::Minutes),
            given(value("rate", "answer_rate", unit()), GivenIn::Percent),
        ];
        let header = ["note", "year", "week", "unit", "wait", "rate"].map(str::to_owned).to_vec();
        let fields = |row: &Meant| {
            let (wait, rate) = (style.number(row.wait), style.number(row.rate));
            vec!["ä, \"x\"".to_owned(), "2020".to_owned(), row.week.to_string(), row.unit.clone(), wait, rate]
        };
        let table: Vec<_> = std::iter::once(header).chain(rows.iter().map(fields)).collect();
        let batch = read(&made("figures", mapping(style.layout(), values)), &style.write(&table)).unwrap();
        let known = |name: &str| units.iter().find(|(text, _)| *text == name).map(|(_, id)| (*id).to_owned());
        let (expected, kinds) = naive(&rows, known);
        prop_assert_eq!(told(&batch.figures), expected);
        prop_assert_eq!(counts(&batch.lines), kinds);
        prop_assert_eq!(batch.lines.total(), rows.len() as u64 + 1);
    }

    #[test]
    fn a_long_table_is_read_as_it_was_written(rows in rows(), style in style()) {
        let row = Value {
            measure: listed("what", &[("odotus", "wait_mean"), ("osuus", "answer_rate")]),
            given_in: Some(listed("in", &[("min", "minutes"), ("%", "percent")])),
            ..value("number", "wait_mean", column("unit"))
        };
        let header = ["unit", "what", "in", "number", "week", "year"].map(str::to_owned).to_vec();
        // A name with a line end in it is no name; here each row has one value, so rows are halves of wide ones.
        let halves: Vec<Meant> = rows.iter().flat_map(|row| {
            [Meant { rate: None, ..row.clone() }, Meant { wait: None, ..row.clone() }]
        }).collect();
        let fields = |(at, row): (usize, &Meant)| {
            let (what, given_in, number) =
                if at % 2 == 0 { ("odotus", "min", row.wait) } else { ("osuus", "%", row.rate) };
            [&row.unit, what, given_in, &style.number(number), &row.week.to_string(), "2020"].map(str::to_owned).to_vec()
        };
        let table: Vec<_> = std::iter::once(header).chain(halves.iter().enumerate().map(fields)).collect();
        let batch = read(&made("figures", mapping(style.layout(), vec![row])), &style.write(&table)).unwrap();
        let name = |name: &str| (!name.contains(['\n', '\t'])).then(|| name.to_owned());
        let (expected, kinds) = naive(&halves, name);
        prop_assert_eq!(told(&batch.figures), expected);
        prop_assert_eq!(counts(&batch.lines), kinds);
        prop_assert_eq!(batch.lines.total(), halves.len() as u64 + 1);
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_every_row_counts_once(
        bytes in prop::collection::vec(prop_oneof![
            3 => prop::sample::select(vec!["2020", "24", "kela", "7", ",", ",", ",", "\n", "\n", "\"", "\r\n", "NA", " "]).prop_map(|s| s.as_bytes().to_vec()),
            1 => any::<u8>().prop_map(|byte| vec![byte]),
        ], 0..300),
        encoding in prop::sample::select(vec!["utf-8", "windows-1252", "utf-16le"]),
    ) {
        let body = bytes.concat();
        let encoding: Encoding = encoding.parse().unwrap();
        let wide = encoding.to_string().starts_with("UTF-16");
        let header = "year,week,unit,number\n";
        let header = if wide { header.encode_utf16().flat_map(u16::to_le_bytes).collect() } else { header.as_bytes().to_vec() };
        let format = made("tallies", mapping(
            Layout { encoding, ..Layout::default() },
            vec![value("number", "contacts", column("unit"))],
        ));
        let batch = read(&format, &[header, body.clone()].concat()).unwrap();
        prop_assert_eq!(batch.tallies.len() as u64, batch.lines.events);
        // Without quotes a row is a line.
        if !wide && !body.contains(&b'"') {
            let lines = body.split_inclusive(|&byte| byte == b'\n').count() as u64;
            prop_assert_eq!(batch.lines.total(), lines + 1);
        }
        // Without a header it is refused or read, and never a panic.
        if let Ok(batch) = read(&format, &body) {
            prop_assert!(batch.lines.total() > 0);
        }
    }
}

/// Reads a table of weeks, units and numbers, and tells what came of it.
fn check(name: &str, layout: Layout, given_in: &str, measure: &str, text: &[u8]) -> String {
    let value = Value { given_in: Some(constant(given_in)), ..value("number", measure, column("unit")) };
    match read(&made(name, mapping(layout, vec![value])), text) {
        Err(error) => format!("{error}: {}", std::error::Error::source(&error).unwrap()),
        Ok(batch) => {
            let figures = told(&batch.figures);
            let tallies = batch.tallies.iter().map(|tally| {
                format!("{} {} {} {}", tally.series.unit, tally.span, tally.measure.name(), tally.count)
            });
            let ignored = batch.lines.ignored.iter().map(|(name, count)| format!("{name} {count}"));
            let rejected = batch.rejects.iter().map(|reject| {
                format!(
                    "{} at {}: {:?}",
                    reject.reason,
                    reject.position,
                    String::from_utf8_lossy(&reject.line)
                )
            });
            figures.into_iter().chain(tallies).chain(ignored).chain(rejected).collect::<Vec<_>>().join("\n")
        }
    }
}

fn minutes(text: &[u8]) -> String {
    check("figures", Layout::default(), "minutes", "wait_mean", text)
}

#[test]
fn a_table_of_a_finnish_spreadsheet() {
    let layout = Layout {
        delimiter: b';',
        decimal_mark: ',',
        grouping_mark: Some(' '),
        encoding: "windows-1252".parse().unwrap(),
        ..Layout::default()
    };
    let text =
        b"year;week;unit;number\r\n2020;24;Keskinen yksikk\xf6;1 002,5\r\n2020;25;It\xe4inen;0,5\r\n;;;\r\n";
    insta::assert_snapshot!(check("figures", layout, "seconds", "wait_mean", text), @"
    Keskinen yksikkö 2020-W24 wait_mean 1002.5
    Itäinen 2020-W25 wait_mean 0.5
    (header) 1
    (no value) 1
    ");
}

#[test]
fn every_row_that_gives_nothing_says_why() {
    let text = b"year,week,unit,number\n2020,24,a,1\n2020,24,a,1.0\n2020,24,a,2\n2020,24,all,1\n2020,24,b\n2020,24,b,1,\n\
        \n2021,53,b,1\n2020,24,\xff,1\n2020,2\x004,b,1\n2020,24,b,\n2020,24,,1\n2020,24,\"b,1\n";
    insta::assert_snapshot!(minutes(text), @r#"
    a 2020-W24 wait_mean 60
    (blank) 1
    (header) 1
    (no value) 1
    (repeated) 1
    contradiction at 48: "2020,24,a,2"
    unknown_name at 60: "2020,24,all,1"
    too_few_fields at 74: "2020,24,b"
    too_many_fields at 84: "2020,24,b,1,"
    bad_period at 98: "2021,53,b,1"
    bad_encoding at 110: "2020,24,�,1"
    binary at 122: "2020,2\04,b,1"
    unknown_name at 146: "2020,24,,1"
    line_too_long at 157: "2020,24,\"b,1"
    "#);
}

#[test]
fn tallies_are_whole_numbers() {
    let text = b"year,week,unit,number\n2020,24,a,12\n2020,25,a,12.0\n2020,26,a,12.5\n2020,27,a,-1\n";
    insta::assert_snapshot!(check("tallies", Layout::default(), "count", "contacts", text), @r#"
    a 2020-W24 contacts 12
    a 2020-W25 contacts 12
    (header) 1
    out_of_range at 50: "2020,26,a,12.5"
    negative at 65: "2020,27,a,-1"
    "#);
}

#[test]
fn documents_that_cannot_be_understood_as_a_whole() {
    insta::assert_snapshot!(minutes(b""), @"it cannot be understood, and what was counted of it before stays: it has no header; its first row has to name the columns");
    insta::assert_snapshot!(minutes(b"\n\r\n"), @"it cannot be understood, and what was counted of it before stays: it has no header; its first row has to name the columns");
    insta::assert_snapshot!(minutes(b"year;week;unit;number\n"), @r#"it cannot be understood, and what was counted of it before stays: no column that the source names, such as "number", is in its first row, which has 1; does that row name the columns, and is table.delimiter right?"#);
    insta::assert_snapshot!(minutes(b"2020,24,Matti,1\n"), @r#"it cannot be understood, and what was counted of it before stays: no column that the source names, such as "number", is in its first row, which has 4; does that row name the columns, and is table.delimiter right?"#);
    insta::assert_snapshot!(minutes(b"year, week,unit,all\n"), @r#"it cannot be understood, and what was counted of it before stays: column "number" is not in the header; name another in the source's columns or values: year, week, unit, all"#);
    for packed in [b"PK\x03\x04\0\0".as_slice(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(minutes(packed), @r#"it cannot be understood, and what was counted of it before stays: it is no text but a spreadsheet or another packed file; of an .xlsx say file_type = "xlsx" in [source.table], and save an .xls as .xlsx"#);
        }
    }
    insta::assert_snapshot!(minutes(b"year,week,unit,number,unit\n"), @r#"it cannot be understood, and what was counted of it before stays: column "unit" is in the header more than once; give each a name of its own"#);
    insta::assert_snapshot!(minutes(b"year,week,unit,number,unit\xe4\n"), @"it cannot be understood, and what was counted of it before stays: its header is no text in UTF-8; say in [source.table] which encoding it has");
}

#[test]
fn only_some_rows_and_what_else_a_figure_has() {
    let value = Value {
        of: Some("answers".to_owned()),
        provisional: Some(listed("state", &[("e", "true"), ("", "false")])),
        ..value("number", "wait_mean", column("unit"))
    };
    let mut mapping = mapping(Layout::default(), vec![value]);
    mapping.only = [("kind".to_owned(), ["x".to_owned(), "y".to_owned()].into())].into();
    let text = b"year,week,unit,number,answers,state,kind\n2020,24,a,1,12,e,x\n2020,24,a,7,,e,z\n\
        2020,25,a,2,,,y\n2020,26,a,1,1.5,,x\n2020,27,a,1,1,?,x\n";
    let batch = read(&made("figures", mapping), text).unwrap();
    let figures =
        batch.figures.iter().map(|f| format!("{} {} {:?} {}", f.span, f.value, f.of, f.provisional));
    insta::assert_snapshot!(figures.collect::<Vec<_>>().join("\n"), @"
    2020-W24 1 Some(12) true
    2020-W25 2 None false
    ");
    assert_eq!((batch.lines.ignored["(filtered)"], batch.lines.total_rejected()), (1, 2));
}

#[test]
fn a_figure_keeps_the_label_that_it_was_printed_with() {
    let check = |label: Place<Label>| {
        let value = Value { label: Some(label), ..value("number", "wait_mean", column("unit")) };
        let long = "x".repeat(101);
        let text = format!(
            "year,week,unit,number,printed\n2020,24,a,1, vko 24; kesäkuu \n2020,25,a,2,-\n2020,26,a,3,{long}\n\
             2020,24,a,1,vko 24; kesäkuu\n2020,24,a,1,vko 24\n2020,25,a,2,\n"
        );
        let layout = Layout { no_value: ["-".to_owned(), String::new()].into(), ..Layout::default() };
        let batch = read(&made("figures", mapping(layout, vec![value])), text.as_bytes()).unwrap();
        let figures = batch.figures.iter().map(|f| format!("{} {} {:?}", f.span, f.value, f.label));
        let mut told: Vec<_> = figures.collect();
        told.extend(batch.rejects.iter().map(|reject| format!("{} at {}", reject.reason, reject.position)));
        told.extend(batch.lines.ignored.iter().map(|(name, count)| format!("{name} {count}")));
        told.join("\n")
    };
    insta::assert_snapshot!(check(column("printed")), @r#"
    2020-W24 1 Some(Label("vko 24; kesäkuu"))
    2020-W25 2 None
    bad_value at 75
    contradiction at 218
    (header) 1
    (repeated) 2
    "#);
    insta::assert_snapshot!(check(constant("vuosi 2020")), @r#"
    2020-W24 1 Some(Label("vuosi 2020"))
    2020-W25 2 Some(Label("vuosi 2020"))
    2020-W26 3 Some(Label("vuosi 2020"))
    (header) 1
    (repeated) 3
    "#);
}

#[test]
fn mappings_that_cannot_be_meant() {
    let refused = |name: &str, mapping: Mapping| match format(name).unwrap() {
        Form::Table(make) => make(mapping).err().unwrap().to_string(),
        Form::Plain(_) | Form::Records(_) => panic!("{name} reads no tables"),
    };
    let wait = || value("number", "wait_mean", column("unit"));
    let count = || value("number", "contacts", column("unit"));
    let of = |values| mapping(Layout::default(), values);
    insta::assert_snapshot!(refused("figures", of(vec![])), @"no column of values is named; add a [[source.value]] with a column");
    insta::assert_snapshot!(refused("tallies", of(vec![count(), wait()])), @"wait_mean is no count, so tallies cannot be of it; such values are figures");
    insta::assert_snapshot!(refused("figures", of(vec![given(wait(), GivenIn::Percent)])), @"wait_mean is not given in percent");
    insta::assert_snapshot!(refused("tallies", of(vec![Value { of: Some("n".to_owned()), ..count() }])), @"tallies have no `of`, `provisional` or `label`; such values are figures");
    insta::assert_snapshot!(refused("tallies", of(vec![Value { label: Some(constant("vko 24")), ..count() }])), @"tallies have no `of`, `provisional` or `label`; such values are figures");
    insta::assert_snapshot!(refused("figures", Mapping { when: When::default(), ..of(vec![wait()]) }), @"no column of periods is named; say in [source.columns] where the date, or the year and week, is");
}

#[test]
fn formats_are_made_under_their_names() {
    for name in ["tallies", "figures"] {
        let format =
            made(name, mapping(Layout::default(), vec![value("number", "contacts", column("unit"))]));
        assert_eq!((format.name(), format.is_whole()), (name, true));
    }
}

#[test]
fn a_long_table_is_recognised_and_a_longer_one_too() {
    let row = |n: u32| format!("2020,24,unit {n},{n},{}\n", "x".repeat(40_000));
    let text = |rows| "year,week,unit,number,note\n".to_owned() + &(0..rows).map(row).collect::<String>();
    let format =
        made("tallies", mapping(Layout::default(), vec![value("number", "contacts", column("unit"))]));
    let batch = read(&format, text(60).as_bytes()).unwrap();
    assert_eq!((batch.tallies.len(), batch.position.blocks()), (60, 2));
    let longer = Input::spool("longer", text(61).as_bytes()).unwrap();
    assert_eq!(longer.compare(&batch.position).unwrap(), Prefix::Longer);
}
