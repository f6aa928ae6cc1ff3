//! What a table's columns mean: whose values, of which measure, over which period.
//!
//! A wide table has a column for each measure, a long one a row; both are [`Value`]s, of which each says where its
//! measure is and whose it is.

use hashbrown::HashMap;
use jono_domain::{Channel, Decimal, Figure, Label, Measure, Period, Reason, Series, ServiceId, UnitId};
use thiserror::Error;

use super::{Fields, Found, GivenIn, Layout, Only, Place, Refused, When, whose::name};
use crate::fold::Fold;

/// What becomes of a row whose fields for values hold none.
const NO_VALUE: &str = "(no value)";
/// What becomes of a row that says what another one said before.
const REPEATED: &str = "(repeated)";

/// What a table's columns mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// How the table is written.
    pub layout: Layout,
    /// Which rows are read.
    pub only: Only,
    /// Where the period is.
    pub when: When,
    /// Where the values are.
    pub values: Vec<Value>,
}

/// A column of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The column's name.
    pub column: String,
    /// What they are values of.
    pub measure: Place<Measure>,
    /// What they are given in; else in the base unit of their measure.
    pub given_in: Option<Place<GivenIn>>,
    /// How the customers came.
    pub channel: Place<Channel>,
    /// Who served; or the area, which is a unit of its own tree.
    pub unit: Place<UnitId>,
    /// What about.
    pub service: Place<ServiceId>,
    /// The column that says of how many contacts each is, if one does.
    pub of: Option<String>,
    /// Whether each may still change; else it may not.
    pub provisional: Option<Place<bool>>,
    /// How each was printed, if that is said.
    pub label: Option<Place<Label>>,
}

/// A mapping that cannot be meant. Values are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadMapping {
    /// There is nothing to read.
    #[error("no column of values is named; add a [[source.value]] with a column")]
    NoValue,
    /// There is no period.
    #[error(
        "no column of periods is named; say in [source.columns] where the date, or the year and week, is"
    )]
    NoPeriod,
    /// The table holds counts, and the measure is none.
    #[error("{measure:?} is no count, so tallies cannot be of it; such values are figures")]
    NoTally {
        /// Which value.
        value: usize,
        /// Its measure.
        measure: Measure,
    },
    /// The measure is not given so.
    #[error("{measure:?} is not given in {given_in}")]
    Dimension {
        /// Which value.
        value: usize,
        /// Its measure.
        measure: Measure,
        /// What it is said to be given in.
        given_in: GivenIn,
    },
    /// A tally is itself a number of contacts, and says nothing of its state or of how it was printed.
    #[error("tallies have no `of`, `provisional` or `label`; such values are figures")]
    OnlyOfFigures {
        /// Which value.
        value: usize,
    },
}

impl BadMapping {
    /// Which value it is about, if it is about one.
    pub fn value(&self) -> Option<usize> {
        match self {
            Self::NoValue | Self::NoPeriod => None,
            Self::NoTally { value, .. } | Self::Dimension { value, .. } | Self::OnlyOfFigures { value } => {
                Some(*value)
            }
        }
    }
}

impl Mapping {
    /// Refuses what cannot be meant of any table.
    pub(crate) fn check(&self) -> Result<(), BadMapping> {
        if self.values.is_empty() {
            return Err(BadMapping::NoValue);
        }
        if self.when.is_empty() {
            return Err(BadMapping::NoPeriod);
        }
        for (index, value) in self.values.iter().enumerate() {
            // Where both stand in a list each row pairs them, and is held against it.
            if let (Some(Place::Constant(given_in)), Place::Constant(measure)) =
                (&value.given_in, &value.measure)
                && given_in.dimension() != measure.dimension()
            {
                let (measure, given_in) = (measure.clone(), *given_in);
                return Err(BadMapping::Dimension { value: index, measure, given_in });
            }
        }
        Ok(())
    }

