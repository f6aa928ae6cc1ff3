//! Statistics for Prometheus: what jono counted, as text that a scrape only has to copy.
//!
//! This is the one crate of the workspace that knows Prometheus and HTTP. It keeps no clock and reads no store:
//! what is to be shown is handed to it, and time is in what it is handed.
//!
//! Reading order:
//!
//! 1. [`mod@catalogue`] – every metric once: name, type, unit, help, labels. `docs/metrics.md` is made from it.
//! 2. `metrics` – one file a question: which samples a series has, and their values.
//! 3. [`buckets`] – the limits of the histograms' buckets.
//! 4. [`exposition`] – the prepared text: names are written once, a change re-renders its own blocks only.
//! 5. [`mod@backfill`] – the same series with the timestamps of the past.
//! 6. [`remote_write`] – the same as requests, for a store that is sent them.
//! 7. [`telemetry`] – what the process tells about its own work.
//! 8. [`mod@web_config`] – who may ask, and how: TLS, passwords, headers.
//! 9. [`server`] – the pages: `/metrics`, `/`, `/-/healthy`, `/-/ready`, `/-/reload`; and, on a port of its own, what
//!    everybody may see.
//!
//! ```
//! use jono_domain::{Aspect, Counters, Formula, HourStart, Series, UnixSeconds};
//! use jono_exporter::{Build, Exposition, SeriesSettings, Settings};
//!
//! let epoch = HourStart(UnixSeconds::new(1_591_599_600)?);
//! let mut exposition = Exposition::new(Settings::new(epoch, Build::new("1.0.0")));
//! let series = Series::unrouted("helpdesk".parse()?);
//! let formulas = vec![Formula::AnsweredOfOffered];
//! let aspects = [Aspect::Contacts, Aspect::Waits].into();
//! let settings = SeriesSettings { series: series.clone(), aspects, formulas, target: 0.8, promise: None };
//! exposition.declare(&[settings]);
//! exposition.publish(); // Zeros come first, so that the first count is seen as an increase.
//!
//! let mut counters = Counters::default();
//! counters.cell.arrived = 7;
//! exposition.apply(&[(series, counters)])?;
//! let text = exposition.publish().text();
//! assert!(text.contains("jono_arrivals_total{channel=\"phone\",unit=\"helpdesk\",service=\"unrouted\"} 7\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod backfill;
pub mod buckets;
pub mod catalogue;
pub mod exposition;
mod metrics;
pub mod remote_write;
pub mod server;
pub mod telemetry;
pub mod web_config;

pub use backfill::{
    Backfill, BadLabel, CommonLabels, FiguresPast, Moment, OpenMetrics, SeriesPast, Sink, Stretch,
};
pub use buckets::{BadBounds, Bounds, Buckets};
pub use catalogue::{Family, Kind, catalogue, markdown};
pub use exposition::{
    Build, CalendarNow, Exposition, Figure, Figures, OnlineShare, OpenNow, PendingCallbacks, Published,
    SeriesSettings, Settings, Snapshot, SurveyRound, Undeclared, UnitInfo,
};
pub use metrics::{MONTH_FIGURES, WEEK_FIGURES};
pub use remote_write::{Answer, Client, HttpConfig, Request, Requests, Wait};
pub use server::{
    BadPath, BindError, Facts, Limits, Listen, PublicPage, PublicPages, PublicSite, Reload, Server, Site,
    Status, TelemetryPath,
};
pub use telemetry::{SourceTelemetry, Telemetry};
pub use web_config::{Mistake, WebConfig, WebConfigError};
