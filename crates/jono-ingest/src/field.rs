//! A field of a text, looked up or read where it stands.

use crate::names::Key;

/// Some bytes of a text, and whatever stands behind them: a field with [`Key::BYTES`] from its first one on is looked up without
/// being copied, and one with eight is read so as a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
}

impl<'a> Field<'a> {
    /// Nothing.
    pub(crate) const EMPTY: Self = Self { text: &[0; 64], start: 0, end: 0 };

    /// What lies in a text from one place to before another.
    #[inline(always)]
    pub(crate) fn new(text: &'a [u8], start: usize, end: usize) -> Self {
        Self { text, start, end }
    }

    /// How many bytes it has.
    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        self.end - self.start
    }

    /// Its bytes.
    #[inline(always)]
    pub(crate) fn bytes(self) -> &'a [u8] {
        &self.text[self.start..self.end]
    }

    /// What it is looked up by.
    #[inline(always)]
    pub(crate) fn key<const WORDS: usize>(self) -> Key<WORDS> {
        Key::leading(&self.text[self.start..], self.len())
    }

    /// The number that one to eight digits say; `None` of anything else.
    #[inline(always)]
    pub(crate) fn digits(self) -> Option<u32> {
        let len @ 1..=8 = self.len() else { return None };
        let mut text = [0; 8];
        if let Some(room) = self.text[self.start..].first_chunk() {
            text = *room;
        } else {
            text[..len].copy_from_slice(self.bytes());
        }
        // What each digit is worth, the last one of most weight in memory, and zeros before the first. What is no digit is
        // more than nine there: that goes into the upper bit of its byte, by itself or by what is added.
        let worth = (u64::from_le_bytes(text) ^ 0x3030_3030_3030_3030) << (64 - 8 * len);
        if (worth | worth.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        // Neighbours are put together: digits to pairs, pairs to fours, fours to the number.
        let pairs = worth.wrapping_mul(10 << 8 | 1) >> 8;
        let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(100 << 16 | 1) >> 16;
        Some(((fours & 0x0000_ffff_0000_ffff).wrapping_mul(10_000 << 32 | 1) >> 32) as u32)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_stands_around_a_field_is_none_of_it(
            before in "[0-9a]{0,9}",
            text in prop_oneof!["[0-9]{0,10}", "[0-9/:a \u{0}-\u{ff}]{0,9}", "[a-c]{0,40}"],
            behind in prop_oneof!["[0-9a]{0,9}", "[0-9a]{40}"],
        ) {
            let whole = [&*before, &*text, &*behind].concat();
            let field = Field::new(whole.as_bytes(), before.len(), before.len() + text.len());
            prop_assert_eq!(field.bytes(), text.as_bytes());
            prop_assert_eq!(field.key::<2>(), Key::of(text.as_bytes()));
            prop_assert_eq!(field.key::<4>(), Key::of(text.as_bytes()));
            let is_number = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(field.digits(), is_number.then(|| text.parse().unwrap()));
        }
    }
}
