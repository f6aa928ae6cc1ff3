//! Questions that are asked of cells, and of the scores of survey rounds. One file a question; this one lists them.
//!
//! A question gathers from each cell what can be added – a numerator and a denominator, or a distribution – and is
//! answered from the sum. So ratios and means are never averaged, and a roll-up over services with different
//! promises adds what met each one's own.

mod answer_rate;
mod appointment;
mod callback;
mod counts;
mod handling;
mod per;
mod poll;
mod promise;
mod published;
mod score;
mod service_level;
mod statistic;
mod wait;

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
    sync::Arc,
};

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use thiserror::Error;

use crate::{
    cell::{Aspect, Cell},
    event::{Score, Seconds},
    histogram::Histogram,
    score::{Interval, Scores},
    service::{Formula, Service},
};

/// Everything that can be asked, in the order of the documentation.
const QUESTIONS: &[(Names, Parse)] = &[
    (counts::NAMES, counts::parse),
    (per::NAMES, per::parse),
    (answer_rate::NAMES, answer_rate::parse),
    (service_level::NAMES, service_level::parse),
    (wait::NAMES, wait::parse),
    (handling::NAMES, handling::parse),
    (callback::NAMES, callback::parse),
    (promise::NAMES, promise::parse),
    (poll::NAMES, poll::parse),
    (appointment::NAMES, appointment::parse),
    (score::NAMES, score::parse),
    (published::NAMES, published::parse),
];

/// The names that a file answers to.
type Names = &'static [&'static str];
/// How it understands one of them.
type Parse = fn(&str) -> Option<Arc<dyn Question>>;

/// One question and how it is answered.
trait Question: Send + Sync {
    /// What its answers are numbers of.
    fn dimension(&self) -> Dimension;
    /// What it is answered from.
    fn need(&self) -> Need;
    /// What it asks about: of a series without that nothing is answered.
    fn aspect(&self) -> Aspect {
        Aspect::Contacts
    }
    /// Adds what a cell contributes.
    fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum);
    /// Adds what the scores of a survey round contribute.
    fn add_scores(&self, _scores: &Scores, _sum: &mut Sum) {}
    /// The answer; `None` where there is nothing to divide by.
    fn value(&self, sum: &Sum) -> Option<Value>;
    /// Between what the answer lies for all customers, of whom those who answered are a sample.
    fn interval(&self, _sum: &Sum) -> Option<Interval> {
        None
    }
    /// Whether it can be answered only where calls are told apart.
    fn needs_ids(&self) -> bool {
        false
    }
    /// Whether several series have one answer together.
    fn rolls_up(&self) -> bool {
        true
    }
    /// Of what its count is to be a mean.
    fn per(&self) -> Option<Per> {
        None
    }
    /// The tallies that answer it: what is above the line, and what is below if there is a line.
    fn tallies(&self) -> Option<(&'static str, Option<&'static str>)> {
        None
    }
    /// The same question by that formula, if it has formulas.
    fn by_formula(&self, _formula: Formula) -> Option<Arc<dyn Question>> {
        None
    }
}

/// What a question is answered from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Counts of cells alone.
    Counts,
    /// Distributions of cells: of waits, or of whatever else was sampled.
    Histograms,
    /// Counts of what was due: only of hours that are over. Of a later one nobody knows yet what will be kept.
    Due,
    /// Scores of survey rounds: no cell can answer it.
    Scores,
    /// A published value: neither cells nor scores can answer it.
    Figures,
}

/// What a count is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// The working days of the period, by the calendar.
    Workday,
    /// The days of the period on which it was open.
    OpenDay,
    /// The ISO weeks whose Thursday lies in the period; of those weeks is what is counted, too.
    Week,
}

/// What an answer is a number of, which is also its base unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Contacts, customers or answers: a whole number from 0 on.
    Count,
    /// A share: from 0 to 1.
    Ratio,
    /// Seconds, from 0 to the largest [`Seconds`]; published means may have a fraction.
    Seconds,
    /// A mean of counts: any number from 0 on.
    Mean,
    /// A mean of scores: from 0 to 10.
    Score,
}

