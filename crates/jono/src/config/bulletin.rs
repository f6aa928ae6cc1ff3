//! `[bulletin]`: whose bulletin it is, what it says beside its figures, and where it is served.

use std::{collections::BTreeSet, net::SocketAddr, path::PathBuf};

use jiff::civil::Date;
use jono_bulletin::Notice;
use jono_domain::{Names, SourceName, UnitId, UnitKind, UnitTree};
use serde::Deserialize;

use super::mistakes::Mistakes;

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawBulletin {
    organisation: Option<UnitId>,
    generated: bool,
    required: Option<BTreeSet<SourceName>>,
    notice: Vec<RawNotice>,
    listen_address: Option<String>,
    web_config_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNotice {
    text: Names,
    first_day: Option<Date>,
    last_day: Option<Date>,
}

/// What the bulletin is made by.
#[derive(Debug, Clone)]
pub(crate) struct BulletinConfig {
    /// The unit whose bulletin it is; `None` where there is no unit at the top, or several and none was named.
    pub(crate) organisation: Option<UnitId>,
    /// Whether all that carries no printed label is generated.
    pub(crate) generated: bool,
    /// The sources that must have told of all of a period; `None`: those that told of the four weeks before it.
    pub(crate) required: Option<BTreeSet<SourceName>>,
    notices: Vec<RawNoticeOf>,
    /// Where it is served to the public, if anywhere.
    pub(crate) listen_address: Option<SocketAddr>,
    /// TLS and headers of that listener, in the format of Prometheus' exporters.
    pub(crate) web_config_file: Option<PathBuf>,
}

/// A notice, and the first day on which it is told.
type RawNoticeOf = (Option<Date>, Notice);

impl BulletinConfig {
    /// Makes sense of what was written; files are relative to `base`.
    pub(super) fn new(
        raw: RawBulletin,
        base: &std::path::Path,
        units: &UnitTree,
        sources: &BTreeSet<SourceName>,
        mistakes: &mut Mistakes,
    ) -> Self {
        if let Some(unit) = raw.organisation.as_ref().filter(|unit| !units.contains(unit)) {
            let why = format!("unit {unit} is not configured; add a [[unit]] with this id");
            mistakes.add("bulletin.organisation", why);
        }
        for unknown in raw.required.iter().flatten().filter(|source| !sources.contains(*source)) {
            let known = sources.iter().map(SourceName::as_str).collect::<Vec<_>>().join(", ");
            let why = format!("no source is called {unknown}; the sources are {known}");
            mistakes.add("bulletin.required", why);
        }
        for (index, notice) in raw.notice.iter().enumerate() {
            let at = |key: &str| format!("bulletin.notice[{index}].{key}");
            let Names { fi, sv, en } = &notice.text;
            if [fi, sv, en].into_iter().any(Option::is_none) {
                let why = "a notice is told in every language of the bulletin; write fi, sv and en";
                mistakes.add(&at("text"), why.to_owned());
            }
            if notice.first_day.zip(notice.last_day).is_some_and(|(first, last)| last < first) {
                mistakes.add(&at("last_day"), "it ends before it begins".to_owned());
            }
        }
        let address = raw.listen_address.map(|address| {
            let parsed = address.parse::<SocketAddr>();
            let why = format!("{address:?} is no address with a port, such as 127.0.0.1:9728");
            mistakes.note("bulletin.listen_address", parsed.map_err(|_| why))
        });
        let notices = raw
            .notice
            .into_iter()
            .map(|RawNotice { text, first_day, last_day }| (first_day, Notice { text, last_day }));
        Self {
            organisation: raw.organisation.or_else(|| top(units)),
            generated: raw.generated,
            required: raw.required,
            notices: notices.collect(),
            listen_address: address.flatten(),
            web_config_file: raw.web_config_file.map(|path| base.join(path)),
        }
    }

    /// The notices that hold on any day from `first` to `last`.
    pub(crate) fn notices(&self, first: Date, last: Date) -> Vec<Notice> {
        let holds = |(from, notice): &&RawNoticeOf| {
            from.is_none_or(|from| from <= last) && notice.last_day.is_none_or(|until| first <= until)
        };
        self.notices.iter().filter(holds).map(|(_, notice)| notice.clone()).collect()
    }
}

/// The one unit at the top that is an organisation, or the only one.
fn top(units: &UnitTree) -> Option<UnitId> {
    let tops = || {
        let composite = UnitKind::Composite;
        units.entries().filter(move |unit| unit.parent.is_none() && unit.kind != composite)
    };
    let of = |organisations: bool| {
        let ids: BTreeSet<_> = tops()
            .filter(|unit| !organisations || unit.kind == UnitKind::Organisation)
            .map(|unit| &unit.id)
            .collect();
        let mut ids = ids.into_iter();
        ids.next().filter(|_| ids.next().is_none()).cloned()
    };
    of(true).or_else(|| of(false))
}
