//! Which series a queue belongs to: patterns in order, the first that fits decides.

use std::{fmt, str::FromStr};

use crate::id::{BadName, Series, UnitId};

/// A queue's name in which `*` stands for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(String);

impl Pattern {
    /// Whether the name fits.
    pub fn matches(&self, name: &str) -> bool {
        let mut pieces = self.0.split('*');
        let first = pieces.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let Some(last) = pieces.next_back() else { return rest.is_empty() };
        for piece in pieces {
            match rest.find(piece) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

impl FromStr for Pattern {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        if text.is_empty() { Err(BadName::Empty) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Where a queue's events are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A pattern fits.
    Routed(Series),
    /// None does: counted under a unit named for the queue.
    Unrouted(Series),
}

impl Route {
    /// The series either way.
    pub fn series(&self) -> &Series {
        match self {
            Self::Routed(series) | Self::Unrouted(series) => series,
        }
    }
}

/// The routes of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Router {
    routes: Vec<(Pattern, Series)>,
}

impl Router {
    /// Routes in the order in which they are tried.
    pub fn new(routes: Vec<(Pattern, Series)>) -> Self {
        Self { routes }
    }

    /// The routes, in order.
    pub fn routes(&self) -> &[(Pattern, Series)] {
        &self.routes
    }

    /// Where `queue` is counted; refused if no pattern fits and the name cannot name a unit either.
    pub fn route(&self, queue: &str) -> Result<Route, BadName> {
        match self.routes.iter().find(|(pattern, _)| pattern.matches(queue)) {
            Some((_, series)) => Ok(Route::Routed(series.clone())),
            None => queue.parse::<UnitId>().map(|unit| Route::Unrouted(Series::unrouted(unit))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, name: &str) -> bool {
        pattern.parse::<Pattern>().unwrap().matches(name)
    }

    #[test]
    fn a_star_is_any_run_of_characters() {
        assert!(check("support", "support"));
        assert!(!check("support", "support-2"));
        assert!(check("*", ""));
        assert!(check("support*", "support"));
        assert!(check("*-fi", "perustuki-fi"));
        assert!(check("a*b*c", "axxbyyc"));
        assert!(!check("a*b*c", "axxcyyb"));
        assert!(!check("ab*ba", "aba"), "the two ends may not share a character");
        assert!(check("a*a", "aa"));
    }

    #[test]
    fn the_first_pattern_that_fits_decides() {
        let series = |unit: &str| Series::unrouted(unit.parse().unwrap());
        let route = |pattern: &str, unit| (pattern.parse().unwrap(), series(unit));
        let router = Router::new(vec![route("it-*", "first"), route("it-helsinki", "second")]);
        assert_eq!(router.route("it-helsinki"), Ok(Route::Routed(series("first"))));
        assert_eq!(router.route("hr"), Ok(Route::Unrouted(series("hr"))));
        assert_eq!(router.route("all"), Err(BadName::Reserved("all".to_owned())));
    }
}
