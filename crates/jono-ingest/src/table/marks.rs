//! Delimiters, quotes and line ends of a text, found 64 bytes at a time.
//!
//! A quote opens where a field begins, and one that is doubled stays in its field. As long as every quote does so,
//! whether a byte lies within quotes is told by how many quotes stand before it, and needs no look at each byte.

use wide::u8x32;

/// How many bytes are looked at together.
const WIDTH: usize = 64;

/// What stands where in so many bytes: a bit for each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    pub(super) quotes: u64,
    pub(super) delimiters: u64,
    pub(super) feeds: u64,
}

impl Marks {
    #[inline]
    fn of(bytes: &[u8; WIDTH], delimiter: u8) -> Self {
        let (mut quotes, mut delimiters, mut feeds) = (0, 0, 0);
        for (at, part) in bytes.as_chunks::<32>().0.iter().enumerate() {
            let part = u8x32::new(*part);
            let mask = |byte| u64::from(part.simd_eq(u8x32::splat(byte)).to_bitmask()) << (32 * at);
            quotes |= mask(b'"');
            delimiters |= mask(delimiter);
            feeds |= mask(b'\n');
        }
        Self { quotes, delimiters, feeds }
    }

    /// The marks of a text, each with where its first byte is. Behind the end of the text there are none.
    #[inline]
    pub(super) fn all(text: &[u8], delimiter: u8) -> impl Iterator<Item = (usize, Self)> {
        let (whole, rest) = text.as_chunks::<WIDTH>();
        let whole = whole.iter().map(move |bytes| Self::of(bytes, delimiter));
        let last = (!rest.is_empty()).then(|| {
            let mut bytes = [0; WIDTH];
            bytes[..rest.len()].copy_from_slice(rest);
            Self::of(&bytes, delimiter)
        });
        whole.chain(last).enumerate().map(|(at, marks)| (at * WIDTH, marks))
    }
}

/// Which bytes lie within quotes, followed from where a row begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quotes {
    /// Every bit, if a quote was open before; else none.
    open: u64,
    /// The first bit, if the byte before lets a quote open.
    may_open: u64,
    /// The first bit, if the byte before closed a quote.
    closed: u64,
}

/// What the quotes say of so many bytes: a bit for each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoted {
    /// It lies within quotes.
    pub(super) within: u64,
    /// It is a quote that would open where no field begins, and is text; what follows is not certain.
    pub(super) stray: u64,
    /// It follows a quote that closes where no field ends.
    pub(super) behind: u64,
}

impl Quotes {
    /// None is open, and a row begins.
    pub(super) const NONE: Self = Self { open: 0, may_open: 1, closed: 0 };

    /// What is to be said of the next bytes.
    #[inline]
    pub(super) fn follow(&mut self, marks: Marks) -> Quoted {
        let mut within = marks.quotes;
        for shift in [1, 2, 4, 8, 16, 32] {
            within ^= within << shift;
        }
        within ^= self.open;
        let (opening, closing) = (marks.quotes & within, marks.quotes & !within);
        let ends = marks.delimiters | marks.feeds;
        let may_open = ends | closing;
        let stray = opening & !(may_open << 1 | self.may_open);
        let behind = (closing << 1 | self.closed) & !ends;
        *self =
            Self { open: 0_u64.wrapping_sub(within >> 63), may_open: may_open >> 63, closed: closing >> 63 };
        Quoted { within, stray, behind }
    }
}
