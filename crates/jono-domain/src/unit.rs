//! The organisation as a tree of units, and its roll-ups: everything under a unit is counted once, never twice.
//!
//! Organisations are re-organised: a unit may move from one parent to another on a date. Each entry of a unit
//! says for which days it holds, and a roll-up over a period follows the tree as it was on each of its days.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use thiserror::Error;

use crate::id::UnitId;

/// What something is called in the three languages of the bulletin; a missing one falls back to the id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Names {
    /// Finnish.
    #[cfg_attr(feature = "serde", serde(default))]
    pub fi: Option<String>,
    /// Swedish.
    #[cfg_attr(feature = "serde", serde(default))]
    pub sv: Option<String>,
    /// English.
    #[cfg_attr(feature = "serde", serde(default))]
    pub en: Option<String>,
}

/// What a unit is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum UnitKind {
    /// The whole.
    Organisation,
    /// A centre, such as a contact centre.
    Centre,
    /// A customer service unit.
    #[default]
    CustomerServiceUnit,
    /// A place to visit.
    ServicePoint,
    /// A named roll-up of other units; it has no counts of its own.
    Composite,
    /// An area, of a tree of its own: a country.
    Country,
    /// An area: a region.
    Region,
    /// An area: a municipality.
    Municipality,
}

impl UnitKind {
    /// The word used in labels and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Centre => "centre",
            Self::CustomerServiceUnit => "customer_service_unit",
            Self::ServicePoint => "service_point",
            Self::Composite => "composite",
            Self::Country => "country",
            Self::Region => "region",
            Self::Municipality => "municipality",
        }
    }

    /// Whether it is an area, and not a unit of the organisation.
    pub const fn is_area(self) -> bool {
        matches!(self, Self::Country | Self::Region | Self::Municipality)
    }
}

/// One entry of a unit: its place in the tree, and for which days.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Unit {
    /// What it is referred to by.
    pub id: UnitId,
    /// What it is.
    pub kind: UnitKind,
    /// What people call it.
    pub names: Names,
    /// The unit it is part of; `None` at the top.
    pub parent: Option<UnitId>,
    /// The units that a composite sums, each with all beneath it. Empty for every other kind.
    pub members: Vec<UnitId>,
    /// The first day for which this entry holds; `None`: since ever.
    pub first_day: Option<Date>,
    /// The last day for which it holds, included; `None`: until further notice.
    pub last_day: Option<Date>,
}

impl Unit {
    /// An entry at the top of the tree that holds for every day.
    pub fn new(id: UnitId, kind: UnitKind) -> Self {
        Self {
            id,
            kind,
            names: Names::default(),
            parent: None,
            members: vec![],
            first_day: None,
            last_day: None,
        }
    }

    /// Whether this entry holds on that day.
    pub fn holds(&self, day: Date) -> bool {
        self.first_day.is_none_or(|first| first <= day) && self.last_day.is_none_or(|last| day <= last)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let starts_after =
            |a: &Self, b: &Self| matches!((a.first_day, b.last_day), (Some(f), Some(l)) if f > l);
        !starts_after(self, other) && !starts_after(other, self)
    }
}

/// Whether a figure speaks of a unit alone or of all beneath it as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Scope {
    /// What was counted under the unit's own name.
    Own,
    /// That and everything beneath it.
    #[default]
    Total,
}

/// What is wrong with a tree.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TreeError {
    /// Two entries of one unit hold on the same day.
    #[error("unit {0} has two entries that hold on the same day")]
    Overlap(UnitId),
    /// The last day lies before the first.
    #[error("unit {0} ends before it begins")]
    Backwards(UnitId),
    /// The parent is no unit.
    #[error("unit {unit} is part of {parent}, which is no unit")]
    UnknownParent {
        /// The unit.
        unit: UnitId,
        /// The parent that is missing.
        parent: UnitId,
    },
    /// A composite sums, it holds nothing.
    #[error("unit {unit} is part of {parent}, which is a composite; name {unit} among its members instead")]
    CompositeParent {
        /// The unit.
        unit: UnitId,
        /// The composite.
        parent: UnitId,
    },
    /// The unit is part of itself.
    #[error("unit {0} is part of itself")]
    Cycle(UnitId),
    /// A member is no unit.
    #[error("composite {unit} sums {member}, which is no unit")]
    UnknownMember {
        /// The composite.
        unit: UnitId,
        /// The member that is missing.
        member: UnitId,
    },
    /// Members are for composites, and composites need them.
    #[error("unit {0} must be a composite with members, or neither")]
    Members(UnitId),
}

/// The units of an organisation.
///
/// Invariant: every parent and member exists, nothing is part of itself, entries of one unit do not overlap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitTree {
    units: BTreeMap<UnitId, Vec<Unit>>,
}