    /// Reads a document; `take` hears of every value that no row before has said.
    pub(crate) fn read(
        &self,
        document: &[u8],
        fold: &mut Fold<'_>,
        mut take: impl FnMut(&mut Fold<'_>, Figure) -> Result<(), Reason>,
    ) -> Result<(), Refused> {
        let mut said = Said::default();
        super::read(document, 0, &self.layout, &self.only, self.columns(), fold, |row, fold| {
            let mut values = self.values.iter().filter(|value| row.value(&value.column).is_some()).peekable();
            if values.peek().is_none() {
                return Ok(Found::Nothing(NO_VALUE));
            }
            let span = self.when.read(row)?;
            let mut found = Ok(Found::Nothing(REPEATED));
            for value in values {
                let figure = value.read(row, &self.layout, span);
                let new = figure
                    .and_then(|figure| said.first(figure))
                    .and_then(|figure| figure.map_or(Ok(false), |figure| take(fold, figure).map(|()| true)));
                found = match (found, new) {
                    (Ok(_), Ok(true)) => Ok(Found::Event),
                    (Ok(found), Ok(false)) => Ok(found),
                    (Err(reason), _) | (Ok(_), Err(reason)) => Err(reason),
                };
            }
            found
        })
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.when.columns().chain(self.values.iter().flat_map(Value::columns))
    }
}

impl Value {
    fn read(&self, row: &Fields<'_>, layout: &Layout, span: Period) -> Result<Figure, Reason> {
        let series = Series {
            channel: name(&self.channel, row)?,
            unit: name(&self.unit, row)?,
            service: name(&self.service, row)?,
        };
        let measure = name(&self.measure, row)?;
        let given_in = match &self.given_in {
            Some(given_in) => name(given_in, row)?,
            None => GivenIn::base(measure.dimension()),
        };
        if given_in.dimension() != measure.dimension() {
            return Err(Reason::UnknownName);
        }
        let number = |column, given_in: GivenIn| row.value(column).map(|text| given_in.read(text, layout));
        let value = number(&self.column, given_in).ok_or(Reason::MissingValue)??;
        let of = self.of.as_ref().and_then(|column| number(column, GivenIn::Count)).transpose()?;
        let provisional = match &self.provisional {
            Some(place) => place.read(row).map_err(|_| Reason::UnknownName)?.unwrap_or(false),
            None => false,
        };
        let label = match &self.label {
            Some(place) => place.read(row).map_err(|_| Reason::BadValue)?,
            None => None,
        };
        Ok(Figure { series, measure, span, value, of: of.map(whole).transpose()?, provisional, label })
    }

    fn columns(&self) -> impl Iterator<Item = &str> {
        let named = [
            Some(self.column.as_str()),
            self.measure.column(),
            self.given_in.as_ref().and_then(Place::column),
            self.channel.column(),
            self.unit.column(),
            self.service.column(),
            self.of.as_deref(),
            self.provisional.as_ref().and_then(Place::column),
            self.label.as_ref().and_then(Place::column),
        ];
        named.into_iter().flatten()
    }
}

/// A number of contacts.
pub(crate) fn whole(value: Decimal) -> Result<u64, Reason> {
    value.try_into().map_err(|_| Reason::OutOfRange)
}

/// What the rows so far have said.
#[derive(Default)]
struct Said(HashMap<(Series, Measure, Period), Saying, foldhash::fast::RandomState>);

/// A value, of how many, whether it may still change, and how it was printed.
type Saying = (Decimal, Option<u64>, bool, Option<Label>);

impl Said {
    /// The figure, unless it was said before; an error if something else was.
    fn first(&mut self, figure: Figure) -> Result<Option<Figure>, Reason> {
        let saying = (figure.value, figure.of, figure.provisional, figure.label.clone());
        let key = (figure.series.clone(), figure.measure.clone(), figure.span);
        match self.0.get(&key) {
            None => {
                self.0.insert(key, saying);
                Ok(Some(figure))
            }
            Some(said) if *said == saying => Ok(None),
            Some(_) => Err(Reason::Contradiction),
        }
    }
}
