//! The values of a line, and why one is refused. Which fields there are is the types' matter.
//!
//! A line's own strings are borrowed, and what is nested in it is not kept. It is cut into values before serde fills
//! the types, so that what serde refuses is a [`Reason`] and no message.

use std::{borrow::Cow, fmt};

use jono_domain::{Decimal, Reason, Score, Seconds, UnixSeconds};
use serde::{
    Deserialize, Deserializer,
    de::{
        self, Error as _, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};

/// A value of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Truth(bool),
    Natural(u64),
    Below(i64),
    Fraction(f64),
    Text(Cow<'a, str>),
    /// An array or an object.
    Nested,
}

/// Why the types do not take a line.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) Reason);

/// The fields of a line, as they are written.
pub(super) struct Object<'a>(Vec<(Scalar<'a>, Scalar<'a>)>);

impl<'a> Object<'a> {
    /// The value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&Scalar<'a>> {
        let found = self.0.iter().find(|(key, _)| matches!(key, Scalar::Text(key) if key == name));
        found.map(|(_, value)| value)
    }

    /// Fills a type.
    pub(super) fn fill<T: Deserialize<'a>>(self) -> Result<T, Reason> {
        T::deserialize(MapDeserializer::new(self.0.into_iter())).map_err(|Refusal(reason)| reason)
    }
}

impl Scalar<'_> {
    /// The text, or `reason` if it is none.
    pub(super) fn text(&self, reason: Reason) -> Result<&str, Reason> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Null
            | Self::Truth(_)
            | Self::Natural(_)
            | Self::Below(_)
            | Self::Fraction(_)
            | Self::Nested => Err(reason),
        }
    }

    fn number(&self) -> Result<Decimal, Reason> {
        match *self {
            Self::Natural(number) => Ok(number.into()),
            Self::Below(number) => Ok(number.into()),
            Self::Fraction(number) => Decimal::try_from(number).map_err(|_| Reason::OutOfRange),
            Self::Null | Self::Truth(_) | Self::Text(_) | Self::Nested => Err(Reason::NotANumber),
        }
    }

    /// A number of things.
    pub(super) fn count(&self) -> Result<u32, Reason> {
        let number = self.number()?;
        if number.is_sign_negative() && !number.is_zero() {
            Err(Reason::Negative)
        } else if number.fract().is_zero() {
            number.try_into().map_err(|_| Reason::OutOfRange)
        } else {
            Err(Reason::NotANumber)
        }
    }

    /// A duration in whole seconds, what is left of a second cut off.
    pub(super) fn seconds(&self) -> Result<Seconds, Reason> {
        let number = self.number()?;
        if number.is_sign_negative() && !number.is_zero() {
            return Err(Reason::Negative);
        }
        let seconds = number.floor().try_into().ok().and_then(|seconds| Seconds::new(seconds).ok());
        seconds.ok_or(Reason::OutOfRange)
    }

    /// A score.
    pub(super) fn score(&self) -> Result<Score, Reason> {
        let score = self.count().ok().and_then(|score| u8::try_from(score).ok());
        score.and_then(|score| Score::new(score).ok()).ok_or(Reason::NotAScore)
    }

    /// A time: seconds since 1970, or as RFC 3339 writes it. Without an offset it would be nowhere's.
    pub(super) fn time(&self) -> Result<UnixSeconds, Reason> {
        let seconds = match self {
            Self::Text(text) => text.parse().map(jiff::Timestamp::as_second).map_err(|_| Reason::BadTime)?,
            _ => self
                .number()
                .ok()
                .and_then(|seconds| seconds.floor().try_into().ok())
                .ok_or(Reason::BadTime)?,
        };
        UnixSeconds::new(seconds).map_err(|_| Reason::BadTime)
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::with_capacity(8);
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Scalar::Truth(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Scalar::Natural(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Scalar::Below(value))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Scalar::Fraction(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Owned(value.to_owned())))
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Borrowed(value)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Nested)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Nested)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl<'de> IntoDeserializer<'de, Refusal> for Scalar<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Scalar<'de> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Truth(truth) => visitor.visit_bool(truth),
            Self::Natural(number) => visitor.visit_u64(number),
            Self::Below(number) => visitor.visit_i64(number),
            Self::Fraction(number) => visitor.visit_f64(number),
            Self::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Self::Text(Cow::Owned(text)) => visitor.visit_string(text),
            // It is still something, and no value that a field can have.
            Self::Nested => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Scalar<'de>>())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if self == Self::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    /// The types of fields say which reason it is.
    fn custom<T: fmt::Display>(message: T) -> Self {
        let word = message.to_string();
        let reason = Reason::ALL.iter().find(|reason| reason.as_str() == word);
        Self(reason.copied().unwrap_or(Reason::BadValue))
    }

    fn missing_field(_: &'static str) -> Self {
        Self(Reason::MissingValue)
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self(Reason::BadEvent)
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self(Reason::BadValue)
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self(Reason::BadValue)
    }
}

/// Reads a field by what it may say.
pub(super) fn field<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: impl FnOnce(Scalar<'de>) -> Result<T, Reason>,
) -> Result<T, D::Error> {
    read(Scalar::deserialize(deserializer)?).map_err(D::Error::custom)
}
