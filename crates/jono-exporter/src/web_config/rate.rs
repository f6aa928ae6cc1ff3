//! How often requests may come: exporter-toolkit's token bucket, for all clients together.

use std::{sync::Mutex, time::Duration};

use jiff::SignedDuration;
use tokio::time::Instant;

use super::{held, mistake::Mistake, written::RateLimit};

/// One request an interval, and as many at once as the bucket holds.
#[derive(Debug)]
pub(super) struct Rate {
    interval: Duration,
    /// How long an empty bucket takes to be full.
    fill: Duration,
    full_at: Mutex<Instant>,
}

impl Rate {
    /// `None` is no limit.
    pub(super) fn new(written: &RateLimit) -> Result<Option<Self>, Mistake> {
        if ["", "0"].contains(&written.interval.as_str()) {
            return Ok(None);
        }
        let interval: Option<SignedDuration> = written.interval.parse().ok();
        let Some(interval) = interval.and_then(|interval| Duration::try_from(interval).ok()) else {
            return Err(Mistake::Interval { interval: written.interval.clone() });
        };
        if interval.is_zero() {
            return Ok(None);
        }
        if written.burst == 0 {
            return Err(Mistake::Burst);
        }
        let fill = interval.saturating_mul(written.burst);
        Ok(Some(Self { interval, fill, full_at: Mutex::new(Instant::now()) }))
    }

    /// Whether a request may be answered that came now; if so, it is counted.
    pub(super) fn allows(&self, now: Instant) -> bool {
        let mut full_at = held(&self.full_at);
        let after = (*full_at).max(now).checked_add(self.interval);
        let Some(after) = after.filter(|after| *after - now <= self.fill) else { return false };
        *full_at = after;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(interval: &str, burst: u32) -> Result<Option<Rate>, Mistake> {
        Rate::new(&RateLimit { interval: interval.to_owned(), burst })
    }

    #[test]
    fn a_bucket_is_emptied_at_once_and_filled_in_time() {
        let rate = rate("1m30s", 3).unwrap().unwrap();
        let start = Instant::now();
        let at = |seconds| rate.allows(start + Duration::from_secs(seconds));
        assert_eq!([at(1), at(1), at(1), at(1)], [true, true, true, false]);
        assert_eq!([at(90), at(91), at(92)], [false, true, false]);
        assert_eq!([at(1000), at(1000), at(1000), at(1000)], [true, true, true, false]);
    }

    #[test]
    fn what_limits_nothing_and_what_everything() {
        assert!(rate("", 5).unwrap().is_none());
        assert!(rate("0", 0).unwrap().is_none());
        assert!(rate("0s", 0).unwrap().is_none());
        insta::assert_snapshot!(rate("1s", 0).unwrap_err(), @"burst of rate_limit is 0, so that every request would be refused; write 1 or more");
        insta::assert_snapshot!(rate("5", 1).unwrap_err(), @r#"interval of rate_limit is "5"; write a time such as 100ms or 1m30s, or 0 for no limit"#);
        insta::assert_snapshot!(rate("-1s", 1).unwrap_err(), @r#"interval of rate_limit is "-1s"; write a time such as 100ms or 1m30s, or 0 for no limit"#);
    }

    #[test]
    fn a_time_beyond_all_clocks_lets_one_through_at_most() {
        let rate = rate("2562047788015215h", u32::MAX).unwrap().unwrap();
        assert!(!rate.allows(Instant::now()));
    }
}
