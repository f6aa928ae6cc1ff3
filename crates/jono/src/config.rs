//! The configuration: what was written ([`RawConfig`]), then what was meant ([`Config`]).
//!
//! Layers, later over earlier: defaults, the file, environment variables (`JONO_WEB__LISTEN_ADDRESS` sets
//! `web.listen_address`). Conversion reports all mistakes together, each with its place in the file, before any port
//! or file is opened.

mod bulletin;
mod mistakes;
mod raw;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Span, civil::Date};
use jono_domain::{
    CallbackPromise, Channel, Digest, Formula, Grain, HourStart, Keep, Names, Period, Router, Seconds,
    Series, Service, ServiceId, SourceName, Unit, UnitKind, UnitTree, UnixSeconds, Zone,
    calendar::{Calendar, Country},
    zone::LocalTimeError,
};
use jono_exporter::{Bounds, Buckets, TelemetryPath};
use jono_ingest::{Context, Format, Input, Unrouted};

pub(crate) use self::{bulletin::BulletinConfig, mistakes::ConfigError};
use self::{
    mistakes::Mistakes,
    raw::{RawBuckets, RawCalendar, RawCallback, RawConfig, RawRoute, RawSource, RawSurvey},
    table::{Known, RawMapping},
};
use crate::clock;

/// All choices made.
#[derive(Debug)]
pub(crate) struct Config {
    /// The service's own zone.
    pub(crate) zone: Zone,
    /// Where counts are kept.
    pub(crate) ledger: PathBuf,
    /// The organisation.
    pub(crate) units: UnitTree,
    /// The areas that published figures speak of: a tree of their own.
    pub(crate) areas: UnitTree,
    services: BTreeMap<ServiceId, Service>,
    default_service: Service,
    /// Formulas exposed beside each service's own.
    pub(crate) formulas: Vec<Formula>,
    /// Where documents come from.
    pub(crate) sources: Vec<Source>,
    pub(crate) counters: CountersConfig,
    pub(crate) buckets: Buckets,
    pub(crate) live: LiveConfig,
    pub(crate) survey: Survey,
    /// Which days are working days.
    pub(crate) calendar: Calendar,
    pub(crate) limits: Limits,
    pub(crate) web: Web,
    pub(crate) bulletin: BulletinConfig,
}

/// Where documents come from, and how they are read.
pub(crate) struct Source {
    pub(crate) name: SourceName,
    pub(crate) format: Arc<dyn Format>,
    pub(crate) keep: Keep,
    /// Files to read when none is named; may have `*` and `?`.
    pub(crate) paths: Vec<PathBuf>,
    /// Where a followed file may have been moved or copied to; may have `*` and `?`. `None`: beside it, under its
    /// name with `.` or `-` and more behind it.
    pub(crate) rotated: Option<Vec<PathBuf>>,
    /// Whether `serve` follows its files.
    pub(crate) follow: bool,
    /// How often its files are looked at, when nothing says that they were written to.
    pub(crate) poll: Duration,
    /// How old its last success may be before it counts as stale, in seconds.
    pub(crate) max_age: Option<Seconds>,
    pub(crate) context: Context,
    /// The hash of all that decides how a line is counted.
    pub(crate) rules: Digest,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("format", &self.format.name())
            .finish_non_exhaustive()
    }
}

/// What `/metrics` counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CountersConfig {
    /// On a fresh ledger: count from here on; else from the first `serve`.
    pub(crate) since: Option<UnixSeconds>,
    /// How many seconds old an hour may be to still count; `None`: any age.
    pub(crate) horizon: Option<u32>,
}

impl CountersConfig {
    /// Whether a cell of that hour counts at `now`.
    pub(crate) fn takes(&self, hour: HourStart, epoch: HourStart, now: UnixSeconds) -> bool {
        let recent = self.horizon.is_none_or(|horizon| hour.0.get() + i64::from(horizon) >= now.get());
        hour >= epoch && recent
    }
}

/// The view of open calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LiveConfig {
    /// How many bytes at the end of a log it is rebuilt from after a restart.
    pub(crate) window: u64,
    /// How long somebody can have waited at most; who seems to wait longer is lost.
    pub(crate) max_wait: Seconds,
}

