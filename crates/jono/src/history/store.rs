//! A store that is sent history, request after request, and asked again while it does not answer.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError},
    time::{Duration, Instant},
};

use anyhow::bail;
use jono_domain::UnixSeconds;
use jono_exporter::{Answer, Backfill, Buckets, Client, CommonLabels, Request, Requests, Wait};

use super::{Month, MonthPast, resume::Resume};
use crate::clock;

/// The first wait, doubled until the longest.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A store that asks for none is not asked without end.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// A store, and what it was sent.
pub(crate) struct Store {
    client: Client,
    resume: Option<Resume>,
    /// For how long one request is tried.
    patience: Duration,
    /// Has something, or nobody at its other end, when it is time to stop.
    stop: Receiver<()>,
    pub(crate) sent: Sent,
}

/// What a store was sent, and acknowledged.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sent {
    pub(crate) requests: u64,
    /// Those that it had already.
    pub(crate) skipped: u64,
    /// How often one was sent again.
    pub(crate) retried: u64,
    pub(crate) samples: u64,
    /// Compressed, without headers.
    pub(crate) bytes: u64,
}

impl Store {
    pub(crate) const fn new(
        client: Client,
        resume: Option<Resume>,
        patience: Duration,
        stop: Receiver<()>,
    ) -> Self {
        let sent = Sent { requests: 0, skipped: 0, retried: 0, samples: 0, bytes: 0 };
        Self { client, resume, patience, stop, sent }
    }

    /// Sends a month.
    pub(crate) fn write(
        &mut self,
        month: &Month,
        known: &MonthPast,
        buckets: &Buckets,
        labels: &CommonLabels,
    ) -> anyhow::Result<()> {
        let requests = Requests::new(|request: Request| self.hand_on(&request));
        let mut backfill = Backfill::new(requests, buckets, labels);
        backfill.counters(&month.hours, &known.series)?;
        backfill.figures(&month.hours, &known.figures)?;
        backfill.finish()?;
        Ok(())
    }

    /// Sends a request until the store has it, unless it has it already.
    fn hand_on(&mut self, request: &Request) -> anyhow::Result<()> {
        match self.stop.try_recv() {
            Err(TryRecvError::Empty) => {}
            Ok(()) | Err(TryRecvError::Disconnected) => bail!(self.stopped()),
        }
        let digest = request.digest();
        if self.resume.as_ref().is_some_and(|resume| resume.knows(&digest)) {
            self.sent.skipped += 1;
            return Ok(());
        }
        let bytes = self.send(request)?;
        if let Some(resume) = &mut self.resume {
            resume.remember(&digest)?;
        }
        self.sent.requests += 1;
        self.sent.samples += request.samples();
        self.sent.bytes += bytes;
        Ok(())
    }

    /// How many bytes went out when it was taken.
    fn send(&mut self, request: &Request) -> anyhow::Result<u64> {
        let started = Instant::now();
        let mut waits = Waits::new(self.patience);
        loop {
            let (why, wait) = match self.client.send(request) {
                Answer::Taken { bytes } => return Ok(bytes),
                Answer::Refused { why } => bail!(why),
                Answer::Later { why, wait } => (why, wait),
            };
            let Some(wait) = waits.next(wait, clock::now(), started.elapsed()) else {
                bail!("{why}; --retry-for is over before it may be asked again: {}", self.how_to_go_on());
            };
            tracing::warn!(why, ?wait, "a request is sent again");
            match self.stop.recv_timeout(wait) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => bail!(self.stopped()),
            }
            self.sent.retried += 1;
        }
    }

    fn stopped(&self) -> String {
        format!("stopped: {}", self.how_to_go_on())
    }

    fn how_to_go_on(&self) -> &'static str {
        if self.resume.is_some() {
            "go on with the same command; what the store has is not sent again"
        } else {
            "the same command with the same --until sends all of it again, which changes nothing of what the store has; with \
             --resume FILE it would go on"
        }
    }
}

/// How long to wait before a request is sent again, each time.
struct Waits {
    next: Duration,
    patience: Duration,
}

impl Waits {
    const fn new(patience: Duration) -> Self {
        Self { next: FIRST_WAIT, patience }
    }

    /// What the store asked for, else twice as long as before; `None` if that is longer than the patience.
    fn next(&mut self, asked: Option<Wait>, now: UnixSeconds, elapsed: Duration) -> Option<Duration> {
        let ours = self.next;
        self.next = (self.next * 2).min(LONGEST_WAIT);
        let wait = asked.map_or(ours, |asked| Duration::from_secs(asked.seconds_from(now)));
        let wait = wait.max(SHORTEST_WAIT);
        elapsed.checked_add(wait).is_some_and(|end| end <= self.patience).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_end_with_the_patience() {
        let mut waits = Waits::new(Duration::from_mins(5));
        let mut elapsed = Duration::ZERO;
        let mut all = Vec::new();
        while let Some(wait) = waits.next(None, UnixSeconds::saturating(0), elapsed) {
            elapsed += wait;
            all.push(wait.as_secs_f64());
        }
        let expected = [vec![0.5, 1.0, 2.0, 4.0, 8.0, 16.0], vec![30.0; 8]].concat();
        assert_eq!(all, expected);
    }

    #[test]
    fn a_store_that_says_how_long_is_left_alone_for_that_long() {
        let now = UnixSeconds::saturating(100);
        let mut waits = Waits::new(Duration::from_secs(10));
        let mut next = |asked, elapsed| waits.next(Some(asked), now, Duration::from_secs(elapsed));
        assert_eq!(next(Wait::Seconds(7), 0), Some(Duration::from_secs(7)));
        assert_eq!(next(Wait::Until(UnixSeconds::saturating(103)), 7), Some(Duration::from_secs(3)));
        assert_eq!(next(Wait::Until(UnixSeconds::saturating(90)), 9), Some(SHORTEST_WAIT));
        assert_eq!(next(Wait::Seconds(11), 0), None);
        assert_eq!(next(Wait::Seconds(u64::MAX), 1), None);
    }
}
