//! Tables as text: a header, and a line a row. No field of the demo needs quotes.

use std::io::Write;

use anyhow::ensure;
use flate2::{Compression, GzBuilder};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// The zone of everything.
const ZONE: &str = "Europe/Helsinki";

/// A delimited table.
pub(super) struct Rows {
    delimiter: &'static str,
    columns: usize,
    text: String,
}

impl Rows {
    pub(super) fn new(delimiter: &'static str, header: &[&str]) -> Self {
        Self { delimiter, columns: header.len(), text: header.join(delimiter) + "\n" }
    }

    /// One more row. A field that would need quotes is refused.
    pub(super) fn push(&mut self, fields: &[&str]) -> anyhow::Result<()> {
        ensure!(fields.len() == self.columns, "a row has not as many fields as the header: {fields:?}");
        let special = [self.delimiter, "\"", "\n"];
        ensure!(
            !fields.iter().any(|field| special.iter().any(|it| field.contains(it))),
            "{fields:?} needs quotes"
        );
        self.text += &fields.join(self.delimiter);
        self.text.push('\n');
        Ok(())
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    /// Compressed, without a time in it.
    pub(super) fn gzip(self) -> anyhow::Result<Vec<u8>> {
        let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        encoder.write_all(self.text.as_bytes())?;
        Ok(encoder.finish()?)
    }
}

/// The seconds since 1970 at which clocks showed that time.
pub(super) fn instant(shown: DateTime) -> anyhow::Result<i64> {
    Ok(TimeZone::get(ZONE)?.to_timestamp(shown)?.as_second())
}

/// What clocks showed then.
pub(super) fn local(at: i64) -> anyhow::Result<DateTime> {
    Ok(Timestamp::from_second(at)?.in_tz(ZONE)?.datetime())
}

/// The same as tables write it; nothing if there is no such time.
pub(super) fn shown(at: Option<i64>) -> anyhow::Result<String> {
    at.map_or_else(|| Ok(String::new()), |at| Ok(local(at)?.strftime("%Y-%m-%d %H:%M:%S").to_string()))
}

/// The same with its offset, as RFC 3339 writes it.
pub(super) fn rfc3339(at: i64) -> anyhow::Result<String> {
    Ok(Timestamp::from_second(at)?.in_tz(ZONE)?.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}
