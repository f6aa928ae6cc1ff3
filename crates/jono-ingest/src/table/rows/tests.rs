//! Rows that are cut block by block, held against those of the oracle.

pub(in crate::table) mod oracle;

use proptest::prelude::*;

use self::oracle::Kind as Expected;
use super::*;
use crate::table::fields::BYTE_ORDER_MARK;

/// The rows of a text that is cut in blocks: where each lies, and what it is.
fn rows(text: &[u8], block_bytes: usize, cutter: &mut Cutter) -> Vec<oracle::Row> {
    let (mut seen, mut reader) = (Vec::new(), FieldReader::new(b','));
    for offset in (0..text.len()).step_by(block_bytes) {
        let block = block_bytes.min(text.len() - offset);
        let visible = text.len().min(offset + block + AHEAD);
        let part = &text[offset..visible];
        let Cuts { start, rows, overlong, end } =
            cutter.cut(part, offset as u64, block, visible == text.len());
        let mut at = start;
        if let Some(long) = overlong {
            let from = long.position as usize;
            let row = oracle::Row { start: from, end: offset + start, kind: Expected::TooLong };
            let line = &text[row.start..row.end];
            assert_eq!(long.sample, line[..line.len().min(MAX_SAMPLE_BYTES)]);
            assert_eq!(long.is_blank, line.trim_ascii().is_empty());
            assert_eq!(long.is_binary, line.contains(&0));
            seen.push(row);
        }
        for cut in rows {
            while at < cut.end {
                let stretch = &part[at..cut.end];
                let len = if cut.kind == Kind::Lines { line_len(stretch) } else { stretch.len() };
                let row = &stretch[..len];
                let kind = match cut.kind {
                    Kind::TooLong => Expected::TooLong,
                    _ if matches!(without_marks(row), [] | [b'\n']) => Expected::Blank,
                    _ => Expected::Fields(reader.read(row).count()),
                };
                seen.push(oracle::Row { start: offset + at, end: offset + at + len, kind });
                at += len;
            }
        }
        let last = seen.last().map(|row| row.end);
        assert!(end.is_none_or(|end| Some(offset + end) == last), "{end:?} of {last:?}");
    }
    seen
}

fn check(text: &[u8]) -> String {
    let mut seen = Vec::new();
    for row in rows(text, text.len(), &mut Cutter::new(b',')) {
        let fields = match row.kind {
            Expected::Fields(_) => {
                let mut reader = FieldReader::new(b',');
                let fields = reader.read(&text[row.start..row.end]).map(String::from_utf8_lossy);
                fields.collect::<Vec<_>>().join("|")
            }
            other => format!("{other:?}"),
        };
        seen.push(format!("{}..{} {fields:?}", row.start, row.end));
    }
    seen.join("\n")
}

