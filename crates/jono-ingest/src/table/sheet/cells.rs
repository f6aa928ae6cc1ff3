//! The cells of a sheet, row by row, as texts.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};

use super::{
    super::Refused,
    package::{Part, attribute, damaged, push_text},
    serial,
    strings::{Strings, rich_text},
    styles::{Shown, Styles},
};

/// How many rows a sheet has.
const ROWS: u32 = 1 << 20;
/// How many columns.
const COLUMNS: usize = 1 << 14;

/// The cells of a sheet.
pub(super) struct Cells<'a, 'd> {
    part: Part<'a, 'd>,
    strings: &'a Strings,
    styles: &'a Styles,
    is_1904: bool,
    decimal_mark: char,
    /// The number of the last row.
    row: u32,
}

/// The number of a row, from 1 on, and its texts up to the last cell that has one.
type Row<'a> = (u32, Vec<Cow<'a, str>>);

/// What is said of a cell before its value.
struct Cell {
    /// From 0 on.
    column: usize,
    kind: Option<String>,
    shown: Shown,
}

impl<'a, 'd> Cells<'a, 'd> {
    pub(super) fn new(
        part: Part<'a, 'd>,
        strings: &'a Strings,
        styles: &'a Styles,
        is_1904: bool,
        decimal_mark: char,
    ) -> Self {
        Self { part, strings, styles, is_1904, decimal_mark, row: 0 }
    }

    /// The next row. Of texts beyond a width that is known, it counts alone that they are there: nothing stands for the
    /// cells between them, of which a row may declare far more than it has.
    pub(super) fn row(&mut self, width: Option<usize>) -> Result<Option<Row<'a>>, Refused> {
        loop {
            match self.part.event()? {
                Event::Start(mark) if mark.local_name().as_ref() == "row" => {
                    let number = match attribute(&mark, "r")? {
                        Some(number) => number.parse().ok(),
                        None => Some(self.row + 1),
                    };
                    self.row = number
                        .filter(|number| (self.row + 1..=ROWS).contains(number))
                        .ok_or_else(unordered)?;
                    return self.texts(width.unwrap_or(COLUMNS)).map(|texts| Some((self.row, texts)));
                }
                Event::End(mark) if mark.local_name().as_ref() == "sheetData" => {
                    self.part.finish()?;
                    return Ok(None);
                }
                Event::Eof => return Err(damaged("its first sheet has no cells, or breaks off")),
                _ => {}
            }
        }
    }

    fn texts(&mut self, width: usize) -> Result<Vec<Cow<'a, str>>, Refused> {
        let (mut texts, mut next): (Vec<Cow<'a, str>>, _) = (Vec::new(), 0);
        loop {
            let cell = match self.part.event()? {
                Event::Start(mark) if mark.local_name().as_ref() == "c" => {
                    let column = match attribute(&mark, "r")? {
                        Some(name) => column(&name, self.row)?,
                        None => next,
                    };
                    cell(&mark, column, self.styles)?
                }
                Event::End(mark) if mark.local_name().as_ref() == "row" => return Ok(texts),
                Event::Eof => return Err(damaged("its first sheet breaks off")),
                _ => continue,
            };
            if !(next..COLUMNS).contains(&cell.column) {
                return Err(unordered());
            }
            next = cell.column + 1;
            let text = self.text(&cell)?;
            if !text.trim().is_empty() {
                let place = cell.column.min(width).max(texts.len());
                texts.resize(place, Cow::default());
                texts.push(text);
            }
        }
    }

    /// The text of a cell. How it was computed is passed over.
    fn text(&mut self, cell: &Cell) -> Result<Cow<'a, str>, Refused> {
        let (mut text, mut is_value) = (String::new(), false);
        loop {
            let event = self.part.event()?;
            match &event {
                Event::Start(mark) if mark.local_name().as_ref() == "is" => {
                    rich_text(&mut self.part, "is", &mut text)?;
                }
                Event::Start(mark) if mark.local_name().as_ref() == "v" => is_value = true,
                Event::End(mark) if mark.local_name().as_ref() == "v" => is_value = false,
                Event::End(mark) if mark.local_name().as_ref() == "c" => break,
                Event::Eof => return Err(damaged("its first sheet breaks off")),
                other if is_value => push_text(other, &mut text)?,
                _ => {}
            }
        }
        self.meant(cell, text)
    }

    fn meant(&self, cell: &Cell, text: String) -> Result<Cow<'a, str>, Refused> {
        match (cell.kind.as_deref(), text.trim()) {
            (_, "") => Ok(Cow::default()),
            (Some("s"), number) => {
                let shared = number.parse().ok().and_then(|number| self.strings.get(number));
                shared.map(Cow::Borrowed).ok_or_else(|| damaged("a cell names a text that it does not have"))
            }
            (Some("b"), "0") => Ok("false".into()),
            (Some("b"), "1") => Ok("true".into()),
            (Some("n") | None, number) => match number.parse() {
                Ok(value) => Ok(self.number(value, cell.shown).into()),
                Err(_) => Ok(text.into()),
            },
            (Some(_), _) => Ok(text.into()),
        }
    }

    fn number(&self, value: f64, shown: Shown) -> String {
        match shown {
            // The shortest decimal that is this number, with the mark that the source has.
            Shown::Number => value.to_string().replace('.', self.decimal_mark.encode_utf8(&mut [0; 4])),
            Shown::Day | Shown::Time | Shown::Duration => serial::text(value, shown, self.is_1904),
        }
    }
}

fn unordered() -> Refused {
    damaged("its rows or cells are not in order, or beyond the end of a sheet")
}

fn cell(mark: &BytesStart<'_>, column: usize, styles: &Styles) -> Result<Cell, Refused> {
    let style = attribute(mark, "s")?.and_then(|style| style.parse().ok());
    Ok(Cell {
        column,
        kind: attribute(mark, "t")?,
        shown: style.map_or(Shown::Number, |style| styles.shown(style)),
    })
}

/// The column, from 0 on, of a cell named as `BC12`, which must be in that row.
fn column(name: &str, row: u32) -> Result<usize, Refused> {
    let letters = name.trim_end_matches(|char: char| char.is_ascii_digit());
    let is_good = (1..=3).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_good || name[letters.len()..].parse() != Ok(row) {
        return Err(unordered());
    }
    let number = letters
        .bytes()
        .fold(0, |number, byte| number * 26 + usize::from(byte.to_ascii_uppercase() - b'A') + 1);
    Ok(number - 1)
}
