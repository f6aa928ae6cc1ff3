//! Lines of text and the bars (`|`) in them, found 128 bytes at a time.
//!
//! A line of a log is seldom longer than 128 bytes, so one look at a window from its start finds its end and all
//! its bars as bits of two masks; nothing is searched twice. Longer lines take the search for the rest.

use wide::u8x32;

use crate::{blocks::PADDING, names::Key};

/// The lines of a text.
pub(crate) struct Lines<'a> {
    padded: &'a [u8],
    end: usize,
    at: usize,
}

/// One line, without its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Where it begins in the text.
    pub(crate) start: usize,
    /// Its bytes, without line feed and carriage return.
    pub(crate) bytes: &'a [u8],
    /// The text from its first byte on, and the padding behind that.
    padded: &'a [u8],
    /// The bars among its first 128 bytes.
    bars: u128,
}

impl<'a> Lines<'a> {
    /// `padded` holds terminated lines, then [`PADDING`] bytes of any kind.
    pub(crate) fn new(padded: &'a [u8]) -> Self {
        Self { padded, end: padded.len() - PADDING, at: 0 }
    }

    /// Passes over the mark with which some programs begin a UTF-8 file.
    pub(crate) fn skip_byte_order_mark(&mut self) {
        if self.at == 0 && self.padded[..self.end].starts_with("\u{feff}".as_bytes()) {
            self.at = 3;
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    #[inline]
    fn next(&mut self) -> Option<Line<'a>> {
        if self.at >= self.end {
            return None;
        }
        let start = self.at;
        let window: &[u8; PADDING] = self.padded[start..].first_chunk().expect("padding follows the text");
        let (feeds, mut bars) = masks(window);
        let len = if feeds != 0 {
            let len = feeds.trailing_zeros();
            bars &= (1 << len) - 1;
            len as usize
        } else {
            let rest = &self.padded[start + PADDING..self.end];
            PADDING + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
        };
        self.at = start + len + 1;
        let mut bytes = &self.padded[start..start + len];
        if let Some(without) = bytes.strip_suffix(b"\r") {
            bytes = without;
        }
        Some(Line { start, bytes, padded: &self.padded[start..], bars })
    }
}

#[inline]
fn masks(window: &[u8; PADDING]) -> (u128, u128) {
    let (mut feeds, mut bars) = (0, 0);
    for (at, part) in window.as_chunks::<32>().0.iter().enumerate() {
        let part = u8x32::new(*part);
        let mask = |byte| u128::from(part.simd_eq(u8x32::splat(byte)).to_bitmask()) << (32 * at);
        feeds |= mask(b'\n');
        bars |= mask(b'|');
    }
    (feeds, bars)
}

impl<'a> Line<'a> {
    /// Its fields from the left.
    #[inline]
    pub(crate) fn fields(self) -> Fields<'a> {
        Fields { bytes: self.bytes, padded: self.padded, at: 0, bars: self.bars }
    }
}

/// What lies between the bars of a line.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    padded: &'a [u8],
    /// Where the next field begins; beyond the line when there is none.
    at: usize,
    bars: u128,
}

impl<'a> Fields<'a> {
    /// All that has not been taken yet, bars included.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next field, and what it is looked up by.
    #[inline]
    pub(crate) fn next_name(&mut self) -> Option<(&'a [u8], Key)> {
        let at = self.at;
        let name = self.next()?;
        Some((name, Key::leading(&self.padded[at..], name.len())))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let end = if self.bars != 0 {
            let end = self.bars.trailing_zeros() as usize;
            self.bars &= self.bars - 1;
            end
        } else if self.bytes.len() > PADDING {
            let from = self.at.max(PADDING);
            let rest = self.bytes.get(from..).unwrap_or_default();
            memchr::memchr(b'|', rest).map_or(self.bytes.len(), |at| from + at)
        } else {
            self.bytes.len()
        };
        let field = self.bytes.get(self.at..end)?;
        self.at = end + 1;
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn padded(text: &[u8]) -> Vec<u8> {
        let mut padded = text.to_vec();
        padded.extend([b'|'; PADDING]);
        padded
    }

    proptest! {
        #[test]
        fn they_are_what_splitting_gives(
            lines in prop::collection::vec(
                prop::collection::vec(prop::sample::select(b"|ab\r1".to_vec()), 0..400), 0..20,
            ),
        ) {
            let text: Vec<u8> = lines.iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect();
            let padded = padded(&text);
            let seen: Vec<_> = Lines::new(&padded).collect();
            prop_assert_eq!(seen.len(), lines.len());
            let mut start = 0;
            for (seen, line) in seen.iter().zip(&lines) {
                prop_assert_eq!(seen.start, start);
                start += line.len() + 1;
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                prop_assert_eq!(seen.bytes, line);
                let fields: Vec<_> = seen.fields().collect();
                let mut names = seen.fields();
                for field in &fields {
                    prop_assert_eq!(names.next_name(), Some((*field, Key::of(field))));
                }
                prop_assert_eq!(&fields, &line.split(|&b| b == b'|').collect::<Vec<_>>());
                let mut rest = seen.fields();
                rest.next();
                prop_assert_eq!(rest.rest(), line.get(fields[0].len() + 1..).unwrap_or_default());
            }
        }
    }
}
