//! Spreadsheets made by hand, and what is read of them.

use std::{
    collections::BTreeSet,
    io::{Cursor, Write},
};

use proptest::prelude::*;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::{
    fold::tests::folded,
    table::{FileType, Layout, Only},
};

/// The parts of a spreadsheet.
#[derive(Clone)]
struct Book {
    parts: Vec<(&'static str, Vec<u8>)>,
    method: CompressionMethod,
}

const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

impl Book {
    /// One of a single sheet, of which these are the rows.
    fn new(rows: &str) -> Self {
        let relationship = |id: &str, kind: &str, target: &str| {
            format!(r#"<Relationship Id="{id}" Type="{RELATED}/{kind}" Target="{target}"/>"#)
        };
        let relationships = |all: String| format!("<Relationships>{all}</Relationships>").into_bytes();
        let of_book = [
            relationship("rId1", "worksheet", "worksheets/sheet1.xml"),
            relationship("rId2", "sharedStrings", "sharedStrings.xml"),
            relationship("rId3", "styles", "/xl/styles.xml"),
        ];
        let parts = vec![
            ("_rels/.rels", relationships(relationship("rId1", "officeDocument", "xl/workbook.xml"))),
            ("xl/_rels/workbook.xml.rels", relationships(of_book.concat())),
            (
                "xl/workbook.xml",
                br#"<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#
                    .to_vec(),
            ),
            ("xl/sharedStrings.xml", b"<sst/>".to_vec()),
            ("xl/styles.xml", b"<styleSheet/>".to_vec()),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes(),
            ),
        ];
        Self { parts, method: CompressionMethod::Deflated }
    }

    /// One whose cells hold these texts.
    fn of_texts(rows: &[&[&str]]) -> Self {
        let cell = |text: &&str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!(r#"<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#)
        };
        let row = |row: &&[&str]| format!("<row>{}</row>", row.iter().map(cell).collect::<String>());
        Self::new(&rows.iter().map(row).collect::<String>())
    }

    fn part(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        let part = self.parts.iter_mut().find(|(known, _)| *known == path).unwrap();
        part.1 = content.into();
        self
    }

