//! The store of jono: one SQLite file that remembers what was counted and how far every document was read.
//!
//! The ledger remembers, it does not interpret: it knows no format of any log, no measure, and no Prometheus. It
//! is the only crate that knows SQL, and no SQL, row or connection leaves it.
//!
//! Three promises carry everything else:
//!
//! - **Position and counts are one transaction.** End the process at any instant and start it again: the counts are
//!   those of an uninterrupted run. [`fault`] names the instants at which tests do so.
//! - **Nobody is overwritten.** A writer says what it planned with; if another process was there meanwhile, the
//!   commit is refused as [`WriteError::Conflict`], and the caller plans again.
//! - **A cache is never the truth.** Days and weeks that were added up are forgotten in the transaction that
//!   changes one of their hours.
//!
//! Reading order: [`Ledger`] opens a file; an [`Outlook`] is what to plan with; a [`Writer`] commits batches; cells,
//! totals and counters are read back by [`SeriesKey`], and what tables say as [`Stated`] and its [`Revision`]s. Survey
//! rounds are [`RoundScores`]; [`Ledger::polls`], [`Ledger::openings`] and [`Ledger::recent_calls`] are what was seen
//! last. What may hold personal data, the samples of rejected lines, lives in a second file that only its owner may
//! read. Bulletins that were published are [`Edition`]s: frozen, and no part of what is counted.
//!
//! ```
//! use jono_domain::{
//!     Batch, Channel, Digest, Event, Keep, Lines, OpenCell, Position, Sealed, Series, UnixSeconds, Zone,
//! };
//! use jono_ledger::{Ledger, NewDocument, Observed, Target};
//!
//! let directory = tempfile::tempdir()?;
//! let zone = Zone::utc();
//! let mut ledger = Ledger::create(&directory.path().join("jono.ledger"), &zone)?;
//!
//! // One call came in; reading its line is another crate's work.
//! let at = UnixSeconds::new(1_591_599_600)?;
//! let mut hour = OpenCell::default();
//! hour.add(Event::Arrived { at });
//! let espoo = Series { channel: Channel::Phone, unit: "espoo".parse()?, service: "advice".parse()? };
//! let batch = Batch {
//!     series: vec![espoo],
//!     cells: vec![(0, zone.hour(at).start(), Sealed::from(&hour.seal()))],
//!     events: Some(at..UnixSeconds::new(at.get() + 1)?),
//!     lines: Lines { events: 1, ..Lines::default() },
//!     ..Batch::empty(Position { bytes: 52, chain: [0; 32], tail: Digest(0), terminated: true })
//! };
//!
//! // Plan with what is known, then write; what was planned with is checked in the transaction.
//! let (source, head) = ("helpdesk".parse()?, Digest(0));
//! let outlook = ledger.outlook(&source, head, None, "queue_log")?;
//! assert!(outlook.candidates.is_empty());
//! let (keep, rules) = (Keep::Append, Digest(0));
//! let document = NewDocument { source, name: "queue_log".into(), keep, head, beginning: None, rules };
//! let target = Target::New { document, latest: outlook.latest };
//! let mut writer = ledger.write(target, outlook.epoch, at)?;
//! writer.commit(&batch, Observed::default())?;
//! writer.finish()?;
//!
//! let wanted = ledger.series()?.into_iter().map(|(key, _)| key).collect();
//! let week = ledger.cells("2020-W24".parse()?, &wanted)?;
//! assert_eq!(week.values().map(|cell| cell.arrived).sum::<u64>(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod commit;
mod counters;
mod coverage;
mod document;
mod dump;
mod edition;
mod error;
pub mod fault;
mod gather;
mod instant;
mod ledger;
mod opening;
mod period;
mod poll;
mod read;
mod recent_call;
mod replace;
mod revision;
mod roll;
mod sample;
mod schema;
mod score;
mod stated;
mod stored;
mod verify;
mod write;

#[cfg(test)]
mod fixture;

pub use counters::{Seq, Shown};
pub use coverage::Coverage;
pub use document::{CountedDocument, NewDocument, Outlook};
pub use dump::{DumpError, Extent};
pub use edition::{Edition, EditionHead, NewEdition, Page, PublishError};
pub use error::{LedgerError, OpenError, WriteError};
pub use ledger::Ledger;
pub use read::SeriesKey;
pub use revision::{Revision, RevisionFilter};
pub use sample::SampleError;
pub use score::RoundScores;
pub use stated::Stated;
pub use write::{Observed, Target, Writer, Written};
