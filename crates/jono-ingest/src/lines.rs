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
    /// The text from its first byte on, and the padding behind that.
    padded: &'a [u8],
    /// How many bytes it has, without line feed and carriage return.
    pub(crate) len: usize,
    /// The bars among its first [`PADDING`] bytes.
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

    #[inline(always)]
    fn next(&mut self) -> Option<Line<'a>> {
        if self.at >= self.end {
            return None;
        }
        let start = self.at;
        let padded = &self.padded[start..];
        let (feeds, mut bars) = masks(padded.first_chunk().expect("padding follows the text"));
        let mut len = if feeds != 0 {
            let len = feeds.trailing_zeros();
            // Those before the first feed, which itself is no bar.
            bars &= feeds ^ (feeds - 1);
            len as usize
        } else {
            let rest = &self.padded[start + PADDING..self.end];
            PADDING + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
        };
        self.at = start + len + 1;
        if len > 0 && padded[len - 1] == b'\r' {
            len -= 1;
        }
        Some(Line { start, padded, len, bars })
    }
}

#[inline(always)]
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
    /// Its bytes, without line feed and carriage return.
    #[inline]
    pub(crate) fn bytes(self) -> &'a [u8] {
        &self.padded[..self.len]
    }

    /// Its fields from the left.
    #[inline(always)]
    pub(crate) fn fields(self) -> Fields<'a> {
        Fields { line: self, at: 0, bars: self.bars }
    }
}

/// What lies between the bars of a line.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    line: Line<'a>,
    /// Where the next field begins; beyond the line when there is none.
    at: usize,
    /// The bars among the line's first [`PADDING`] bytes.
    bars: u128,
}

impl<'a> Fields<'a> {
    /// All that has not been taken yet, bars included.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.line.bytes().get(self.at..).unwrap_or_default()
    }

    /// The first five fields, if four of them end within 64 bytes behind the first, as they nearly always do: that is read off
    /// the mask at once.
    #[inline(always)]
    pub(crate) fn five_at_once(&mut self) -> Option<[Field<'a>; 5]> {
        let first = self.bars.trailing_zeros() as usize;
        let start = first + 1;
        let mut bars = self.bars.checked_shr(start as u32)? as u64;
        let ends: [_; 3] = std::array::from_fn(|_| {
            let end = bars.trailing_zeros() as usize;
            bars &= bars.wrapping_sub(1);
            start + end
        });
        // Behind the last bar of the mask there may be another one, or the line's end.
        if bars == 0 {
            return None;
        }
        let last = start + bars.trailing_zeros() as usize;
        self.at = last + 1;
        Some([
            self.field(0, first),
            self.field(start, ends[0]),
            self.field(ends[0] + 1, ends[1]),
            self.field(ends[1] + 1, ends[2]),
            self.field(ends[2] + 1, last),
        ])
    }

    /// The next five fields, if there are so many, one by one.
    pub(crate) fn five(&mut self) -> Option<[Field<'a>; 5]> {
        Some([self.next()?, self.next()?, self.next()?, self.next()?, self.next()?])
    }

    /// The field so many places on, 0 to 3, if there are so many. In short lines all are found at once: a branch that depends on
    /// the place costs more than the others together.
    #[inline(always)]
    pub(crate) fn place(&self, place: u8) -> Option<Field<'a>> {
        let rest = self.line.len.wrapping_sub(self.at);
        if rest >= 64 || self.line.len >= PADDING {
            return self.clone().nth(place.into());
        }
        // A bit for each byte that a field ends before, and one for each that it begins with.
        let ends = (self.bars >> self.at) as u64 | 1 << rest;
        let mut starts = ends << 1 | 1;
        for before in 0..3 {
            starts = if place > before { starts & starts.wrapping_sub(1) } else { starts };
        }
        let start = starts.trailing_zeros() as usize;
        if start > rest {
            return None;
        }
        let end = start + (ends >> start).trailing_zeros() as usize;
        Some(self.field(self.at + start, self.at + end))
    }

    #[inline(always)]
    fn field(&self, start: usize, end: usize) -> Field<'a> {
        Field { line: self.line.padded, start, end }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
        let line = self.line.bytes();
        let start = self.at;
        let bars = self.bars.checked_shr(start as u32).unwrap_or(0);
        let end = if bars != 0 {
            start + bars.trailing_zeros() as usize
        } else if line.len() > PADDING {
            let from = start.max(PADDING);
            let rest = line.get(from..).unwrap_or_default();
            memchr::memchr(b'|', rest).map_or(line.len(), |at| from + at)
        } else {
            line.len()
        };
        if start > end {
            return None;
        }
        self.at = end + 1;
        Some(self.field(start, end))
    }
}

