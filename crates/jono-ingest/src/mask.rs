//! Shows a line that was refused, without what may be of a person: names, numbers, ids, free text.
//!
//! A field is shown only where it is certain what it is. Of everything else only the shape is told: a letter stands
//! for letters, a digit for digits.

use std::{borrow::Cow, collections::BTreeSet};

/// How much of a line is shown.
const MAX_CHARS: usize = 400;

/// The shape of a text: every letter is an `x`, every digit a `9`; what stands between them stays.
pub(crate) fn shape(text: &str) -> String {
    let masked = text.chars().map(|char| match char {
        char if char.is_numeric() => '9',
        char if char.is_alphanumeric() => 'x',
        char if char.is_control() && char != '\t' => '\u{fffd}',
        char => char,
    });
    short(masked)
}

/// The shape of bytes that may be no text.
pub(crate) fn shape_of(line: &[u8]) -> String {
    shape(&String::from_utf8_lossy(line))
}

/// Fields, of which those that may be shown are as they are.
pub(crate) fn fields<'a>(fields: impl Iterator<Item = (Cow<'a, str>, bool)>, delimiter: char) -> String {
    let mut text = String::new();
    for (number, (field, is_shown)) in fields.enumerate() {
        if number > 0 {
            text.push(delimiter);
        }
        if is_shown {
            text.extend(field.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }));
        } else {
            text.push_str(&shape(&field));
        }
    }
    short(text.chars())
}

/// A row of delimited text under its header. Where the two do not match, no field is certain.
pub(crate) fn row(header: &str, line: &str, delimiter: char, shown: &BTreeSet<&str>) -> String {
    let (names, texts) = (split(header, delimiter), split(line, delimiter));
    let (Some(names), Some(texts)) = (names, texts) else { return shape(line) };
    if names.len() != texts.len() {
        return shape(line);
    }
    let texts = names.iter().zip(texts).map(|(name, text)| (Cow::Owned(text), shown.contains(name.trim())));
    fields(texts, delimiter)
}

/// The same of a row of a spreadsheet: texts joined by tabs, of which none is in a text, so that those at its end may
/// lack.
pub(crate) fn cells(header: &str, line: &str, shown: &BTreeSet<&str>) -> String {
    if header.matches('\t').count() < line.matches('\t').count() {
        return shape(line);
    }
    let texts = header.split('\t').zip(line.split('\t'));
    fields(texts.map(|(name, text)| (Cow::Borrowed(text), shown.contains(name.trim()))), '\t')
}

/// The fields of a row; `None` if it has quotes that do not close.
fn split(line: &str, delimiter: char) -> Option<Vec<String>> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            char if char == delimiter && !quoted => fields.push(std::mem::take(&mut field)),
            char => field.push(char),
        }
    }
    fields.push(field);
    (!quoted).then_some(fields)
}

/// A JSON object, of which the values under some keys are shown. What is none has only a shape.
pub(crate) fn object(line: &[u8], shown: &BTreeSet<&str>) -> String {
    let Ok(mut object) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(line) else {
        return shape_of(line);
    };
    for (_, value) in object.iter_mut().filter(|(key, _)| !shown.contains(key.as_str())) {
        *value = serde_json::Value::String(shape(&value.to_string()));
    }
    short(serde_json::Value::Object(object).to_string().chars())
}

fn short(chars: impl Iterator<Item = char>) -> String {
    let mut chars = chars;
    let mut text: String = chars.by_ref().take(MAX_CHARS).collect();
    if chars.next().is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_not_certain_have_only_a_shape() {
        let shown = BTreeSet::from(["taken", "office"]);
        let check = |line| row("taken;name;office", line, ';', &shown);
        insta::assert_snapshot!(check("2020-06-08 9:00;Matti Meikäläinen, s. 1970;Kallio"), @"2020-06-08 9:00;xxxxx xxxxxxxxxxx, x. 9999;Kallio");
        insta::assert_snapshot!(check("2020-06-08 9:00;\"Matti; M\";Kallio"), @"2020-06-08 9:00;xxxxx; x;Kallio");
        insta::assert_snapshot!(check("Matti;Kallio"), @"xxxxx;xxxxxx");
        insta::assert_snapshot!(check("a;\"b;c"), @"x;\"x;x");
    }

    #[test]
    fn cells_are_those_of_their_columns() {
        let shown = BTreeSet::from(["taken", "office"]);
        let check = |line| cells("taken\tname\toffice", line, &shown).replace('\t', "|");
        insta::assert_snapshot!(check("2020-06-08 9:00\t\"Matti\tKallio\""), @r#"2020-06-08 9:00|"xxxxx|Kallio""#);
        insta::assert_snapshot!(check("2020-06-08 9:00\tMatti\tM\tKallio"), @"9999-99-99 9:99|xxxxx|x|xxxxxx");
        insta::assert_snapshot!(check("2020-06-08 9:00\tMatti"), @"2020-06-08 9:00|xxxxx");
        insta::assert_snapshot!(cells("", "Matti", &shown), @"xxxxx");
    }

    #[test]
    fn values_of_other_keys_have_only_a_shape() {
        let shown = BTreeSet::from(["at", "score"]);
        let check = |line: &str| object(line.as_bytes(), &shown);
        insta::assert_snapshot!(check(r#"{"at":"2020-06-08","score":11,"text":"Kiitos Pirjo, 040 123"}"#), @r#"{"at":"2020-06-08","score":11,"text":"\"xxxxxx xxxxx, 999 999\""}"#);
        insta::assert_snapshot!(check("at=Matti 12"), @"xx=xxxxx 99");
    }

    #[test]
    fn long_lines_and_bytes_that_are_no_text() {
        assert_eq!(shape(&"z".repeat(500)).chars().count(), MAX_CHARS + 1);
        insta::assert_snapshot!(shape_of(b"a\xff\x00b1"), @"x��x9");
    }
}
