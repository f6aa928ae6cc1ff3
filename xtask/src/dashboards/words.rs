//! What people read, in three languages from one place.

/// A language that dashboards are made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Finnish,
    Swedish,
}

impl Language {
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::Finnish, Self::Swedish];

    /// As in names of files and tags.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Finnish => "fi",
            Self::Swedish => "sv",
        }
    }

    /// As its speakers call it.
    pub(crate) const fn own_name(self) -> &'static str {
        match self {
            Self::English => "In English",
            Self::Finnish => "Suomeksi",
            Self::Swedish => "På svenska",
        }
    }
}

/// The same thing said in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text {
    fi: &'static str,
    sv: &'static str,
    en: &'static str,
}

/// A text in Finnish, Swedish and English.
pub(crate) const fn text(fi: &'static str, sv: &'static str, en: &'static str) -> Text {
    Text { fi, sv, en }
}

/// What needs no translation, such as the name of a label.
pub(crate) const fn same(all: &'static str) -> Text {
    Text { fi: all, sv: all, en: all }
}

impl Text {
    pub(crate) const fn of(self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Finnish => self.fi,
            Language::Swedish => self.sv,
        }
    }
}

/// Words that several dashboards use.
pub(crate) mod word {
    use super::{Text, same, text};

    pub(crate) const CHANNEL: Text = text("Kanava", "Kanal", "Channel");
    pub(crate) const UNIT: Text = text("Yksikkö", "Enhet", "Unit");
    pub(crate) const SERVICE: Text = text("Palvelu", "Tjänst", "Service");
    pub(crate) const FORMULA: Text = text("Kaava", "Formel", "Formula");
    pub(crate) const SOURCE: Text = text("Lähde", "Källa", "Source");
    pub(crate) const BASIS: Text = text("Peruste", "Grund", "Basis");
    pub(crate) const STATE: Text = text("Tila", "Läge", "State");
    pub(crate) const TARGET: Text = text("Tavoite", "Mål", "Target");
    pub(crate) const CONTACTS: Text = text("Yhteydenotot", "Kontakter", "Contacts");
    pub(crate) const VISITS: Text = text("Käynnit", "Besök", "Visits");
    pub(crate) const ANSWER_RATE: Text = text("Vastausprosentti", "Andel besvarade", "Share answered");
    pub(crate) const MEAN_WAIT: Text =
        text("Jonotusaika, keskiarvo", "Väntetid, medelvärde", "Mean waiting time");
    pub(crate) const YEAR_AGO: Text =
        text("Sama viikko vuotta aiemmin", "Samma vecka i fjol", "Same week a year ago");
    pub(crate) const ANSWER_RATE_BY_BASIS: Text =
        text("vastausprosentti ({{basis}})", "andel besvarade ({{basis}})", "share answered ({{basis}})");
    pub(crate) const MEAN_WAIT_BY_BASIS: Text =
        text("keskiarvo ({{basis}})", "medelvärde ({{basis}})", "mean ({{basis}})");
    pub(crate) const YEAR_AGO_BY_BASIS: Text =
        text("vuotta aiemmin ({{basis}})", "i fjol ({{basis}})", "a year ago ({{basis}})");
    pub(crate) const SERIES: Text = same("{{channel}} · {{unit}} · {{service}}");
    pub(crate) const NO_HISTORY: Text =
        text("Ei tietoa tältä ajalta", "Inga uppgifter för denna tid", "Nothing is known for this time");
    pub(crate) const NO_WEEKS: Text = text(
        "Ei kokonaista viikkoa tällä ajalla: valitse pidempi aika",
        "Ingen hel vecka i tidsintervallet: välj ett längre",
        "No whole week in this range: choose a longer one",
    );
}
