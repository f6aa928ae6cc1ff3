//! The lines as they are written, of which the JSON Schema is made too. What they mean is the format's matter.

use std::borrow::Cow;

use jono_domain::{
    CallbackOutcome, Channel, Outcome, Reason, Score, Seconds, ServiceId, UnitId, UnixSeconds,
};
#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::scalar::{Object, Scalar, field};
use crate::{
    blocks::MAX_LINE_BYTES,
    source::{appointments, snapshots, survey::Round},
};

/// Something that happened to a customer, or that was seen.
///
/// A line names the queue that it belongs to, which a route of the source gives to a series, or a channel, unit and
/// service. A call back is always of the channel `callback`, so its channel may be left out. Fields that are not named
/// here are ignored, and a field that is null is none.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(title = "event of jono", transform = super::schema::whose))]
pub(super) struct Record<'a> {
    /// When it happened: a date and time with an offset, as RFC 3339 writes them, or seconds since 1970.
    pub(super) at: At,
    /// What tells the contact or call back apart from others of the source; no name and no number of a customer.
    #[serde(borrow)]
    pub(super) id: Option<Id<'a>>,
    /// The queue, if a route of the source says whose that is.
    #[serde(borrow)]
    pub(super) queue: Option<QueueName<'a>>,
    /// How the customer came.
    pub(super) channel: Option<ChannelName>,
    /// Who served.
    pub(super) unit: Option<Unit>,
    /// What about.
    pub(super) service: Option<Service>,
    #[serde(flatten, borrow)]
    pub(super) what: What<'a>,
}

/// What happened.
#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub(super) enum What<'a> {
    /// A customer entered the queue, or took a ticket.
    Arrived,
    /// A wait ended.
    Concluded {
        /// How.
        outcome: OutcomeName,
        /// How long it was, in seconds.
        wait: Option<Duration>,
        /// Who answered, if somebody did: what tells desks or agents apart.
        #[serde(borrow)]
        desk: Option<Id<'a>>,
    },
    /// An answered contact ended.
    Handled {
        /// How long it was from answer to end.
        seconds: Option<Duration>,
    },
    /// A customer was offered a call back.
    CallbackOffered,
    /// A customer took the offer.
    CallbackAccepted,
    /// The customer was called for the first time. Later attempts are not told.
    CallbackCalled {
        /// When the offer was taken.
        accepted_at: At,
    },
    /// A call back is over.
    CallbackCompleted {
        /// Whether the customer was spoken to.
        outcome: CallbackOutcomeName,
    },
    /// Somebody looked at a queue. What was not seen is left out, but not all of it.
    #[cfg_attr(feature = "schema", schemars(transform = super::schema::seen))]
    Polled {
        /// Whether it serves now; if not, there is no number.
        open: Option<Truth>,
        /// How many customers wait.
        waiting: Option<Number>,
        /// How long one waits, or is told that it takes, in seconds.
        wait: Option<SeenWait>,
        /// How many desks are open.
        desks: Option<Number>,
    },
    /// Somebody looked into an appointment book.
    Appointment {
        /// How many calendar days after the day of looking the first free appointment is; null if none is free.
        days: Days,
    },
    /// A customer gave a score.
    Scored {
        /// From 0 to 10.
        score: ScoreNumber,
        /// The survey round, which is a quarter; else it is the one in which it happened.
        round: Option<RoundName>,
    },
}

/// Understands a line as it is written.
pub(super) fn parse(line: &[u8]) -> Result<Record<'_>, Reason> {
    if line.len() > MAX_LINE_BYTES {
        return Err(Reason::LineTooLong);
    }
    let text = std::str::from_utf8(line).map_err(|_| Reason::BadEncoding)?;
    let object: Object<'_> = serde_json::from_str(text).map_err(|_| Reason::NotJson)?;
    match object.get("event") {
        None | Some(Scalar::Null) => Err(Reason::MissingValue),
        // Serde would take a number for the place of an event in the list.
        Some(event) => event.text(Reason::BadEvent).map(|_| ()),
    }?;
    object.fill()
}