/// What is written for a country whose holidays are listed day by day, if at all.
const NO_COUNTRY: &str = "none";

/// When survey rounds are final.
#[derive(Debug, Clone)]
pub(crate) struct Survey {
    /// How many days after its quarter a round is still provisional, unless it has a day of its own.
    final_after_days: u16,
    /// The days from which on rounds are final.
    closes: BTreeMap<Period, Date>,
}

impl Survey {
    /// Whether answers may still come to a round on a day.
    pub(crate) fn is_provisional(&self, round: Period, day: Date) -> bool {
        let after = || round.last().saturating_add(Span::new().days(i64::from(self.final_after_days) + 1));
        day < self.closes.get(&round).copied().unwrap_or_else(after)
    }
}

/// How much `/metrics` may show.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// Time series that the configuration may make, by `jono check`.
    pub(crate) time_series: usize,
    /// Series (one channel of one service of one unit each) that are shown.
    pub(crate) series: usize,
    /// The channels of which waits, handling times and service levels are shown, and not contacts alone.
    pub(crate) waits: BTreeSet<Channel>,
    /// The channels of which the figures of weeks and months are shown.
    pub(crate) figures: BTreeSet<Channel>,
}

/// The server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Web {
    pub(crate) listen_address: SocketAddr,
    pub(crate) telemetry_path: TelemetryPath,
    /// TLS, users and headers, in the format of Prometheus' exporters.
    pub(crate) config_file: Option<PathBuf>,
}

impl Config {
    /// The promise of a service; one that the configuration does not name has the default one.
    pub(crate) fn service(&self, id: &ServiceId) -> &Service {
        self.services.get(id).unwrap_or(&self.default_service)
    }

    /// The services that the configuration names, with their promises.
    pub(crate) fn services(&self) -> &BTreeMap<ServiceId, Service> {
        &self.services
    }

    /// Whether only a table names the unit of a series, though units are configured: no unit above holds what is counted
    /// there.
    pub(crate) fn is_unconfigured(&self, series: &Series) -> bool {
        let has_tree = self.units.entries().next().is_some();
        has_tree && !series.is_unrouted() && !self.units.contains(&series.unit)
    }

    /// Every series that a route names, each once.
    pub(crate) fn configured_series(&self) -> Vec<Series> {
        let routes = self.sources.iter().flat_map(|source| source.context.router.routes());
        let mut series: Vec<Series> = routes.map(|(_, series)| series.clone()).collect();
        series.sort();
        series.dedup();
        series
    }

    /// Reads a file and the environment.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::from_layers(
            path,
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    fn from_layers(
        path: &Path,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let mut mistakes = Mistakes::new(path, &text)?;
        let layers = config::Config::builder()
            .add_source(config::File::from_str(&text, config::FileFormat::Toml))
            .add_source(
                config::Environment::with_prefix("JONO")
                    .prefix_separator("_")
                    .separator("__")
                    .try_parsing(true)
                    .source(Some(environment.filter(|(name, _)| is_setting(name)).collect())),
            )
            .build()
            .and_then(config::Config::try_deserialize::<serde_json::Value>)
            .map_err(|source| ConfigError::Layers { path: path.to_owned(), source })?;
        let raw = RawConfig::read(layers, &mut mistakes);
        let base = path.parent().unwrap_or(Path::new(""));
        let config = raw.and_then(|raw| convert(raw, base, &mut mistakes));
        mistakes.none_or(config)
    }
}

/// Whether an environment variable sets something. Others with our prefix are somebody else's: Kubernetes gives every
/// container a `JONO_PORT` and a `JONO_SERVICE_HOST` where a service is called jono.
fn is_setting(name: &str) -> bool {
    let Some(key) = name.strip_prefix("JONO_") else { return false };
    let table = key.split("__").next().unwrap_or_default().to_ascii_lowercase();
    let is_setting = raw::SETTINGS.contains(&table.as_str());
    if !is_setting {
        tracing::debug!(variable = name, "names no setting, and is passed over");
    }
    is_setting
}

