//! A reader of all figures of several bulletins, who has a solver.
//!
//! Nothing of the algorithm is used here: who reads makes the equations anew, of units as sums of those who came to each
//! unit itself, and an LP says what each count can be.

use std::collections::{BTreeMap, BTreeSet};

use jono_domain::{Basis, Grain, Reading, State, Value, Zone};
use microlp::{ComparisonOp, Error, OptimizationDirection, Problem};

use crate::{
    disclosure::{Withheld, withheld},
    facts::Facts,
    figure::FigureId,
};

/// How much of a figure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Nothing,
    Value,
    Whole,
}

/// A count's name, of channel, unit, service, kind and period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(String, String, String, String, String);

/// A sum of counts, and what it is.
type Row = (Vec<(Name, f64)>, ComparisonOp, f64);

/// What a reader knows.
pub(super) struct Attack {
    truth: BTreeMap<Name, i64>,
    least: BTreeMap<Name, f64>,
    rows: Vec<Row>,
    told: BTreeSet<Name>,
    /// Those that are known beside the bulletins.
    known: BTreeSet<Name>,
    /// The counts that withheld figures tell, by figure.
    withheld: Vec<(FigureId, Vec<Name>)>,
}

/// What can be learned that must not be; nothing, if all is well.
pub(super) fn learned(bulletins: &[Facts]) -> Vec<String> {
    let all: Vec<_> = bulletins.iter().map(|facts| (facts, withheld(facts))).collect();
    Attack::new(&all, &[]).learned()
}

impl Attack {
    /// What is known to those who read the bulletins, and know those counts beside.
    pub(super) fn new(bulletins: &[(&Facts, Withheld)], known: &[(FigureId, Value)]) -> Self {
        let mut readings: BTreeMap<FigureId, (&Reading, Told)> = BTreeMap::new();
        for (facts, withheld) in bulletins {
            for reading in facts.readings.iter().filter(|reading| is_read(reading)) {
                let id = FigureId::of(reading);
                let figure = withheld.figure(reading.clone());
                let told = match figure.reading.value {
                    _ if reading.value.is_some_and(|value| known.contains(&(id.clone(), value))) => {
                        Told::Whole
                    }
                    value if value == reading.value && figure.reading.state != State::Suppressed => {
                        Told::Whole
                    }
                    None => Told::Nothing,
                    Some(_) => Told::Value,
                };
                let entry = readings.entry(id).or_insert((reading, told));
                assert_eq!(entry.0.value, reading.value, "{:?}", FigureId::of(reading));
                entry.1 = entry.1.max(told);
            }
        }
        let is_known = |id: &FigureId| known.iter().any(|(one, _)| one == id);
        let mut attack = Self {
            truth: BTreeMap::new(),
            least: BTreeMap::new(),
            rows: vec![],
            told: BTreeSet::new(),
            known: BTreeSet::new(),
            withheld: vec![],
        };
        let is_withheld_zero = |(reading, told): &(&Reading, Told)| {
            *told == Told::Nothing && [None, Some(Value::Count(0))].contains(&reading.value)
        };
        let zeros_are_told = !readings.values().any(is_withheld_zero);
        for (id, (reading, told)) in &readings {
            attack.read(id, reading, *told, zeros_are_told);
            if *told == Told::Whole && is_known(id) {
                attack.known.extend(counts(reading).iter().map(|(kind, _)| name(reading, kind)));
            }
        }
        attack.differences();
        attack.places(bulletins[0].0);
        attack.months();
        attack
    }

    fn read(&mut self, id: &FigureId, reading: &Reading, told: Told, zeros_are_told: bool) {
        let counts = counts(reading);
        if counts.is_empty() || reading.basis == Basis::Published {
            return;
        }
        let names: Vec<_> = counts.iter().map(|(kind, _)| name(reading, kind)).collect();
        for (name, (_, count)) in names.iter().zip(&counts) {
            self.truth.insert(name.clone(), *count);
            self.least.entry(name.clone()).or_insert(0.0);
            if told == Told::Whole {
                self.told.insert(name.clone());
                self.rows.push((vec![(name.clone(), 1.0)], ComparisonOp::Eq, *count as f64));
            }
        }
        if told == Told::Whole {
            return;
        }
        // Zero is told, as is that there is no ratio or mean, where no sum that it is part of is withheld, nor
        // so small that all its parts are.
        if zeros_are_told {
            let last = names.last().unwrap();
            *self.least.get_mut(last).unwrap() = 1.0;
        }
        if told == Told::Nothing {
            self.withheld.push((id.clone(), names));
        } else if let [above, below] = names.as_slice() {
            let share = (counts[0].1 as f64 / counts[1].1 as f64 * 1000.0).round() / 1000.0;
            let near = |by: f64| vec![(above.clone(), 1.0), (below.clone(), -(share + by))];
            self.rows.push((near(-0.0005), ComparisonOp::Ge, 0.0));
            self.rows.push((near(0.0005), ComparisonOp::Le, 0.0));
        }
    }

