//! What was seen last: a state that holds until somebody looks again, and so is no count.

use crate::{
    event::{Seen, UnixSeconds},
    id::Series,
};

/// What was seen of one series when somebody looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// Of whom.
    pub series: Series,
    /// When.
    pub at: UnixSeconds,
    /// What.
    pub seen: Seen,
}

/// What a poll looks at. Of one series, the newest poll of each kind is what holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PollKind {
    /// The queue of a service point.
    Office,
    /// An appointment book.
    Appointment,
}

impl PollKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Office, Self::Appointment];

    /// The word used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Appointment => "appointment",
        }
    }
}

impl Seen {
    /// What was looked at.
    pub const fn kind(self) -> PollKind {
        match self {
            Self::Office { .. } | Self::Closed => PollKind::Office,
            Self::Appointment { .. } | Self::NoAppointment => PollKind::Appointment,
        }
    }
}
