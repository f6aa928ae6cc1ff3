//! The limits of the histograms' buckets. Cells keep whole seconds, so any limits can be shown exactly; which
//! ones is a question of what people look at, and differs by channel: a call is answered in seconds, a call back
//! in hours. Scores are not seconds, and have a bucket each.

use jono_domain::{Channel, Score, Seconds};
use thiserror::Error;

/// Limits that were refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadBounds {
    /// There is none.
    #[error("a histogram needs at least one bucket")]
    Empty,
    /// More than [`Bounds::MAX`].
    #[error("a histogram has at most {max} buckets, not {0}", max = Bounds::MAX)]
    TooMany(usize),
    /// One is not greater than the one before.
    #[error("buckets must ascend, and {next} does not follow {last}", last = last.get(), next = next.get())]
    NotAscending {
        /// The one before.
        last: Seconds,
        /// The one refused.
        next: Seconds,
    },
}

/// The upper limits of one histogram's buckets, each inclusive; the bucket without limit is not among them.
///
/// Invariant: 1 to [`Bounds::MAX`], strictly ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds(Box<[Bound]>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Bound {
    limit: Seconds,
    le: Box<str>,
}

impl Bounds {
    /// The most buckets a histogram may have: each is a series for every series.
    pub const MAX: usize = 64;

    /// Checks limits.
    pub fn new(limits: &[Seconds]) -> Result<Self, BadBounds> {
        if limits.is_empty() {
            return Err(BadBounds::Empty);
        }
        if limits.len() > Self::MAX {
            return Err(BadBounds::TooMany(limits.len()));
        }
        match limits.windows(2).find(|pair| pair[0] >= pair[1]) {
            Some(pair) => Err(BadBounds::NotAscending { last: pair[0], next: pair[1] }),
            None => Ok(Self(limits.iter().copied().map(Bound::new).collect())),
        }
    }

    /// The limits, ascending.
    pub fn seconds(&self) -> impl ExactSizeIterator<Item = Seconds> {
        self.0.iter().map(|bound| bound.limit)
    }

    /// The limits, each with its label `le`.
    pub(crate) fn labelled(&self) -> impl Iterator<Item = (Seconds, &str)> {
        self.0.iter().map(|bound| (bound.limit, &*bound.le))
    }
}

impl Bound {
    /// Prometheus 3 rewrites `20` to `20.0`; written so at once, queries are the same for every version.
    fn new(limit: Seconds) -> Self {
        Self { limit, le: format!("{}.0", limit.get()).into() }
    }
}

/// The limits of all histograms, by channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    wait: [Bounds; Channel::ALL.len()],
    handling: [Bounds; Channel::ALL.len()],
    delay: [Bounds; Channel::ALL.len()],
    score: Bounds,
}

impl Buckets {
    /// The limits of waits on a channel.
    pub const fn wait(&self, channel: Channel) -> &Bounds {
        &self.wait[channel as usize]
    }

    /// The limits of handling times on a channel.
    pub const fn handling(&self, channel: Channel) -> &Bounds {
        &self.handling[channel as usize]
    }

    /// The limits of delays of call backs on a channel.
    pub const fn delay(&self, channel: Channel) -> &Bounds {
        &self.delay[channel as usize]
    }

    /// The limits of scores: one for each score, so that no other would show more.
    pub const fn score(&self) -> &Bounds {
        &self.score
    }

    /// The same with other limits of waits on a channel.
    #[must_use]
    pub fn with_wait(mut self, channel: Channel, bounds: Bounds) -> Self {
        self.wait[channel as usize] = bounds;
        self
    }

    /// The same with other limits of handling times on a channel.
    #[must_use]
    pub fn with_handling(mut self, channel: Channel, bounds: Bounds) -> Self {
        self.handling[channel as usize] = bounds;
        self
    }

    /// The same with other limits of delays of call backs on a channel.
    #[must_use]
    pub fn with_delay(mut self, channel: Channel, bounds: Bounds) -> Self {
        self.delay[channel as usize] = bounds;
        self
    }
}

impl Default for Buckets {
    /// Twelve or fewer a channel, from what is good to what is a complaint.
    fn default() -> Self {
        Self {
            wait: Channel::ALL.map(|channel| known(usual_waits(channel))),
            handling: Channel::ALL
                .map(|_| known(&[30, 60, 120, 180, 300, 450, 600, 900, 1200, 1800, 2700, 3600])),
            delay: Channel::ALL
                .map(|_| known(&[300, 900, 1800, 3600, 7200, 10800, 14400, 21600, 28800, 43200, 86400])),
            score: known(&SCORES),
        }
    }
}

/// Every score, as a limit.
const SCORES: [u32; Score::COUNT] = {
    let mut scores = [0; Score::COUNT];
    let mut score = 1;
    while score < Score::COUNT {
        scores[score] = scores[score - 1] + 1;
        score += 1;
    }
    scores
};

const fn usual_waits(channel: Channel) -> &'static [u32] {
    match channel {
        Channel::Phone | Channel::Online => &[5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1800, 3600],
        Channel::ServicePoint => &[60, 180, 300, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 10800],
        Channel::PhoneAppointment | Channel::VisitAppointment => {
            &[0, 60, 120, 300, 600, 900, 1200, 1800, 3600]
        }
        Channel::Callback => &[300, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172_800, 604_800],
    }
}

fn known(limits: &[u32]) -> Bounds {
    let limits: Vec<_> = limits.iter().map(|&limit| Seconds::new(limit).expect("in range")).collect();
    Bounds::new(&limits).expect("ascending")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(limits: &[u32]) -> String {
        let limits: Vec<_> = limits.iter().map(|&limit| Seconds::new(limit).unwrap()).collect();
        match Bounds::new(&limits) {
            Ok(bounds) => bounds.labelled().map(|(_, le)| le).collect::<Vec<_>>().join(" "),
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn limits_are_labelled_as_floats() {
        insta::assert_snapshot!(check(&[0, 20, 3600]), @"0.0 20.0 3600.0");
    }

    #[test]
    fn what_is_no_list_of_limits_is_refused() {
        insta::assert_snapshot!(check(&[]), @"a histogram needs at least one bucket");
        insta::assert_snapshot!(check(&[20, 20]), @"buckets must ascend, and 20 does not follow 20");
        insta::assert_snapshot!(check(&(0..65).collect::<Vec<_>>()), @"a histogram has at most 64 buckets, not 65");
    }

    #[test]
    fn each_channel_may_have_its_own() {
        let one = known(&[7]);
        let buckets = Buckets::default()
            .with_wait(Channel::Callback, one.clone())
            .with_handling(Channel::Phone, one.clone())
            .with_delay(Channel::Online, one.clone());
        let own = [
            buckets.wait(Channel::Callback),
            buckets.handling(Channel::Phone),
            buckets.delay(Channel::Online),
        ];
        assert_eq!(own, [&one; 3]);
        assert_eq!(buckets.wait(Channel::Phone), Buckets::default().wait(Channel::Phone));
        assert_eq!(buckets.delay(Channel::Phone), Buckets::default().delay(Channel::Phone));
    }

    #[test]
    fn scores_have_a_bucket_each() {
        let buckets = Buckets::default();
        let scores = buckets.score().labelled().map(|(_, le)| le).collect::<Vec<_>>().join(" ");
        insta::assert_snapshot!(scores, @"0.0 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0");
    }
}