    /// A count that is what is left of another; none is known where it is none.
    fn left(&mut self, whole: &Name, parts: &[Name], kind: &str, is_known_if_none: bool) {
        let left = self.truth[whole] - parts.iter().map(|part| self.truth[part]).sum::<i64>();
        let mut name = whole.clone();
        name.3 = kind.to_owned();
        assert!(left >= 0, "{name:?}");
        let (known, unknown): (Vec<_>, Vec<_>) = parts.iter().partition(|part| self.known.contains(*part));
        let not_known = self.truth[whole] - known.iter().map(|part| self.truth[*part]).sum::<i64>();
        if !self.told.contains(whole) || not_known < i64::try_from(unknown.len()).unwrap() + 4 {
            parts.iter().for_each(|part| *self.least.get_mut(part).unwrap() = 0.0);
        }
        let terms = parts.iter().map(|part| (part.clone(), -1.0));
        let terms: Vec<_> = terms.chain([(whole.clone(), 1.0), (name.clone(), -1.0)]).collect();
        self.rows.push((terms, ComparisonOp::Eq, 0.0));
        self.least.insert(name.clone(), 0.0);
        if left == 0 && is_known_if_none {
            self.rows.push((vec![(name.clone(), 1.0)], ComparisonOp::Eq, 0.0));
        }
        self.truth.insert(name, left);
    }

    fn differences(&mut self) {
        let parts = [
            ("contacts", "answered", "unanswered", false),
            ("contacts", "counted", "uncounted", true),
            ("counted", "met", "unmet", false),
            ("answered", "waited", "unwaited", true),
            ("answered", "met", "late", false),
            ("promises_due", "promises_kept", "promises_late", false),
        ];
        for whole in self.truth.keys().cloned().collect::<Vec<_>>() {
            for (_, part, kind, is_known) in parts.iter().filter(|(of, ..)| *of == whole.3) {
                let part = Name { 3: (*part).to_owned(), ..whole.clone() };
                if self.truth.contains_key(&part) {
                    self.left(&whole, &[part], kind, *is_known);
                }
            }
        }
    }

    /// Each unit is the sum of those who came to the units in it themselves.
    fn places(&mut self, facts: &Facts) {
        for whole in self.truth.keys().cloned().collect::<Vec<_>>() {
            let at = |unit: &str, service: &str| Name {
                1: unit.to_owned(),
                2: service.to_owned(),
                ..whole.clone()
            };
            if !whole.2.is_empty() {
                continue;
            }
            let members = facts.units.iter().filter(|unit| unit.id.as_str() == whole.1);
            let members = members.flat_map(|unit| &unit.members).map(|member| at(member.as_str(), ""));
            let children = facts
                .units
                .iter()
                .filter(|unit| unit.parent.as_ref().is_some_and(|parent| parent.as_str() == whole.1));
            let children = children.map(|unit| at(unit.id.as_str(), ""));
            let parts: Vec<_> =
                members.chain(children).filter(|name| self.truth.contains_key(name)).collect();
            if !parts.is_empty() {
                self.left(&whole, &parts, &format!("{} of its own", whole.3), true);
            }
            let services = facts.services.keys().map(|service| at(&whole.1, service.as_str()));
            let parts: Vec<_> = services.filter(|name| self.truth.contains_key(name)).collect();
            if !parts.is_empty() {
                self.left(&whole, &parts, &format!("{} of no service", whole.3), true);
            }
        }
    }

    /// A month is at least the weeks in it, and its weekly mean is of just those whose Thursday is in it.
    fn months(&mut self) {
        for whole in self.truth.keys().cloned().collect::<Vec<_>>() {
            let month: jono_domain::Period = whole.4.parse().unwrap();
            if month.grain() != Some(Grain::Month) {
                continue;
            }
            let kind = whole.3.trim_end_matches(" weekly").to_owned();
            let of_weeks = kind != whole.3;
            let weeks = month.split(Grain::Week, &Zone::utc()).unwrap();
            let inside = weeks
                .iter()
                .filter(|week| of_weeks || (month.first() <= week.first() && week.last() <= month.last()));
            let weeks = inside.map(|week| Name { 3: kind.clone(), 4: week.to_string(), ..whole.clone() });
            let weeks: Vec<_> = weeks.filter(|name| self.truth.contains_key(name)).collect();
            if !weeks.is_empty() {
                self.left(&whole, &weeks, &format!("{} of no week", whole.3), of_weeks);
            }
        }
    }

