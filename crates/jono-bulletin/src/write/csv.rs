//! The figures as a table: RFC 4180, a row a figure, with the columns of [`Datum`].

use super::data::{COLUMNS, Datum};
use crate::known::Known;

#[expect(clippy::expect_used, reason = "writing to memory does not fail, and all of it is text")]
pub(crate) fn write(known: &Known<'_>) -> String {
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.has_headers(false).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).expect("memory takes it");
    for figure in known.figures() {
        writer.serialize(Datum::new(known, figure).for_spreadsheets()).expect("memory takes it");
    }
    String::from_utf8(writer.into_inner().expect("memory takes it")).expect("it is text")
}
