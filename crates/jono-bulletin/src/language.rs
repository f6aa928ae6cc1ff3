//! The languages of the bulletin. What is said in them is in a file each beside this one: `language/<code>.ftl`.

use jono_domain::Names;

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
