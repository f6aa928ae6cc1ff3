//! What a line of a log means: an [`Event`] at a time. Proof that a line was understood; nothing later re-checks.

use std::{fmt, str::FromStr};

use thiserror::Error;

/// A number of seconds, or a time, beyond what can be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} is out of range")]
pub struct OutOfRange(pub i64);

/// A time: whole seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
///
/// Invariant: from 0 to [`UnixSeconds::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixSeconds(i64);

impl UnixSeconds {
    /// The last second that ten digits can say: 2286-11-20 17:46:39 UTC.
    pub const MAX: Self = Self(9_999_999_999);
    /// 1970-01-01 00:00:00 UTC.
    pub const MIN: Self = Self(0);

    /// Checks a number of seconds.
    pub const fn new(seconds: i64) -> Result<Self, OutOfRange> {
        if seconds < 0 || seconds > Self::MAX.0 { Err(OutOfRange(seconds)) } else { Ok(Self(seconds)) }
    }

    /// The nearest time in range.
    pub const fn saturating(seconds: i64) -> Self {
        if seconds < 0 {
            Self::MIN
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// A duration in whole seconds.
///
/// Invariant: at most [`Seconds::MAX`], which is seventeen years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "u32", try_from = "u32")
)]
pub struct Seconds(u32);

impl Seconds {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// 2²⁹ - 1 seconds.
    pub const MAX: Self = Self((1 << 29) - 1);

    /// Checks a number of seconds.
    pub const fn new(seconds: u32) -> Result<Self, OutOfRange> {
        if seconds > Self::MAX.0 { Err(OutOfRange(seconds as i64)) } else { Ok(Self(seconds)) }
    }

    /// Whole seconds.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl From<Seconds> for u32 {
    fn from(seconds: Seconds) -> Self {
        seconds.0
    }
}

impl TryFrom<u32> for Seconds {
    type Error = OutOfRange;
    fn try_from(seconds: u32) -> Result<Self, OutOfRange> {
        Self::new(seconds)
    }
}

/// How a contact's wait ended. The set is closed: a new outcome stops the build wherever it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Outcome {
    /// A person answered.
    Answered,
    /// The customer gave up.
    Abandoned,
    /// The queue's own longest wait ran out.
    TimedOut,
    /// Nobody was left to answer.
    LeftEmpty,
    /// The customer chose another way by a key.
    LeftByKey,
    /// The service took the customer out of the queue.
    Withdrawn,
    /// The customer took the offer of a call back; neither answered nor abandoned.
    Callback,
}

impl Outcome {
    /// Every outcome, in the order in which tables show them.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Answered,
        Self::Abandoned,
        Self::TimedOut,
        Self::LeftEmpty,
        Self::LeftByKey,
        Self::Withdrawn,
        Self::Callback,
    ];
    /// How many outcomes there are.
    pub const COUNT: usize = 7;

    /// The word used in labels, tables and measures.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Abandoned => "abandoned",
            Self::TimedOut => "timed_out",
            Self::LeftEmpty => "left_empty",
            Self::LeftByKey => "left_by_key",
            Self::Withdrawn => "withdrawn",
            Self::Callback => "callback",
        }
    }

    /// Its place in [`Outcome::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is no outcome.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{word:?} is no outcome; the outcomes are {outcomes}")]
pub struct UnknownOutcome {
    /// The word.
    pub word: String,
    /// What it could have been.
    outcomes: String,
}

impl UnknownOutcome {
    /// The outcome of that name.
    fn or<T: Copy, const N: usize>(word: &str, all: [(&str, T); N]) -> Result<T, Self> {
        let found = all.iter().find(|(name, _)| *name == word);
        found
            .map(|&(_, outcome)| outcome)
            .ok_or_else(|| Self { word: word.to_owned(), outcomes: all.map(|(name, _)| name).join(", ") })
    }
}

impl FromStr for Outcome {
    type Err = UnknownOutcome;
    fn from_str(word: &str) -> Result<Self, UnknownOutcome> {
        UnknownOutcome::or(word, Self::ALL.map(|outcome| (outcome.as_str(), outcome)))
    }
}

/// What becomes of a call back that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum CallbackOutcome {
    /// The customer was spoken to.
    Reached,
    /// The customer was not: nobody answered, or the attempts were given up.
    Failed,
}

