//! Where a bulletin's other languages and formats are: known to whoever serves or stores it.

use crate::{format::Format, language::Language};

/// Where a bulletin's other languages and formats are, as addresses relative to the page. Without any the page has no links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The page in other languages.
    pub languages: Vec<(Language, String)>,
    /// The same in other formats, by the page's language.
    pub formats: Vec<(Language, Format, String)>,
}

impl Links {
    /// Links to every language and format, by a rule.
    pub fn by(address: impl Fn(Language, Format) -> String) -> Self {
        let formats = |language| Format::ALL.map(|format| (language, format, address(language, format)));
        Self {
            languages: Language::ALL.map(|language| (language, address(language, Format::Html))).into(),
            formats: Language::ALL.into_iter().flat_map(formats).collect(),
        }
    }
}