#[test]
fn quotes_hold_delimiters_and_line_ends() {
    insta::assert_snapshot!(check(b"a,b\n\"x,1\",\"y\n\"\"2\"\"\"\n\nlast,"), @r#"
    0..4 "a|b"
    4..20 "x,1|y\n\"2\""
    20..21 "Blank"
    21..26 "last|"
    "#);
}

#[test]
fn a_quote_without_end_costs_one_line() {
    insta::assert_snapshot!(check(b"a,\"b\nc,d\n"), @r#"
    0..5 "TooLong"
    5..9 "c|d"
    "#);
    insta::assert_snapshot!(check(b"a,\"b,1\nc,\"d\",2\ne,f,3\n"), @r#"
    0..7 "TooLong"
    7..15 "c|d|2"
    15..21 "e|f|3"
    "#);
    let long = [b"\"".as_slice(), &vec![b'x'; MAX_LINE_BYTES], b"\nc,d\n\"e\"\n"].concat();
    insta::assert_snapshot!(check(&long), @r#"
    0..65538 "TooLong"
    65538..65542 "c|d"
    65542..65546 "e"
    "#);
}

#[test]
fn lines_that_each_open_a_quote_cost_no_window_each() {
    // A quote that closes one opens the next, so that a row from any of these lines never ends.
    let text = b"a\",\"b\n".repeat(200_000);
    let mut cutter = Cutter::new(b',');
    let all = rows(&text, 1 << 20, &mut cutter);
    let cut = all.iter().filter(|row| row.kind == Expected::TooLong && row.end - row.start == 6).count();
    assert_eq!(cut, 200_000);
    // A window for each line would be 200 000 times 64 KiB, which is 13 000 times the text.
    assert!(cutter.scanned < 20 * text.len(), "{} bytes scanned of {}", cutter.scanned, text.len());
    // Beyond that stretch, a row may have several lines again.
    let text = [b"a\",\"b\n".repeat(16), b"c,d\n".repeat(1 << 15), b"e,\"f\ng\"\n".to_vec()].concat();
    let all = rows(&text, 1 << 20, &mut Cutter::new(b','));
    let last = all.last().unwrap();
    assert_eq!((last.end - last.start, last.kind), (8, Expected::Fields(2)));
}

#[test]
fn byte_order_marks_are_passed_over() {
    insta::assert_snapshot!(check("\u{feff}a,b\n\u{feff}\u{feff}\n\u{feff}c".as_bytes()), @r#"
    0..7 "a|b"
    7..14 "Blank"
    14..18 "c"
    "#);
}

/// Text that is hostile to whoever cuts it, some of it longer than a row or than what is seen at once.
pub(in crate::table) fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "\"",
        "\"\"",
        ",",
        "\n",
        "\r\n",
        "a",
        "b c",
        " ",
        "\u{feff}",
        "\u{feff}\"",
        "\0",
        "é",
        ",\"",
        "\",",
        "\"\n",
        "\n\"",
        "a,b\n",
        "\"a\",\"b\"\n",
        "\"a\"x,b\"\"\n",
        "\"a\nb\",c\n",
        "a\",\"b\n",
        "x,\"y\n",
    ]);
    let piece = prop_oneof![30 => piece.prop_map(|text| text.as_bytes().to_vec()), 1 => Just(vec![0xff])];
    let times = prop_oneof![20 => Just(1_usize), 3 => 2..40_usize, 1 => prop::sample::select(vec![65_530_usize, 65_536, 66_303, 70_000, 140_000])];
    let pieces = prop::collection::vec((piece, times), 0..60);
    pieces.prop_map(|pieces| {
        let mut text = Vec::new();
        for (piece, times) in pieces {
            // So many bytes rather than so many pieces, if they are many.
            // A mark too many is a line that is too long, which the oracle does not know.
            let times = if piece == BYTE_ORDER_MARK { times.min(40) } else { times };
            let times = if times > 100 { times / piece.len() + 1 } else { times };
            text.extend(piece.repeat(times));
        }
        text
    })
}

proptest! {
    #[test]
    fn however_it_is_cut_rows_are_those_of_the_oracle(
        text in hostile(), block_bytes in prop_oneof![1..300_usize, 300..70_000_usize, Just(1 << 20)],
    ) {
        // A row ends in the block in which it begins, or in the next one.
        let block_bytes = if text.len() > 10_000 { block_bytes.max(70_000) } else { block_bytes };
        let mut expected = oracle::Rows::new(&text, b',');
        let all: Vec<_> = expected.by_ref().collect();
        let mut cutter = Cutter::new(b',');
        let seen = rows(&text, block_bytes, &mut cutter);
        let at = seen.iter().zip(&all).position(|(seen, expected)| seen != expected);
        prop_assert_eq!(at.map(|at| (seen[at], all[at])), None);
        prop_assert_eq!(seen.len(), all.len());
        prop_assert_eq!(cutter.is_open(), expected.is_open());
    }

    #[test]
    fn without_quotes_they_are_what_splitting_gives(
        lines in prop::collection::vec("[a-c,\r ]{0,12}", 0..12), terminated: bool,
    ) {
        let mut text = lines.join("\n");
        if terminated {
            text.push('\n');
        }
        let mut cut = rows(text.as_bytes(), text.len().max(1), &mut Cutter::new(b',')).into_iter();
        let mut end = 0;
        for line in text.split_inclusive('\n') {
            let row = cut.next().expect("a row for every line");
            prop_assert_eq!((row.start, row.end), (end, end + line.len()));
            end = row.end;
            let line = line.strip_suffix('\n').unwrap_or(line);
            match row.kind {
                Expected::Blank => prop_assert_eq!(line, ""),
                Expected::Fields(count) => {
                    let mut reader = FieldReader::new(b',');
                    let fields: Vec<_> = reader.read(&text.as_bytes()[row.start..row.end]).map(String::from_utf8_lossy).collect();
                    prop_assert_eq!(count, fields.len());
                    prop_assert_eq!(fields, line.split(',').collect::<Vec<_>>());
                }
                Expected::TooLong => prop_assert!(false, "no row is long"),
            }
        }
        prop_assert_eq!(cut.next(), None);
    }

    #[test]
    fn any_bytes_are_cut_into_rows_that_meet(
        text in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"\"\",\n\r".to_vec())], 0..300),
    ) {
        let mut end = 0;
        for row in rows(&text, text.len().max(1), &mut Cutter::new(b',')) {
            prop_assert!(row.start == end && row.end > row.start);
            end = row.end;
        }
        prop_assert_eq!(end, text.len());
    }
}