/// Turns what was written into what was meant; `None` only if a mistake was noted.
fn convert(raw: RawConfig, base: &Path, mistakes: &mut Mistakes) -> Option<Config> {
    // After a mistake another zone stands in, so that the rest is checked too.
    let zone =
        raw.time_zone.and_then(|name| mistakes.note("time_zone", Zone::new(&name))).unwrap_or_else(Zone::utc);
    let default_service = Service {
        names: Names::default(),
        within: mistakes
            .note("service_level.within_seconds", Seconds::new(raw.service_level.within_seconds))?,
        short: mistakes
            .note("service_level.short_below_seconds", Seconds::new(raw.service_level.short_below_seconds))?,
        target: raw.service_level.target,
        formula: raw.service_level.formula,
        callback: None,
    };
    check_target(raw.service_level.target, "service_level.target", mistakes);
    let mut services = BTreeMap::new();
    for (index, service) in raw.service.into_iter().enumerate() {
        let at = |key: &str| format!("service[{index}].{key}");
        let within = service.within_seconds.map(|s| mistakes.note(&at("within_seconds"), Seconds::new(s)));
        let short =
            service.short_below_seconds.map(|s| mistakes.note(&at("short_below_seconds"), Seconds::new(s)));
        let target = service.target.unwrap_or(default_service.target);
        if service.target.is_some() {
            check_target(target, &at("target"), mistakes);
        }
        let meant = Service {
            names: service.names,
            within: within.flatten().unwrap_or(default_service.within),
            short: short.flatten().unwrap_or(default_service.short),
            target,
            formula: service.formula.unwrap_or(default_service.formula),
            callback: service.callback.and_then(|raw| callback(&raw, &at("callback.within"), mistakes)),
        };
        if service.id == ServiceId::unrouted() {
            mistakes.add(
                &at("id"),
                format!("{:?} is the service of queues that no route knows", service.id.as_str()),
            );
        }
        if services.insert(service.id.clone(), meant).is_some() {
            mistakes.add(&at("id"), format!("service {} is configured twice", service.id));
        }
    }
    let areas = units("area", raw.area, raw.is_whole, mistakes);
    let units = units("unit", raw.unit, raw.is_whole, mistakes);
    check_kinds(&units, &areas, mistakes);
    let known = raw.is_whole.then_some(Known { units: &units, areas: &areas, services: &services });
    let promises: BTreeMap<_, _> =
        services.iter().filter_map(|(id, service)| Some((id.clone(), service.callback?))).collect();
    let sources = sources(raw.source, base, (&zone, &promises), known, mistakes);
    let since = raw.counters.since.and_then(|date| mistakes.note("counters.since", since(&zone, date)));
    let buckets = buckets(raw.buckets, mistakes);
    let listen_address = mistakes.note(
        "web.listen_address",
        raw.web.listen_address.parse::<SocketAddr>().map_err(|_| {
            format!("{:?} is no address with a port, such as 127.0.0.1:9727", raw.web.listen_address)
        }),
    );
    let names: BTreeSet<_> = sources.iter().map(|source| source.name.clone()).collect();
    let bulletin = BulletinConfig::new(raw.bulletin, base, &units, &names, mistakes);
    let max_wait = mistakes.note("live.max_wait_seconds", Seconds::new(raw.live.max_wait_seconds));
    let telemetry_path = mistakes.note("web.telemetry_path", raw.web.telemetry_path.parse());
    Some(Config {
        zone,
        ledger: base.join(raw.ledger),
        units,
        areas,
        services,
        default_service,
        formulas: raw.service_level.also_expose,
        sources,
        counters: CountersConfig { since, horizon: raw.counters.horizon.0 },
        buckets,
        survey: survey(raw.survey, mistakes),
        calendar: calendar(raw.calendar, mistakes),
        live: LiveConfig { window: u64::from(raw.live.window_mib) << 20, max_wait: max_wait? },
        limits: Limits {
            time_series: raw.limits.time_series,
            series: raw.limits.series,
            waits: raw.limits.waits_of,
            figures: raw.limits.figures_of,
        },
        web: Web {
            listen_address: listen_address?,
            telemetry_path: telemetry_path?,
            config_file: raw.web.config_file.map(|path| base.join(path)),
        },
        bulletin,
    })
}

