//! JSON lines: every line is an object, whose keys are the columns. A key that is missing, or null, has no value.

use std::{borrow::Cow, collections::BTreeSet};

use jono_domain::{Reason, Zone};
use serde_json::{Map, Value};

use super::{BLANK, Days, Fields, Found, Header, Layout, Reading, Texts};
use crate::{blocks::MAX_LINE_BYTES, fold::Fold};

/// The mark with which some programs begin a UTF-8 file.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads lines, from a position on.
pub(super) fn read<Meaning>(
    document: &[u8],
    from: u64,
    columns: &[&str],
    reading: &mut Reading<'_, '_, '_, Meaning>,
) where
    Meaning: FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
{
    let columns: BTreeSet<_> = columns.iter().copied().collect();
    let header = Header::of_names(&columns);
    let mut position = 0;
    for line in document.split_inclusive(|&byte| byte == b'\n') {
        let at = position;
        position += line.len() as u64;
        if at < from {
            continue;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if at == 0 { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
        if line.trim_ascii().is_empty() {
            reading.fold.ignore(BLANK);
        } else {
            reading.row(&header, texts(line, &columns, reading.layout).map(Texts::Own), at, line);
        }
    }
}

/// Understands single lines, of which the columns are known beforehand.
pub(crate) struct JsonRow<'a> {
    columns: BTreeSet<&'a str>,
    header: Header<'a>,
    layout: &'a Layout,
    days: Days,
}

impl<'a> JsonRow<'a> {
    pub(crate) fn new(columns: impl Iterator<Item = &'a str>, layout: &'a Layout, zone: &Zone) -> Self {
        let columns: BTreeSet<_> = columns.collect();
        Self { header: Header::of_names(&columns), columns, layout, days: Days::new(zone) }
    }

    /// What a line gives, of which `meaning` understands the fields.
    pub(crate) fn read<T>(
        &self,
        line: &[u8],
        meaning: impl FnOnce(&Fields<'_>) -> Result<T, Reason>,
    ) -> Result<T, Reason> {
        let texts = Texts::Own(texts(line, &self.columns, self.layout)?);
        meaning(&self.header.over(texts, self.layout, &self.days)?)
    }
}

/// The values of an object under these keys.
fn texts(line: &[u8], columns: &BTreeSet<&str>, layout: &Layout) -> Result<Vec<Cow<'static, str>>, Reason> {
    let mut object = object(line)?;
    columns
        .iter()
        .map(|&column| object.remove(column).map_or(Ok("".into()), |value| text(value, layout)))
        .collect()
}

/// The object that a line is.
pub(crate) fn object(line: &[u8]) -> Result<Map<String, Value>, Reason> {
    if line.len() > MAX_LINE_BYTES {
        return Err(Reason::LineTooLong);
    }
    if memchr::memchr(0, line).is_some() {
        return Err(Reason::Binary);
    }
    let text = std::str::from_utf8(line).map_err(|_| Reason::BadEncoding)?;
    let object: Map<_, _> = serde_json::from_str(text).map_err(|_| Reason::NotJson)?;
    // Of a key that is there twice, nobody knows which value is meant.
    if keys(text) == object.len() { Ok(object) } else { Err(Reason::Contradiction) }
}

/// How many keys an object has, those that are there twice counted twice.
fn keys(object: &str) -> usize {
    let (mut keys, mut depth, mut is_text) = (0, 0, false);
    let mut bytes = object.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if is_text => _ = bytes.next(),
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b':' if depth == 1 => keys += 1,
            _ => {}
        }
    }
    keys
}

/// The text that a table would have for a value; numbers get its decimal mark.
fn text(value: Value, layout: &Layout) -> Result<Cow<'static, str>, Reason> {
    match value {
        Value::Null => Ok("".into()),
        Value::Bool(truth) => Ok(truth.to_string().into()),
        Value::Number(number) => {
            let fraction = number.as_f64().filter(|_| number.is_f64());
            let text = fraction.map_or_else(|| number.to_string(), |fraction| fraction.to_string());
            Ok(text.replace('.', layout.decimal_mark.encode_utf8(&mut [0; 4])).into())
        }
        Value::String(text) => Ok(text.into()),
        Value::Array(_) | Value::Object(_) => Err(Reason::BadValue),
    }
}
