//! Which queue belongs to which unit and service, and what is promised there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use serde_json::Value;

use super::ZONE;

/// Answered within so many seconds; abandoned below so many is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Promise {
    pub(super) within: u32,
    pub(super) short: u32,
}

impl Promise {
    /// Where nothing else is said.
    pub(super) const DEFAULT: Self = Self { within: 20, short: 5 };
    /// What routed services promise, in turn.
    const OTHERS: [Self; 3] = [Self { within: 60, short: 10 }, Self { within: 300, short: 0 }, Self::DEFAULT];
}

/// Where a queue is counted.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) unit: String,
    pub(super) service: String,
    pub(super) promise: Promise,
    routed: bool,
}

/// Where every queue is counted.
#[derive(Debug)]
pub(super) struct Setting(BTreeMap<String, Place>);

impl Setting {
    /// Two of three queues have a route of their own; the rest are counted under units named for them.
    pub(super) fn of(queues: &BTreeSet<String>) -> Self {
        let place = |(index, queue): (usize, &String)| {
            // In a route a star would be a pattern.
            let routed = index % 3 != 2 && !queue.contains('*');
            let place = if routed {
                let promise = Promise::OTHERS[index % Promise::OTHERS.len()];
                Place { unit: format!("unit-{index}"), service: format!("service-{index}"), promise, routed }
            } else {
                let (unit, service) = (queue.clone(), "unrouted".to_owned());
                Place { unit, service, promise: Promise::DEFAULT, routed }
            };
            (queue.clone(), place)
        };
        Self(queues.iter().enumerate().map(place).collect())
    }

    pub(super) fn places(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.0.iter().map(|(queue, place)| (queue.as_str(), place))
    }

    /// The queue that is counted there.
    pub(super) fn queue(&self, unit: &str, service: &str) -> Option<&str> {
        let mut places = self.places();
        places.find(|(_, place)| place.unit == unit && place.service == service).map(|(queue, _)| queue)
    }

    /// The configuration that says so.
    pub(super) fn toml(&self) -> String {
        // A string of JSON is one of TOML.
        let quoted = |text: &str| Value::from(text).to_string();
        let Promise { within, short } = Promise::DEFAULT;
        let mut toml = format!(
            "time_zone = {}\n[service_level]\nwithin_seconds = {within}\nshort_below_seconds = {short}\n",
            quoted(ZONE)
        );
        let mut routes = "[[source]]\nname = \"queue_log\"\nformat = \"queue_log\"\n".to_owned();
        for (queue, place) in self.places().filter(|(_, place)| place.routed) {
            let (unit, service, queue) = (quoted(&place.unit), quoted(&place.service), quoted(queue));
            let Promise { within, short } = place.promise;
            let _ = writeln!(toml, "[[unit]]\nid = {unit}\n[[service]]\nid = {service}");
            let _ = writeln!(toml, "within_seconds = {within}\nshort_below_seconds = {short}");
            let _ = writeln!(routes, "[[source.route]]\nqueue = {queue}\nunit = {unit}\nservice = {service}");
        }
        toml + &routes
    }
}