impl CallbackOutcome {
    /// Both outcomes, in the order in which tables show them.
    pub const ALL: [Self; 2] = [Self::Reached, Self::Failed];

    /// The word used in labels, tables and measures.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for CallbackOutcome {
    type Err = UnknownOutcome;
    fn from_str(word: &str) -> Result<Self, UnknownOutcome> {
        UnknownOutcome::or(word, Self::ALL.map(|outcome| (outcome.as_str(), outcome)))
    }
}

/// How far a call back came. Stages and the promise are counted apart: a customer who is reached late was reached,
/// and one who is called in time and does not answer was called in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallbackStage {
    /// The customer was offered a call back.
    Offered,
    /// The customer took the offer.
    Accepted,
    /// The first attempt was made, so long after it was accepted.
    Called {
        /// From acceptance to the attempt.
        delay: Seconds,
    },
    /// It is over.
    Completed(CallbackOutcome),
    /// The attempt was due: counted at the time until which it was promised, whether or not it was made.
    Due,
    /// The first attempt was made until it was due: counted at that time too.
    Kept,
    /// The first attempt was made after it was due: counted at the time until which it was promised.
    Late,
}

/// What somebody saw who looked at a service point's queue, or into an appointment book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It serves.
    Office {
        /// How many customers wait.
        waiting: Option<u32>,
        /// How long one waits, or is told that it takes.
        wait: Option<Seconds>,
        /// How many desks are open.
        desks: Option<u32>,
    },
    /// It does not serve now: no number is zero.
    Closed,
    /// The first free appointment is on a day so many days after the day of looking; 0 is the same day.
    Appointment {
        /// Calendar days.
        days: u32,
    },
    /// No appointment is free within the horizon of the book, which is no number of days.
    NoAppointment,
}

/// A customer's score of a service on the scale 0-10.
///
/// Invariant: at most [`Score::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

impl Score {
    /// The best: 10.
    pub const MAX: u8 = 10;
    /// How many scores there are.
    pub const COUNT: usize = 11;

    /// Checks a score.
    pub const fn new(score: u8) -> Result<Self, OutOfRange> {
        if score > Self::MAX { Err(OutOfRange(score as i64)) } else { Ok(Self(score)) }
    }

    /// From 0 to 10.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Something happened to one customer, or was seen. Each is counted in the hour of its own `at`, so counting needs no
/// memory of open calls and a log is read in one pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A customer entered the queue.
    Arrived {
        /// When.
        at: UnixSeconds,
    },
    /// A wait ended.
    Concluded {
        /// When.
        at: UnixSeconds,
        /// How.
        outcome: Outcome,
        /// How long it was; `None` where an old log does not say. Such a contact is counted but enters no
        /// histogram.
        wait: Option<Seconds>,
    },
    /// An answered contact ended.
    Handled {
        /// When.
        at: UnixSeconds,
        /// From answer to end; `None` where an old log does not say.
        seconds: Option<Seconds>,
    },
    /// A call back went on.
    Callback {
        /// When; of [`CallbackStage::Due`], [`Kept`](CallbackStage::Kept) and [`Late`](CallbackStage::Late), the time
        /// until which the attempt was promised.
        at: UnixSeconds,
        /// How far it came.
        stage: CallbackStage,
    },
    /// Somebody looked.
    Polled {
        /// When.
        at: UnixSeconds,
        /// What was seen.
        seen: Seen,
    },
    /// A customer gave a score. To which survey round it belongs is [`Scores`](crate::Scores)'s matter.
    Scored {
        /// When.
        at: UnixSeconds,
        /// From 0 to 10.
        score: Score,
    },
}

impl Event {
    /// Whether it shows that its time was reported on. What was promised for a time does not.
    pub const fn covers(self) -> bool {
        match self {
            Self::Callback { stage, .. } => {
                !matches!(stage, CallbackStage::Due | CallbackStage::Kept | CallbackStage::Late)
            }
            Self::Arrived { .. }
            | Self::Concluded { .. }
            | Self::Handled { .. }
            | Self::Polled { .. }
            | Self::Scored { .. } => true,
        }
    }

    /// When it happened.
    pub const fn at(self) -> UnixSeconds {
        match self {
            Self::Arrived { at }
            | Self::Concluded { at, .. }
            | Self::Handled { at, .. }
            | Self::Callback { at, .. }
            | Self::Polled { at, .. }
            | Self::Scored { at, .. } => at,
        }
    }
}
