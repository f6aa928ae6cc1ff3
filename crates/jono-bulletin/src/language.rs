//! The languages of the bulletin. What is said in them is in a file each beside this one: `language/<code>.ftl`.

use std::str::FromStr;

use jono_domain::Names;
use thiserror::Error;

/// A language of the bulletin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Finnish.
    Finnish,
    /// Swedish.
    Swedish,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Finnish, Self::Swedish, Self::English];

    /// Its code (ISO 639-1).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Finnish => "fi",
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// What it calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Finnish => "Suomi",
            Self::Swedish => "Svenska",
            Self::English => "English",
        }
    }

    /// Everything that is said in it, as Fluent messages.
    pub(crate) const fn messages(self) -> &'static str {
        match self {
            Self::Finnish => include_str!("language/fi.ftl"),
            Self::Swedish => include_str!("language/sv.ftl"),
            Self::English => include_str!("language/en.ftl"),
        }
    }

    /// A name in this language, or else in another, or else nothing.
    pub(crate) fn name(self, names: &Names) -> Option<&str> {
        let Names { fi, sv, en } = names;
        let order = match self {
            Self::Finnish => [fi, sv, en],
            Self::Swedish => [sv, fi, en],
            Self::English => [en, fi, sv],
        };
        order.into_iter().flatten().map(String::as_str).next()
    }
}

/// A word that names no language.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no language of the bulletin; the languages are {list}", list = Language::ALL.map(Language::code).join(", "))]
pub struct UnknownLanguage(pub String);

impl FromStr for Language {
    type Err = UnknownLanguage;
    fn from_str(word: &str) -> Result<Self, UnknownLanguage> {
        let known = Self::ALL.into_iter().find(|known| known.code() == word);
        known.ok_or_else(|| UnknownLanguage(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use fluent_syntax::ast::Entry;

    use super::*;

    fn names(language: Language) -> BTreeSet<String> {
        let resource = fluent_syntax::parser::parse(language.messages()).unwrap();
        let name = |entry: &Entry<&str>| match entry {
            Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        };
        resource.body.iter().filter_map(name).collect()
    }

    /// Everything that is quoted in this crate's code and templates.
    fn quoted(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                quoted(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs" || end == "html") {
                found.extend(fs::read_to_string(path).unwrap().split('"').map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_language_says_the_same() {
        let [finnish, swedish, english] = Language::ALL.map(names);
        assert_eq!(finnish, swedish);
        assert_eq!(finnish, english);
    }

    #[test]
    fn every_message_is_used() {
        let mut used = BTreeSet::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        ["src", "templates"].iter().for_each(|folder| quoted(&root.join(folder), &mut used));
        // Periods are put together from how and what.
        let is_used =
            |name: &String| used.contains(name) || name.starts_with("period-") || name.starts_with("in-");
        let unused: Vec<_> = names(Language::English).into_iter().filter(|name| !is_used(name)).collect();
        assert_eq!(unused, Vec::<String>::new());
    }

    #[test]
    fn every_sentence_exists() {
        let known = names(Language::English);
        let mut used = BTreeSet::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut said = |path: &Path| {
            let text = fs::read_to_string(path).unwrap();
            for call in ["say(\"", "column(\"", "word(\""] {
                used.extend(
                    text.split(call).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
                );
            }
        };
        for folder in ["compose", "write"] {
            fs::read_dir(root.join(folder)).unwrap().for_each(|entry| said(&entry.unwrap().path()));
        }
        said(&root.join("words.rs"));
        let missing: Vec<_> = used.difference(&known).collect();
        assert!(used.len() > 60 && missing.is_empty(), "{missing:?}");
    }
}