    /// Between what a count can lie.
    fn between(&self, name: &Name, count: OptimizationDirection) -> f64 {
        let mut problem = Problem::new(count);
        let variables: BTreeMap<_, _> = self
            .least
            .iter()
            .map(|(other, &least)| {
                (other, problem.add_var(if other == name { 1.0 } else { 0.0 }, (least, f64::INFINITY)))
            })
            .collect();
        for (terms, op, right) in &self.rows {
            let terms: Vec<_> = terms.iter().map(|(name, factor)| (variables[name], *factor)).collect();
            problem.add_constraint(terms.as_slice(), *op, *right);
        }
        match problem.solve() {
            Ok(solution) => solution.into_solution().unwrap().objective(),
            Err(Error::Unbounded) => f64::INFINITY,
            Err(error) => panic!("{error}: what is told contradicts itself"),
        }
    }

    /// The same, of what hangs together with it alone.
    fn around(&self, name: &Name) -> Self {
        let mut names = BTreeSet::from([name.clone()]);
        loop {
            let touches = |row: &&Row| row.0.iter().any(|(other, _)| names.contains(other));
            let reached =
                self.rows.iter().filter(touches).flat_map(|row| row.0.iter().map(|(name, _)| name.clone()));
            let more: BTreeSet<_> = reached.chain(names.iter().cloned()).collect();
            if more.len() == names.len() {
                break;
            }
            names = more;
        }
        let only = |name: &Name| names.contains(name);
        Self {
            truth: self.truth.clone(),
            least: self
                .least
                .iter()
                .filter(|it| only(it.0))
                .map(|(name, least)| (name.clone(), *least))
                .collect(),
            rows: self.rows.iter().filter(|row| row.0.iter().any(|(name, _)| only(name))).cloned().collect(),
            told: BTreeSet::new(),
            known: BTreeSet::new(),
            withheld: vec![],
        }
    }

    /// What can be learned that must not be.
    pub(super) fn learned(&self) -> Vec<String> {
        let mut learned = Vec::new();
        for (name, count) in self.truth.iter().filter(|(_, count)| (1..=4).contains(*count)) {
            let around = self.around(name);
            let low = around.between(name, OptimizationDirection::Minimize);
            let high = around.between(name, OptimizationDirection::Maximize);
            // Of a month it is known how many of its weeks are withheld, and that none of those is zero.
            let weeks = if name.4.contains('W') { 1.0 } else { 5.0 };
            if low > weeks + 1e-6 || high < 4.0 - 1e-6 {
                learned.push(format!("{name:?} = {count} is from {low} to {high}"));
            }
        }
        for (id, names) in &self.withheld {
            let is_exact = |name: &Name| {
                let around = self.around(name);
                let low = around.between(name, OptimizationDirection::Minimize);
                around.between(name, OptimizationDirection::Maximize) - low < 1e-6
            };
            if names.iter().all(is_exact) {
                learned.push(format!("{id} is withheld and exact"));
            }
        }
        learned
    }
}

fn name(reading: &Reading, kind: &str) -> Name {
    let text = |it: Option<String>| it.unwrap_or_default();
    Name(
        format!("{} {}", text(reading.channel.map(|channel| channel.to_string())), reading.basis),
        text(reading.unit.as_ref().map(ToString::to_string)),
        text(reading.service.as_ref().map(ToString::to_string)),
        kind.to_owned(),
        reading.period.to_string(),
    )
}

/// Whether something can be read: a value, or that there was nothing to divide by.
fn is_read(reading: &Reading) -> bool {
    reading.value.is_some() || ["answer_rate", "service_level", "wait_mean"].contains(&reading.measure.name())
}

/// The counts that a figure tells, as one reads them.
fn counts(reading: &Reading) -> Vec<(&'static str, i64)> {
    let above = reading.value.and_then(Value::numerator).map_or(0, |it| i64::try_from(it).unwrap());
    let below = reading.value.and_then(Value::denominator).map_or(0, |it| i64::try_from(it).unwrap());
    match reading.measure.name() {
        "contacts" | "contacts_per_workday" => vec![("contacts", above)],
        "contacts_weekly_mean" => vec![("contacts weekly", above)],
        "answer_rate" => vec![("answered", above), ("contacts", below)],
        "service_level" => vec![("met", above), ("counted", below)],
        "wait_mean" | "wait_p50" | "wait_p90" => vec![("waited", below)],
        "promise_kept_ratio" => vec![("promises_kept", above), ("promises_due", below)],
        "promises_due" => vec![("promises_due", above)],
        "promises_kept" => vec![("promises_kept", above)],
        "promises_late" => vec![("promises_late", above)],
        "callbacks_offered" => vec![("callbacks_offered", above)],
        "callbacks_accepted" => vec![("callbacks_accepted", above)],
        "callbacks_reached" => vec![("callbacks_reached", above)],
        "responses" => vec![("responses", above)],
        _ => vec![],
    }
}