impl UnitTree {
    /// Builds a tree; reports every mistake, each with the index of the entry that has it.
    pub fn new(entries: &[Unit]) -> Result<Self, Vec<(usize, TreeError)>> {
        let mut tree = Self::default();
        let mut errors = Vec::new();
        for (index, unit) in entries.iter().enumerate() {
            let siblings = tree.units.entry(unit.id.clone()).or_default();
            if siblings.iter().any(|other| other.overlaps(unit)) {
                errors.push((index, TreeError::Overlap(unit.id.clone())));
            }
            siblings.push(unit.clone());
        }
        for (index, unit) in entries.iter().enumerate() {
            errors.extend(tree.mistakes(unit).into_iter().map(|error| (index, error)));
        }
        if errors.is_empty() { Ok(tree) } else { Err(errors) }
    }

    fn mistakes(&self, unit: &Unit) -> Vec<TreeError> {
        let mut errors = Vec::new();
        let id = unit.id.clone();
        if matches!((unit.first_day, unit.last_day), (Some(first), Some(last)) if first > last) {
            errors.push(TreeError::Backwards(id.clone()));
        }
        if (unit.kind == UnitKind::Composite) == unit.members.is_empty() {
            errors.push(TreeError::Members(id.clone()));
        }
        if let Some(parent) = &unit.parent {
            match self.units.get(parent) {
                None => errors.push(TreeError::UnknownParent { unit: id.clone(), parent: parent.clone() }),
                Some(entries) if entries.iter().any(|entry| entry.kind == UnitKind::Composite) => {
                    errors.push(TreeError::CompositeParent { unit: id.clone(), parent: parent.clone() });
                }
                Some(_) => {}
            }
        }
        let unknown = unit.members.iter().filter(|member| !self.units.contains_key(*member));
        errors.extend(
            unknown.map(|member| TreeError::UnknownMember { unit: id.clone(), member: member.clone() }),
        );
        if self.leads_to_itself(&id) {
            errors.push(TreeError::Cycle(id));
        }
        errors
    }

    /// Whether a unit can be reached from itself upwards, over any of its entries.
    fn leads_to_itself(&self, id: &UnitId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&UnitId> = self.next(id).collect();
        while let Some(next) = open.pop() {
            if next == id {
                return true;
            }
            if seen.insert(next) {
                open.extend(self.next(next));
            }
        }
        false
    }

    /// What a unit is part of: its parents, and the composites that sum it.
    fn next(&self, id: &UnitId) -> impl Iterator<Item = &UnitId> {
        let parents = self.units.get(id).into_iter().flatten().filter_map(|unit| unit.parent.as_ref());
        parents.chain(self.entries().filter(|unit| unit.members.contains(id)).map(|unit| &unit.id))
    }

    /// All entries, by unit.
    pub fn entries(&self) -> impl Iterator<Item = &Unit> {
        self.units.values().flatten()
    }

    /// Whether there is such a unit.
    pub fn contains(&self, id: &UnitId) -> bool {
        self.units.contains_key(id)
    }

    /// The units whose own counts make up `unit` on that day, each once: itself, and for [`Scope::Total`] all
    /// beneath it. A unit that the tree does not know is made up of itself.
    pub fn parts(&self, unit: &UnitId, scope: Scope, day: Date) -> BTreeSet<UnitId> {
        let mut parts = BTreeSet::new();
        let mut open = vec![unit];
        while let Some(next) = open.pop() {
            if parts.contains(next) {
                continue;
            }
            parts.insert(next.clone());
            if scope == Scope::Total {
                let held = self.units.get(next).into_iter().flatten().filter(|entry| entry.holds(day));
                open.extend(held.flat_map(|entry| &entry.members));
                let children =
                    self.entries().filter(|entry| entry.holds(day) && entry.parent.as_ref() == Some(next));
                open.extend(children.map(|entry| &entry.id));
            }
        }
        parts
    }

