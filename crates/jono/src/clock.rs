//! The one place that asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use jono_domain::UnixSeconds;

/// The time now.
pub(crate) fn now() -> UnixSeconds {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    UnixSeconds::saturating(i64::try_from(since).unwrap_or(i64::MAX))
}