impl Dimension {
    /// Whether a published value can be meant so.
    pub fn takes(self, value: Decimal) -> bool {
        let (upper, whole) = match self {
            Self::Count => (Decimal::from(u64::MAX), true),
            Self::Ratio => (Decimal::ONE, false),
            Self::Seconds => (Decimal::from(Seconds::MAX.get()), false),
            Self::Mean => (Decimal::from(u64::MAX), false),
            Self::Score => (Decimal::from(Score::MAX), false),
        };
        (Decimal::ZERO..=upper).contains(&value) && (!whole || value.fract().is_zero())
    }
}

/// What has been gathered so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sum {
    /// Counts, or seconds.
    pub numerator: u128,
    /// Contacts, or what else is divided by.
    pub denominator: u64,
    /// The distribution, for percentiles.
    pub distribution: Histogram,
    /// The scores of survey rounds.
    pub scores: Scores,
}

impl Sum {
    fn quotient(&self) -> Option<Value> {
        (self.denominator > 0)
            .then_some(Value::Quotient { numerator: self.numerator, denominator: self.denominator })
    }
}

/// An exact answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Value {
    /// A number of things.
    Count(u128),
    /// A ratio (0-1) or a mean (of seconds, customers, scores), as what it is made of.
    Quotient {
        /// Contacts, seconds, or the sum of what else the mean is of.
        numerator: u128,
        /// Contacts, polls or answers; never 0.
        denominator: u64,
    },
    /// A percentile: a whole number of what its [`Dimension`] says.
    Percentile {
        /// How many seconds, or customers.
        value: u64,
        /// Of how many contacts, or polls.
        of: u64,
    },
    /// A value as it was published.
    Published {
        /// A number of what its [`Dimension`] says.
        value: Decimal,
        /// Of how many contacts, applications or answers, if that was published.
        of: Option<u64>,
    },
}

impl Value {
    /// The nearest floating-point number, of what its [`Dimension`] says.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Quotient { numerator, denominator } => numerator as f64 / denominator as f64,
            Self::Percentile { value, .. } => value as f64,
            Self::Published { value, .. } => value.to_f64().unwrap_or(f64::NAN),
        }
    }

    /// What it is made of, above the line.
    pub fn numerator(self) -> Option<u128> {
        match self {
            Self::Count(count) => Some(count),
            Self::Quotient { numerator, .. } => Some(numerator),
            Self::Percentile { .. } | Self::Published { .. } => None,
        }
    }

    /// What it is made of, below the line: the contacts, polls or answers that a ratio, mean or percentile speaks of.
    pub fn denominator(self) -> Option<u64> {
        match self {
            Self::Count(_) => None,
            Self::Quotient { denominator, .. } => Some(denominator),
            Self::Percentile { of, .. } => Some(of),
            Self::Published { of, .. } => of,
        }
    }
}

/// A question with its name.
#[derive(Clone)]
pub struct Measure {
    name: Arc<str>,
    formula: Option<Formula>,
    question: Arc<dyn Question>,
}

impl Measure {
    /// The name it was asked by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The formula that it was [asked by](Self::by_formula), if it was.
    pub fn formula(&self) -> Option<Formula> {
        self.formula
    }

    /// What its answers are numbers of.
    pub fn dimension(&self) -> Dimension {
        self.question.dimension()
    }

    /// What it is answered from.
    pub fn need(&self) -> Need {
        self.question.need()
    }

    /// What it asks about: a series of which that is not counted has no answer, and no zero.
    pub fn aspect(&self) -> Aspect {
        self.question.aspect()
    }

