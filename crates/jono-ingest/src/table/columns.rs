//! What a source says of its columns, before a format has made sense of it.
//!
//! A format asks for the columns that it knows, by name; each name that is written and not asked for is a mistake, as
//! is each text that means nothing. All mistakes are told together.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    str::FromStr,
};

use jono_domain::{Channel, ServiceId, UnitId};
use thiserror::Error;

use super::{Amount, AmountIn, Place, Time, Whose, amount, time::TimeFormat};

/// Where something is, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// In which columns, or always the same.
    pub place: WrittenPlace,
    /// How a time is written.
    pub format: Option<String>,
    /// What a number is given in.
    pub given_in: Option<String>,
}

/// In which columns something is, or what it always is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrittenPlace {
    /// The same in every row.
    Constant(String),
    /// In one column.
    Column {
        /// The column's name.
        name: String,
        /// What its texts mean.
        values: Option<BTreeMap<String, String>>,
    },
    /// In several columns together, which only what tells a contact apart is.
    Columns(Vec<String>),
}

/// Something that is written of a column and cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ColumnMistake {
    /// The name under which it is written; `None` if it is missing.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// The columns of a source, asked for by a format.
#[derive(Debug)]
pub struct Columns<'a> {
    written: &'a BTreeMap<String, Written>,
    asked: BTreeSet<&'static str>,
    mistakes: Vec<ColumnMistake>,
    units: Vec<UnitId>,
    services: Vec<ServiceId>,
}

impl<'a> Columns<'a> {
    /// Nothing asked for yet.
    pub fn new(written: &'a BTreeMap<String, Written>) -> Self {
        Self {
            written,
            asked: BTreeSet::new(),
            mistakes: Vec::new(),
            units: Vec::new(),
            services: Vec::new(),
        }
    }

    /// All that is wrong, once everything has been asked for.
    pub fn mistakes(mut self) -> Vec<ColumnMistake> {
        let known = self.asked.iter().copied().collect::<Vec<_>>().join(", ");
        for key in self.written.keys().filter(|key| !self.asked.contains(key.as_str())) {
            let message = format!("this format has no {key}; it has {known}");
            self.mistakes.push(ColumnMistake { key: Some(key.clone()), message });
        }
        self.mistakes
    }

    /// The units that it names, so that they can be held against those that there are.
    pub fn units(&self) -> &[UnitId] {
        &self.units
    }

    /// The services that it names.
    pub fn services(&self) -> &[ServiceId] {
        &self.services
    }

    /// Says that something does not fit together.
    pub(crate) fn refuse(&mut self, key: Option<&str>, message: impl Into<String>) {
        self.mistakes.push(ColumnMistake { key: key.map(str::to_owned), message: message.into() });
    }

    /// Says that what was asked for is not there.
    pub(crate) fn missing(&mut self, key: &str, what: &str) {
        if self.written.contains_key(key) {
            // What is wrong with it has been told.
            return;
        }
        self.refuse(None, format!("where {what} is, is missing; write {key} in [source.columns]"));
    }

    fn written(&mut self, key: &'static str) -> Option<&'a Written> {
        self.asked.insert(key);
        self.written.get(key)
    }

    fn note<T, E: Display>(&mut self, key: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.refuse(Some(key), error.to_string())).ok()
    }

