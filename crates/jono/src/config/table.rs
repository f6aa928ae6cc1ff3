//! What a source of tables says of its columns: as it is written, then as the [`Mapping`] that it means.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    str::FromStr,
    sync::Arc,
};

use jono_domain::{Seconds, Service, ServiceId, UnitId, UnitTree};
use jono_ingest::{
    Form, Format, Mapping, Recipe,
    table::{BadMapping, Columns, Day, FileType, Layout, Only, Place, Value, When, Written, WrittenPlace},
};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Map;

use super::{mistakes::Mistakes, raw};

/// All that a source says of its tables.
#[derive(Debug)]
pub(crate) struct RawMapping {
    pub(super) table: Option<RawTable>,
    pub(super) columns: Option<Map<String, serde_json::Value>>,
    pub(super) value: Vec<RawValue>,
}

/// `[source.table]`: how the table is written, and which of its rows are read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTable {
    file_type: Option<String>,
    delimiter: Option<String>,
    decimal_mark: Option<char>,
    grouping_mark: Option<char>,
    encoding: Option<String>,
    no_value: Option<Vec<String>>,
    max_skew_seconds: Option<u32>,
    #[serde(default)]
    only: BTreeMap<String, Vec<Text>>,
}

/// `[source.columns]`: where everything is but the values.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawColumns {
    date: Option<RawPlace>,
    first_day: Option<RawPlace>,
    last_day: Option<RawPlace>,
    period: Option<RawPlace>,
    year: Option<RawPlace>,
    week: Option<RawPlace>,
    month: Option<RawPlace>,
    quarter: Option<RawPlace>,
    measure: Option<RawPlace>,
    given_in: Option<RawPlace>,
    provisional: Option<RawPlace>,
    label: Option<RawPlace>,
    channel: Option<RawPlace>,
    unit: Option<RawPlace>,
    area: Option<RawPlace>,
    service: Option<RawPlace>,
}

/// `[[source.value]]`: a column of values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawValue {
    column: String,
    measure: Option<String>,
    given_in: Option<String>,
    of: Option<String>,
    #[serde(default)]
    columns: RawWhose,
}

/// `[source.value.columns]`: what is elsewhere for these values than for the others.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWhose {
    provisional: Option<RawPlace>,
    label: Option<RawPlace>,
    channel: Option<RawPlace>,
    unit: Option<RawPlace>,
    area: Option<RawPlace>,
    service: Option<RawPlace>,
}

/// Where something is: the name of a column, or a table that says more.
#[derive(Debug, Clone)]
struct RawPlace {
    kind: RawKind,
    format: Option<String>,
    given_in: Option<String>,
}

#[derive(Debug, Clone)]
enum RawKind {
    Constant(Text),
    Column { name: String, values: Option<BTreeMap<String, Text>> },
    Columns(Vec<String>),
}

/// A text, or a number or a truth that stands for its text.
#[derive(Debug, Clone)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self(text)),
            value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => {
                Ok(Self(value.to_string()))
            }
            other => Err(D::Error::custom(format!("{other} is no text"))),
        }
    }
}

impl<'de> Deserialize<'de> for RawPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            column: Option<String>,
            value: Option<Text>,
            values: Option<BTreeMap<String, Text>>,
            format: Option<String>,
            given_in: Option<String>,
        }
        let table = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(name) => {
                return Ok(Self {
                    kind: RawKind::Column { name, values: None },
                    format: None,
                    given_in: None,
                });
            }
            list @ serde_json::Value::Array(_) => {
                let names = serde_json::from_value(list).map_err(D::Error::custom)?;
                return Ok(Self { kind: RawKind::Columns(names), format: None, given_in: None });
            }
            other => serde_json::from_value::<Table>(other).map_err(D::Error::custom)?,
        };
        let kind = match (table.column, table.value, table.values) {
            (Some(name), None, values) => RawKind::Column { name, values },
            (None, Some(value), None) => RawKind::Constant(value),
            _ => {
                return Err(D::Error::custom(
                    "it is in a column or the same in every row: write \"name\", { column = \"name\" }, \
                     { column = \"name\", values = { .. } } or { value = .. }",
                ));
            }
        };
        Ok(Self { kind, format: table.format, given_in: table.given_in })
    }
}