    /// Adds what a cell of that service contributes.
    pub fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum) {
        self.question.add(cell, service, sum);
    }

    /// Adds what the scores of a survey round contribute: nothing, unless it is answered from [scores](Need::Scores).
    pub fn add_scores(&self, scores: &Scores, sum: &mut Sum) {
        self.question.add_scores(scores, sum);
    }

    /// The answer; `None` where there is nothing to divide by.
    pub fn value(&self, sum: &Sum) -> Option<Value> {
        self.question.value(sum)
    }

    /// Between what the answer lies for all customers, of whom those who answered are a sample; `None` where that
    /// cannot be said, or the answer is no sample's.
    pub fn interval(&self, sum: &Sum) -> Option<Interval> {
        self.question.interval(sum)
    }

    /// Whether it can be answered only where calls are told apart from each other.
    pub fn needs_ids(&self) -> bool {
        self.question.needs_ids()
    }

    /// Whether several series have one answer together. If not, each has its own and the sum of them means nothing.
    pub fn rolls_up(&self) -> bool {
        self.question.rolls_up()
    }

    /// The answer for a period that has so many of what it is [per](Self::per): the value itself, unless the measure is
    /// such a mean. `None` if there is nothing to divide by.
    pub fn shared_out(&self, value: Value, among: u32) -> Option<Value> {
        match value {
            Value::Count(numerator) if self.per().is_some() => {
                (among > 0).then_some(Value::Quotient { numerator, denominator: u64::from(among) })
            }
            value => Some(value),
        }
    }

    /// What a count is divided by, of a period that must be over for that; `None` for all that is no such mean.
    pub fn per(&self) -> Option<Per> {
        self.question.per()
    }

    /// The same question by that formula; `None` if it is not a matter of formulas.
    pub fn by_formula(&self, formula: Formula) -> Option<Self> {
        let question = self.question.by_formula(formula)?;
        Some(Self { name: self.name.clone(), formula: Some(formula), question })
    }

    /// The tallies that answer it: what is above the line, and what is below if there is a line. `None` where no
    /// sum of counts can: of waits, or by a formula that the table may not have used.
    pub fn tallies(&self) -> Option<(Self, Option<Self>)> {
        let (above, below) = self.question.tallies().filter(|_| self.formula.is_none())?;
        let below = match below {
            Some(below) => Some(below.parse().ok()?),
            None => None,
        };
        Some((above.parse().ok()?, below))
    }

    /// The same as a list; empty where no sum of counts can answer it.
    pub fn tallied_by(&self) -> Vec<Self> {
        self.tallies().map_or_else(Vec::new, |(above, below)| std::iter::once(above).chain(below).collect())
    }

    /// Whether it is itself an additive count, so that a table may hold tallies of it.
    pub fn is_tally(&self) -> bool {
        self.question.tallies().is_some_and(|(above, below)| above == self.name() && below.is_none())
    }

    /// What the measure is told apart by.
    fn key(&self) -> (&str, Option<Formula>) {
        (&self.name, self.formula)
    }

    /// The names that can be asked by; `NN` stands for a percentage from 1 to 99.
    pub fn names() -> impl Iterator<Item = &'static str> {
        QUESTIONS.iter().flat_map(|(names, _)| names.iter().copied())
    }
}

impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Measure {}

