//! The counts of persons that a figure tells: its own, or those above and below its line.
//!
//! What polls saw of an appointment book or a queue is no count of persons: nobody is told of by it.

use std::borrow::Cow;

use jono_domain::{
    Basis, Channel, Dimension, Measure, Need, Per, Period, Reading, ServiceId, State, UnitId, Value,
};

/// What a count is of, such as `answered`: a measure, or a part of one that has no name among the measures.
pub(super) type Kind = Cow<'static, str>;

/// What a count is found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) period: Period,
    pub(super) channel: Option<Channel>,
    pub(super) basis: Basis,
    pub(super) kind: Kind,
    pub(super) unit: Option<UnitId>,
    pub(super) service: Option<ServiceId>,
}

impl Key {
    /// The count of that kind which a reading tells.
    pub(super) fn new(reading: &Reading, kind: Kind) -> Self {
        let Reading { period, channel, unit, service, basis, .. } = reading;
        Self {
            period: *period,
            channel: *channel,
            basis: *basis,
            kind,
            unit: unit.clone(),
            service: service.clone(),
        }
    }

    /// A count of another kind, of the same customers' place and time.
    pub(super) fn of_kind(&self, kind: impl Into<Kind>) -> Self {
        Self { kind: kind.into(), ..self.clone() }
    }
}

/// The counts that a reading tells, by kind. Where there is no ratio and no mean, that is taken for nothing to divide by.
pub(super) fn counts(reading: &Reading) -> Vec<(Kind, i64)> {
    let Some(value) = reading.value else {
        let kinds = kinds(&reading.measure);
        let is_divided = kinds.iter().any(|(_, line)| matches!(line, Line::Below));
        let is_none = is_divided && reading.state == State::Unavailable;
        return kinds.into_iter().filter(|_| is_none).map(|(kind, _)| (kind, 0)).collect();
    };
    kinds(&reading.measure)
        .into_iter()
        .filter_map(|(kind, line)| {
            let count = match (line, value) {
                (Line::Above, Value::Published { value, .. }) => u128::try_from(value).ok()?,
                (Line::Above, value) => value.numerator()?,
                (Line::Below, value) => value.denominator()?.into(),
            };
            // More than there are people is as good as the most that can be reckoned with.
            Some((kind, i64::try_from(count).map_or(MOST, |count| count.min(MOST))))
        })
        .collect()
}

/// The kinds of count that a reading tells, or would tell if it had a value.
pub(super) fn asked(reading: &Reading) -> impl Iterator<Item = Kind> {
    kinds(&reading.measure).into_iter().map(|(kind, _)| kind)
}

/// So that sums of many still fit.
const MOST: i64 = 1 << 48;

/// Where in a value a count stands.
#[derive(Clone, Copy)]
enum Line {
    /// The count itself, or the numerator.
    Above,
    /// What it is of.
    Below,
}

/// The counts of which a measure tells, and where.
fn kinds(measure: &Measure) -> Vec<(Kind, Line)> {
    use Line::{Above, Below};
    let name = measure.name();
    let own = |name: &str| Kind::Owned(name.to_owned());
    if let Some(per) = measure.per() {
        let count =
            name.rsplit_once("_per_").or_else(|| name.rsplit_once("_weekly_")).map_or(name, |it| it.0);
        return match per {
            Per::Workday | Per::OpenDay => vec![(own(count), Above)],
            Per::Week => vec![(weekly(count), Above)],
        };
    }
    let formula = measure.formula().map_or_else(String::new, |formula| format!(":{formula}"));
    match name {
        "answer_rate" => vec![("answered".into(), Above), ("contacts".into(), Below)],
        "service_level" => {
            vec![(format!("met{formula}").into(), Above), (format!("counted{formula}").into(), Below)]
        }
        "service_level_met" => vec![(format!("met{formula}").into(), Above)],
        "service_level_counted" => vec![(format!("counted{formula}").into(), Above)],
        "promise_kept_ratio" => vec![("promises_kept".into(), Above), ("promises_due".into(), Below)],
        "callback_reached_ratio" => {
            vec![("callbacks_reached".into(), Above), ("callbacks_completed".into(), Below)]
        }
        "score" => vec![("responses".into(), Below)],
        "polls" => vec![],
        _ if name.starts_with("polled_") || name.starts_with("appointment_") => vec![],
        _ if name.starts_with("wait_") => vec![("waited".into(), Below)],
        _ if name.starts_with("queued_wait_") => vec![("queued".into(), Below)],
        _ if name.starts_with("handling_") => vec![("handled_known".into(), Below)],
        _ if name.starts_with("callback_delay_") => vec![("callbacks_delayed".into(), Below)],
        _ if measure.dimension() == Dimension::Count && measure.need() != Need::Figures => {
            vec![(own(name), Above)]
        }
        _ => vec![],
    }
}

/// What is counted over the weeks of a month, which is another count than that of its days.
pub(super) fn weekly(count: &str) -> Kind {
    format!("{count}{WEEKLY}").into()
}

/// What a kind is called that is counted over weeks.
const WEEKLY: &str = " of its weeks";

/// What is counted over weeks, if that is what the kind is.
pub(super) fn of_weeks(kind: &Kind) -> Option<&str> {
    kind.strip_suffix(WEEKLY)
}