/// What a mapping may name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) units: &'a UnitTree,
    pub(super) areas: &'a UnitTree,
    pub(super) services: &'a BTreeMap<ServiceId, Service>,
}

/// The format of a source, by its mapping if it reads tables; `None` only if a mistake was noted.
pub(super) fn format(
    form: Form,
    raw: RawMapping,
    known: Option<Known<'_>>,
    at: &dyn Fn(&str) -> String,
    mistakes: &mut Mistakes<'_>,
) -> Option<Arc<dyn Format>> {
    match form {
        Form::Table(make) => {
            let mapping = mapping(raw, known, at, mistakes)?;
            let refused = |error: &BadMapping| match error.value() {
                Some(value) => format!("value[{value}]"),
                None if matches!(error, BadMapping::NoPeriod) => "columns".to_owned(),
                None => "value".to_owned(),
            };
            make(mapping).map_err(|error| mistakes.add(&at(&refused(&error)), error.to_string())).ok()
        }
        Form::Records(recipe) => records(recipe, raw, known, at, mistakes),
        Form::Plain(make) => {
            let RawMapping { table, columns, value } = raw;
            let written =
                [("table", table.is_some()), ("columns", columns.is_some()), ("value", !value.is_empty())];
            for (key, _) in written.into_iter().filter(|(_, written)| *written) {
                mistakes.add(&at(key), format!("only formats of tables have {key}; this format reads none"));
            }
            Some(make())
        }
    }
}

fn mapping(
    raw: RawMapping,
    known: Option<Known<'_>>,
    at: &dyn Fn(&str) -> String,
    mistakes: &mut Mistakes<'_>,
) -> Option<Mapping> {
    let RawMapping { table, columns, value: values } = raw;
    let columns: RawColumns = raw::read(columns.unwrap_or_default().into(), &at("columns"), mistakes)?;
    let (layout, only) = written(table, at, mistakes);
    let mut reader = Reader { known, at, mistakes, told: BTreeSet::new() };
    let when = reader.when(&columns);
    let values: Vec<_> =
        (values.into_iter().enumerate()).map(|(index, value)| reader.value(index, value, &columns)).collect();
    let values = values.into_iter().collect::<Option<_>>();
    Some(Mapping { layout: layout?, only, when: when?, values: values? })
}

/// A format of records, by the columns that it asks for.
fn records(
    recipe: Recipe,
    raw: RawMapping,
    known: Option<Known<'_>>,
    at: &dyn Fn(&str) -> String,
    mistakes: &mut Mistakes<'_>,
) -> Option<Arc<dyn Format>> {
    let RawMapping { table, columns, value } = raw;
    if !value.is_empty() {
        mistakes
            .add(&at("value"), "only tallies and figures have values; this format has columns".to_owned());
    }
    let mut written = BTreeMap::new();
    for (key, place) in columns.unwrap_or_default() {
        let place: Option<RawPlace> = raw::read(place, &at(&format!("columns.{key}")), mistakes);
        written.insert(key, place?.into());
    }
    let (layout, only) = self::written(table, at, mistakes);
    let mut columns = Columns::new(&written);
    let format = recipe.make(layout?, only, &mut columns);
    let mut reader = Reader { known, at, mistakes, told: BTreeSet::new() };
    columns.units().iter().for_each(|unit| reader.check_unit("columns.unit", unit, false));
    columns.services().iter().for_each(|service| reader.check_service("columns.service", service));
    let told = columns.mistakes();
    let is_good = told.is_empty();
    for mistake in told {
        let key = mistake.key.map_or_else(|| "columns".to_owned(), |key| format!("columns.{key}"));
        reader.add(&key, mistake.message);
    }
    format.filter(|_| is_good)
}

