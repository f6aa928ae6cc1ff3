//! Formats of days and times in which each number has its digits, such as `%d.%m.%Y %H:%M:%S`, read at their places.
//!
//! What is not written exactly so – a day without its zero, a 60th second – is left to the library that knows all
//! formats; what is read here, it would read alike.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Time};

/// Such a format: how long what is written so is, and where in it each number begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    len: u8,
    /// What else stands where.
    bytes: Vec<(u8, u8)>,
    year: Option<u8>,
    /// Of a year from 1969 to 2068, without its century.
    short_year: Option<u8>,
    month: Option<u8>,
    day: Option<u8>,
    hour: Option<u8>,
    minute: Option<u8>,
    second: Option<u8>,
}

/// Year, month and day.
pub(super) type DateNumbers = (i16, i8, i8);

/// What is read at its places; what the format does not have is zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    pub(super) date: DateNumbers,
    hour: i8,
    minute: i8,
    second: i8,
}

impl Numbers {
    /// The day, if there is such a day.
    pub(super) fn day(self) -> Option<Date> {
        let (year, month, day) = self.date;
        Date::new(year, month, day).ok()
    }

    /// The time of the day.
    #[inline]
    pub(super) fn time(self) -> Time {
        Time::constant(self.hour, self.minute, self.second, 0)
    }
}

impl Pattern {
    /// The format as a pattern; `None` if it is none.
    pub(super) fn new(format: &str) -> Option<Self> {
        let format = format.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S").replace("%R", "%H:%M");
        let (mut pattern, mut bytes) = (Self::default(), format.bytes());
        while let Some(byte) = bytes.next() {
            let (place, len) = match byte {
                b'%' => match bytes.next()? {
                    b'Y' => (&mut pattern.year, 4),
                    b'y' => (&mut pattern.short_year, 2),
                    b'm' => (&mut pattern.month, 2),
                    b'd' => (&mut pattern.day, 2),
                    b'H' => (&mut pattern.hour, 2),
                    b'M' => (&mut pattern.minute, 2),
                    b'S' => (&mut pattern.second, 2),
                    _ => return None,
                },
                byte => {
                    pattern.bytes.push((pattern.len, byte));
                    pattern.len = pattern.len.checked_add(1)?;
                    continue;
                }
            };
            if place.replace(pattern.len).is_some() {
                return None;
            }
            pattern.len = pattern.len.checked_add(len)?;
        }
        (pattern.year.is_none() || pattern.short_year.is_none()).then_some(pattern)
    }

    /// The numbers of a text; `None` if it is not written exactly so, or one of them is none of its kind.
    #[inline]
    pub(super) fn read(&self, text: &str) -> Option<Numbers> {
        let text = text.as_bytes();
        let is_at = |&(at, byte): &(u8, u8)| text[usize::from(at)] == byte;
        if text.len() != usize::from(self.len) || !self.bytes.iter().all(is_at) {
            return None;
        }
        let two = |at: u8| digits([text[usize::from(at)], text[usize::from(at) + 1]]);
        let number = |place: Option<u8>, kind: RangeInclusive<i8>| match place {
            Some(at) => two(at).filter(|number| kind.contains(number)),
            None => Some(0),
        };
        let year = match (self.year, self.short_year) {
            (Some(at), _) => i16::from(two(at)?) * 100 + i16::from(two(at + 2)?),
            (None, Some(at)) => match i16::from(two(at)?) {
                year @ ..69 => 2000 + year,
                year => 1900 + year,
            },
            (None, None) => 0,
        };
        Some(Numbers {
            date: (year, number(self.month, 1..=12)?, number(self.day, 1..=31)?),
            hour: number(self.hour, 0..=23)?,
            minute: number(self.minute, 0..=59)?,
            second: number(self.second, 0..=59)?,
        })
    }
}

#[inline]
fn digits([tens, ones]: [u8; 2]) -> Option<i8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| (tens * 10 + ones).cast_signed())
}

#[cfg(test)]
mod tests {
    use jiff::fmt::strtime::BrokenDownTime;
    use proptest::prelude::*;

    use super::*;

    fn number() -> impl Strategy<Value = String> {
        prop_oneof![4 => (0..70_u32).prop_map(|n| format!("{n:02}")), 1 => "[0-9]{1,2}", 1 => "[ 0-9+-]{2}"]
    }

    proptest! {
        #[test]
        fn what_is_read_is_read_alike_by_the_library(
            format in prop::sample::select(vec![
                "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M", "%Y%m%d%H%M%S", "%F %T", "%y%m%d %H.%M", "%d/%m/%y, klo %R",
            ]),
            year in prop_oneof![(1900..2100_u32).prop_map(|year| year.to_string()), "[0-9]{4}"],
            parts in prop::array::uniform6(number()),
        ) {
            let pattern = Pattern::new(format).unwrap();
            let text = format.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S").replace("%R", "%H:%M");
            let text = text.replace("%Y", &year);
            let text = ["%y", "%m", "%d", "%H", "%M", "%S"]
                .iter()
                .zip(&parts)
                .fold(text, |text, (name, part)| text.replace(name, part));
            if let Some(numbers) = pattern.read(&text)
                && let Some(day) = numbers.day()
            {
                let read = BrokenDownTime::parse(format, &text).unwrap();
                prop_assert_eq!(read.to_datetime().unwrap(), day.to_datetime(numbers.time()));
                prop_assert!(read.offset().is_none());
            }
        }
    }

    proptest! {
        #[test]
        fn a_time_of_a_day_is_read_alike_by_the_library(
            format in prop::sample::select(vec!["%d. %H:%M", "%m/%d %H.%M:%S", "%y %R", "%Y %m %T", "%H:%M"]),
            parts in prop::array::uniform6("[0-9]{2}"),
        ) {
            let text = format.replace("%T", "%H:%M:%S").replace("%R", "%H:%M").replace("%Y", "20%y");
            let text = ["%y", "%m", "%d", "%H", "%M", "%S"]
                .iter()
                .zip(&parts)
                .fold(text, |text, (name, part)| text.replace(name, part));
            if let Some(time) = Pattern::new(format).unwrap().read(&text).map(Numbers::time) {
                let read = BrokenDownTime::parse(format, &text).unwrap();
                prop_assert_eq!(read.to_time().unwrap(), time);
            }
        }
    }

    #[test]
    fn only_formats_of_numbers_with_all_their_digits_are_patterns() {
        for format in ["%-d.%m.%Y", "%d.%b.%Y", "%H:%M:%S%.f", "%Y-%m-%d %z", "%d%d", "%", "%Y%y", "%I %p"] {
            assert_eq!(Pattern::new(format), None, "{format}");
        }
        let pattern = Pattern::new("%d.%m.%Y").unwrap();
        assert_eq!(pattern.read("08.06.2020").unwrap().day(), Some(Date::constant(2020, 6, 8)));
        assert!(pattern.read("8.6.2020").is_none() && pattern.read("08.06.20200").is_none());
    }
}