fn buckets(raw: BTreeMap<Channel, RawBuckets>, mistakes: &mut Mistakes) -> Buckets {
    let mut meant = Buckets::default();
    for (channel, raw) in raw {
        let mut bounds = |key: &str, limits: Option<Vec<u32>>| {
            let at = format!("buckets.{channel}.{key}");
            let limits = limits?.into_iter().map(Seconds::new).collect::<Result<Vec<_>, _>>();
            let limits = mistakes.note(&at, limits)?;
            mistakes.note(&at, Bounds::new(&limits))
        };
        if let Some(bounds) = bounds("wait", raw.wait) {
            meant = meant.with_wait(channel, bounds);
        }
        if let Some(bounds) = bounds("handling", raw.handling) {
            meant = meant.with_handling(channel, bounds);
        }
        if let Some(bounds) = bounds("delay", raw.delay) {
            meant = meant.with_delay(channel, bounds);
        }
    }
    meant
}

fn callback(raw: &RawCallback, at: &str, mistakes: &mut Mistakes) -> Option<CallbackPromise> {
    let within = raw.within.parse::<SignedDuration>().ok().map(|within| within.as_secs());
    let within = within.filter(|&within| within > 0).and_then(|within| u32::try_from(within).ok());
    let within = within.and_then(|within| Seconds::new(within).ok()).ok_or_else(|| {
        format!(
            "{:?} is no time within which somebody is called back; write for example \"1h\" or \"90m\"",
            raw.within
        )
    });
    let RawCallback { first_day, last_day, .. } = *raw;
    if first_day.zip(last_day).is_some_and(|(first, last)| last < first) {
        mistakes.add(at, "its last_day is before its first_day".to_owned());
    }
    Some(CallbackPromise { within: mistakes.note(at, within)?, first_day, last_day })
}

fn survey(raw: RawSurvey, mistakes: &mut Mistakes) -> Survey {
    let mut closes = BTreeMap::new();
    for (round, day) in raw.closes {
        let at = format!("survey.closes.{round}");
        let is_round = |period: &Period| period.grain() == Some(Grain::Quarter);
        match round.parse::<Period>().ok().filter(is_round) {
            Some(round) => _ = closes.insert(round, day),
            None => {
                mistakes.add(&at, format!("{round:?} is no survey round; write a quarter, such as 2020-Q2"));
            }
        }
    }
    Survey { final_after_days: raw.final_after_days, closes }
}

fn calendar(raw: RawCalendar, mistakes: &mut Mistakes) -> Calendar {
    let country = match raw.country.as_str() {
        NO_COUNTRY => None,
        code => mistakes.note("calendar.country", code.parse::<Country>()),
    };
    for day in raw.closed.intersection(&raw.open) {
        mistakes.add("calendar.open", format!("{day} is in calendar.closed, too; write it in one of them"));
    }
    Calendar::new(country, raw.closed, raw.open)
}

fn check_target(target: f64, at: &str, mistakes: &mut Mistakes) {
    if !(0.0..=1.0).contains(&target) {
        mistakes.add(at, format!("a target is a share from 0 to 1, not {target}; write 0.8 for 80 %"));
    }
}

fn since(zone: &Zone, date: jiff::civil::Date) -> Result<UnixSeconds, LocalTimeError> {
    if (1970..=2285).contains(&date.year()) {
        Ok(zone.day_start(date))
    } else {
        Err(LocalTimeError::OutOfRange)
    }
}

/// Units and areas are told apart by their kinds, and no name is one of each: a figure of it could be either's.
fn check_kinds(units: &UnitTree, areas: &UnitTree, mistakes: &mut Mistakes) {
    for unit in units.entries().filter(|unit| unit.kind.is_area()) {
        mistakes.add("unit", format!("unit {} is an area; write it as an [[area]]", unit.id));
    }
    for area in areas.entries() {
        if !area.kind.is_area() {
            let kinds = "country, region or municipality";
            mistakes.add("area", format!("area {} needs a kind: {kinds}", area.id));
        }
        if units.contains(&area.id) {
            mistakes.add("area", format!("area {} has the id of a unit; give it another", area.id));
        }
    }
}

