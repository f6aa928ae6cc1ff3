//! The texts that cells share: each is written once in a spreadsheet and named by its number.

use quick_xml::events::Event;

use super::{
    super::Refused,
    package::{Part, push_text},
};

/// Shared texts, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub(super) fn read(mut part: Part<'_, '_>) -> Result<Self, Refused> {
        let mut strings = Self::default();
        loop {
            match part.event()? {
                Event::Start(mark) if mark.local_name().as_ref() == "si" => {
                    rich_text(&mut part, "si", &mut strings.text)?;
                    // No more is unpacked than 32 bits can count.
                    strings.ends.push(strings.text.len() as u32);
                }
                Event::Eof => return Ok(strings),
                _ => {}
            }
        }
    }

    /// The text of that number.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start as usize..end as usize])
    }
}

/// Adds what is between a mark and its end: a text, or one in stretches of different looks. How it is read aloud, which
/// may stand beside it, is no part of it.
pub(super) fn rich_text(part: &mut Part<'_, '_>, end: &str, text: &mut String) -> Result<(), Refused> {
    let (mut is_text, mut is_aloud, mut raw) = (false, false, String::new());
    loop {
        let event = part.event()?;
        match &event {
            Event::Start(mark) => match mark.local_name().as_ref() {
                "t" => is_text = !is_aloud,
                "rPh" => is_aloud = true,
                _ => {}
            },
            Event::End(mark) => match mark.local_name().as_ref() {
                "t" => is_text = false,
                "rPh" => is_aloud = false,
                name if name == end => break,
                _ => {}
            },
            Event::Eof => return Err(super::package::damaged("a text in it has no end")),
            other if is_text => push_text(other, &mut raw)?,
            _ => {}
        }
    }
    unescape(&raw, text);
    Ok(())
}

/// Characters that XML has not are written as `_x000D_`.
fn unescape(raw: &str, text: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let char = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        let (kept, taken) = if char.is_some() { (at, at + 7) } else { (at + 2, at + 2) };
        text.push_str(&rest[..kept]);
        text.extend(char);
        rest = &rest[taken..];
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str) -> String {
        let mut text = String::new();
        unescape(raw, &mut text);
        format!("{text:?}")
    }

    #[test]
    fn characters_that_xml_has_not() {
        insta::assert_snapshot!(check("a_x000D_\nb"), @r#""a\r\nb""#);
        insta::assert_snapshot!(check("_x005F_x0041_"), @r#""_x0041_""#);
        insta::assert_snapshot!(check("max_x_x00e4_x"), @r#""max_xäx""#);
        insta::assert_snapshot!(check("_x12_ _xD800_ _x00"), @r#""_x12_ _xD800_ _x00""#);
    }
}
