//! Formats of days and times in which each number has its digits, such as `%d.%m.%Y %H:%M:%S`, read at their places.
//!
//! What is not written exactly so – a day without its zero, a 60th second – is left to the library that knows all
//! formats; what is read here, it would read alike.

use std::ops::RangeInclusive;

use jiff::{
    SignedDuration,
    civil::{Date, Time},
};
use wide::u8x16;

/// How many bytes are looked at together.
const WIDTH: usize = 16;

/// Such a format: how long what is written so is, what stands where, and where each number begins.
///
/// A text is seen as its first and its last sixteen bytes, which may overlap; one that is shorter, as it is, twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    len: usize,
    /// Zero where a digit is, and elsewhere what stands there.
    least: Windows,
    /// By how much each byte may be more: nine where a digit is.
    more: Windows,
    year: Option<u8>,
    /// Of a year from 1969 to 2068, without its century.
    short_year: Option<u8>,
    month: Option<u8>,
    day: Option<u8>,
    hour: Option<u8>,
    minute: Option<u8>,
    second: Option<u8>,
}

/// The first and the last bytes of a text.
type Windows = [[u8; WIDTH]; 2];

/// Year, month and day.
pub(super) type DateNumbers = (i16, i8, i8);

/// What is read at its places; what the format does not have is zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    pub(super) date: DateNumbers,
    /// How many seconds after midnight a clock shows that.
    pub(super) second_of_day: i64,
}

impl Numbers {
    /// The day, if there is such a day.
    pub(super) fn day(self) -> Option<Date> {
        let (year, month, day) = self.date;
        Date::new(year, month, day).ok()
    }

    /// The time of the day.
    pub(super) fn time(self) -> Time {
        Time::midnight().saturating_add(SignedDuration::from_secs(self.second_of_day))
    }
}

impl Pattern {
    /// The format as a pattern; `None` if it is none, or what is written so is longer than two windows.
    pub(super) fn new(format: &str) -> Option<Self> {
        let format = format.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S").replace("%R", "%H:%M");
        let [mut least, mut more] = [Vec::new(), Vec::new()];
        let mut places = [None; 7];
        let mut bytes = format.bytes();
        while let Some(byte) = bytes.next() {
            if byte != b'%' {
                least.push(byte);
                more.push(0);
                continue;
            }
            let (which, len) = match bytes.next()? {
                b'Y' => (0, 4),
                b'y' => (1, 2),
                b'm' => (2, 2),
                b'd' => (3, 2),
                b'H' => (4, 2),
                b'M' => (5, 2),
                b'S' => (6, 2),
                _ => return None,
            };
            if places[which].replace(least.len() as u8).is_some() {
                return None;
            }
            least.extend(vec![b'0'; len]);
            more.extend(vec![9; len]);
        }
        let len = least.len();
        if len > 2 * WIDTH || places[0].is_some() && places[1].is_some() {
            return None;
        }
        let [year, short_year, month, day, hour, minute, second] = places;
        let (least, more) = (windows(&least), windows(&more));
        Some(Self { len, least, more, year, short_year, month, day, hour, minute, second })
    }

    /// The numbers of a text; `None` if it is not written exactly so, or one of them is none of its kind.
    #[inline]
    pub(super) fn read(&self, text: &str) -> Option<Numbers> {
        if text.len() != self.len {
            return None;
        }
        let mut digits = [0; 2 * WIDTH];
        let mut is_so = u8x16::MAX;
        for (which, window) in windows(text.as_bytes()).into_iter().enumerate() {
            let (least, more) = (u8x16::new(self.least[which]), u8x16::new(self.more[which]));
            let is_more = u8x16::new(window) - least;
            is_so &= is_more.max(more).simd_eq(more);
            let begins = if which == 0 { 0 } else { self.len.saturating_sub(WIDTH) };
            digits[begins..][..WIDTH].copy_from_slice(is_more.as_array());
        }
        if !is_so.all() {
            return None;
        }
        let two = |at: u8| digits[usize::from(at)] * 10 + digits[usize::from(at) + 1];
        let number = |place: Option<u8>, kind: RangeInclusive<u8>| match place {
            Some(at) => Some(two(at)).filter(|number| kind.contains(number)).map(u8::cast_signed),
            None => Some(0),
        };
        let year = match (self.year, self.short_year) {
            (Some(at), _) => i16::from(two(at)) * 100 + i16::from(two(at + 2)),
            (None, Some(at)) => match i16::from(two(at)) {
                year @ ..69 => 2000 + year,
                year => 1900 + year,
            },
            (None, None) => 0,
        };
        let date = (year, number(self.month, 1..=12)?, number(self.day, 1..=31)?);
        let minutes = i64::from(number(self.hour, 0..=23)?) * 60 + i64::from(number(self.minute, 0..=59)?);
        Some(Numbers { date, second_of_day: minutes * 60 + i64::from(number(self.second, 0..=59)?) })
    }
}

/// What is seen of a text.
#[inline]
fn windows(text: &[u8]) -> Windows {
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return [*first, *last];
    }
    let mut window = [0; WIDTH];
    window[..text.len()].copy_from_slice(text);
    [window; 2]
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
                "klo %H.%M.%S, %m/%d %Y", "%m/%d at year%Y %H.%M.%S abcd", "kello %T, vuosi %Y-%m-%d", "%m/%d on the day at %R, %Y",
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
        fn what_the_library_writes_is_read(
            format in prop::sample::select(vec!["%d.%m.%Y %T", "%FT%T", "%Y%m%d%H%M%S", "%m/%d/%y", "%S %M %H, klo, %d %m %Y"]),
            at in 0..2_000_000_000_i64,
        ) {
            let at = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::from_second(at).unwrap());
            let text = at.strftime(format).to_string();
            let numbers = Pattern::new(format).unwrap().read(&text).unwrap();
            prop_assert_eq!(numbers.day(), Some(at.date()));
            let has_time = format != "%m/%d/%y";
            prop_assert_eq!(numbers.time(), if has_time { at.time() } else { Time::midnight() });
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
        assert!(Pattern::new(&format!("%F %T{}", " ".repeat(13))).is_some());
        assert_eq!(Pattern::new(&format!("%F %T{}", " ".repeat(14))), None);
        let pattern = Pattern::new("%d.%m.%Y").unwrap();
        assert_eq!(pattern.read("08.06.2020").unwrap().day(), Some(Date::constant(2020, 6, 8)));
        assert!(pattern.read("8.6.2020").is_none() && pattern.read("08.06.20200").is_none());
    }
}