    fn plain(&mut self, key: &'static str) -> Option<&'a Written> {
        let written = self.written(key)?;
        if written.format.is_some() {
            self.refuse(Some(key), "only a time has a format");
        }
        if written.given_in.is_some() {
            self.refuse(Some(key), "only a number is given in something");
        }
        Some(written)
    }

    /// Where a word is: a name, or one of a list.
    pub(crate) fn word<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<Place<T>> {
        let written = self.plain(key)?;
        self.place(key, &written.place)
    }

    fn place<T: FromStr<Err: Display>>(&mut self, key: &str, place: &WrittenPlace) -> Option<Place<T>> {
        match place {
            WrittenPlace::Constant(text) => Some(Place::Constant(self.note(key, text.parse())?)),
            WrittenPlace::Column { name, values: None } => {
                Some(Place::Column { name: name.clone(), values: None })
            }
            WrittenPlace::Column { name, values: Some(values) } => {
                let meant = values
                    .iter()
                    .map(|(text, value)| Some((text.clone(), self.note(key, value.parse())?)))
                    .collect::<Vec<_>>();
                Some(Place::Column {
                    name: name.clone(),
                    values: Some(meant.into_iter().collect::<Option<_>>()?),
                })
            }
            WrittenPlace::Columns(_) => {
                self.refuse(Some(key), "it is in one column, not in several");
                None
            }
        }
    }

    /// The columns that together tell one thing apart from others.
    pub(crate) fn names(&mut self, key: &'static str) -> Vec<String> {
        let Some(written) = self.plain(key) else { return Vec::new() };
        match &written.place {
            WrittenPlace::Column { name, values: None } => vec![name.clone()],
            WrittenPlace::Columns(names) => names.clone(),
            WrittenPlace::Column { values: Some(_), .. } | WrittenPlace::Constant(_) => {
                self.refuse(Some(key), "it is in a column, or in a list of columns, as they are");
                Vec::new()
            }
        }
    }

    /// Where a time is.
    pub(crate) fn time(&mut self, key: &'static str) -> Option<Time> {
        let date = match self.written("date") {
            Some(written) => match written.format.as_deref().map(str::parse).transpose() {
                Ok(format) => self.place("date", &written.place).map(|place| super::Day { place, format }),
                Err(error) => {
                    self.refuse(Some("date"), format!("{error}"));
                    None
                }
            },
            None => None,
        };
        let written = self.written(key)?;
        if written.given_in.is_some() {
            self.refuse(Some(key), "a time has a format; only a number is given in something");
        }
        let place = self.place(key, &written.place)?;
        let format = match &written.format {
            None => TimeFormat::default(),
            Some(format) => self.note(key, format.parse())?,
        };
        if format.is_of_day() && date.is_none() {
            self.refuse(
                Some(key),
                format!("{:?} has no day; say in which column the date is", format.as_str()),
            );
            return None;
        }
        Some(Time { place, date: date.filter(|_| format.is_of_day()), format })
    }

    /// Where a day is.
    pub(crate) fn day(&mut self, key: &'static str) -> Option<super::Day> {
        let written = self.written(key)?;
        if written.given_in.is_some() {
            self.refuse(Some(key), "a day has a format; only a number is given in something");
        }
        let format = match &written.format {
            None => None,
            Some(format) => Some(self.note(key, format.parse())?),
        };
        self.place(key, &written.place).map(|place| super::Day { place, format })
    }

    /// Where a day is that is written alone or with a time.
    pub(crate) fn day_or_time(&mut self, key: &'static str) -> Option<super::DayOrTime> {
        let written = self.written(key)?;
        let Some(format) = &written.format else {
            return self
                .plain(key)
                .and_then(|written| self.place(key, &written.place))
                .map(super::DayOrTime::Either);
        };
        if format.parse::<TimeFormat>().is_ok() {
            self.time(key).map(super::DayOrTime::Time)
        } else {
            self.day(key).map(super::DayOrTime::Day)
        }
    }

    /// Where a unit is of which nothing is told apart by service.
    pub(crate) fn unit(&mut self) -> Option<Place<UnitId>> {
        let unit = self.word::<UnitId>("unit");
        self.units.extend(unit.iter().flat_map(Place::known).cloned());
        unit
    }

    /// Where a number is; `base` is what it is given in unless it says otherwise.
    pub(crate) fn amount(&mut self, key: &'static str, base: AmountIn) -> Option<Amount> {
        let written = self.written(key)?;
        if written.format.is_some() {
            self.refuse(Some(key), "a number has no format; say what it is given_in");
        }
        let given_in = match &written.given_in {
            None => base,
            Some(word) => self.note(key, word.parse())?,
        };
        if given_in.dimension() != base.dimension() {
            let same = AmountIn::all().filter(|given_in| given_in.dimension() == base.dimension());
            self.refuse(
                Some(key),
                format!("it is not given in {given_in}; write one of {}", amount::list(same)),
            );
            return None;
        }
        let place: Place<String> = self.place(key, &written.place)?;
        match place {
            Place::Column { name, values: None } => Some(Amount { column: name, given_in }),
            Place::Column { .. } => {
                self.refuse(Some(key), "a number is read as it is; leave out what its texts mean");
                None
            }
            Place::Constant(_) => {
                self.refuse(
                    Some(key),
                    "a number is not the same in every row; write the column that it is in, and no value",
                );
                None
            }
        }
    }

    /// Whose a row is: the queue that it names, by the routes of the source, or a channel, unit and service.
    pub(crate) fn whose(&mut self, channel: Option<Channel>) -> Option<Whose> {
        let queue = self.word::<String>("queue");
        let channel = self.word::<Channel>("channel").or(channel.map(Place::Constant));
        let unit = self.word::<UnitId>("unit");
        let service = self.word::<ServiceId>("service");
        self.units.extend(unit.iter().flat_map(Place::known).cloned());
        self.services.extend(service.iter().flat_map(Place::known).cloned());
        match (queue, unit, service) {
            (Some(queue), None, None) => Some(Whose::Queue(queue)),
            (None, Some(unit), Some(service)) => {
                if channel.is_none() {
                    self.missing("channel", "the channel");
                }
                channel.map(|channel| Whose::Series { channel, unit, service })
            }
            (Some(_), _, _) => {
                self.refuse(
                    Some("queue"),
                    "a row names a queue, or a unit and a service; write only one of them",
                );
                None
            }
            (None, unit, service) => {
                for (key, is_missing) in [("unit", unit.is_none()), ("service", service.is_none())] {
                    if is_missing {
                        self.missing(key, &format!("the {key}"));
                    }
                }
                None
            }
        }
    }
}