/// Gives a field its type: what it holds, how it is read, and its JSON Schema.
macro_rules! field {
    ($($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? ($holds:ty) = $read:expr, $schema:tt;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $name $(<$life>)? (pub(super) $holds);

        impl<'de $(: $life, $life)?> Deserialize<'de> for $name $(<$life>)? {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                field(deserializer, $read).map(Self)
            }
        }

        #[cfg(feature = "schema")]
        impl $(<$life>)? JsonSchema for $name $(<$life>)? {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

field! {
    /// When.
    At(UnixSeconds) = |value| value.time(), {
        "oneOf": [{"type": "string", "format": "date-time"}, {"type": "number", "minimum": 0, "maximum": 9_999_999_999_u64}],
    };
    /// What tells one thing apart from others.
    Id<'a>(Cow<'a, str>) = id, {
        "oneOf": [{"type": "string", "minLength": 1}, {"type": "integer"}],
    };
    /// A queue's name, which a route knows.
    QueueName<'a>(Cow<'a, str>) = |value| match value {
        Scalar::Text(text) => Ok(text),
        _ => Err(Reason::BadQueue),
    }, {"type": "string", "minLength": 1};
    /// A channel.
    ChannelName(Channel) = |value| word(&value, Reason::UnknownName), {
        "enum": Channel::ALL.map(Channel::as_str),
    };
    /// A unit.
    Unit(UnitId) = |value| word(&value, Reason::UnknownName), {"type": "string", "minLength": 1};
    /// A service.
    Service(ServiceId) = |value| word(&value, Reason::UnknownName), {"type": "string", "minLength": 1};
    /// An outcome.
    OutcomeName(Outcome) = |value| word(&value, Reason::BadValue), {"enum": Outcome::ALL.map(Outcome::as_str)};
    /// The outcome of a call back.
    CallbackOutcomeName(CallbackOutcome) = |value| word(&value, Reason::BadValue), {
        "enum": CallbackOutcome::ALL.map(CallbackOutcome::as_str),
    };
    /// A duration.
    Duration(Seconds) = |value| value.seconds(), {"type": "number", "minimum": 0, "maximum": Seconds::MAX.get()};
    /// A wait that was seen: no longer than a table may say.
    SeenWait(Seconds) = |value| {
        let wait = value.seconds()?;
        within(wait.get(), snapshots::LONGEST).map(|_| wait)
    }, {"type": "number", "minimum": 0, "maximum": snapshots::LONGEST};
    /// A number of those who wait, or of desks: no more than a table may say.
    Number(u32) = |value| within(value.count()?, snapshots::MOST), {
        "type": "integer", "minimum": 0, "maximum": snapshots::MOST,
    };
    /// Whether.
    Truth(bool) = |value| match value {
        Scalar::Truth(truth) => Ok(truth),
        _ => Err(Reason::BadValue),
    }, {"type": "boolean"};
    /// A number of days, or that there is none.
    Days(Option<u32>) = |value| days(&value), {
        "type": ["integer", "null"], "minimum": 0, "maximum": appointments::FURTHEST,
    };
    /// A score.
    ScoreNumber(Score) = |value| value.score(), {"type": "integer", "minimum": 0, "maximum": Score::MAX};
    /// A survey round.
    RoundName(Round) = |value| word(&value, Reason::BadPeriod), {"type": "string", "pattern": "^[0-9]{4}-Q[1-4]$"};
}

fn word<T: std::str::FromStr>(value: &Scalar<'_>, reason: Reason) -> Result<T, Reason> {
    value.text(reason)?.parse().map_err(|_| reason)
}

fn id(value: Scalar<'_>) -> Result<Cow<'_, str>, Reason> {
    match value {
        Scalar::Text(text) if !text.is_empty() => Ok(text),
        Scalar::Natural(number) => Ok(number.to_string().into()),
        Scalar::Below(number) => Ok(number.to_string().into()),
        Scalar::Text(_) | Scalar::Null | Scalar::Truth(_) | Scalar::Fraction(_) | Scalar::Nested => {
            Err(Reason::BadValue)
        }
    }
}

fn days(value: &Scalar<'_>) -> Result<Option<u32>, Reason> {
    if *value == Scalar::Null {
        return Ok(None);
    }
    let days = value.count().map_err(|reason| match reason {
        Reason::Negative => Reason::InThePast,
        other => other,
    })?;
    within(days, appointments::FURTHEST).map(Some)
}

fn within(number: u32, most: u32) -> Result<u32, Reason> {
    if number > most { Err(Reason::OutOfRange) } else { Ok(number) }
}
