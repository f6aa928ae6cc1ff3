//! Customer-service statistics as exact, mergeable counts.
//!
//! This crate is what the rest of jono, and anybody else, computes with. It does no I/O, keeps no clock,
//! and knows neither SQL nor Prometheus: times and zones are arguments, results are values.
//!
//! Reading order, from left to right along the data:
//!
//! 1. [`id`] – names that have been checked once: [`Channel`], [`UnitId`], [`ServiceId`], [`Series`].
//! 2. [`mod@unit`], [`service`], [`router`] – who serves, what is promised, and which queue belongs to whom.
//! 3. [`event`] – what one line of a log means: [`Event`], [`Outcome`].
//! 4. [`cell`] – everything counted about one series in one local hour: [`Cell`], made of [`Histogram`]s.
//! 5. [`figure`] – what others counted: tallies and published figures. [`score`] – what customers said in a survey
//!    round. [`poll`], [`opening`] – what was seen last, and when who is open. [`window`] – which calls were seen lately.
//! 6. [`document`], [`batch`], [`reject`] – what reading a file hands on to the store.
//! 7. [`zone`], [`period`], [`calendar`] – local hours, ISO weeks, months, holidays.
//! 8. [`measure`], [`reading`] – a question, and its answer with numerator, denominator and state.
//! 9. [`counters`] – what is exposed to a monitoring system: like cells, but they never fall.
//! 10. [`live`] – who waits and who works now, from the calls that are open.
//!
//! ```
//! use jono_domain::{Event, Measure, OpenCell, Outcome, Seconds, Service, Sum, UnixSeconds};
//!
//! let mut hour = OpenCell::default();
//! for (at, wait) in [(1_591_600_000, 12), (1_591_600_100, 80)] {
//!     hour.add(Event::Concluded {
//!         at: UnixSeconds::new(at)?,
//!         outcome: Outcome::Answered,
//!         wait: Some(Seconds::new(wait)?),
//!     });
//! }
//! let cell = hour.seal();
//! let measure: Measure = "wait_mean".parse()?;
//! let mut sum = Sum::default();
//! measure.add(&cell, &Service::default(), &mut sum);
//! assert_eq!(measure.value(&sum).unwrap().as_f64(), 46.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod batch;
pub mod calendar;
pub mod cell;
pub mod counters;
pub mod document;
pub mod event;
pub mod figure;
pub mod histogram;
pub mod id;
pub mod live;
pub mod measure;
pub mod opening;
pub mod period;
pub mod poll;
pub mod reading;
pub mod reject;
pub mod router;
pub mod score;
pub mod service;
pub mod unit;
mod varint;
pub mod window;
pub mod zone;

pub use batch::{Batch, LineCounts, Lines, SourceCounts};
pub use cell::{Aspect, Cell, CellSum, Count, Notes, OpenCell, Sample, Sealed, Step, Underflow};
pub use counters::Counters;
pub use document::{Digest, Document, DocumentId, Keep, Position};
pub use event::{
    CallbackOutcome, CallbackStage, Event, OutOfRange, Outcome, Score, Seconds, Seen, UnixSeconds,
    UnknownOutcome,
};
pub use figure::{BadLabel, Decimal, Figure, Label, Tally};
pub use histogram::Histogram;
pub use id::{BadName, Channel, Series, ServiceId, SourceName, UnitId};
pub use live::{Agents, Change, LiveEvent, LiveQueue, LiveView};
pub use measure::{Dimension, Measure, Need, Per, Sum, UnknownMeasure, Value};
pub use opening::{OpenState, Opening, Openings, WeekHours};
pub use period::{BadPeriod, Grain, Period};
pub use poll::{Poll, PollKind};
pub use reading::{Basis, Reading, State};
pub use reject::{Reason, Reject};
pub use router::{Pattern, Route, Router};
pub use score::Scores;
pub use service::{CallbackPromise, Formula, Service};
pub use unit::{Names, Scope, TreeError, Unit, UnitKind, UnitTree};
pub use varint::DecodeError;
pub use window::{CallWindow, RecentCall};
pub use zone::{BadZone, Hour, HourStart, Zone};
