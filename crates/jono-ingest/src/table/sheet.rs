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

use std::{borrow::Cow, collections::BTreeSet};

use jono_domain::Reason;

use self::{cells::Cells, package::Package, strings::Strings, styles::Styles};
use super::{BLANK, Fields, Found, HEADER, Header, Reading, Refused};
use crate::{blocks::MAX_LINE_BYTES, fold::Fold};

/// Reads a sheet row by row.
pub(super) fn read<Meaning>(
    document: &[u8],
    columns: &BTreeSet<&str>,
    reading: &mut Reading<'_, '_, '_, Meaning>,
) -> Result<(), Refused>
where
    Meaning: FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
{
    let mut package = Package::open(document)?;
    let book = package.workbook()?;
    let strings =
        book.strings.map_or_else(|| Ok(Strings::default()), |path| Strings::read(package.part(&path)?))?;
    let styles =
        book.styles.map_or_else(|| Ok(Styles::default()), |path| Styles::read(package.part(&path)?))?;
    let sheet = package.sheet(&book.sheet)?;
    let mut cells = Cells::new(sheet, &strings, &styles, book.is_1904, reading.layout.decimal_mark);
    let (mut header, mut line): (Option<Header<'_>>, _) = (None, Vec::new());
    while let Some((number, mut texts)) = cells.row()? {
        let filled = texts.iter().rposition(|text| !text.trim().is_empty()).map_or(0, |last| last + 1);
        texts.truncate(filled);
        match &header {
            _ if filled == 0 => reading.fold.ignore(BLANK),
            None => {
                header = Some(Header::new(columns, &texts)?);
                reading.fold.ignore(HEADER);
            }
            Some(header) => {
                // Cells at the end of a row need not be there.
                texts.resize(filled.max(header.width), Cow::default());
                let is_whole = join(&texts, &mut line);
                let texts = match is_whole {
                    false => Err(Reason::LineTooLong),
                    true if line.contains(&0) => Err(Reason::Binary),
                    true => Ok(texts),
                };
                reading.row(header, texts, number.into(), &line);
            }
        }
    }
    header.map(|_| ()).ok_or(Refused::NoHeader)
}

/// The texts with tabs between them; false if they are longer than a row may be, and `line` ends before one.
fn join(texts: &[Cow<'_, str>], line: &mut Vec<u8>) -> bool {
    line.clear();
    for (column, text) in texts.iter().enumerate() {
        if column > 0 {
            line.push(b'\t');
        }
        if line.len() + text.len() > MAX_LINE_BYTES {
            return false;
        }
        line.extend_from_slice(text.as_bytes());
    }
    true
}

#[cfg(test)]
mod tests;
