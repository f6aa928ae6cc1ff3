//! The first sheet of a spreadsheet (.xlsx, ECMA-376): rows of texts, each as its cell shows it.
//!
//! The sheet is read as a stream and no grid is ever made of it: a cell at its far end costs what its own row costs.
//! What is unpacked is bounded by `package`, by what it is and not by what it is declared to be. `cells` are those of a
//! row, `strings` the texts that cells share, `styles` tell dates from numbers, and `serial` writes them.
//!
//! A row's position is the number that the program shows beside it, from 1 on.

mod cells;
mod package;
mod serial;
mod strings;
mod styles;

use std::borrow::Cow;

use jono_domain::Reason;

use self::{
    cells::Cells,
    package::{Package, Workbook},
    strings::Strings,
    styles::Styles,
};
use super::{BLANK, Fields, Found, HEADER, Header, Layout, Reading, Refused, Texts};
use crate::{blocks::MAX_LINE_BYTES, fold::Fold};

/// The texts of the row that names the columns, joined by tabs.
pub(super) fn header(document: &[u8], layout: &Layout) -> Result<Vec<u8>, Refused> {
    let (mut package, mut line) = (Package::open(document)?, Vec::new());
    let book = Book::read(&mut package)?;
    let mut cells = book.cells(&mut package, layout)?;
    while let Some((_, texts)) = cells.row(None)? {
        let filled = filled(&texts);
        if filled > 0 {
            join(&texts[..filled], &mut line);
            return Ok(line);
        }
    }
    Err(Refused::NoHeader)
}

/// Reads a sheet row by row.
pub(super) fn read<Meaning>(
    document: &[u8],
    columns: &[&str],
    reading: &mut Reading<'_, '_, '_, Meaning>,
) -> Result<(), Refused>
where
    Meaning: FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
{
    let mut package = Package::open(document)?;
    let book = Book::read(&mut package)?;
    let mut cells = book.cells(&mut package, reading.layout)?;
    let (mut header, mut line): (Option<Header<'_>>, _) = (None, Vec::new());
    while let Some((number, mut texts)) = cells.row(header.as_ref().map(|header| header.width))? {
        let filled = filled(&texts);
        texts.truncate(filled);
        match &header {
            _ if filled == 0 => reading.fold.ignore(BLANK),
            None => {
                header = Some(Header { may_end_early: true, ..Header::new(columns, &texts)? });
                reading.fold.ignore(HEADER);
            }
            Some(header) => {
                let is_whole = join(&texts, &mut line);
                let texts = match is_whole {
                    false => Err(Reason::LineTooLong),
                    true if line.contains(&0) => Err(Reason::Binary),
                    true => Ok(Texts::Own(texts)),
                };
                reading.row(header, texts, number.into(), &line);
            }
        }
    }
    header.map(|_| ()).ok_or(Refused::NoHeader)
}

/// What its cells are read by.
struct Book {
    workbook: Workbook,
    strings: Strings,
    styles: Styles,
}

impl Book {
    fn read(package: &mut Package<'_>) -> Result<Self, Refused> {
        let workbook = package.workbook()?;
        let strings = match &workbook.strings {
            Some(path) => Strings::read(package.part(path)?)?,
            None => Strings::default(),
        };
        let styles = match &workbook.styles {
            Some(path) => Styles::read(package.part(path)?)?,
            None => Styles::default(),
        };
        Ok(Self { workbook, strings, styles })
    }

    fn cells<'a, 'd>(
        &'a self,
        package: &'a mut Package<'d>,
        layout: &Layout,
    ) -> Result<Cells<'a, 'd>, Refused> {
        let sheet = package.sheet(&self.workbook.sheet)?;
        Ok(Cells::new(sheet, &self.strings, &self.styles, self.workbook.is_1904, layout.decimal_mark))
    }
}

/// How many texts there are up to the last one that is not empty.
fn filled(texts: &[Cow<'_, str>]) -> usize {
    texts.iter().rposition(|text| !text.trim().is_empty()).map_or(0, |last| last + 1)
}

/// The texts with tabs between them, and none in them; false if they are longer than a row may be, and `line` ends
/// before one.
fn join(texts: &[Cow<'_, str>], line: &mut Vec<u8>) -> bool {
    line.clear();
    for (column, text) in texts.iter().enumerate() {
        if column > 0 {
            line.push(b'\t');
        }
        if line.len() + text.len() > MAX_LINE_BYTES {
            return false;
        }
        line.extend(text.bytes().map(|byte| if byte == b'\t' { b' ' } else { byte }));
    }
    true
}

#[cfg(test)]
mod tests;
