//! How a table is written: encoding, delimiter, the marks of its numbers, and what means that there is no value.

use std::{borrow::Cow, collections::BTreeSet, fmt, str::FromStr};

use jono_domain::Seconds;
use thiserror::Error;

use crate::mask;

/// What kind of file a table is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FileType {
    /// Delimited text with a header.
    #[default]
    Csv,
    /// A JSON object a line.
    JsonLines,
    /// The first sheet of a spreadsheet, with a header.
    Xlsx,
}

impl FileType {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Csv, Self::JsonLines, Self::Xlsx];

    /// The word used in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A kind of file that no table is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no type of file that holds a table; write csv, jsonl or xlsx")]
pub struct UnknownFileType(pub String);

impl FromStr for FileType {
    type Err = UnknownFileType;

    fn from_str(word: &str) -> Result<Self, UnknownFileType> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownFileType(word.to_owned()))
    }
}

/// How a table is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// What kind of file it is.
    pub file_type: FileType,
    /// What stands between two fields: one byte of ASCII.
    pub delimiter: u8,
    /// What stands between a number's whole part and its fraction.
    pub decimal_mark: char,
    /// What may stand between thousands, if anything does.
    pub grouping_mark: Option<char>,
    /// How text is written in bytes.
    pub encoding: Encoding,
    /// What means that there is no value.
    pub no_value: NoValue,
    /// How far a time may lie before one that it must follow, because two clocks differ; else the row is refused.
    pub max_skew: Seconds,
}

/// Texts that mean that there is no value, in whatever order they were named.
#[derive(Clone, PartialEq, Eq)]
pub struct NoValue(Box<[String]>);

impl NoValue {
    /// Whether that is one of them. There are one or two, so each is looked at.
    #[inline]
    pub(super) fn has(&self, text: &[u8]) -> bool {
        self.0.iter().any(|none| none.as_bytes() == text)
    }
}

/// The rules of a source tell them as the set that they are.
impl fmt::Debug for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.0).finish()
    }
}

impl FromIterator<String> for NoValue {
    fn from_iter<Texts: IntoIterator<Item = String>>(texts: Texts) -> Self {
        Self(texts.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
    }
}

impl<const N: usize> From<[String; N]> for NoValue {
    fn from(texts: [String; N]) -> Self {
        texts.into_iter().collect()
    }
}

impl Default for Layout {
    /// CSV: commas, decimal points, UTF-8; an empty field has no value.
    fn default() -> Self {
        Self {
            file_type: FileType::default(),
            delimiter: b',',
            decimal_mark: '.',
            grouping_mark: None,
            encoding: Encoding::default(),
            no_value: NoValue::from([String::new()]),
            max_skew: Seconds::ZERO,
        }
    }
}

impl Layout {
    /// A row that was refused, of which only the texts in the columns that are `shown` are as they are.
    pub(crate) fn masked(&self, header: &[u8], line: &[u8], shown: &BTreeSet<&str>) -> String {
        // Samples of a wide encoding are text by now, their header is not.
        let text = |bytes| {
            if self.encoding.is_utf16() {
                String::from_utf8_lossy(bytes)
            } else {
                self.encoding.0.decode_without_bom_handling(bytes).0
            }
        };
        match self.file_type {
            FileType::Csv => mask::row(&text(header), &text(line), self.delimiter.into(), shown),
            FileType::JsonLines => mask::object(line, shown),
            FileType::Xlsx => {
                mask::cells(&String::from_utf8_lossy(header), &String::from_utf8_lossy(line), shown)
            }
        }
    }
}

/// How text is written in bytes: one of the encodings of the WHATWG.
///
/// Invariant: it is UTF-16, or writes delimiters and line ends as ASCII does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

/// An encoding that no table can be read in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{0:?} is no encoding of tables; write utf-8, windows-1252, iso-8859-15, utf-16le or another label of the WHATWG"
)]
pub struct BadEncoding(pub String);

impl Default for Encoding {
    fn default() -> Self {
        Self(encoding_rs::UTF_8)
    }
}

impl FromStr for Encoding {
    type Err = BadEncoding;

