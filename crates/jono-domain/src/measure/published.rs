//! What is only known from tables that others publish, for now: no event is counted that could answer it.
//!
//! - `online_ratio`: the share of applications that were made online, 0-1.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value};
use crate::{cell::Cell, service::Service};

pub(super) const NAMES: &[&str] = &["online_ratio"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    (name == "online_ratio").then(|| Arc::new(Published(Dimension::Ratio)) as _)
}

struct Published(Dimension);

impl Question for Published {
    fn dimension(&self) -> Dimension {
        self.0
    }

    fn need(&self) -> Need {
        Need::Figures
    }

    fn add(&self, _: &Cell, _: &Service, _: &mut Sum) {}

    fn value(&self, _: &Sum) -> Option<Value> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn no_event_answers_it() {
        insta::assert_snapshot!(check("online_ratio"), @"unavailable");
    }
}
