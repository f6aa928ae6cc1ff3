//! The figures as a table: RFC 4180, a row a figure, with the columns of [`Datum`].

use super::data::Datum;
use crate::known::Known;

#[expect(clippy::expect_used, reason = "writing to memory does not fail, and all of it is text")]
pub(crate) fn write(known: &Known<'_>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for figure in known.figures() {
        writer.serialize(Datum::new(known, figure).for_spreadsheets()).expect("memory takes it");
    }
    String::from_utf8(writer.into_inner().expect("memory takes it")).expect("it is text")
}