/// How a table is written, and which rows are read.
fn written(
    table: Option<RawTable>,
    at: &dyn Fn(&str) -> String,
    mistakes: &mut Mistakes<'_>,
) -> (Option<Layout>, Only) {
    let table = table.unwrap_or_default();
    let only = table
        .only
        .iter()
        .map(|(column, texts)| (column.clone(), texts.iter().map(|text| text.0.clone()).collect()));
    let only: Only = only.collect();
    (layout(table, &|key| at(&format!("table.{key}")), mistakes), only)
}

impl From<RawPlace> for Written {
    fn from(raw: RawPlace) -> Self {
        let place = match raw.kind {
            RawKind::Constant(text) => WrittenPlace::Constant(text.0),
            RawKind::Column { name, values } => WrittenPlace::Column {
                name,
                values: values
                    .map(|values| values.into_iter().map(|(text, value)| (text, value.0)).collect()),
            },
            RawKind::Columns(names) => WrittenPlace::Columns(names),
        };
        Self { place, format: raw.format, given_in: raw.given_in }
    }
}

fn layout(raw: RawTable, at: &dyn Fn(&str) -> String, mistakes: &mut Mistakes<'_>) -> Option<Layout> {
    let plain = Layout::default();
    let file_type = match &raw.file_type {
        None => Some(plain.file_type),
        Some(word) => mistakes.note(&at("file_type"), word.parse::<FileType>()),
    };
    let is_written = [
        ("delimiter", raw.delimiter.is_some()),
        ("encoding", raw.encoding.is_some()),
        ("decimal_mark", raw.decimal_mark.is_some()),
        ("grouping_mark", raw.grouping_mark.is_some()),
    ];
    let has = |key: &str| match file_type {
        Some(FileType::JsonLines) => false,
        Some(FileType::Xlsx) => key.ends_with("_mark"),
        Some(FileType::Csv) | None => true,
    };
    for (key, _) in is_written.into_iter().filter(|(key, is_written)| *is_written && !has(key)) {
        let kind = file_type.map_or("", FileType::as_str);
        mistakes.add(&at(key), format!("a file of type {kind} has its own way to write it; leave {key} out"));
    }
    let max_skew = match raw.max_skew_seconds {
        None => Some(plain.max_skew),
        Some(seconds) => mistakes.note(&at("max_skew_seconds"), Seconds::new(seconds)),
    };
    let delimiter = match raw.delimiter.as_deref() {
        None => Some(plain.delimiter),
        Some("," | ";" | "\t" | "|") => raw.delimiter.map(|delimiter| delimiter.as_bytes()[0]),
        Some(other) => {
            mistakes.add(
                &at("delimiter"),
                format!("{other:?} is no delimiter; write \",\", \";\", \"\\t\" or \"|\""),
            );
            None
        }
    };
    let decimal_mark = raw.decimal_mark.unwrap_or(plain.decimal_mark);
    if !matches!(decimal_mark, '.' | ',') {
        mistakes
            .add(&at("decimal_mark"), format!("{decimal_mark:?} is no decimal mark; write \".\" or \",\""));
    }
    if let Some(mark) = raw.grouping_mark.filter(|mark| *mark == decimal_mark || mark.is_alphanumeric()) {
        mistakes.add(&at("grouping_mark"), format!("{mark:?} cannot stand between thousands, too"));
    }
    let encoding = match raw.encoding {
        None => Some(plain.encoding),
        Some(label) => mistakes.note(&at("encoding"), label.parse()),
    };
    Some(Layout {
        file_type: file_type?,
        max_skew: max_skew?,
        delimiter: delimiter?,
        decimal_mark,
        grouping_mark: raw.grouping_mark,
        encoding: encoding?,
        no_value: raw.no_value.map_or(plain.no_value, |marks| marks.into_iter().collect()),
    })
}

/// One mapping being understood.
struct Reader<'a, 'b> {
    known: Option<Known<'a>>,
    at: &'a dyn Fn(&str) -> String,
    mistakes: &'a mut Mistakes<'b>,
    /// What was told already: what all values share is looked at once for each.
    told: BTreeSet<(String, String)>,
}

