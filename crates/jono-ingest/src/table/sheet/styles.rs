//! Which cells show a day or a time: a spreadsheet keeps both as numbers, and only their style tells.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::{
    super::Refused,
    package::{Part, attribute},
};

/// What a number is shown as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Shown {
    /// A number.
    #[default]
    Number,
    /// A day, without a time of day.
    Day,
    /// A time of day, with its day or without.
    Time,
    /// Hours without end, minutes and seconds.
    Duration,
}

/// What cells of each style show.
#[derive(Debug, Default)]
pub(super) struct Styles(Vec<Shown>);

impl Styles {
    pub(super) fn read(mut part: Part<'_, '_>) -> Result<Self, Refused> {
        let (mut formats, mut styles, mut is_of_cells) = (HashMap::new(), Self::default(), false);
        loop {
            match part.event()? {
                Event::Start(mark) => match mark.local_name().as_ref() {
                    "numFmt" => {
                        let id: Option<u32> = attribute(&mark, "numFmtId")?.and_then(|id| id.parse().ok());
                        if let (Some(id), Some(code)) = (id, attribute(&mark, "formatCode")?) {
                            formats.insert(id, of_code(&code));
                        }
                    }
                    "cellXfs" => is_of_cells = true,
                    "xf" if is_of_cells => {
                        let id = attribute(&mark, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                        styles.0.push(formats.get(&id).copied().unwrap_or_else(|| of_number(id)));
                    }
                    _ => {}
                },
                Event::End(mark) if mark.local_name().as_ref() == "cellXfs" => is_of_cells = false,
                Event::Eof => return Ok(styles),
                _ => {}
            }
        }
    }

    /// What a cell of that style shows.
    pub(super) fn shown(&self, style: usize) -> Shown {
        self.0.get(style).copied().unwrap_or_default()
    }
}

/// The formats that have no code in a file: ECMA-376, part 1, 18.8.30.
fn of_number(id: u32) -> Shown {
    match id {
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Shown::Day,
        18..=22 | 32..=35 | 45 | 47 | 55 | 56 => Shown::Time,
        46 => Shown::Duration,
        _ => Shown::Number,
    }
}

/// What a format's code shows: its first section, without texts, colours and currencies.
fn of_code(code: &str) -> Shown {
    let (mut shown, mut chars) = (Shown::Number, code.chars());
    if code.eq_ignore_ascii_case("general") {
        return shown;
    }
    while let Some(char) = chars.next() {
        match char.to_ascii_lowercase() {
            ';' => break,
            '"' => _ = chars.find(|&char| char == '"'),
            '\\' | '_' | '*' => _ = chars.next(),
            '[' => {
                let inside: String = chars.by_ref().take_while(|&char| char != ']').collect();
                if !inside.is_empty() && inside.chars().all(|char| "hms".contains(char.to_ascii_lowercase()))
                {
                    return Shown::Duration;
                }
            }
            'h' | 's' => shown = Shown::Time,
            'y' | 'm' | 'd' if shown == Shown::Number => shown = Shown::Day,
            _ => {}
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_days_and_times_from_numbers() {
        for code in ["General", "0.00", "#,##0\\ [$€-407]", "0 \"days\"", "[Red]0;[Blue]-0", "0\\d", "0_d"]
        {
            assert_eq!(of_code(code), Shown::Number, "{code}");
        }
        for code in ["yyyy-mm-dd", "d.m.yyyy", "[$-40B]d. mmmm yyyy;@", "mmm yy"] {
            assert_eq!(of_code(code), Shown::Day, "{code}");
        }
        for code in ["h:mm", "yyyy\\-mm\\-dd\\ hh:mm:ss", "d/m/yy h:mm AM/PM", "mm:ss.0"] {
            assert_eq!(of_code(code), Shown::Time, "{code}");
        }
        for code in ["[h]:mm:ss", "[mm]:ss", "[SS]"] {
            assert_eq!(of_code(code), Shown::Duration, "{code}");
        }
    }
}
