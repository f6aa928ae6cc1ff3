//! Lines of text and the bars (`|`) in them, found 128 bytes at a time.
//!
//! A line of a log is seldom longer than 128 bytes, so one look at a window from its start finds its end, and all places where
//! fields end, as bits of two masks; nothing is searched twice. Longer lines take the search for the rest.

use wide::u8x32;

use crate::{blocks::PADDING, field::Field};

/// The lines of a text.
pub(crate) struct Lines<'a> {
    /// What was not taken yet, and the padding.
    padded: &'a [u8],
    /// Where that begins in the text.
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
    /// The bars and the line feeds among the first [`PADDING`] bytes from its first one on, be they its own or not.
    ends: u128,
}

impl<'a> Lines<'a> {
    /// `padded` holds terminated lines, then [`PADDING`] bytes of any kind.
    pub(crate) fn new(padded: &'a [u8]) -> Self {
        Self { padded, at: 0 }
    }

    /// Passes over the mark with which some programs begin a UTF-8 file.
    pub(crate) fn skip_byte_order_mark(&mut self) {
        let text = &self.padded[..self.padded.len() - PADDING];
        if self.at == 0 && text.starts_with("\u{feff}".as_bytes()) {
            self.pass(3);
        }
    }

    #[inline(always)]
    fn pass(&mut self, bytes: usize) {
        self.padded = &self.padded[bytes..];
        self.at += bytes;
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Line<'a>> {
        let (start, padded) = (self.at, self.padded);
        let (window, behind) = padded.split_first_chunk().expect("padding follows the text");
        if behind.is_empty() {
            return None;
        }
        let (feeds, ends) = masks(window);
        let mut len = if feeds != 0 {
            feeds.trailing_zeros() as usize
        } else {
            let rest = &behind[..behind.len() - PADDING];
            PADDING + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
        };
        self.pass(len + 1);
        if padded.get(len.wrapping_sub(1)) == Some(&b'\r') {
            len -= 1;
        }
        Some(Line { start, padded, len, ends })
    }
}

#[inline(always)]
fn masks(window: &[u8; PADDING]) -> (u128, u128) {
    let (mut feeds, mut ends) = (0, 0);
    for (at, part) in window.as_chunks::<32>().0.iter().enumerate() {
        let part = u8x32::new(*part);
        let feed = part.simd_eq(u8x32::splat(b'\n'));
        let end = feed | part.simd_eq(u8x32::splat(b'|'));
        feeds |= u128::from(feed.to_bitmask()) << (32 * at);
        ends |= u128::from(end.to_bitmask()) << (32 * at);
    }
    (feeds, ends)
}

impl<'a> Line<'a> {
    /// That of so many bytes at the beginning of a text, of which [`PADDING`] bytes follow at least.
    pub(crate) fn leading(padded: &'a [u8], len: usize) -> Self {
        let (_, ends) = masks(padded.first_chunk().expect("padding follows the text"));
        Self { start: 0, padded, len, ends }
    }

    /// The text from its first byte on, and the padding behind that.
    #[inline(always)]
    pub(crate) fn padded(self) -> &'a [u8] {
        self.padded
    }

    /// Its bytes, without line feed and carriage return.
    #[inline]
    pub(crate) fn bytes(self) -> &'a [u8] {
        &self.padded[..self.len]
    }

    /// Its fields from the left.
    #[inline(always)]
    pub(crate) fn fields(self) -> Fields<'a> {
        Fields { line: self, at: 0 }
    }
}

/// What lies between the bars of a line.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    line: Line<'a>,
    /// Where the next field begins; beyond the line when there is none.
    at: usize,
}

impl<'a> Fields<'a> {
    /// All that has not been taken yet, bars included.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.line.bytes().get(self.at..).unwrap_or_default()
    }

    /// The first five fields, if the first ends within 63 bytes, the others within 64 behind it, and more follows, as nearly
    /// always: that is read off the mask at once.
    #[inline(always)]
    pub(crate) fn five_at_once(&mut self) -> Option<[Field<'a>; 5]> {
        let Line { len, ends, .. } = self.line;
        let first = (ends as u64).trailing_zeros() as usize;
        let start = first + 1;
        if start >= 64 {
            return None;
        }
        let mut behind = (ends >> start) as u64;
        let [second, third, fourth] = std::array::from_fn(|_| {
            let end = behind.trailing_zeros() as usize;
            behind &= behind.wrapping_sub(1);
            start + end
        });
        let last = start + behind.trailing_zeros() as usize;
        // Without a bit left, there were not so many ends, and the places above are none.
        if behind == 0 || last >= len {
            return None;
        }
        self.at = last + 1;
        Some([
            self.field(0, first),
            self.field(start, second),
            self.field(second + 1, third),
            self.field(third + 1, fourth),
            self.field(fourth + 1, last),
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
        // A bit for each byte that a field ends before, and one for each that it begins with.
        let ends = self.line.ends.checked_shr(self.at as u32).unwrap_or(0) as u64;
        let mut starts = ends << 1 | 1;
        for before in 0..3 {
            starts = if place > before { starts & starts.wrapping_sub(1) } else { starts };
        }
        let start = starts.trailing_zeros();
        let behind = ends.checked_shr(start).unwrap_or(0);
        if behind == 0 {
            return self.clone().nth(place.into());
        }
        let start = self.at + start as usize;
        let end = start + behind.trailing_zeros() as usize;
        (start <= self.line.len).then(|| self.field(start, end.min(self.line.len)))
    }

    #[inline(always)]
    fn field(&self, start: usize, end: usize) -> Field<'a> {
        Field::new(self.line.padded, start, end)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
        let line = self.line.bytes();
        let start = self.at;
        let ends = self.line.ends.checked_shr(start as u32).unwrap_or(0);
        let end = if ends != 0 {
            line.len().min(start + ends.trailing_zeros() as usize)
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
