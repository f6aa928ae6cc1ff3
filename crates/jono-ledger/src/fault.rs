//! Named instants at which a test ends the process, to prove that nothing depends on where it is ended.
//!
//! Without the feature `faults` there is nothing here at run time. With it, the environment variable `FAULT_POINT`
//! names a point, or `point:N` for the N-th time that it is reached, counted from 1.

/// Every point, in the order in which a commit passes them.
pub const POINTS: &[&str] = &[
    "begun",
    "old-deleted",
    "cells-written",
    "stated-written",
    "polls-written",
    "before-revisions",
    "before-commit",
    "after-commit",
    "before-samples",
    "after-samples",
    "before-epoch",
    "edition-written",
];

/// Ends the process here, if that was asked for.
#[cfg(not(feature = "faults"))]
#[inline]
pub fn point(_name: &str) {}

/// Ends the process here, if that was asked for.
#[cfg(feature = "faults")]
pub fn point(name: &str) {
    use std::sync::atomic::{AtomicU64, Ordering};

    static REACHED: AtomicU64 = AtomicU64::new(0);

    let Ok(asked) = std::env::var("FAULT_POINT") else { return };
    let (point, nth) = match asked.split_once(':') {
        Some((point, nth)) => (point, nth.parse().unwrap_or(1)),
        None => (asked.as_str(), 1),
    };
    // One point is asked for in the life of a process, so one count is enough.
    if point == name && REACHED.fetch_add(1, Ordering::Relaxed) + 1 == nth {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_point_is_passed_somewhere() {
        let sources = [
            include_str!("write.rs"),
            include_str!("replace.rs"),
            include_str!("sample.rs"),
            include_str!("counters.rs"),
            include_str!("edition.rs"),
        ]
        .concat();
        for point in super::POINTS {
            assert!(sources.contains(&format!("fault::point(\"{point}\")")), "{point} is nowhere");
        }
        assert_eq!(sources.matches("fault::point(").count(), super::POINTS.len(), "a point is not listed");
    }
}