    fn pack(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(self.method)
            .compression_level((self.method == CompressionMethod::Deflated).then_some(1));
        for (path, content) in &self.parts {
            zip.start_file(*path, options).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

fn layout(decimal_mark: char) -> Layout {
    Layout { file_type: FileType::Xlsx, decimal_mark, ..Layout::default() }
}

/// The texts of the columns a, b and c, of each row that has them, and what became of the others.
fn read_all(document: &[u8], layout: &Layout) -> Result<(Vec<[String; 3]>, crate::fold::Folded), Refused> {
    let (mut rows, only) = (Vec::new(), Only::new());
    let (read, folded) = folded(|fold| {
        crate::table::read(document, 0, layout, &only, ["a", "b", "c"].into_iter(), fold, |row, _| {
            rows.push(["a", "b", "c"].map(|column| row.text(column).to_owned()));
            Ok(Found::Event)
        })
    });
    read.map(|()| (rows, folded))
}

fn check(document: &[u8]) -> String {
    match read_all(document, &layout(',')) {
        Err(refused) => refused.to_string(),
        Ok((rows, folded)) => {
            let mut told: Vec<_> = rows.iter().map(|row| row.join("|")).collect();
            for reject in folded.rejects {
                let line = String::from_utf8_lossy(&reject.line).escape_debug().take(40).collect::<String>();
                told.push(format!("{} in row {}: {line}", reject.reason, reject.position));
            }
            told.push(format!("{:?}", folded.lines.ignored));
            told.join("\n")
        }
    }
}

const HEADER_ROW: &str = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>b</t></is></c><c r="C1" t="str"><v> c </v></c></row>"#;

fn book(rows: &str) -> Book {
    Book::new(&format!("{HEADER_ROW}{rows}"))
        .part("xl/sharedStrings.xml", "<sst><si><t>a</t></si><si><r><t xml:space=\"preserve\">Itä &amp; </t></r><r><t>Länsi</t></r><rPh><t>x</t></rPh></si></sst>")
        .part(
            "xl/styles.xml",
            r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd hh:mm:ss"/></numFmts>
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs></styleSheet>"#,
        )
}

#[test]
fn cells_are_the_texts_that_they_show() {
    let rows = r#"<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>12.5</v></c><c r="C2" t="b"><v>1</v></c></row>
        <row r="3"><c r="A3"><v>1204</v></c><c r="B3"><f>1/3</f><v>0.33333333333333331</v></c><c r="C3" t="e"><v>#N/A</v></c></row>
        <row r="4"><c r="A4"><v>1E-7</v></c><c r="B4"><v>-3</v></c><c r="C4" t="e"><v>#SPILL!</v></c></row>
        <row r="5"><c r="A5" s="1"><v>43990</v></c><c r="B5" s="2"><v>43990.41680555556</v></c><c r="C5" s="3"><v>1.5</v></c></row>
        <row r="6"><c r="A6" s="2"><v>43990</v></c><c r="B6" s="2"><v>0.41680555556</v></c><c r="C6" t="d"><v>2020-06-08T10:00:12</v></c></row>"#;
    insta::assert_snapshot!(check(&book(rows).pack()), @r#"
    Itä & Länsi|12,5|true
    1204|0,3333333333333333|#N/A
    0,0000001|-3|#SPILL!
    2020-06-08|2020-06-08 10:00:12|36:00:00
    2020-06-08 00:00:00|10:00:12|2020-06-08T10:00:12
    {"(header)": 1}
    "#);
}

#[test]
fn days_are_counted_from_1904_where_the_workbook_says_so() {
    let rows =
        r#"<row r="2"><c r="A2" s="1"><v>42528</v></c><c r="B2" s="2"><v>42528.41680555556</v></c></row>"#;
    let workbook = r#"<workbook><workbookPr date1904="1"/><sheets><sheet r:id="rId1"/></sheets></workbook>"#;
    insta::assert_snapshot!(check(&book(rows).part("xl/workbook.xml", workbook).pack()), @r#"
    2020-06-08|2020-06-08 10:00:12|
    {"(header)": 1}
    "#);
}

#[test]
fn rows_may_end_early_and_not_late() {
    let rows = r#"<row r="2"><c r="B2"><v>1</v></c></row><row r="3"/><row r="4"><c r="A4" s="1"/><c r="B4" t="inlineStr"><is><t> </t></is></c></row>
        <row r="7"><c r="A7"><v>1</v></c><c r="D7" s="1"/></row><row r="9"><c r="A9"><v>1</v></c><c r="D9"><v>2</v></c></row>
        <row><c><v>5</v></c><c r="C10"><v>6</v></c></row>"#;
    insta::assert_snapshot!(check(&book(rows).pack()), @r#"
    |1|
    1||
    5||6
    too_many_fields in row 9: 1\t\t\t2
    {"(blank)": 2, "(header)": 1}
    "#);
}

#[test]
fn a_cell_at_the_far_end_costs_its_row() {
    let rows = r#"<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>"#;
    insta::assert_snapshot!(check(&book(rows).pack()), @r#"
    too_many_fields in row 1048576: 1\t\t\t2
    {"(header)": 1}
    "#);
    // A cell without a text is none, however far it is.
    let rows = r#"<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="1"/></row><row r="3"><c r="XFD3"/></row>"#;
    insta::assert_snapshot!(check(&book(rows).pack()), @r#"
    1||
    {"(blank)": 1, "(header)": 1}
    "#);
    // Nor is a short row under a header that is as wide filled up.
    let wide = r#"<row><c r="A1" t="str"><v>a</v></c><c t="str"><v>b</v></c><c t="str"><v>c</v></c><c r="XFD1" t="str"><v>end</v></c></row>
        <row><c><v>1</v></c></row><row><c t="inlineStr"><is><t>nul _x0000_</t></is></c></row>"#;
    insta::assert_snapshot!(check(&Book::new(wide).pack()), @r#"
    1||
    binary in row 3: nul \0
    {"(header)": 1}
    "#);
    for rows in [
        r#"<row r="1048577"><c r="A1048577"><v>1</v></c></row>"#,
        r#"<row r="2"><c r="XFE2"><v>1</v></c></row>"#,
        r#"<row r="3"/><row r="2"/>"#,
        r#"<row r="2"><c r="B2"/><c r="A2"/></row>"#,
        r#"<row r="2"><c r="A3"/></row>"#,
        r#"<row r="2"><c r="AAAAAAA2"/></row>"#,
        r#"<row r="99999999999999999999"/>"#,
        r#"<row r="2"><c r="4"/></row>"#,
    ] {
        assert_eq!(check(&book(rows).pack()), unordered(), "{rows}");
    }
}

fn unordered() -> String {
    "it is no .xlsx spreadsheet, or is damaged: its rows or cells are not in order, or beyond the end of a sheet".to_owned()
}

#[test]
fn cells_that_are_not_there_are_not_made() {
    let rows = r#"<row r="2"><c r="XFD2" s="1"/></row><row r="3"><c r="B3"><v>1</v></c><c r="XFC3"><v>2</v></c><c r="XFD3"><v>3</v></c></row>"#;
    let document = book(rows).pack();
    let mut package = Package::open(&document).unwrap();
    let book = super::Book::read(&mut package).unwrap();
    let mut cells = book.cells(&mut package, &layout(',')).unwrap();
    let mut made = Vec::new();
    while let Some((_, texts)) = cells.row(Some(3)).unwrap() {
        made.push(texts.len());
    }
    assert_eq!(made, [3, 0, 5]);
}

#[test]
fn the_header_is_that_by_which_rows_are_masked() {
    let document =
        Book::of_texts(&[&[], &["taken", " office ", "a\tname"], &["8.6.2020 at 9", "Kallio", "Matti\tM"]])
            .pack();
    let layout = layout(',');
    let header = header(&document, &layout).unwrap();
    insta::assert_snapshot!(String::from_utf8_lossy(&header).replace('\t', "|"), @"taken| office |a name");
    let only = Only::new();
    let (_, folded) = folded(|fold| {
        crate::table::read(&document, 0, &layout, &only, ["taken", "office"].into_iter(), fold, |_, _| {
            Err(Reason::BadTime)
        })
    });
    let masked = layout.masked(&header, &folded.rejects[0].line, &BTreeSet::from(["taken", "office"]));
    insta::assert_snapshot!(masked.replace('\t', "|"), @"8.6.2020 at 9|Kallio|xxxxx x");
    let input = |document: &[u8]| crate::Input::spool("test", document).unwrap();
    assert_eq!(crate::table::header(&input(&document), &layout).unwrap(), header);
    // What is no spreadsheet has no header, and no row to mask.
    assert_eq!(crate::table::header(&input(b"a,b\nc,d\n"), &layout).unwrap(), b"");
    assert_eq!(crate::table::header(&input(b"a,b\nc,d\n"), &Layout::default()).unwrap(), b"a,b");
}

#[test]
fn the_first_sheet_that_is_shown_is_read() {
    let relationships = format!(
        r#"<Relationships><Relationship Id="x" Type="{RELATED}/chartsheet" Target="c.xml"/><Relationship Id="y" Type="{RELATED}/worksheet" Target="none.xml"/>
        <Relationship Id="z" Type="{RELATED}/worksheet" Target="../XL/worksheets/./Sheet1.xml"/></Relationships>"#
    );
    let workbook = r#"<workbook><sheets><sheet r:id="x"/><sheet state="hidden" r:id="y"/><sheet r:id="z"/></sheets></workbook>"#;
    let book = Book::of_texts(&[&["a", "b", "c"], &["1", "&<", "3"]]);
    let book = book.part("xl/workbook.xml", workbook).part("xl/_rels/workbook.xml.rels", relationships);
    insta::assert_snapshot!(check(&book.pack()), @r#"
    1|&<|3
    {"(header)": 1}
    "#);
}

#[test]
fn what_is_no_spreadsheet_is_told_apart() {
    let good = book("").pack();
    insta::assert_snapshot!(check(b"a,b,c\n1,2,3\n"), @"it is no .xlsx spreadsheet, or is damaged: it is no zip file, as every .xlsx is");
    insta::assert_snapshot!(check(b""), @"it is no .xlsx spreadsheet, or is damaged: it is no zip file, as every .xlsx is");
    insta::assert_snapshot!(check(&good[..good.len() / 2]), @"it is no .xlsx spreadsheet, or is damaged: invalid Zip archive: Could not find EOCD");
    let compound = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600]].concat();
    insta::assert_snapshot!(check(&compound), @"it is no .xlsx spreadsheet, or is damaged: it is of an older kind, such as .xls; save it as .xlsx");
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    insta::assert_snapshot!(check(&[compound, name].concat()), @"it is no .xlsx spreadsheet, or is damaged: it has a password; save it without one");
    insta::assert_snapshot!(check(&Book::new("").pack()), @"it has no header; its first row has to name the columns");
    insta::assert_snapshot!(check(&book("").part("xl/workbook.xml", "<workbook/>").pack()), @"it is no .xlsx spreadsheet, or is damaged: it has no sheet that is shown");
    insta::assert_snapshot!(check(&book("<row><c><v>1").pack()), @"it is no .xlsx spreadsheet, or is damaged: ill-formed document: expected `</v>`, but `</sheetData>` was found");
    insta::assert_snapshot!(check(&book(r#"<row><c t="s"><v>2</v></c></row>"#).pack()), @"it is no .xlsx spreadsheet, or is damaged: a cell names a text that it does not have");
    insta::assert_snapshot!(check(&book(r#"<row><c t="str"><v>&more;</v></c></row>"#).pack()), @"it is no .xlsx spreadsheet, or is damaged: &more; has no meaning");
    insta::assert_snapshot!(check(&Book::of_texts(&[&["a", "b"]]).pack()), @r#"column "c" is not in the header; name another in the source's columns or values: a, b"#);
    let long =
        book(&format!(r#"<row r="2"><c t="inlineStr"><is><t>{}</t></is></c></row>"#, "x".repeat(1_100_000)));
    insta::assert_snapshot!(check(&long.pack()), @"it is no .xlsx spreadsheet, or is damaged: I/O error: a text in it has more than 1 MiB");
    // A byte of the sheet is another than the checksum says.
    let mut stored =
        Book { method: CompressionMethod::Stored, ..book("<row><c><v>1234567</v></c></row>") }.pack();
    let at = memchr::memmem::find(&stored, b"1234567").unwrap();
    stored[at] = b'9';
    insta::assert_snapshot!(check(&stored), @"it is no .xlsx spreadsheet, or is damaged: I/O error: Invalid checksum");
}

#[test]
fn a_row_longer_than_any_is_refused_alone() {
    let strings = format!("<sst><si><t>a</t></si><si><t>{}</t></si></sst>", "x".repeat(40_000));
    let rows = r#"<row r="2"><c t="s"><v>1</v></c><c t="s"><v>1</v></c></row><row r="3"><c t="s"><v>1</v></c></row>
        <row r="4"><c t="inlineStr"><is><t>nul _x0000_</t></is></c></row>"#;
    let seen = check(&book(rows).part("xl/sharedStrings.xml", strings).pack());
    let seen = seen.replace(&"x".repeat(40_000), "(long)");
    insta::assert_snapshot!(seen, @r#"
    (long)||
    line_too_long in row 2: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    binary in row 4: nul \0
    {"(header)": 1}
    "#);
}

/// A part that is small where it is packed: `opening`, then `filling` over and over.
fn swollen(opening: &str, filling: &str, bytes: usize) -> Vec<u8> {
    let mut part = opening.as_bytes().to_vec();
    while part.len() < bytes {
        part.extend_from_slice(filling.as_bytes());
    }
    part
}

#[test]
fn what_swells_is_refused_whatever_it_declares() {
    let strings = swollen("<sst>", &"<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>".repeat(1000), 65 << 20);
    let size = strings.len() as u32;
    let mut document = book("").part("xl/sharedStrings.xml", strings).pack();
    assert!(document.len() < 2 << 20);
    insta::assert_snapshot!(check(&document), @"unpacked, the spreadsheet has more than 64 MiB; save the sheet that counts as a file of its own");
    // One that declares less than it has is damaged.
    let declared = memchr::memmem::rfind(&document, &size.to_le_bytes()).unwrap();
    document[declared..declared + 4].copy_from_slice(&9_u32.to_le_bytes());
    insta::assert_snapshot!(check(&document), @"it is no .xlsx spreadsheet, or is damaged: I/O error: File is larger than its declared uncompressed size");

    let sheet = swollen("<worksheet>", &format!("<!--{}-->", "a".repeat(60_000)), 257 << 20);
    insta::assert_snapshot!(check(&book("").part("xl/worksheets/sheet1.xml", sheet).pack()), @"unpacked, the spreadsheet has more than 256 MiB; save the sheet that counts as a file of its own");
    let many =
        r#"<sst count="18446744073709551615" uniqueCount="18446744073709551615"><si><t>a</t></si></sst>"#;
    insta::assert_snapshot!(check(&book("").part("xl/sharedStrings.xml", many).pack()), @r#"{"(header)": 1}"#);
}

proptest! {
    #[test]
    fn texts_and_numbers_come_back(
        rows in prop::collection::vec(("[a-zåäö<&;\"' ]{0,8}", any::<i32>(), prop::num::f64::NORMAL | prop::num::f64::ZERO), 0..20),
    ) {
        let written: Vec<_> = rows.iter().map(|(text, whole, number)| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!(r#"<row><c t="inlineStr"><is><t xml:space="preserve">.{text}</t></is></c><c><v>{whole}</v></c><c><v>{number:e}</v></c></row>"#)
        }).collect();
        let (seen, folded) = read_all(&book(&written.concat()).pack(), &layout(',')).unwrap();
        let expected: Vec<_> = rows.iter().map(|(text, whole, number)| {
            [format!(".{text}").trim().to_owned(), whole.to_string(), number.to_string().replace('.', ",")]
        }).collect();
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(folded.lines.total(), rows.len() as u64 + 1);
    }

    #[test]
    fn a_spreadsheet_with_other_bytes_in_it_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        is_deflated: bool,
    ) {
        let rows = r#"<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="2"><v>43990.5</v></c></row>"#;
        let method = if is_deflated { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let mut document = Book { method, ..book(rows) }.pack();
        for (at, byte) in changes {
            let at = at.index(document.len());
            document[at] = byte;
        }
        let _ = check(&document);
    }

    #[test]
    fn xml_with_other_bytes_in_it_is_read_or_refused(
        part in prop::sample::select(vec!["xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"<>/\"=&;09aAZ r".to_vec())), 1..6),
    ) {
        let mut book = book(r#"<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="2"><v>43990.5</v></c></row>"#);
        let (_, content) = book.parts.iter_mut().find(|(path, _)| *path == part).unwrap();
        for (at, byte) in changes {
            let at = at.index(content.len());
            content[at] = byte;
        }
        let _ = check(&book.pack());
    }
}
