//! What pages show of figures: the same ones in every language, the same numbers behind each, and those of the data.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use jono_domain::Dimension;

use super::{
    Figures,
    told::{DAY, Told},
};
use crate::{
    bulletin::{
        findings::Findings,
        stage::{LANGUAGES, Pages},
    },
    chromium::Chromium,
};

/// What each element says that shows a figure, whether or not it can be seen now.
const SHOWN: &str = "[...document.querySelectorAll('[data-figure]')]
    .map(element => [element.dataset.figure, element.textContent])";

/// The texts of a page that show a figure, by its id.
type Texts = BTreeMap<String, Vec<String>>;

pub(super) fn check(
    chromium: &Chromium,
    pages: &Pages,
    figures: &Figures,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let mut first: Option<BTreeMap<String, Vec<Vec<f64>>>> = None;
    for html in &pages.list {
        let language = html.language;
        let mut page = chromium.page()?;
        page.open(&html.file_url())?;
        let pairs: Vec<(String, String)> =
            serde_json::from_value(page.evaluate(SHOWN)?).context("a page shows figures otherwise")?;
        let mut texts = Texts::new();
        for (id, text) in pairs {
            texts.entry(id).or_default().push(text);
        }
        let mut remarks = Vec::new();
        let mut compared = 0;
        for (id, texts) in &texts {
            let Some(figure) = figures.get(id) else {
                remarks.push(format!("{id} is not in the data"));
                continue;
            };
            compared += texts.len();
            remarks.extend(wrong(figure, texts, language)?.into_iter().map(|why| format!("{id}: {why}")));
        }
        let all_numbers = |texts: &Vec<String>| texts.iter().map(|text| numbers(text, language)).collect();
        let numbers: BTreeMap<_, Vec<_>> =
            texts.iter().map(|(id, texts)| (id.clone(), all_numbers(texts))).collect();
        let first = first.get_or_insert_with(|| numbers.clone());
        let ids: BTreeSet<_> = first.keys().chain(numbers.keys()).collect();
        for id in ids.into_iter().filter(|id| first.get(*id) != numbers.get(*id)) {
            let other = LANGUAGES[0];
            remarks.push(format!("{id} is {:?} here and {:?} in {other}", numbers.get(id), first.get(id)));
        }
        let told = format!("{} figures in {compared} places", texts.len());
        findings.add("figures as html", language, told, remarks);
    }
    Ok(())
}

/// Why texts do not show a figure: each has its value, of how many it is, or its interval; one of them its value.
fn wrong(figure: &Told, texts: &[String], language: &str) -> anyhow::Result<Vec<String>> {
    let mut remarks = Vec::new();
    let mut has_value = figure.value.is_none();
    for text in texts {
        let numbers = numbers(text, language);
        let is_value = shows_value(figure, text, language)?;
        has_value |= is_value;
        let is_of = matches!(numbers[..], [number] if Some(number) == figure.of);
        let ends = [figure.low, figure.high].map(|end| end.unwrap_or(f64::NAN));
        let is_interval = numbers == ends;
        let is_nothing = figure.value.is_none() && numbers.is_empty();
        if !(is_value || is_of || is_interval || is_nothing) {
            remarks.push(format!("it is shown as {text:?}, and is {}", figure.summary()));
        }
    }
    if !has_value {
        remarks.push(format!("its value is shown nowhere, but {texts:?}; it is {}", figure.summary()));
    }
    Ok(remarks)
}

/// Whether a text has a figure's value.
fn shows_value(figure: &Told, text: &str, language: &str) -> anyhow::Result<bool> {
    let Some(value) = figure.value else { return Ok(false) };
    let half = figure.rounding_when_shown()?;
    let near = |number: f64| (number - value).abs() <= half;
    let any = |unit: f64| numbers(text, language).iter().any(|number| near(number * unit));
    Ok(match figure.dimension()? {
        Dimension::Ratio => any(0.01),
        Dimension::Seconds if figure.is_in_days() => any(DAY),
        Dimension::Seconds => near(seconds(text, language)),
        Dimension::Count | Dimension::Mean | Dimension::Score => any(1.0),
    })
}

/// How long a text such as 1 h 5 min 20 s says.
fn seconds(text: &str, language: &str) -> f64 {
    let units = text.split(|c: char| c.is_whitespace() || c.is_ascii_digit()).filter(|word| !word.is_empty());
    let lengths = units.filter_map(|unit| match unit {
        "h" => Some(3600.0),
        "min" => Some(60.0),
        "s" => Some(1.0),
        _ => None,
    });
    numbers(text, language).into_iter().zip(lengths).map(|(number, length)| number * length).sum()
}

/// The numbers of a text, by what is between digits in its language.
fn numbers(text: &str, language: &str) -> Vec<f64> {
    let (thousands, decimal) = if language == "en" { (",", '.') } else { ("\u{a0}\u{202f}", ',') };
    let characters: Vec<char> = text.chars().collect();
    let digit = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
    let group = |at: usize| (at + 1..at + 4).all(digit) && !digit(at + 4);
    let (mut numbers, mut number) = (Vec::new(), String::new());
    for (at, character) in characters.iter().enumerate() {
        if character.is_ascii_digit() {
            number.push(*character);
        } else if !number.is_empty() && *character == decimal && digit(at + 1) && !number.contains('.') {
            number.push('.');
        } else if number.is_empty() || !thousands.contains(*character) || !group(at) {
            numbers.extend(std::mem::take(&mut number).parse::<f64>().ok());
        }
    }
    numbers.extend(number.parse::<f64>().ok());
    numbers
}

#[cfg(test)]
mod tests {
    use super::{numbers, seconds};

    #[test]
    fn numbers_are_read_as_each_language_writes_them() {
        assert_eq!(numbers("12\u{202f}500 käyntiä, 91,7\u{a0}%", "fi"), [12_500.0, 91.7]);
        assert_eq!(numbers("12,500 visits, 91.7%", "en"), [12_500.0, 91.7]);
        assert_eq!(numbers("1\u{a0}min 20\u{a0}s", "sv"), [1.0, 20.0]);
        assert_eq!(numbers("8,53 (n = 2\u{a0}085)", "fi"), [8.53, 2085.0]);
        assert!((seconds("1\u{a0}h 5\u{a0}min 20\u{a0}s", "fi") - 3920.0).abs() < 1e-9);
        assert!(numbers("färre än fem", "sv").is_empty());
    }
}
