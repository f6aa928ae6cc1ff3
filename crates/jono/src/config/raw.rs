//! The configuration as it is written: one struct a table, with defaults. No choice is made here.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use jiff::civil::Date;
use jono_domain::{
    Channel, Formula, Keep, Names, ServiceId, SourceName, Unit, UnitId, UnitKind, calendar::Country,
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    bulletin::RawBulletin,
    mistakes::Mistakes,
    table::{RawTable, RawValue},
};

/// The whole file.
#[derive(Debug)]
pub(crate) struct RawConfig {
    pub(super) time_zone: Option<String>,
    pub(super) ledger: PathBuf,
    pub(super) service_level: RawServiceLevel,
    pub(super) service: Vec<RawService>,
    pub(super) unit: Vec<RawUnit>,
    pub(super) area: Vec<RawUnit>,
    pub(super) source: Vec<RawSource>,
    pub(super) counters: RawCounters,
    pub(super) buckets: BTreeMap<Channel, RawBuckets>,
    pub(super) live: RawLive,
    pub(super) survey: RawSurvey,
    pub(super) calendar: RawCalendar,
    pub(super) limits: RawLimits,
    pub(super) web: RawWeb,
    pub(super) bulletin: RawBulletin,
    /// Whether every table could be read; if not, what others refer to may only seem to be missing.
    pub(super) is_whole: bool,
}

/// The promise of every service that does not say otherwise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawServiceLevel {
    pub(super) within_seconds: u32,
    pub(super) short_below_seconds: u32,
    pub(super) target: f64,
    pub(super) formula: Formula,
    pub(super) also_expose: Vec<Formula>,
}

