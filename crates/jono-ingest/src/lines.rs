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
        if bytes.last() == Some(&b'\r') {
            bytes = &bytes[..bytes.len() - 1];
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

    /// Its first five fields, if it has them: nearly every line has, among its first 128 bytes, and then where they end is
    /// read off the mask at once.
    #[inline]
    pub(crate) fn five(&mut self) -> Option<[Field<'a>; 5]> {
        let mut bars = self.bars;
        let ends: [_; 5] = std::array::from_fn(|_| {
            let end = bars.trailing_zeros() as usize;
            bars &= bars.wrapping_sub(1);
            end
        });
        // Where the mask has no fifth bar, there may be one behind it, or the line's end.
        if self.at > 0 || ends[4] >= PADDING.min(self.bytes.len()) {
            return self.next_five();
        }
        let mut start = 0;
        let five = ends.map(|end| {
            let field = Field { bytes: &self.bytes[start..end], padded: &self.padded[start..] };
            start = end + 1;
            field
        });
        (self.at, self.bars) = (start, bars);
        Some(five)
    }

    /// The same, one by one.
    fn next_five(&mut self) -> Option<[Field<'a>; 5]> {
        Some([self.next()?, self.next()?, self.next()?, self.next()?, self.next()?])
    }
}

/// What lies between two bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    pub(crate) bytes: &'a [u8],
    /// The text from its first byte on, and the padding behind that.
    padded: &'a [u8],
}

impl Field<'_> {
    /// What it is looked up by.
    #[inline]
    pub(crate) fn key(&self) -> Key {
        Key::leading(self.padded, self.bytes.len())
    }

    /// The number that one to eight digits say; `None` of anything else.
    #[inline]
    pub(crate) fn digits(&self) -> Option<u32> {
        let len = self.bytes.len();
        let (1..=8, Some(text)) = (len, self.padded.first_chunk()) else { return None };
        // Its digits come last, and zeros before them.
        let zeros = 0x3030_3030_3030_3030_u64.checked_shr(8 * len as u32).unwrap_or(0);
        let text = u64::from_le_bytes(*text) << (64 - 8 * len) | zeros;
        let high = |text: u64| text & 0xf0f0_f0f0_f0f0_f0f0;
        // What is a digit is one from 0x30 to 0x39: adding six to it carries nothing into the upper half.
        if high(text) != 0x3030_3030_3030_3030 || high(text + 0x0606_0606_0606_0606) != 0x3030_3030_3030_3030
        {
            return None;
        }
        // Neighbours are put together: digits to pairs, pairs to fours, fours to the number.
        let pairs = (text & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(10 << 8 | 1) >> 8;
        let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(100 << 16 | 1) >> 16;
        Some(((fours & 0x0000_ffff_0000_ffff).wrapping_mul(10_000 << 32 | 1) >> 32) as u32)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
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
        let bytes = self.bytes.get(self.at..end)?;
        let field = Field { bytes, padded: &self.padded[self.at..] };
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

    /// Many fields.
    fn line() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(b"|ab\r1".to_vec()), 0..400)
    }

    /// Few fields, of which some are long.
    fn long() -> impl Strategy<Value = Vec<u8>> {
        let field = prop_oneof![3 => 0..12_usize, 1 => 100..140_usize, 1 => 0..300_usize];
        prop::collection::vec(field, 1..9)
            .prop_map(|lens| lens.iter().map(|&len| vec![b'a'; len]).collect::<Vec<_>>().join(&b'|'))
    }

    #[test]
    fn five_fields_may_end_anywhere() {
        for len in 0..300 {
            let text = [b"1543602677|1.0|helpdesk|", vec![b'A'; len].as_slice(), b"|CONNECT|76|x\n"].concat();
            let padded = padded(&text);
            let line = Lines::new(&padded).next().unwrap();
            let five = line.fields().five().unwrap();
            assert_eq!(five.map(|field| field.bytes.len()), [10, 3, 8, len, 7], "{len}");
        }
    }

    proptest! {
        #[test]
        fn digits_are_what_parsing_gives(text in prop_oneof!["[0-9]{0,10}", "[0-9/:a \u{0}-\u{ff}]{0,9}"]) {
            let padded = padded(text.as_bytes());
            let field = Field { bytes: &padded[..text.len()], padded: &padded };
            let is_number = (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            prop_assert_eq!(field.digits(), is_number.then(|| text.parse().unwrap()));
        }

        #[test]
        fn they_are_what_splitting_gives(lines in prop::collection::vec(prop_oneof![line(), long()], 0..20)) {
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
                let all: Vec<_> = seen.fields().collect();
                let fields: Vec<_> = all.iter().map(|field| field.bytes).collect();
                prop_assert_eq!(&fields, &line.split(|&b| b == b'|').collect::<Vec<_>>());
                for field in &all {
                    prop_assert_eq!(field.key(), Key::of(field.bytes));
                }
                let mut after_five = seen.fields();
                let five = after_five.five().map(|five| five.map(|field| field.bytes));
                prop_assert_eq!(five.as_ref().map(<[_; 5]>::as_slice), fields.get(..5));
                if five.is_some() {
                    prop_assert!(after_five.map(|field| field.bytes).eq(fields[5..].iter().copied()));
                }
                let mut rest = seen.fields();
                rest.next();
                prop_assert_eq!(rest.rest(), line.get(fields[0].len() + 1..).unwrap_or_default());
            }
        }
    }
}