impl Reader<'_, '_> {
    fn add(&mut self, key: &str, message: String) {
        if self.told.insert((key.to_owned(), message.clone())) {
            self.mistakes.add(&(self.at)(key), message);
        }
    }

    fn note<T, E: Display>(&mut self, key: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(key, error.to_string())).ok()
    }

    /// `None` if a mistake was noted.
    fn place<T: FromStr<Err: Display>>(&mut self, key: &str, raw: &RawPlace) -> Option<Place<T>> {
        if raw.format.is_some() {
            self.add(key, "only a day has a format".to_owned());
        }
        if raw.given_in.is_some() {
            self.add(
                key,
                "a value says itself what it is given in; write given_in beside its column".to_owned(),
            );
        }
        Some(match &raw.kind {
            RawKind::Columns(_) => {
                self.add(key, "it is in one column, not in several".to_owned());
                return None;
            }
            RawKind::Constant(text) => Place::Constant(self.note(key, text.0.parse())?),
            RawKind::Column { name, values: None } => Place::Column { name: name.clone(), values: None },
            RawKind::Column { name, values: Some(values) } => {
                let meant: Vec<_> = (values.iter())
                    .map(|(text, value)| Some((text.clone(), self.note(key, value.0.parse())?)))
                    .collect();
                Place::Column { name: name.clone(), values: Some(meant.into_iter().collect::<Option<_>>()?) }
            }
        })
    }

    /// What may not be there; the outer `None` if a mistake was noted.
    #[expect(clippy::option_option, reason = "a mistake is not the same as nothing written")]
    fn maybe<T: FromStr<Err: Display>>(
        &mut self,
        key: &str,
        raw: Option<&RawPlace>,
    ) -> Option<Option<Place<T>>> {
        raw.map_or(Some(None), |raw| self.place(key, raw).map(Some))
    }

    fn day(&mut self, key: &str, raw: &RawPlace) -> Option<Day> {
        let format = match &raw.format {
            None => None,
            Some(format) => Some(self.note(key, format.parse())?),
        };
        let place = self.place(key, &RawPlace { format: None, ..raw.clone() })?;
        Some(Day { place, format })
    }

    fn when(&mut self, raw: &RawColumns) -> Option<When> {
        let days = match (&raw.first_day, &raw.last_day) {
            (None, None) => None,
            (Some(first), Some(last)) => {
                Some((self.day("columns.first_day", first)?, self.day("columns.last_day", last)?))
            }
            (None, Some(_)) | (Some(_), None) => {
                self.add("columns", "first_day and last_day stand together".to_owned());
                return None;
            }
        };
        let date = match &raw.date {
            None => None,
            Some(date) => Some(self.day("columns.date", date)?),
        };
        let period = self.maybe("columns.period", raw.period.as_ref());
        let year = self.maybe("columns.year", raw.year.as_ref());
        let week = self.maybe("columns.week", raw.week.as_ref());
        let month = self.maybe("columns.month", raw.month.as_ref());
        let quarter = self.maybe("columns.quarter", raw.quarter.as_ref());
        Some(When { date, days, period: period?, year: year?, week: week?, month: month?, quarter: quarter? })
    }

    fn value(&mut self, index: usize, raw: RawValue, columns: &RawColumns) -> Option<Value> {
        let own = |key: &str| format!("value[{index}].{key}");
        let whose = &raw.columns;
        let measure = match raw.measure {
            Some(name) => self.note(&own("measure"), name.parse()).map(Place::Constant),
            None => self.required("measure", None, columns.measure.as_ref(), index),
        };
        let given_in = match raw.given_in {
            Some(word) => self.note(&own("given_in"), word.parse()).map(|word| Some(Place::Constant(word))),
            None => self.maybe("columns.given_in", columns.given_in.as_ref()),
        };
        let provisional = match &whose.provisional {
            Some(place) => self.place(&own("columns.provisional"), place).map(Some),
            None => self.maybe("columns.provisional", columns.provisional.as_ref()),
        };
        let label = match &whose.label {
            Some(place) => self.place(&own("columns.label"), place).map(Some),
            None => self.maybe("columns.label", columns.label.as_ref()),
        };
        let channel = self.required("channel", whose.channel.as_ref(), columns.channel.as_ref(), index);
        let service = self.required("service", whose.service.as_ref(), columns.service.as_ref(), index);
        let at = if whose.service.is_some() { own("columns.service") } else { "columns.service".to_owned() };
        self.check_services(&at, service.as_ref());
        let unit = self.unit(whose, columns, index);
        Some(Value {
            column: raw.column,
            measure: measure?,
            given_in: given_in?,
            channel: channel?,
            unit: unit?,
            service: service?,
            of: raw.of,
            provisional: provisional?,
            label: label?,
        })
    }

    /// What every value has: said by itself, or for all.
    fn required<T: FromStr<Err: Display>>(
        &mut self,
        key: &str,
        own: Option<&RawPlace>,
        of_all: Option<&RawPlace>,
        index: usize,
    ) -> Option<Place<T>> {
        match (own, of_all) {
            (Some(own), _) => self.place(&format!("value[{index}].columns.{key}"), own),
            (None, Some(of_all)) => self.place(&format!("columns.{key}"), of_all),
            (None, None) => {
                self.add(
                    &format!("value[{index}]"),
                    format!(
                        "where its {key} is, is missing; say so in [source.columns] or in the value's own"
                    ),
                );
                None
            }
        }
    }

    /// The unit, or the area in its place.
    fn unit(&mut self, whose: &RawWhose, columns: &RawColumns, index: usize) -> Option<Place<UnitId>> {
        let own = whose.unit.is_some() || whose.area.is_some();
        let (place, unit, area) = if own {
            (format!("value[{index}].columns"), &whose.unit, &whose.area)
        } else {
            ("columns".to_owned(), &columns.unit, &columns.area)
        };
        let (key, raw, is_area) = match (unit, area) {
            (Some(unit), None) => ("unit", Some(unit), false),
            (None, Some(area)) => ("area", Some(area), true),
            (None, None) => ("unit", None, false),
            (Some(_), Some(_)) => {
                self.add(&place, "a value is of a unit or of an area; write only one of them".to_owned());
                return None;
            }
        };
        let meant = self.required(key, raw.filter(|_| own), raw.filter(|_| !own), index)?;
        let key = format!("{place}.{key}");
        for id in meant.known() {
            self.check_unit(&key, id, is_area);
        }
        Some(meant)
    }

    fn check_unit(&mut self, key: &str, id: &UnitId, is_area: bool) {
        let Some(Known { units, areas, .. }) = self.known else { return };
        let (kind, entry, tree) =
            if is_area { ("area", "an [[area]]", areas) } else { ("unit", "a [[unit]]", units) };
        if !tree.contains(id) {
            self.add(key, format!("{kind} {id} is not configured; add {entry} with this id"));
        }
    }

    fn check_services(&mut self, key: &str, place: Option<&Place<ServiceId>>) {
        place.into_iter().flat_map(Place::known).for_each(|id| self.check_service(key, id));
    }

    fn check_service(&mut self, key: &str, id: &ServiceId) {
        if self.known.is_some_and(|known| !known.services.contains_key(id)) {
            self.add(key, format!("service {id} is not configured; add a [[service]] with this id"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Config;

    const GOOD: &str = r#"
time_zone = "Europe/Helsinki"

[[service]]
id = "visits"

[[unit]]
id = "kallio"

[[source]]
name = "visits"
format = "tallies"

[source.table]
delimiter = ";"
decimal_mark = ","
encoding = "windows-1252"
no_value = ["-", ""]
only = { laji = ["palvelupiste", 1] }

[source.columns]
date = { column = "pvm", format = "%d.%m.%Y" }
year = { value = 2020 }
channel = { value = "service_point" }
service = { value = "visits" }
unit = { column = "Toimipiste", values = { Kallio = "kallio" } }

[[source.value]]
column = "Käynnit"
measure = "contacts"
"#;

    fn load(text: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jono.toml");
        std::fs::write(&path, text).unwrap();
        let folder = format!("{}/", dir.path().display());
        Config::from_layers(&path, std::iter::empty()).map_err(|error| error.to_string().replace(&folder, ""))
    }

    fn mistakes(text: &str) -> String {
        load(text).map_or_else(|told| told, |_| "none".to_owned())
    }

    #[test]
    fn a_mapping_is_understood() {
        insta::assert_snapshot!(load(GOOD).unwrap().sources[0].format.rules(), @r#"Mapping { layout: Layout { file_type: Csv, delimiter: 59, decimal_mark: ',', grouping_mark: None, encoding: windows-1252, no_value: {"", "-"}, max_skew: Seconds(0) }, only: {"laji": {"1", "palvelupiste"}}, when: When { date: Some(Day { place: Column { name: "pvm", values: None }, format: Some(DayFormat("%d.%m.%Y")) }), days: None, period: None, year: Some(Constant("2020")), week: None, month: None, quarter: None }, values: [Value { column: "Käynnit", measure: Constant(contacts), given_in: None, channel: Constant(ServicePoint), unit: Column { name: "Toimipiste", values: Some({"Kallio": "kallio"}) }, service: Constant("visits"), of: None, provisional: None, label: None }] }"#);
    }

    #[test]
    fn the_example_of_published_figures_is_good() {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/kela-weekly.toml"));
        let config = Config::from_layers(path, std::iter::empty()).unwrap();
        assert_eq!(config.sources[0].format.name(), "figures");
    }

    #[test]
    fn other_mappings_are_other_rules() {
        let rules = |text: &str| load(text).unwrap().sources[0].rules;
        assert_eq!(rules(GOOD), rules(&GOOD.replace("[[source]]", "\n[[source]]")));
        for (written, other) in
            [("\";\"", "\",\""), ("contacts", "arrivals"), ("%d.%m.%Y", "%m.%d.%Y"), ("\"-\", ", "")]
        {
            assert_ne!(rules(GOOD), rules(&GOOD.replace(written, other)), "{written}");
        }
    }

    #[test]
    fn mistakes_are_told_together_at_their_places() {
        let text = GOOD
            .replace("\";\"", "\"/\"")
            .replace("\",\"\nenc", "\"'\"\nenc")
            .replace("windows-1252", "ebcdic")
            .replace("%d.%m.%Y", "%d.%m.")
            .replace("service_point", "office")
            .replace("value = \"visits\"", "value = \"nothing\"")
            .replace("Kallio = \"kallio\"", "Kallio = \"nowhere\"")
            .replace("contacts", "visits");
        insta::assert_snapshot!(mistakes(&text), @r#"
        the configuration has 8 mistakes
          jono.toml:15:13: source[0].table.delimiter: "/" is no delimiter; write ",", ";", "\t" or "|"
          jono.toml:16:16: source[0].table.decimal_mark: '\'' is no decimal mark; write "." or ","
          jono.toml:17:12: source[0].table.encoding: "ebcdic" is no encoding of tables; write utf-8, windows-1252, iso-8859-15, utf-16le or another label of the WHATWG
          jono.toml:22:8: source[0].columns.date: "%d.%m." does not tell a day by its year, month and day; write for example %d.%m.%Y
          jono.toml:24:11: source[0].columns.channel: "office" is no channel; the channels are phone, service_point, phone_appointment, visit_appointment, callback, online
          jono.toml:25:11: source[0].columns.service: service nothing is not configured; add a [[service]] with this id
          jono.toml:26:8: source[0].columns.unit: unit nowhere is not configured; add a [[unit]] with this id
          jono.toml:30:11: source[0].value[0].measure: "visits" is no measure; the measures are arrivals, contacts, unit_contacts, answered, abandoned, timed_out, left_empty, left_by_key, withdrawn, callback, short, handled, arrivals_per_workday, contacts_per_workday, unit_contacts_per_workday, answered_per_workday, arrivals_per_open_day, contacts_per_open_day, unit_contacts_per_open_day, answered_per_open_day, arrivals_weekly_mean, contacts_weekly_mean, unit_contacts_weekly_mean, answered_weekly_mean, answer_rate, service_level, service_level_met, service_level_counted, wait_mean, wait_pNN, queued_wait_mean, queued_wait_pNN, handling_mean, handling_pNN, callbacks_offered, callbacks_accepted, callbacks_called, callbacks_reached, callbacks_failed, callback_delay_mean, callback_delay_pNN, callback_reached_ratio, promises_due, promises_kept, promises_late, promise_kept_ratio, polls, polled_open_ratio, polled_wait_mean, polled_wait_pNN, polled_waiting_mean, polled_waiting_pNN, polled_desks_mean, appointment_lead, appointment_lead_pNN, appointment_available_ratio, score, responses, online_ratio
        "#);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let one = |written: &str, other: &str| {
            assert!(GOOD.contains(written), "{written}");
            mistakes(&GOOD.replace(written, other)).split_once('\n').unwrap().1.trim_start().to_owned()
        };
        insta::assert_snapshot!(one("\"contacts\"", "\"wait_mean\""), @r#"jono.toml:28:1: source[0].value[0]: wait_mean is no count, so tallies cannot be of it; such values are figures"#);
        insta::assert_snapshot!(one("measure = \"contacts\"", "measure = \"contacts\"\ngiven_in = \"percent\""), @r#"jono.toml:28:1: source[0].value[0]: contacts is not given in percent"#);
        insta::assert_snapshot!(one("measure = \"contacts\"", ""), @r#"jono.toml:28:1: source[0].value[0]: where its measure is, is missing; say so in [source.columns] or in the value's own"#);
        insta::assert_snapshot!(one("unit = { column", "area = { column"), @r#"jono.toml:26:8: source[0].columns.area: area kallio is not configured; add an [[area]] with this id"#);
        insta::assert_snapshot!(one("unit = {", "area = \"a\"\nunit = {"), @r#"jono.toml:21:1: source[0].columns: a value is of a unit or of an area; write only one of them"#);
        insta::assert_snapshot!(one("date = {", "last_day = \"l\"\ndate = {"), @r#"jono.toml:21:1: source[0].columns: first_day and last_day stand together"#);
        insta::assert_snapshot!(one("{ value = 2020 }", "{ value = 2020, column = \"v\" }"), @r#"jono.toml:23:8: source[0].columns.year: it is in a column or the same in every row: write "name", { column = "name" }, { column = "name", values = { .. } } or { value = .. }"#);
        insta::assert_snapshot!(one("{ value = 2020 }", "{ colum = \"v\" }"), @"jono.toml:23:8: source[0].columns.year: unknown field `colum`, expected one of `column`, `value`, `values`, `format`, `given_in`");
        insta::assert_snapshot!(one("{ value = 2020 }", "{ column = \"v\", format = \"%Y\" }"), @r#"jono.toml:23:8: source[0].columns.year: only a day has a format"#);
        insta::assert_snapshot!(one("unit = {", "label = { value = \"\" }\nunit = {"), @"jono.toml:26:9: source[0].columns.label: a label may not be empty; leave it out where none was printed");
        insta::assert_snapshot!(one("measure = \"contacts\"", "measure = \"contacts\"\n[source.value.columns]\nlabel = \"printed\""), @"jono.toml:28:1: source[0].value[0]: tallies have no `of`, `provisional` or `label`; such values are figures");
        insta::assert_snapshot!(one("\"tallies\"", "\"queue_log\""), @r#"
        jono.toml:14:1: source[0].table: only formats of tables have table; this format reads none
          jono.toml:21:1: source[0].columns: only formats of tables have columns; this format reads none
          jono.toml:28:1: source[0].value: only formats of tables have value; this format reads none
        "#);
        insta::assert_snapshot!(one("[[source.value]]\ncolumn = \"Käynnit\"\nmeasure = \"contacts\"", ""), @r#"jono.toml:10:1: source[0].value: no column of values is named; add a [[source.value]] with a column"#);
    }
}
