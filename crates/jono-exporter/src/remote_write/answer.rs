//! What became of a request: what the store said, and what to do about it.

use jiff::fmt::rfc2822;
use jono_domain::UnixSeconds;

/// So much of what a store says is told on.
const WORDS: usize = 300;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The store has the samples.
    Taken {
        /// How large the request was, compressed.
        bytes: u64,
    },
    /// It may take them if they are sent again.
    Later {
        /// What went wrong.
        why: String,
        /// How long the store asks to be left alone.
        wait: Option<Wait>,
    },
    /// It will never take them.
    Refused {
        /// What it said, and what can be done.
        why: String,
    },
}

/// The header `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// So many seconds.
    Seconds(u64),
    /// Until then.
    Until(UnixSeconds),
}

impl Wait {
    /// The header's value; `None` if it is neither form.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        if let Ok(seconds) = value.parse() {
            return Some(Self::Seconds(seconds));
        }
        let date = rfc2822::parse(value).ok()?;
        Some(Self::Until(UnixSeconds::saturating(date.timestamp().as_second())))
    }

    /// How many seconds that is from an instant.
    pub const fn seconds_from(self, now: UnixSeconds) -> u64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Until(then) => match then.get() - now.get() {
                rest @ 1.. => rest.unsigned_abs(),
                _ => 0,
            },
        }
    }
}

/// An answer that has a status. `said` is the body, or its beginning.
pub(super) fn of_status(status: u16, said: &str, wait: Option<Wait>, bytes: u64) -> Answer {
    let said = first_line(said);
    let told = if said.is_empty() { format!("status {status}") } else { format!("status {status}: {said}") };
    match status {
        200..300 => Answer::Taken { bytes },
        429 | 500.. => Answer::Later { why: format!("the store answered with {told}"), wait },
        _ => Answer::Refused {
            why: format!("the store refused the samples with {told}; {}", advice(status, &said)),
        },
    }
}

/// The first line that says something, without what a terminal would obey.
fn first_line(said: &str) -> String {
    let line = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().filter(|char| !char.is_control()).take(WORDS).collect()
}

fn advice(status: u16, said: &str) -> &'static str {
    let said = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    match status {
        300..=399 => "redirects are not followed: give --remote-write the address that it leads to",
        401 | 403 => "give a user and password, or a token, that may write in --http.config.file",
        404 | 405 => {
            "give the whole address, such as http://HOST:9090/api/v1/write; a Prometheus listens there only with \
             --web.enable-remote-write-receiver"
        }
        413 => "allow larger requests in the store, or in the proxy before it: 4 MB are enough",
        _ if has(&["out of order", "out-of-order", "out of bounds", "too old", "too far in the past"]) => {
            "let it take old samples: in Prometheus and Mimir, set out_of_order_time_window to more than the age of the \
             first day; then go on with the same command"
        }
        _ if has(&["duplicate"]) => {
            "it has other values of the same series and times, as of a history that was written before: delete that there, or \
             choose another --from"
        }
        _ => "see to it there, then go on with the same command",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, said: &str) -> String {
        match of_status(status, said, None, 7) {
            Answer::Taken { bytes } => format!("taken, {bytes} bytes"),
            Answer::Later { why, .. } => format!("later: {why}"),
            Answer::Refused { why } => why,
        }
    }

    #[test]
    fn each_status_is_success_a_wait_or_a_refusal_with_advice() {
        insta::assert_snapshot!(check(204, ""), @"taken, 7 bytes");
        insta::assert_snapshot!(check(503, "overloaded\nlots more"), @"later: the store answered with status 503: overloaded");
        insta::assert_snapshot!(check(429, ""), @"later: the store answered with status 429");
        insta::assert_snapshot!(check(400, "\n out of order \x1b[31msample\n"), @"the store refused the samples with status 400: out of order [31msample; let it take old samples: in Prometheus and Mimir, set out_of_order_time_window to more than the age of the first day; then go on with the same command");
        insta::assert_snapshot!(check(400, "duplicate sample for timestamp"), @"the store refused the samples with status 400: duplicate sample for timestamp; it has other values of the same series and times, as of a history that was written before: delete that there, or choose another --from");
        insta::assert_snapshot!(check(401, "Unauthorized"), @"the store refused the samples with status 401: Unauthorized; give a user and password, or a token, that may write in --http.config.file");
        insta::assert_snapshot!(check(404, "404 page not found"), @"the store refused the samples with status 404: 404 page not found; give the whole address, such as http://HOST:9090/api/v1/write; a Prometheus listens there only with --web.enable-remote-write-receiver");
        insta::assert_snapshot!(check(307, ""), @"the store refused the samples with status 307; redirects are not followed: give --remote-write the address that it leads to");
        insta::assert_snapshot!(check(422, "no"), @"the store refused the samples with status 422: no; see to it there, then go on with the same command");
        insta::assert_snapshot!(check(413, ""), @"the store refused the samples with status 413; allow larger requests in the store, or in the proxy before it: 4 MB are enough");
        assert!(check(400, &"x".repeat(5000)).len() < 500);
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        let now = UnixSeconds::new(784_111_770).unwrap();
        let check = |value: &str| Wait::parse(value).map(|wait| wait.seconds_from(now));
        assert_eq!(check("120"), Some(120));
        assert_eq!(check("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
        assert_eq!(check("Sun, 06 Nov 1994 08:49:20 GMT"), Some(0));
        assert_eq!(check("soon"), None);
        assert_eq!(check("-1"), None);
    }
}
