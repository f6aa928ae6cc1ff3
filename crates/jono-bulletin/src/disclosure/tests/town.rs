//! A made-up town, and the facts that its ledger would answer.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jono_domain::{
    Basis, Channel, Formula, Grain, Measure, Period, Reading, Service, State, Unit, UnitKind, Value, Zone,
};

use crate::{
    ask::{Ask, By, asks},
    facts::{Edition, Facts},
};

/// What became of some customers of one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Customers {
    /// Answered within the promise.
    pub(super) met: u32,
    /// Answered later.
    pub(super) late: u32,
    /// Answered, and nobody knows after how long.
    pub(super) unwaited: u32,
    /// Not answered.
    pub(super) unanswered: u32,
    /// Not answered, and so short that the service level does not count them.
    pub(super) short: u32,
}

impl Customers {
    fn answered(self) -> u32 {
        self.met + self.late + self.unwaited
    }

    fn contacts(self) -> u32 {
        self.answered() + self.unanswered + self.short
    }
}

/// Customers, and where and when they came.
#[derive(Debug, Clone)]
pub(super) struct Came {
    pub(super) channel: Channel,
    pub(super) unit: String,
    pub(super) service: Option<String>,
    pub(super) day: Date,
    pub(super) customers: Customers,
}

/// Units, and who came.
#[derive(Debug, Clone, Default)]
pub(super) struct Town {
    /// Each unit with the one above it; the first is the organisation.
    pub(super) units: Vec<(String, Option<String>)>,
    /// Each roll-up with what it sums.
    pub(super) composites: Vec<(String, Vec<String>)>,
    pub(super) came: Vec<Came>,
}

/// The day of most cases: of week 24 of 2020.
pub(super) const DAY: Date = date(2020, 6, 8);

impl Town {
    /// A town of visits on one day: `kela > south > asema: 3` is a unit with those above it, and its own visitors.
    pub(super) fn of_visits(lines: &[&str]) -> Self {
        let mut town = Self::default();
        lines.iter().for_each(|line| town.visits(line, DAY));
        town
    }

    /// Adds visits of a day.
    pub(super) fn visits(&mut self, line: &str, day: Date) {
        let (path, count) = line.split_once(':').unwrap();
        let path: Vec<_> = path.split('>').map(|unit| unit.trim().to_owned()).collect();
        let above = std::iter::once(None).chain(path.iter().cloned().map(Some));
        for entry in path.iter().cloned().zip(above) {
            if !self.units.contains(&entry) {
                self.units.push(entry);
            }
        }
        self.came.push(Came {
            channel: Channel::ServicePoint,
            unit: path.last().unwrap().clone(),
            service: None,
            day,
            customers: Customers { met: count.trim().parse().unwrap(), ..Customers::default() },
        });
    }

    /// Adds calls to a service: met, late, unwaited, unanswered, short.
    pub(super) fn calls(
        &mut self,
        service: &str,
        day: Date,
        [met, late, unwaited, unanswered, short]: [u32; 5],
    ) {
        let root = ("kela".to_owned(), None);
        if !self.units.contains(&root) {
            self.units.insert(0, root);
        }
        self.came.push(Came {
            channel: Channel::Phone,
            unit: "kela".to_owned(),
            service: Some(service.to_owned()),
            day,
            customers: Customers { met, late, unwaited, unanswered, short },
        });
    }

    /// The facts of a bulletin.
    pub(super) fn facts(&self, period: &str) -> Facts {
        let period: Period = period.parse().unwrap();
        let mut readings: Vec<_> = asks(period).iter().flat_map(|ask| self.answer(ask)).collect();
        readings.dedup();
        Facts {
            version: Facts::VERSION,
            organisation: "kela".parse().unwrap(),
            period,
            edition: Edition::Draft,
            compiled: date(2020, 7, 1).at(8, 0, 0, 0),
            time_zone: "Europe/Helsinki".to_owned(),
            generated: true,
            units: self.tree(),
            areas: vec![],
            services: self.services(),
            readings,
            notices: vec![],
            openings: vec![],
            short_weeks: vec![],
            elsewhere: vec![],
        }
    }

    fn tree(&self) -> Vec<Unit> {
        let unit = |(id, parent): &(String, Option<String>)| Unit {
            parent: parent.as_ref().map(|parent| parent.parse().unwrap()),
            ..Unit::new(id.parse().unwrap(), UnitKind::CustomerServiceUnit)
        };
        let composite = |(id, members): &(String, Vec<String>)| Unit {
            members: members.iter().map(|member| member.parse().unwrap()).collect(),
            ..Unit::new(id.parse().unwrap(), UnitKind::Composite)
        };
        self.units.iter().map(unit).chain(self.composites.iter().map(composite)).collect()
    }