impl Default for RawServiceLevel {
    fn default() -> Self {
        let service = jono_domain::Service::default();
        Self {
            within_seconds: service.within.get(),
            short_below_seconds: service.short.get(),
            target: service.target,
            formula: service.formula,
            also_expose: Vec::new(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawService {
    pub(super) id: ServiceId,
    #[serde(default)]
    pub(super) names: Names,
    pub(super) within_seconds: Option<u32>,
    pub(super) short_below_seconds: Option<u32>,
    pub(super) target: Option<f64>,
    pub(super) formula: Option<Formula>,
    pub(super) callback: Option<RawCallback>,
}

/// What is promised to those who are to be called back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCallback {
    pub(super) within: String,
    pub(super) first_day: Option<Date>,
    pub(super) last_day: Option<Date>,
}

/// When survey rounds are final.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawSurvey {
    pub(super) final_after_days: u16,
    pub(super) closes: BTreeMap<String, Date>,
}

impl Default for RawSurvey {
    fn default() -> Self {
        Self { final_after_days: 30, closes: BTreeMap::new() }
    }
}

/// Which days are working days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawCalendar {
    pub(super) country: String,
    pub(super) closed: BTreeSet<Date>,
    pub(super) open: BTreeSet<Date>,
}

impl Default for RawCalendar {
    fn default() -> Self {
        Self { country: Country::Finland.as_str().to_owned(), closed: BTreeSet::new(), open: BTreeSet::new() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawUnit {
    id: UnitId,
    #[serde(default)]
    kind: UnitKind,
    #[serde(default)]
    names: Names,
    parent: Option<UnitId>,
    #[serde(default)]
    members: Vec<UnitId>,
    first_day: Option<Date>,
    last_day: Option<Date>,
}

impl From<RawUnit> for Unit {
    fn from(raw: RawUnit) -> Self {
        let RawUnit { id, kind, names, parent, members, first_day, last_day } = raw;
        Self { id, kind, names, parent, members, first_day, last_day }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSource {
    pub(super) name: SourceName,
    pub(super) format: String,
    pub(super) keep: Option<Keep>,
    #[serde(default)]
    pub(super) paths: Vec<PathBuf>,
    pub(super) rotated: Option<OneOrMany>,
    #[serde(default = "yes")]
    pub(super) follow: bool,
    pub(super) poll_seconds: Option<u32>,
    pub(super) max_age_seconds: Option<u32>,
    pub(super) log_time_zone: Option<String>,
    #[serde(default = "unrouted_limit")]
    pub(super) unrouted_limit: usize,
    #[serde(default)]
    pub(super) route: Vec<RawRoute>,
    pub(super) table: Option<RawTable>,
    /// Understood by what the format asks for.
    pub(super) columns: Option<Map<String, Value>>,
    #[serde(default)]
    pub(super) value: Vec<RawValue>,
}

fn unrouted_limit() -> usize {
    100
}

fn yes() -> bool {
    true
}

/// One pattern, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(PathBuf),
    Many(Vec<PathBuf>),
}

impl OneOrMany {
    pub(super) fn into_vec(self) -> Vec<PathBuf> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRoute {
    pub(super) queue: String,
    pub(super) unit: UnitId,
    pub(super) service: ServiceId,
    pub(super) channel: Option<Channel>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawCounters {
    pub(super) since: Option<Date>,
    pub(super) horizon: Horizon,
}

/// How old an hour may be to still count: whole hours such as `24h`, or `none`.
#[derive(Debug)]
pub(crate) struct Horizon(pub(super) Option<u32>);

impl Default for Horizon {
    fn default() -> Self {
        Self(Some(24 * 3600))
    }
}

impl<'de> Deserialize<'de> for Horizon {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let hours = text.strip_suffix('h').and_then(|hours| hours.parse::<u32>().ok());
        match (text.as_str(), hours.and_then(|hours| hours.checked_mul(3600))) {
            ("none", _) => Ok(Self(None)),
            (_, Some(seconds)) => Ok(Self(Some(seconds))),
            _ => Err(serde::de::Error::custom(format!(
                "{text:?} is no horizon; write whole hours, such as \"24h\", or \"none\""
            ))),
        }
    }
}

/// Upper limits of a channel's buckets, in whole seconds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawBuckets {
    pub(super) wait: Option<Vec<u32>>,
    pub(super) handling: Option<Vec<u32>>,
    pub(super) delay: Option<Vec<u32>>,
}

/// The view of open calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawLive {
    pub(super) window_mib: u32,
    pub(super) max_wait_seconds: u32,
}

impl Default for RawLive {
    fn default() -> Self {
        Self { window_mib: 64, max_wait_seconds: jono_domain::LiveView::MAX_WAIT.get() }
    }
}

/// How much `/metrics` may show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawLimits {
    pub(super) time_series: usize,
    pub(super) series: usize,
    pub(super) waits_of: BTreeSet<Channel>,
    pub(super) figures_of: BTreeSet<Channel>,
}

impl Default for RawLimits {
    /// Service points are many, and have many services each: of them contacts alone are shown.
    fn default() -> Self {
        let waits_of = Channel::ALL.into_iter().filter(|&channel| channel != Channel::ServicePoint).collect();
        Self { time_series: 50_000, series: 10_000, waits_of, figures_of: Channel::ALL.into() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawWeb {
    pub(super) listen_address: String,
    pub(super) telemetry_path: String,
    pub(super) config_file: Option<PathBuf>,
}

impl Default for RawWeb {
    fn default() -> Self {
        Self {
            listen_address: "127.0.0.1:9727".to_owned(),
            telemetry_path: "/metrics".to_owned(),
            config_file: None,
        }
    }
}

/// What stands at the top of the file.
pub(super) const SETTINGS: [&str; 15] = [
    "time_zone",
    "ledger",
    "service_level",
    "service",
    "unit",
    "area",
    "source",
    "counters",
    "buckets",
    "live",
    "survey",
    "calendar",
    "limits",
    "web",
    "bulletin",
];

impl RawConfig {
    /// Reads table by table, so that a mistake in one does not hide those in the others.
    pub(super) fn read(layers: Value, mistakes: &mut Mistakes) -> Option<Self> {
        let Value::Object(mut tables) = layers else { return None };
        let mut raw = Self {
            time_zone: time_zone(&mut tables, mistakes),
            ledger: optional(&mut tables, "ledger", mistakes).unwrap_or_else(|| "jono.ledger".into()),
            service_level: optional(&mut tables, "service_level", mistakes).unwrap_or_default(),
            service: list(&mut tables, "service", mistakes),
            unit: list(&mut tables, "unit", mistakes),
            area: list(&mut tables, "area", mistakes),
            source: list(&mut tables, "source", mistakes),
            counters: optional(&mut tables, "counters", mistakes).unwrap_or_default(),
            buckets: optional(&mut tables, "buckets", mistakes).unwrap_or_default(),
            live: optional(&mut tables, "live", mistakes).unwrap_or_default(),
            survey: optional(&mut tables, "survey", mistakes).unwrap_or_default(),
            calendar: optional(&mut tables, "calendar", mistakes).unwrap_or_default(),
            limits: optional(&mut tables, "limits", mistakes).unwrap_or_default(),
            web: optional(&mut tables, "web", mistakes).unwrap_or_default(),
            bulletin: optional(&mut tables, "bulletin", mistakes).unwrap_or_default(),
            is_whole: false,
        };
        for key in tables.keys() {
            let known = SETTINGS.join(", ");
            mistakes.add(key, format!("unknown setting {key:?}; the settings are {known}"));
        }
        raw.is_whole = mistakes.is_empty();
        Some(raw)
    }
}

fn time_zone(tables: &mut Map<String, Value>, mistakes: &mut Mistakes) -> Option<String> {
    if !tables.contains_key("time_zone") {
        mistakes
            .add("time_zone", "it is missing; write time_zone = \"Europe/Helsinki\", or your own".to_owned());
    }
    optional(tables, "time_zone", mistakes)
}

fn optional<T: DeserializeOwned>(
    tables: &mut Map<String, Value>,
    key: &str,
    mistakes: &mut Mistakes,
) -> Option<T> {
    read(tables.remove(key)?, key, mistakes)
}

fn list<T: DeserializeOwned>(tables: &mut Map<String, Value>, key: &str, mistakes: &mut Mistakes) -> Vec<T> {
    match tables.remove(key) {
        None => Vec::new(),
        Some(Value::Array(entries)) => entries
            .into_iter()
            .enumerate()
            .filter_map(|(index, entry)| read(entry, &format!("{key}[{index}]"), mistakes))
            .collect(),
        Some(_) => {
            mistakes.add(key, format!("{key} is a list; write [[{key}]] for each"));
            Vec::new()
        }
    }
}

pub(super) fn read<T: DeserializeOwned>(value: Value, at: &str, mistakes: &mut Mistakes) -> Option<T> {
    match serde_path_to_error::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            let path = error.path().to_string();
            let place = if path == "." { at.to_owned() } else { format!("{at}.{path}") };
            mistakes.add(&place, error.inner().to_string());
            None
        }
    }
}