    fn from_str(label: &str) -> Result<Self, BadEncoding> {
        encoding_rs::Encoding::for_label(label.as_bytes())
            .map(Self)
            .filter(|encoding| encoding.0.is_ascii_compatible() || encoding.is_utf16())
            .ok_or_else(|| BadEncoding(label.to_owned()))
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.name())
    }
}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl Encoding {
    /// Whether delimiters and line ends have more than one byte.
    pub(crate) fn is_utf16(self) -> bool {
        self.0 == encoding_rs::UTF_16LE || self.0 == encoding_rs::UTF_16BE
    }

    /// The document as bytes that can be cut at delimiters and line ends.
    pub(crate) fn text(self, document: &[u8]) -> Text<'_> {
        if !self.is_utf16() {
            return Text { bytes: document.into(), field: self.0, wide: false, bad: Vec::new() };
        }
        let unit = if self.0 == encoding_rs::UTF_16LE { u16::from_le_bytes } else { u16::from_be_bytes };
        let (pairs, odd) = document.as_chunks::<2>();
        let (mut bytes, mut bad) = (String::with_capacity(document.len()), Vec::new());
        for char in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
            if char.is_err() {
                bad.push(bytes.len());
            }
            bytes.push(char.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if !odd.is_empty() {
            bad.push(bytes.len());
            bytes.push(char::REPLACEMENT_CHARACTER);
        }
        Text { bytes: bytes.into_bytes().into(), field: encoding_rs::UTF_8, wide: true, bad }
    }
}

/// A document's text, of which delimiters and line ends are ASCII.
pub(crate) struct Text<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    /// How the fields between them are written.
    field: &'static encoding_rs::Encoding,
    /// Whether the document had two or four bytes for each character.
    wide: bool,
    /// Where characters stand for what was none, ascending.
    bad: Vec<usize>,
}

impl Text<'_> {
    /// A field as text; `None` if its bytes are none in this encoding.
    pub(super) fn decode<'b>(&self, field: &'b [u8]) -> Option<Cow<'b, str>> {
        self.field.decode_without_bom_handling_and_without_replacement(field)
    }

    /// What lies from `start` to before `end`, if it is text whose fields need no decoding.
    pub(super) fn plain(&self, start: usize, end: usize) -> Option<&str> {
        let bytes = &self.bytes[start..end];
        let is_plain = self.field == encoding_rs::UTF_8 || bytes.is_ascii();
        simdutf8::basic::from_utf8(bytes).ok().filter(|_| is_plain && self.is_good(start, end))
    }

    /// Whether all characters from `start` to before `end` were characters in the document, too.
    pub(super) fn is_good(&self, start: usize, end: usize) -> bool {
        self.bad.get(self.bad.partition_point(|&at| at < start)).is_none_or(|&at| at >= end)
    }

    /// How many bytes of the document that stretch of whole characters was.
    pub(super) fn original_len(&self, start: usize, end: usize) -> usize {
        let text = &self.bytes[start..end];
        if !self.wide {
            return text.len();
        }
        String::from_utf8_lossy(text).chars().map(|char| char.len_utf16() * 2).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(label: &str, document: &[u8]) -> String {
        match label.parse::<Encoding>() {
            Err(refused) => refused.to_string(),
            Ok(encoding) => {
                let text = encoding.text(document);
                let decoded = text.decode(&text.bytes).filter(|_| text.is_good(0, text.bytes.len()));
                let len = text.original_len(0, text.bytes.len());
                format!("{encoding}: {} of {len} bytes", decoded.as_deref().unwrap_or("no text"))
            }
        }
    }

    #[test]
    fn text_in_the_encodings_that_tables_come_in() {
        insta::assert_snapshot!(check("utf-8", "yksikkö".as_bytes()), @"UTF-8: yksikkö of 8 bytes");
        insta::assert_snapshot!(check("utf-8", b"yksikk\xf6"), @"UTF-8: no text of 7 bytes");
        insta::assert_snapshot!(check("latin1", b"yksikk\xf6 \x80"), @"windows-1252: yksikkö € of 9 bytes");
        insta::assert_snapshot!(check("iso-8859-15", b"\xa4"), @"ISO-8859-15: € of 1 bytes");
        insta::assert_snapshot!(check("utf-16le", b"k\0\xf6\0"), @"UTF-16LE: kö of 4 bytes");
        insta::assert_snapshot!(check("utf-16be", b"\xd8\x3d\xde\x00\0k"), @"UTF-16BE: 😀k of 6 bytes");
        insta::assert_snapshot!(check("utf-16le", b"k\0\x00\xd8"), @"UTF-16LE: no text of 4 bytes");
        insta::assert_snapshot!(check("utf-16le", b"k\0x"), @"UTF-16LE: no text of 4 bytes");
        insta::assert_snapshot!(check("iso-2022-jp", b""), @r#""iso-2022-jp" is no encoding of tables; write utf-8, windows-1252, iso-8859-15, utf-16le or another label of the WHATWG"#);
        insta::assert_snapshot!(check("ebcdic", b""), @r#""ebcdic" is no encoding of tables; write utf-8, windows-1252, iso-8859-15, utf-16le or another label of the WHATWG"#);
    }
}