    fn services(&self) -> BTreeMap<jono_domain::ServiceId, Service> {
        let all = self.came.iter().filter_map(|came| came.service.as_ref());
        let formula = Formula::AnsweredOfOfferedLessShort;
        all.map(|id| (id.parse().unwrap(), Service { formula, ..Service::default() })).collect()
    }

    /// Whether a unit is another, or beneath it.
    pub(super) fn is_within(&self, unit: &str, whole: &str) -> bool {
        let members = self.composites.iter().find(|(id, _)| id == whole).map(|(_, members)| members);
        unit == whole
            || members.is_some_and(|members| members.iter().any(|member| self.is_within(unit, member)))
            || self.units.iter().any(|(id, parent)| {
                id == unit && parent.as_ref().is_some_and(|parent| self.is_within(parent, whole))
            })
    }

    fn answer(&self, ask: &Ask) -> Vec<Reading> {
        let mut readings = Vec::new();
        let units = self.units.iter().map(|(id, _)| id).chain(self.composites.iter().map(|(id, _)| id));
        let places: Vec<(String, Option<String>)> = match ask.by {
            By::Organisation => vec![("kela".to_owned(), None)],
            By::Unit => units.map(|id| (id.clone(), None)).collect(),
            By::Service => {
                let services = self.services();
                services.keys().map(|id| ("kela".to_owned(), Some(id.to_string()))).collect()
            }
        };
        for period in &ask.periods {
            for (unit, service) in &places {
                let of_place = self.came.iter().filter(|came| {
                    came.channel == ask.channel
                        && self.is_within(&came.unit, unit)
                        && (service.is_none() || came.service == *service)
                });
                let of_place: Vec<_> = of_place.collect();
                // Nothing is known of weeks before the first and after the last.
                let known = self.came.iter().map(|came| Period::of(Grain::Week, came.day));
                let (first, last) = (known.clone().min(), known.max());
                let is_known = first.is_some_and(|first| first.first() <= period.last())
                    && last.is_some_and(|last| period.first() <= last.last());
                let value = value(&ask.measure, *period, &of_place).filter(|_| is_known);
                readings.push(Reading {
                    period: *period,
                    channel: Some(ask.channel),
                    unit: Some(unit.parse().unwrap()),
                    service: service.as_ref().map(|service| service.parse().unwrap()),
                    measure: ask.measure.clone(),
                    value,
                    interval: None,
                    state: if value.is_some() { State::Provisional } else { State::Unavailable },
                    basis: Basis::Counted,
                    label: None,
                });
            }
        }
        readings
    }
}

/// What a ledger answers.
fn value(measure: &Measure, period: Period, came: &[&Came]) -> Option<Value> {
    let sum = |count: fn(Customers) -> u32| {
        let of_days = |days: Period| {
            let came = came.iter().filter(|came| (days.first()..=days.last()).contains(&came.day));
            came.map(|came| u128::from(count(came.customers))).sum::<u128>()
        };
        if measure.name().ends_with("_weekly_mean") {
            period.split(Grain::Week, &Zone::utc()).unwrap().into_iter().map(of_days).sum()
        } else {
            of_days(period)
        }
    };
    let contacts = sum(Customers::contacts);
    let waited = sum(|customers| customers.met + customers.late) as u64;
    let quotient = |numerator, denominator: u128| {
        let denominator = u64::try_from(denominator).unwrap();
        (denominator > 0).then_some(Value::Quotient { numerator, denominator })
    };
    match measure.name() {
        "contacts" => Some(Value::Count(contacts)),
        "contacts_per_workday" => quotient(contacts, 5),
        "contacts_weekly_mean" => {
            quotient(contacts, period.split(Grain::Week, &Zone::utc()).unwrap().len() as u128)
        }
        "answer_rate" => quotient(sum(Customers::answered), contacts),
        "service_level" => quotient(sum(|it| it.met), sum(|it| it.contacts() - it.short)),
        "wait_mean" => quotient(u128::from(waited) * 17, waited.into()),
        "wait_p50" | "wait_p90" => (waited > 0).then_some(Value::Percentile { value: 17, of: waited }),
        _ => None,
    }
}