fn units(table: &str, raw: Vec<raw::RawUnit>, is_whole: bool, mistakes: &mut Mistakes) -> UnitTree {
    let entries: Vec<Unit> = raw.into_iter().map(Into::into).collect();
    UnitTree::new(&entries).unwrap_or_else(|errors| {
        for (index, error) in errors.into_iter().filter(|_| is_whole) {
            mistakes.add(&format!("{table}[{index}].id"), error.to_string());
        }
        // The same units without what is between them stand in, so that the rest is checked by them.
        let kinds: BTreeMap<_, _> = entries.into_iter().map(|unit| (unit.id, unit.kind)).collect();
        let alone = kinds.into_iter().map(|(id, kind)| match kind {
            UnitKind::Composite => Unit::new(id, UnitKind::default()),
            kind => Unit::new(id, kind),
        });
        UnitTree::new(&alone.collect::<Vec<_>>()).unwrap_or_default()
    })
}

fn sources(
    raw: Vec<RawSource>,
    base: &Path,
    (zone, promises): (&Zone, &BTreeMap<ServiceId, CallbackPromise>),
    known: Option<Known<'_>>,
    mistakes: &mut Mistakes,
) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for (index, source) in raw.into_iter().enumerate() {
        let at = |key: &str| format!("source[{index}].{key}");
        if sources.iter().any(|other| other.name == source.name) {
            mistakes.add(&at("name"), format!("source {} is configured twice", source.name));
        }
        let mapping = RawMapping { table: source.table, columns: source.columns, value: source.value };
        let format = mistakes
            .note(&at("format"), jono_ingest::format(&source.format))
            .and_then(|form| table::format(form, mapping, known, &at, mistakes));
        let log_zone = match &source.log_time_zone {
            Some(name) => mistakes.note(&at("log_time_zone"), Zone::new(name)),
            None => Some(zone.clone()),
        };
        let mut routes = Vec::new();
        for (number, route) in source.route.into_iter().enumerate() {
            let at = |key: &str| at(&format!("route[{number}].{key}"));
            routes.extend(self::route(route, known, &at, mistakes));
        }
        let (Some(format), Some(log_zone)) = (format, log_zone) else { continue };
        let context = Context {
            zone: zone.clone(),
            log_zone,
            router: Router::new(routes),
            unrouted: Unrouted { limit: source.unrouted_limit, ..Unrouted::default() },
            promises: promises.clone(),
            until: UnixSeconds::MAX,
        };
        if format.is_whole() && source.keep == Some(Keep::Append) {
            let why = "a table is read anew as a whole and replaces the one before; leave keep out";
            mistakes.add(&at("keep"), why.to_owned());
        }
        let max_age =
            source.max_age_seconds.map(|age| mistakes.note(&at("max_age_seconds"), Seconds::new(age)));
        sources.push(Source {
            rules: rules(&*format, &context),
            name: source.name,
            keep: source.keep.unwrap_or_else(|| format.keep()),
            format,
            paths: source.paths.iter().map(|path| base.join(path)).collect(),
            rotated: source
                .rotated
                .map(|patterns| patterns.into_vec().iter().map(|pattern| base.join(pattern)).collect()),
            follow: source.follow,
            poll: Duration::from_secs(source.poll_seconds.unwrap_or(1).max(1).into()),
            max_age: max_age.flatten(),
            context,
        });
    }
    sources
}

fn route(
    route: RawRoute,
    known: Option<Known<'_>>,
    at: &dyn Fn(&str) -> String,
    mistakes: &mut Mistakes,
) -> Option<(jono_domain::Pattern, Series)> {
    let queue = mistakes.note(&at("queue"), route.queue.parse());
    if known.is_some_and(|known| !known.units.contains(&route.unit)) {
        mistakes
            .add(&at("unit"), format!("unit {} is not configured; add a [[unit]] with this id", route.unit));
    }
    if known.is_some_and(|known| !known.services.contains_key(&route.service)) {
        let service = &route.service;
        mistakes.add(
            &at("service"),
            format!("service {service} is not configured; add a [[service]] with this id"),
        );
    }
    let channel = route.channel.unwrap_or(Channel::Phone);
    Some((queue?, Series { channel, unit: route.unit, service: route.service }))
}