impl PartialOrd for Measure {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Measure {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Measure {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Debug for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A question that nobody can answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no measure; the measures are {list}", list = Measure::names().collect::<Vec<_>>().join(", "))]
pub struct UnknownMeasure(pub String);

/// How a measure is written: by its name, and the formula if one was asked for.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Written {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    formula: Option<Formula>,
}

#[cfg(feature = "serde")]
impl serde::Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { name: self.name.to_string(), formula: self.formula }.serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Measure {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let Written { name, formula } = Written::deserialize(deserializer)?;
        let measure: Self = name.parse().map_err(D::Error::custom)?;
        match formula {
            None => Ok(measure),
            Some(formula) => measure
                .by_formula(formula)
                .ok_or_else(|| D::Error::custom(format!("{name} is not a matter of formulas"))),
        }
    }
}

impl FromStr for Measure {
    type Err = UnknownMeasure;
    fn from_str(name: &str) -> Result<Self, UnknownMeasure> {
        QUESTIONS
            .iter()
            .find_map(|(_, parse)| parse(name))
            .map(|question| Self { name: name.into(), formula: None, question })
            .ok_or_else(|| UnknownMeasure(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{CallbackOutcome, CallbackStage, Event, Outcome, Seconds, Seen, UnixSeconds};

    /// 2 short abandons, 1 long one, answered after 0, 10, 20, 21 and 300 seconds, one of an unknown wait, one
    /// timed out; of the 10 calls one entered the unit before. And all that is counted beside.
    pub(super) fn hour() -> Cell {
        let mut open = crate::cell::OpenCell::default();
        let at = UnixSeconds::MIN;
        let mut conclude = |outcome, wait: Option<u32>| {
            open.add(Event::Arrived { at });
            open.add(Event::Concluded { at, outcome, wait: wait.map(|wait| Seconds::new(wait).unwrap()) });
        };
        [0, 10, 20, 21, 300].into_iter().for_each(|wait| conclude(Outcome::Answered, Some(wait)));
        conclude(Outcome::Answered, None);
        [0, 4, 50].into_iter().for_each(|wait| conclude(Outcome::Abandoned, Some(wait)));
        conclude(Outcome::TimedOut, Some(600));
        open.add(Event::Handled { at, seconds: Some(Seconds::new(120).unwrap()) });
        open.add(Event::Handled { at, seconds: None });
        (0..9).for_each(|_| open.enter());
        stages().into_iter().for_each(|stage| open.add(Event::Callback { at, stage }));
        polls().into_iter().for_each(|seen| open.add(Event::Polled { at, seen }));
        open.add(Event::Scored { at, score: Score::new(3).unwrap() });
        open.seal()
    }

    /// 5 offers, of which 4 were accepted: 2 called in time, one of them reached; one called too late and reached; one
    /// not called at all, though it was due.
    fn stages() -> Vec<CallbackStage> {
        use CallbackStage::{Accepted, Called, Completed, Due, Kept, Late, Offered};
        let called = |delay| Called { delay: Seconds::new(delay).unwrap() };
        let reached = Completed(CallbackOutcome::Reached);
        let failed = Completed(CallbackOutcome::Failed);
        let one = [Offered, Accepted, Due, Kept, called(500), reached];
        let two = [Offered, Accepted, Due, Kept, called(1500), failed];
        let late = [Offered, Accepted, Due, Late, called(4000), reached];
        let pending = [Offered, Accepted, Due];
        [&one[..], &two, &late, &pending, &[Offered]].concat()
    }

    /// 3 polls of an open office, one of a closed one; 3 of an appointment book with a free one, 2 of a full book.
    fn polls() -> Vec<Seen> {
        let wait = |seconds| Some(Seconds::new(seconds).unwrap());
        vec![
            Seen::Office { waiting: Some(3), wait: wait(300), desks: Some(2) },
            Seen::Office { waiting: Some(7), wait: wait(1200), desks: Some(3) },
            Seen::Office { waiting: Some(4), wait: None, desks: None },
            Seen::Closed,
            Seen::Appointment { days: 14 },
            Seen::Appointment { days: 2 },
            Seen::Appointment { days: 4 },
            Seen::NoAppointment,
            Seen::NoAppointment,
        ]
    }

    /// 30 answers of 9, one of 10 and one of 7.
    pub(super) fn round() -> Scores {
        let mut scores = Scores::default();
        let answers = std::iter::repeat_n(9, 30).chain([10, 7]);
        answers.for_each(|score| scores.add(Score::new(score).unwrap()));
        scores
    }

    pub(super) fn check(name: &str) -> String {
        let measure: Measure = name.parse().unwrap();
        let mut sum = Sum::default();
        measure.add(&hour(), &Service::default(), &mut sum);
        measure.add_scores(&round(), &mut sum);
        match measure.value(&sum) {
            None => "unavailable".to_owned(),
            Some(value) => format!("{value:?}"),
        }
    }

    #[test]
    fn unknown_measures_are_refused_with_the_list() {
        insta::assert_snapshot!("wait_median".parse::<Measure>().unwrap_err(), @r#""wait_median" is no measure; the measures are arrivals, contacts, unit_contacts, answered, abandoned, timed_out, left_empty, left_by_key, withdrawn, callback, short, handled, arrivals_per_workday, contacts_per_workday, unit_contacts_per_workday, answered_per_workday, arrivals_per_open_day, contacts_per_open_day, unit_contacts_per_open_day, answered_per_open_day, arrivals_weekly_mean, contacts_weekly_mean, unit_contacts_weekly_mean, answered_weekly_mean, answer_rate, service_level, service_level_met, service_level_counted, wait_mean, wait_pNN, queued_wait_mean, queued_wait_pNN, handling_mean, handling_pNN, callbacks_offered, callbacks_accepted, callbacks_called, callbacks_reached, callbacks_failed, callback_delay_mean, callback_delay_pNN, callback_reached_ratio, promises_due, promises_kept, promises_late, promise_kept_ratio, polls, polled_open_ratio, polled_wait_mean, polled_wait_pNN, polled_waiting_mean, polled_waiting_pNN, polled_desks_mean, appointment_lead, appointment_lead_pNN, appointment_available_ratio, score, responses, online_ratio"#);
        for name in ["wait_p0", "wait_p100", "wait_p9x", "wait_p", "wait_p050", "queued_wait_", "handling"] {
            assert!(name.parse::<Measure>().is_err(), "{name}");
        }
    }

    #[test]
    fn every_listed_name_can_be_asked() {
        for name in Measure::names() {
            let name = name.replace("NN", "90");
            let measure: Measure = name.parse().unwrap();
            let nothing = measure.value(&Sum::default());
            let is_percentile = name.ends_with("_p90");
            let is_count =
                (measure.dimension() == Dimension::Count && !is_percentile) || measure.per().is_some();
            assert_eq!(
                nothing,
                is_count.then_some(Value::Count(0)),
                "{name}: only a count of nothing is zero"
            );
            assert!(measure.tallied_by().iter().all(Measure::is_tally), "{name} is made of tallies");
        }
    }

    #[test]
    fn what_can_be_tallied() {
        let names = Measure::names().filter_map(|name| name.parse::<Measure>().ok());
        let tallied =
            |name: &Measure| name.tallies().map(|(above, below)| format!("{name:?}: {above:?} {below:?}"));
        let tallied = names.filter(|name| !name.is_tally()).filter_map(|name| tallied(&name));
        insta::assert_snapshot!(tallied.collect::<Vec<_>>().join("\n"), @"
        arrivals_per_workday: arrivals None
        contacts_per_workday: contacts None
        unit_contacts_per_workday: unit_contacts None
        answered_per_workday: answered None
        arrivals_per_open_day: arrivals None
        contacts_per_open_day: contacts None
        unit_contacts_per_open_day: unit_contacts None
        answered_per_open_day: answered None
        arrivals_weekly_mean: arrivals None
        contacts_weekly_mean: contacts None
        unit_contacts_weekly_mean: unit_contacts None
        answered_weekly_mean: answered None
        answer_rate: answered Some(contacts)
        service_level: service_level_met Some(service_level_counted)
        promise_kept_ratio: promises_kept Some(promises_due)
        ");
        let level: Measure = "service_level".parse().unwrap();
        let by_formula = level.by_formula(Formula::AnswerRate).unwrap();
        assert!(by_formula.tallies().is_none() && by_formula != level);
    }

    #[test]
    fn published_values_within_reason() {
        let takes = |dimension: Dimension, value: &str| dimension.takes(value.parse().unwrap());
        assert!(
            takes(Dimension::Ratio, "0.946")
                && takes(Dimension::Ratio, "1")
                && !takes(Dimension::Ratio, "90")
        );
        assert!(takes(Dimension::Seconds, "130.5") && !takes(Dimension::Seconds, "536870912"));
        assert!(takes(Dimension::Count, "12") && !takes(Dimension::Count, "12.5"));
        assert!(!takes(Dimension::Count, "-1") && !takes(Dimension::Ratio, "-0.1"));
        assert!(takes(Dimension::Mean, "12.5") && !takes(Dimension::Mean, "-0.1"));
        assert!(takes(Dimension::Score, "8.64") && takes(Dimension::Score, "10"));
        assert!(!takes(Dimension::Score, "10.1") && !takes(Dimension::Score, "-1"));
    }
}