/// What lies between two bars.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    /// The text from the line's first byte on, and the padding behind that.
    line: &'a [u8],
    start: usize,
    end: usize,
}

impl<'a> Field<'a> {
    /// How many bytes it has.
    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        self.end - self.start
    }

    /// Its bytes.
    #[inline(always)]
    pub(crate) fn bytes(self) -> &'a [u8] {
        &self.line[self.start..self.end]
    }

    /// What it is looked up by.
    #[inline(always)]
    pub(crate) fn key(self) -> Key {
        Key::leading(&self.line[self.start..], self.len())
    }

    /// The number that one to eight digits say; `None` of anything else.
    #[inline(always)]
    pub(crate) fn digits(self) -> Option<u32> {
        let len = self.len();
        let (1..=8, Some(text)) = (len, self.line[self.start..].first_chunk()) else { return None };
        // Its digits come last, and zeros before them.
        let zeros = 0x3030_3030_3030_3030_u64.checked_shr(8 * len as u32).unwrap_or(0);
        let text = u64::from_le_bytes(*text) << (64 - 8 * len) | zeros;
        let high = |text: u64| text & 0xf0f0_f0f0_f0f0_f0f0;
        // What is a digit is one from 0x30 to 0x39: adding six to it carries nothing into the upper half.
        let beyond = high(text.wrapping_add(0x0606_0606_0606_0606));
        if (high(text) ^ 0x3030_3030_3030_3030) | (beyond ^ 0x3030_3030_3030_3030) != 0 {
            return None;
        }
        // Neighbours are put together: digits to pairs, pairs to fours, fours to the number.
        let pairs = (text & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(10 << 8 | 1) >> 8;
        let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(100 << 16 | 1) >> 16;
        Some(((fours & 0x0000_ffff_0000_ffff).wrapping_mul(10_000 << 32 | 1) >> 32) as u32)
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
            let lens = [10, 3, 8, len, 7];
            assert_eq!(line.fields().five().unwrap().map(Field::len), lens);
            let at_once = line.fields().five_at_once();
            assert_eq!(at_once.map(|five| five.map(Field::len)), (len < 43).then_some(lens), "{len}");
        }
    }

    proptest! {
        #[test]
        fn digits_are_what_parsing_gives(text in prop_oneof!["[0-9]{0,10}", "[0-9/:a \u{0}-\u{ff}]{0,9}"]) {
            let padded = padded(text.as_bytes());
            let field = Field { line: &padded, start: 0, end: text.len() };
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
                prop_assert_eq!(seen.bytes(), line);
                let all: Vec<_> = seen.fields().collect();
                let fields: Vec<_> = all.iter().map(|field| field.bytes()).collect();
                prop_assert_eq!(&fields, &line.split(|&b| b == b'|').collect::<Vec<_>>());
                for field in &all {
                    prop_assert_eq!(field.key(), Key::of(field.bytes()));
                }
                let mut after_five = seen.fields();
                let five = after_five.five().map(|five| five.map(Field::bytes));
                prop_assert_eq!(five.as_ref().map(<[_; 5]>::as_slice), fields.get(..5));
                let mut at_once = seen.fields();
                if let Some(found) = at_once.five_at_once() {
                    prop_assert_eq!(Some(found.map(Field::bytes)), five);
                    prop_assert_eq!(at_once.rest(), after_five.rest());
                }
                if five.is_some() {
                    for place in 0..4 {
                        let field = after_five.place(place).map(Field::bytes);
                        prop_assert_eq!(field, fields.get(5 + usize::from(place)).copied());
                    }
                    prop_assert!(after_five.map(Field::bytes).eq(fields[5..].iter().copied()));
                }
                let mut rest = seen.fields();
                rest.next();
                prop_assert_eq!(rest.rest(), line.get(fields[0].len() + 1..).unwrap_or_default());
            }
        }
    }
}