    /// The days, after `first` and up to `last`, on which the tree is another than on the day before.
    pub fn changes(&self, first: Date, last: Date) -> BTreeSet<Date> {
        let starts = self.entries().filter_map(|unit| unit.first_day);
        let ends = self.entries().filter_map(|unit| unit.last_day?.tomorrow().ok());
        starts.chain(ends).filter(|&day| first < day && day <= last).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn id(name: &str) -> UnitId {
        name.parse().unwrap()
    }

    fn unit(name: &str, parent: &str) -> Unit {
        let parent = (!parent.is_empty()).then(|| id(parent));
        Unit { parent, ..Unit::new(id(name), UnitKind::CustomerServiceUnit) }
    }

    fn composite(name: &str, members: &[&str]) -> Unit {
        let members = members.iter().map(|member| id(member)).collect();
        Unit { members, ..Unit::new(id(name), UnitKind::Composite) }
    }

    fn check(entries: &[Unit]) -> String {
        match UnitTree::new(entries) {
            Ok(_) => "ok".to_owned(),
            Err(errors) => {
                errors.iter().map(|(at, error)| format!("{at}: {error}")).collect::<Vec<_>>().join("\n")
            }
        }
    }

    fn parts(tree: &UnitTree, unit: &str, day: Date) -> String {
        let parts = tree.parts(&id(unit), Scope::Total, day);
        parts.iter().map(UnitId::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_composite_counts_an_overlap_once() {
        let tree = UnitTree::new(&[
            unit("kela", ""),
            unit("contact_centre", "kela"),
            unit("south", "contact_centre"),
            unit("north", "contact_centre"),
            composite("phone_services", &["contact_centre", "south"]),
        ])
        .unwrap();
        let day = date(2020, 6, 8);
        insta::assert_snapshot!(parts(&tree, "phone_services", day), @"contact_centre north phone_services south");
        insta::assert_snapshot!(parts(&tree, "somewhere_else", day), @"somewhere_else");
        assert_eq!(tree.parts(&id("kela"), Scope::Own, day).len(), 1);
    }

    #[test]
    fn a_unit_that_moves_is_where_it_was_on_the_day() {
        let moved = |parent, first_day, last_day| Unit { first_day, last_day, ..unit("oulu", parent) };
        let tree = UnitTree::new(&[
            unit("north", ""),
            unit("west", ""),
            moved("north", None, Some(date(2020, 6, 9))),
            moved("west", Some(date(2020, 6, 10)), None),
        ])
        .unwrap();
        insta::assert_snapshot!(parts(&tree, "north", date(2020, 6, 9)), @"north oulu");
        insta::assert_snapshot!(parts(&tree, "north", date(2020, 6, 10)), @"north");
        insta::assert_snapshot!(parts(&tree, "west", date(2020, 6, 10)), @"oulu west");
        assert_eq!(tree.changes(date(2020, 6, 8), date(2020, 6, 14)), [date(2020, 6, 10)].into());
        assert!(tree.changes(date(2020, 6, 10), date(2020, 6, 14)).is_empty());
    }

    #[test]
    fn every_mistake_is_reported_at_once() {
        let until = |unit: Unit, last_day| Unit { last_day: Some(last_day), ..unit };
        insta::assert_snapshot!(check(&[
            unit("a", "b"),
            unit("b", "a"),
            unit("c", "nowhere"),
            unit("c", ""),
            composite("sum", &["d"]),
            unit("e", "sum"),
            until(Unit { first_day: Some(date(2020, 2, 1)), ..unit("f", "") }, date(2020, 1, 1)),
            composite("empty", &[]),
        ]), @r"
        3: unit c has two entries that hold on the same day
        0: unit a is part of itself
        1: unit b is part of itself
        2: unit c is part of nowhere, which is no unit
        4: composite sum sums d, which is no unit
        5: unit e is part of sum, which is a composite; name e among its members instead
        6: unit f ends before it begins
        7: unit empty must be a composite with members, or neither
        ");
    }

    /// A composite beneath a unit that it sums would make that unit part of itself, with the other members.
    #[test]
    fn a_composite_may_not_sum_what_it_is_part_of() {
        let within = |unit: Unit, parent| Unit { parent: Some(id(parent)), ..unit };
        insta::assert_snapshot!(check(&[
            unit("centre", ""),
            unit("south", "centre"),
            unit("north", ""),
            within(composite("sum", &["centre", "north"]), "south"),
        ]), @r"
        0: unit centre is part of itself
        1: unit south is part of itself
        3: unit sum is part of itself
        ");
        insta::assert_snapshot!(check(&[composite("a", &["b"]), composite("b", &["a"])]), @r"
        0: unit a is part of itself
        1: unit b is part of itself
        ");
        insta::assert_snapshot!(check(&[
            unit("kela", ""),
            unit("centre", "kela"),
            within(composite("sum", &["centre"]), "kela"),
        ]), @"ok");
    }

    /// The day so many days after the beginning of June 2020.
    fn day(days: i8) -> Date {
        date(2020, 6, 1 + days)
    }

    /// Any organisation: a unit is part of an earlier one or of none, may move to another on a day, and may begin
    /// or end; composites sum units and earlier composites, and may be part of the first unit, which none sums.
    fn organisation() -> impl Strategy<Value = Vec<Unit>> {
        let parent = || prop::option::of(any::<prop::sample::Index>());
        let days = (prop::option::of(0..9_i8), prop::option::of(0..9_i8));
        let units = prop::collection::vec((parent(), prop::option::of((0..9_i8, parent())), days), 1..12);
        let members = prop::collection::vec(any::<prop::sample::Index>(), 1..5);
        let composites = prop::collection::vec((members, any::<bool>()), 0..4);
        (units, composites).prop_map(|(units, composites)| {
            let mut entries = vec![unit("u0", "")];
            for (at, (parent, moved, (first, days))) in units.iter().enumerate() {
                let earlier = |parent: &Option<prop::sample::Index>| {
                    parent.map_or_else(String::new, |parent| format!("u{}", parent.index(at + 1)))
                };
                let name = format!("u{}", at + 1);
                let (first, last) = (first.map(day), days.map(|days| day(first.unwrap_or(0) + days)));
                let whole = Unit { first_day: first, last_day: last, ..unit(&name, &earlier(parent)) };
                match moved {
                    Some((on, to)) if whole.holds(day(*on)) && first != Some(day(*on)) => {
                        let (before, moved) = (day(*on).yesterday().unwrap(), unit(&name, &earlier(to)));
                        entries.push(Unit { last_day: Some(before), ..whole });
                        entries.push(Unit { first_day: Some(day(*on)), last_day: last, ..moved });
                    }
                    _ => entries.push(whole),
                }
            }
            for (at, (members, is_within)) in composites.iter().enumerate() {
                let known = units.len() + at;
                let members = members.iter().map(|member| match member.index(known) {
                    index if index < units.len() => format!("u{}", index + 1),
                    index => format!("c{}", index - units.len()),
                });
                let members: Vec<_> = members.collect();
                let names: Vec<_> = members.iter().map(String::as_str).collect();
                let parent = is_within.then(|| id("u0"));
                entries.push(Unit { parent, ..composite(&format!("c{at}"), &names) });
            }
            entries
        })
    }

    /// Whether `part` is part of `whole` on that day: looked for upwards, where the tree looks down.
    fn is_part(entries: &[Unit], part: &UnitId, whole: &UnitId, day: Date) -> bool {
        let held = || entries.iter().filter(|entry| entry.holds(day));
        let parents = held().filter(|entry| entry.id == *part).filter_map(|entry| entry.parent.as_ref());
        let mut above =
            parents.chain(held().filter(|entry| entry.members.contains(part)).map(|entry| &entry.id));
        part == whole || above.any(|above| is_part(entries, above, whole, day))
    }

    proptest! {
        /// Whatever is counted, on any day a roll-up is what its parts counted, each once.
        #[test]
        fn a_roll_up_counts_every_descendant_once(
            entries in organisation(),
            counts in prop::collection::vec(0..1000_u64, 16),
        ) {
            let tree = UnitTree::new(&entries).unwrap();
            let units: BTreeSet<_> = entries.iter().map(|entry| entry.id.clone()).collect();
            let counts: BTreeMap<_, _> = units.iter().cloned().zip(counts).collect();
            for (day, unit) in (0..20).map(day).flat_map(|day| units.iter().map(move |unit| (day, unit))) {
                let parts = tree.parts(unit, Scope::Total, day);
                let total: u64 = parts.iter().map(|part| counts[part]).sum();
                let below = counts.iter().filter(|(part, _)| is_part(&entries, part, unit, day));
                prop_assert_eq!(total, below.map(|(_, count)| count).sum::<u64>(), "{} on {}", unit, day);
                let members = entries.iter().filter(|entry| entry.id == *unit).flat_map(|entry| &entry.members);
                let members: BTreeSet<_> = members.flat_map(|member| tree.parts(member, Scope::Total, day)).collect();
                prop_assert!(members.is_subset(&parts));
                if unit.as_str().starts_with('c') {
                    prop_assert_eq!(parts.len(), members.len() + 1, "nothing but its members and itself");
                }
            }
        }

        /// Over any tree, the children's roll-ups and the unit itself tile the unit's roll-up: nothing twice.
        #[test]
        fn everything_rolls_up_exactly_once(parents in prop::collection::vec(any::<prop::sample::Index>(), 1..30)) {
            let name = |index: usize| format!("u{index}");
            let entries: Vec<Unit> = std::iter::once(unit("u0", ""))
                .chain(parents.iter().enumerate().map(|(at, parent)| unit(&name(at + 1), &name(parent.index(at + 1)))))
                .collect();
            let day = date(2020, 6, 8);
            let tree = UnitTree::new(&entries).unwrap();
            prop_assert_eq!(tree.parts(&id("u0"), Scope::Total, day).len(), entries.len());
            for entry in &entries {
                let children = entries.iter().filter(|child| child.parent.as_ref() == Some(&entry.id));
                let below: usize = children.map(|child| tree.parts(&child.id, Scope::Total, day).len()).sum();
                prop_assert_eq!(tree.parts(&entry.id, Scope::Total, day).len(), below + 1);
            }
        }
    }
}