/// The hash of all that decides how a line is counted.
fn rules(format: &dyn Format, context: &Context) -> Digest {
    let mut text = format!("{}\n{}\n{}\n", format.name(), context.zone.name(), context.log_zone.name());
    text.push_str(&format.rules());
    for (pattern, series) in context.router.routes() {
        text.extend([format!("{pattern:?}\t{series:?}\n")]);
    }
    // What was promised decides in which hour a promise is due; formats without call backs know none.
    if format.has_callbacks() {
        text.extend(context.promises.iter().map(|(service, promise)| format!("{service}\t{promise:?}\n")));
    }
    jono_ingest::digest(text.as_bytes())
}

/// How far ahead a clock may be.
const DAY: i64 = 86_400;

impl Source {
    /// Whether an unterminated last line of that input is a line: nothing more will be written to it.
    pub(crate) fn takes_last(&self, input: &Input) -> bool {
        self.keep == Keep::Replace || !input.may_grow()
    }

    /// The context for reading, where these unrouted units exist already.
    pub(crate) fn context(&self, known: impl Iterator<Item = Series>) -> Arc<Context> {
        let mut context = self.context.clone();
        context.unrouted.known = known.filter(Series::is_unrouted).map(|series| series.unit).collect();
        // A clock that is a little ahead is none that is wrong.
        context.until = UnixSeconds::saturating(clock::now().get() + DAY);
        Arc::new(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
time_zone = "Europe/Helsinki"

[[service]]
id = "support"

[[unit]]
id = "helpdesk"

[[source]]
name = "queue_log"
format = "queue_log"
paths = ["log/queue_log*"]

[[source.route]]
queue = "IT*"
unit = "helpdesk"
service = "support"
"#;

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jono.toml");
        std::fs::write(&path, text).unwrap();
        let pairs = environment.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Config::from_layers(&path, pairs)
    }

    /// The mistakes, without the path of the file.
    fn mistakes(text: &str) -> String {
        match load(text, &[]) {
            Ok(_) => "good".to_owned(),
            Err(error) => {
                let lines = error.to_string();
                let lines = lines.lines().map(|line| match line.split_once("jono.toml") {
                    Some((_, rest)) => format!("jono.toml{rest}"),
                    None => line.to_owned(),
                });
                lines.collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let config = load(GOOD, &[]).unwrap();
        assert_eq!(config.web.listen_address.to_string(), "127.0.0.1:9727");
        assert_eq!(config.counters.horizon, Some(24 * 3600));
        let service = config.service(&"support".parse().unwrap());
        assert_eq!((service.within.get(), service.short.get()), (20, 5));
        assert!(config.ledger.ends_with("jono.ledger") && config.ledger.is_absolute(), "beside the file");
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let config =
            load(GOOD, &[("JONO_WEB__LISTEN_ADDRESS", "127.0.0.1:1"), ("JONO_SERVICE_LEVEL__TARGET", "0.5")]);
        let config = config.unwrap();
        assert_eq!(config.web.listen_address.port(), 1);
        assert!(config.service(&"support".parse().unwrap()).target < 0.6);
    }

    #[test]
    fn what_others_put_into_the_environment_is_passed_over() {
        let environment =
            [("JONO_PORT", "tcp://10.0.0.1:9727"), ("JONO_SERVICE_HOST", "10.0.0.1"), ("HOME", "/")];
        assert!(load(GOOD, &environment).is_ok());
    }

    #[test]
    fn a_service_keeps_what_it_does_not_say_otherwise() {
        let text = format!("{GOOD}\n[service_level]\nwithin_seconds = 60\n")
            .replace("id = \"support\"", "id = \"support\"\ntarget = 0.9");
        let config = load(&text, &[]).unwrap();
        let service = config.service(&"support".parse().unwrap());
        assert!(service.within.get() == 60 && service.target > 0.85);
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        insta::assert_snapshot!(mistakes(r#"
time_zone = "Europe/Espoo"
colour = "red"

[service_level]
target = 80
formula = "best"

[[service]]
id = "all"

[[unit]]
id = "helpdesk"
parent = "nowhere"
name = "Help desk"

[[unit]]
id = "north"
first_day = "yesterday"

[[source]]
name = "queue_log"
format = "csv"

[counters]
horizon = "1 day"
"#), @r#"
        the configuration has 8 mistakes
        jono.toml:2:13: time_zone: "Europe/Espoo" is no time zone of the IANA database, such as Europe/Helsinki
        jono.toml:3:10: colour: unknown setting "colour"; the settings are time_zone, ledger, service_level, service, unit, area, source, counters, buckets, live, survey, calendar, limits, web, bulletin
        jono.toml:7:11: service_level.formula: unknown variant `best`, expected one of `answered_of_offered`, `answered_of_offered_less_short`, `answered_of_answered`, `handled_of_offered`, `answer_rate`
        jono.toml:10:6: service[0].id: "all" is reserved
        jono.toml:15:8: unit[0].name: unknown field `name`, expected one of `id`, `kind`, `names`, `parent`, `members`, `first_day`, `last_day`
        jono.toml:19:13: unit[1].first_day: failed to parse four digit integer as year: invalid digit, expected 0-9 but got y
        jono.toml:23:10: source[0].format: "csv" is no format; the formats are queue_log, events, tallies, figures, contacts, tickets, callbacks, survey, snapshots, appointments, openings
        jono.toml:26:11: counters.horizon: "1 day" is no horizon; write whole hours, such as "24h", or "none"
        "#);
    }

    #[test]
    fn mistakes_of_meaning_are_told_together_too() {
        insta::assert_snapshot!(mistakes(&GOOD
            .replace("Europe/Helsinki", "Europe/Espoo")
            .replace("format = \"queue_log\"", "format = \"csv\"")
            .replace("unit = \"helpdesk\"", "unit = \"nowhere\"")
            .replace("id = \"helpdesk\"", "id = \"helpdesk\"\nparent = \"helpdesk\"")
            .replace("[[service]]", "[buckets]\nphone = { wait = [20, 10] }\n[web]\nlisten_address = \"9727\"\n[[service]]")
        ), @r#"
        the configuration has 6 mistakes
        jono.toml:2:13: time_zone: "Europe/Espoo" is no time zone of the IANA database, such as Europe/Helsinki
        jono.toml:5:18: buckets.phone.wait: buckets must ascend, and 10 does not follow 20
        jono.toml:7:18: web.listen_address: "9727" is no address with a port, such as 127.0.0.1:9727
        jono.toml:12:6: unit[0].id: unit helpdesk is part of itself
        jono.toml:17:10: source[0].format: "csv" is no format; the formats are queue_log, events, tallies, figures, contacts, tickets, callbacks, survey, snapshots, appointments, openings
        jono.toml:22:8: source[0].route[0].unit: unit nowhere is not configured; add a [[unit]] with this id
        "#);
    }

    #[test]
    fn a_mistake_between_units_makes_none_of_them_unknown() {
        insta::assert_snapshot!(
            mistakes(&GOOD.replace("id = \"helpdesk\"", "id = \"helpdesk\"\nparent = \"helpdeks\"")),
            @"
        the configuration has 1 mistake
        jono.toml:8:6: unit[0].id: unit helpdesk is part of helpdeks, which is no unit
        "
        );
    }

    #[test]
    fn a_file_that_is_no_toml_is_refused_at_its_place() {
        insta::assert_snapshot!(mistakes("time_zone = \"UTC\"\n[[unit\n"), @r"
        the configuration has 1 mistake
        jono.toml:2:7: unclosed array table, expected `]]`
        ");
        insta::assert_snapshot!(mistakes(""), @r#"
        the configuration has 1 mistake
        jono.toml: time_zone: it is missing; write time_zone = "Europe/Helsinki", or your own
        "#);
    }

    #[test]
    fn other_routes_or_zones_are_other_rules() {
        let rules = |text: &str| load(text, &[]).unwrap().sources[0].rules;
        assert_eq!(rules(GOOD), rules(&GOOD.replace("log/queue_log*", "elsewhere")));
        assert_ne!(rules(GOOD), rules(&GOOD.replace("IT*", "IT")));
        assert_ne!(rules(GOOD), rules(&GOOD.replace("Helsinki", "Stockholm")));
    }
}
