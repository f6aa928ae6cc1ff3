//! Checked names and keys. What a name may be is decided here and nowhere else.
//!
//! Names come from configuration or, for queues that no route knows, from the data itself. They become label
//! values, table columns and file contents, so control characters and edge spaces are refused once, here.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use thiserror::Error;

/// A name that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadName {
    /// Nothing is left to call it by.
    #[error("a name may not be empty")]
    Empty,
    /// Longer than [`MAX_NAME_BYTES`].
    #[error("a name may have at most {MAX_NAME_BYTES} bytes, this one has {0}")]
    TooLong(usize),
    /// Contains a control character, or starts or ends with white space.
    #[error("{0:?} has a control character, or starts or ends with white space")]
    Unprintable(String),
    /// A word that a command gives another meaning.
    #[error("{0:?} is reserved")]
    Reserved(String),
    /// Not one of the channels.
    #[error("{0:?} is no channel; the channels are {list}", list = Channel::list())]
    UnknownChannel(String),
}

/// The longest name, in bytes of UTF-8. Asterisk's own limit for a queue's name is 80.
pub const MAX_NAME_BYTES: usize = 128;

/// `all` asks for the sum over every unit, service or channel, so nothing can be called so.
pub const ALL: &str = "all";

fn checked(name: &str) -> Result<Arc<str>, BadName> {
    if name.is_empty() {
        Err(BadName::Empty)
    } else if name.len() > MAX_NAME_BYTES {
        Err(BadName::TooLong(name.len()))
    } else if name.chars().any(char::is_control) || name.trim() != name {
        Err(BadName::Unprintable(name.to_owned()))
    } else if name == ALL {
        Err(BadName::Reserved(name.to_owned()))
    } else {
        Ok(name.into())
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Invariant: 1 to [`MAX_NAME_BYTES`] bytes, no control characters, no white space at its ends, not `all`.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadName;
            fn from_str(name: &str) -> Result<Self, BadName> {
                checked(name).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

name! {
    /// An organisational unit, or the name of a queue that no route knows.
    UnitId
}
name! {
    /// A line of business inside a unit, such as `social_assistance`.
    ServiceId
}
name! {
    /// A configured source of documents, such as `helpdesk`.
    SourceName
}

impl ServiceId {
    /// The service of queues that no route knows: their unit carries the queue's name.
    pub fn unrouted() -> Self {
        Self(UNROUTED.into())
    }
}

const UNROUTED: &str = "unrouted";

/// How the customer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Channel {
    /// A call that queues for a person.
    Phone,
    /// A visit without an appointment: a queue ticket.
    ServicePoint,
    /// A call at an agreed time.
    PhoneAppointment,
    /// A visit at an agreed time.
    VisitAppointment,
    /// A call back that was promised instead of queueing.
    Callback,
    /// Self-service on the web.
    Online,
}

impl Channel {
    /// Every channel, in the order in which tables show them.
    pub const ALL: [Self; 6] = [
        Self::Phone,
        Self::ServicePoint,
        Self::PhoneAppointment,
        Self::VisitAppointment,
        Self::Callback,
        Self::Online,
    ];

    /// The word used in labels, tables and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::ServicePoint => "service_point",
            Self::PhoneAppointment => "phone_appointment",
            Self::VisitAppointment => "visit_appointment",
            Self::Callback => "callback",
            Self::Online => "online",
        }
    }

    fn list() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Channel {
    type Err = BadName;
    fn from_str(name: &str) -> Result<Self, BadName> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == name)
            .ok_or_else(|| BadName::UnknownChannel(name.to_owned()))
    }
}

/// What is counted apart from everything else: one channel of one service of one unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Series {
    /// How the customer came.
    pub channel: Channel,
    /// Who served; always a leaf of the counting, never a roll-up.
    pub unit: UnitId,
    /// What about.
    pub service: ServiceId,
}

impl Series {
    /// The series of a queue that no route knows.
    pub fn unrouted(queue: UnitId) -> Self {
        Self { channel: Channel::Phone, unit: queue, service: ServiceId::unrouted() }
    }

    /// Whether it came into being without a route.
    pub fn is_unrouted(&self) -> bool {
        self.service.as_str() == UNROUTED
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.channel, self.unit, self.service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str) -> String {
        match name.parse::<UnitId>() {
            Ok(id) => format!("ok {id}"),
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn names_in_any_language_are_names() {
        insta::assert_snapshot!(check("Keskinen asiakaspalveluyksikkö"), @"ok Keskinen asiakaspalveluyksikkö");
    }

    #[test]
    fn what_would_break_a_table_is_refused() {
        insta::assert_snapshot!(check("a\nb"), @r#""a\nb" has a control character, or starts or ends with white space"#);
        insta::assert_snapshot!(check(" a"), @r#"" a" has a control character, or starts or ends with white space"#);
        insta::assert_snapshot!(check(""), @"a name may not be empty");
        insta::assert_snapshot!(check("all"), @r#""all" is reserved"#);
        insta::assert_snapshot!(check(&"x".repeat(129)), @"a name may have at most 128 bytes, this one has 129");
    }

    #[test]
    fn channels_are_a_closed_set() {
        for channel in Channel::ALL {
            assert_eq!(channel.as_str().parse(), Ok(channel));
        }
        insta::assert_snapshot!("fax".parse::<Channel>().unwrap_err(), @r#""fax" is no channel; the channels are phone, service_point, phone_appointment, visit_appointment, callback, online"#);
    }
}
