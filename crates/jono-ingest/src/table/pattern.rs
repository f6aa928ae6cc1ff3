//! Formats of days and times in which each number has its digits, such as `%d.%m.%Y %H:%M:%S`, read at their places.
//!
//! What is not written exactly so – a day without its zero, a 60th second – is left to the library that knows all
//! formats; what is read here, it would read alike.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Time};

/// Such a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    /// From 1969 to 2068, without its century.
    ShortYear,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Byte(u8),
}

/// What is read at its places; what the format does not have is zero.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Numbers {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
}

impl Numbers {
    /// The day, if there is such a day.
    pub(super) fn day(self) -> Option<Date> {
        Date::new(self.year, self.month, self.day).ok()
    }

    /// The time, if there is such a time.
    pub(super) fn time(self) -> Option<Time> {
        Time::new(self.hour, self.minute, self.second, 0).ok()
    }
}

impl Pattern {
    /// The format as a pattern; `None` if it is none.
    pub(super) fn new(format: &str) -> Option<Self> {
        let format = format.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S").replace("%R", "%H:%M");
        let (mut parts, mut bytes) = (Vec::new(), format.bytes());
        while let Some(byte) = bytes.next() {
            let part = match byte {
                b'%' => match bytes.next()? {
                    b'Y' => Part::Year,
                    b'y' => Part::ShortYear,
                    b'm' => Part::Month,
                    b'd' => Part::Day,
                    b'H' => Part::Hour,
                    b'M' => Part::Minute,
                    b'S' => Part::Second,
                    _ => return None,
                },
                byte => Part::Byte(byte),
            };
            if !matches!(part, Part::Byte(_)) && parts.contains(&part) {
                return None;
            }
            parts.push(part);
        }
        (!(parts.contains(&Part::Year) && parts.contains(&Part::ShortYear))).then_some(Self(parts))
    }

    /// The numbers of a text; `None` if it is not written exactly so, or one of them is none of its kind.
    #[inline]
    pub(super) fn read(&self, text: &str) -> Option<Numbers> {
        let (mut numbers, mut rest) = (Numbers::default(), text.as_bytes());
        for part in &self.0 {
            let mut two = |kind: RangeInclusive<i8>| {
                let (&[tens, ones], behind) = rest.split_first_chunk()?;
                rest = behind;
                digits([tens, ones]).filter(|number| kind.contains(number))
            };
            match *part {
                Part::Year => numbers.year = i16::from(two(0..=99)?) * 100 + i16::from(two(0..=99)?),
                Part::ShortYear => {
                    let year = i16::from(two(0..=99)?);
                    numbers.year = if year < 69 { 2000 + year } else { 1900 + year };
                }
                Part::Month => numbers.month = two(1..=12)?,
                Part::Day => numbers.day = two(1..=31)?,
                Part::Hour => numbers.hour = two(0..=23)?,
                Part::Minute => numbers.minute = two(0..=59)?,
                Part::Second => numbers.second = two(0..=59)?,
                Part::Byte(byte) => rest = rest.strip_prefix(&[byte])?,
            }
        }
        rest.is_empty().then_some(numbers)
    }
}

/// A day as `2020-06-08`; `None` if it is not written exactly so, or there is no such day.
#[inline]
pub(super) fn day(text: &[u8]) -> Option<Date> {
    let text: &[u8; 10] = text.try_into().ok()?;
    if text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let two = |at: usize| digits([text[at], text[at + 1]]);
    Date::new(i16::from(two(0)?) * 100 + i16::from(two(2)?), two(5)?, two(8)?).ok()
}

/// How many seconds after midnight a time is that is written as `10:00:59`; `None` if it is not written exactly so, or
/// there is no such time.
#[inline]
pub(super) fn second_of_day(text: [u8; 8]) -> Option<i32> {
    let two = |at: usize| digits([text[at], text[at + 1]]).map(i32::from);
    let (hour, minute, second) = (two(0)?, two(3)?, two(6)?);
    let is_time = text[2] == b':' && text[5] == b':' && hour < 24 && minute < 60 && second < 60;
    is_time.then_some(hour * 3600 + minute * 60 + second)
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
                && let (Some(day), Some(time)) = (numbers.day(), numbers.time())
            {
                let read = BrokenDownTime::parse(format, &text).unwrap();
                prop_assert_eq!(read.to_datetime().unwrap(), day.to_datetime(time));
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
            if let Some(time) = Pattern::new(format).unwrap().read(&text).and_then(Numbers::time) {
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
