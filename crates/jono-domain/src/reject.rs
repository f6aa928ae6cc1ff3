//! Why a line gave no event. A bad line is data: it is counted under its reason, kept as a sample, and everything
//! good around it still counts.

use std::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The closed set of reasons, so that one is safe as a label.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word used in labels and tables.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

reasons! {
    /// It has NUL bytes, and is no line of text.
    Binary = "binary",
    /// It is longer than any line that the format writes.
    LineTooLong = "line_too_long",
    /// It ends before the fields that every line has.
    TooFewFields = "too_few_fields",
    /// It has more fields than the table has columns.
    TooManyFields = "too_many_fields",
    /// Its bytes are no text in the encoding of the source.
    BadEncoding = "bad_encoding",
    /// Its time cannot be read, or is out of range.
    BadTime = "bad_time",
    /// Its local time was skipped when the clock was put forward.
    NonexistentTime = "nonexistent_time",
    /// Its local time happened twice when the clock was put back.
    AmbiguousTime = "ambiguous_time",
    /// Its period cannot be read, or the calendar has none such, as week 53 of a year without one.
    BadPeriod = "bad_period",
    /// A unit, area, channel, service or measure is missing, or is none that is known.
    UnknownName = "unknown_name",
    /// It says otherwise than another line of the same document about the same period.
    Contradiction = "contradiction",
    /// Where an event's name should be is none.
    BadEvent = "bad_event",
    /// The event belongs to a queue, and the line names none that can be named.
    BadQueue = "bad_queue",
    /// A value that this event always has is missing.
    MissingValue = "missing_value",
    /// A value should be a number and is not.
    NotANumber = "not_a_number",
    /// A duration is below zero.
    Negative = "negative",
    /// A number is larger than can be meant.
    OutOfRange = "out_of_range",
    /// A score is no whole number from 0 to 10.
    NotAScore = "not_a_score",
    /// A time lies before one that it must follow: a call back was called before it was accepted, a ticket closed
    /// before it was taken.
    WrongOrder = "wrong_order",
    /// A free appointment lies before the time of looking, or before its day.
    InThePast = "in_the_past",
    /// A value is given on another scale than the others of its column.
    MixedScale = "mixed_scale",
    /// A value is none of the texts that its column can have.
    BadValue = "bad_value",
    /// It should be a JSON object and is not.
    NotJson = "not_json",
    /// Something happened, or was seen, later than can be by now.
    InTheFuture = "in_the_future",
}

impl Reason {
    /// Its place in [`Reason::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A line that gave no event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Why.
    pub reason: Reason,
    /// Where the line begins: bytes from the start of the decompressed document; of a spreadsheet, the number of the
    /// row as a program shows it, from 1.
    pub position: u64,
    /// The line as it was, at most [`MAX_SAMPLE_BYTES`] of it; of a spreadsheet, the row's texts joined by tabs. May hold personal data: never logged, never public.
    pub line: Vec<u8>,
}

/// How much of a rejected line is kept.
pub const MAX_SAMPLE_BYTES: usize = 4096;

/// How many samples of one reason are kept of one document.
pub const MAX_SAMPLES: usize = 100;
