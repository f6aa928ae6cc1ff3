//! What the process tells about its own work: whether its sources can be read, how its commits go, whether its
//! configuration was taken into use. Kept by the `prometheus` crate, and shown after the prepared text as it is at
//! the moment of the scrape.
//!
//! There is no clock in here. A sample is absent until its value was told, so that nothing unknown looks like zero;
//! what is only counted is there from the start.

use std::time::Duration;

use jono_domain::{Seconds, SourceName, UnixSeconds};
use prometheus::{GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, Opts, core::Collector};

use crate::catalogue::{self, Family};

/// The upper limits of the buckets of commits, in seconds.
const COMMIT_LIMITS: [f64; 13] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

/// Where to tell it. Clones tell the same, from any thread, and it costs next to nothing.
#[derive(Debug, Clone)]
pub struct Telemetry {
    up: GaugeVec,
    last_success: GaugeVec,
    position: GaugeVec,
    behind: GaugeVec,
    max_age: GaugeVec,
    commits: Histogram,
    commit_errors: IntCounter,
    reload: GaugeVec,
    reload_time: GaugeVec,
    public_requests: IntCounterVec,
}

impl Telemetry {
    /// About one source. What it tells is shown until [`Telemetry::forget_source`].
    pub fn source(&self, source: &SourceName) -> SourceTelemetry {
        SourceTelemetry { telemetry: self.clone(), source: source.clone() }
    }

    /// Shows nothing about a source any more, because the configuration has it no longer or says something else
    /// about it. Whoever still tells about it brings it back, so that is to be stopped first.
    pub fn forget_source(&self, source: &SourceName) {
        for gauge in self.of_source() {
            // An error says that this was never told.
            let _ = gauge.remove_label_values(&[source.as_str()]);
        }
    }

    /// A commit to the ledger succeeded, and took so long.
    pub fn committed(&self, took: Duration) {
        self.commits.observe(took.as_secs_f64());
    }

    /// A commit to the ledger failed.
    pub fn commit_failed(&self) {
        self.commit_errors.inc();
    }

    /// The configuration was read and taken into use at that time; the first time counts as well.
    pub fn reloaded(&self, at: UnixSeconds) {
        set(&self.reload, &[], 1.0);
        set(&self.reload_time, &[], at.get() as f64);
    }

    /// The configuration was read and has mistakes; the one before stays in use.
    pub fn reload_failed(&self) {
        set(&self.reload, &[], 0.0);
    }

    /// So many requests of everybody were answered with that status code.
    pub(crate) fn answered_publicly(&self, code: &str, count: u64) {
        self.public_requests.with_label_values(&[code]).inc_by(count);
    }

    /// All of it, for a registry.
    pub(crate) fn collectors(&self) -> Vec<Box<dyn Collector>> {
        let gauges = self.of_source().into_iter().chain([&self.reload, &self.reload_time]);
        let mut collectors: Vec<Box<dyn Collector>> = vec![
            Box::new(self.commits.clone()),
            Box::new(self.commit_errors.clone()),
            Box::new(self.public_requests.clone()),
        ];
        collectors.extend(gauges.map(|gauge| Box::new(gauge.clone()) as Box<dyn Collector>));
        collectors
    }

    const fn of_source(&self) -> [&GaugeVec; 5] {
        [&self.up, &self.last_success, &self.position, &self.behind, &self.max_age]
    }
}

impl Default for Telemetry {
    /// Nothing was told yet.
    fn default() -> Self {
        let commits = HistogramOpts::new(catalogue::COMMIT.name, catalogue::COMMIT.help);
        let commits = Histogram::with_opts(commits.buckets(COMMIT_LIMITS.to_vec())).expect(VALID);
        Self {
            up: gauge(catalogue::SOURCE_UP),
            last_success: gauge(catalogue::SOURCE_SUCCESS),
            position: gauge(catalogue::SOURCE_POSITION),
            behind: gauge(catalogue::SOURCE_BEHIND),
            max_age: gauge(catalogue::SOURCE_MAX_AGE),
            commits,
            commit_errors: IntCounter::with_opts(opts(catalogue::COMMIT_ERRORS)).expect(VALID),
            reload: gauge(catalogue::RELOAD),
            reload_time: gauge(catalogue::RELOAD_TIME),
            public_requests: IntCounterVec::new(
                opts(catalogue::BULLETIN_REQUESTS),
                catalogue::BULLETIN_REQUESTS.labels,
            )
            .expect(VALID),
        }
    }
}

/// Where to tell about one source. Clones tell the same.
#[derive(Debug, Clone)]
pub struct SourceTelemetry {
    telemetry: Telemetry,
    source: SourceName,
}

impl SourceTelemetry {
    /// Whether the last attempt to read it succeeded.
    pub fn up(&self, up: bool) {
        self.set(&self.telemetry.up, f64::from(u8::from(up)));
    }

    /// When it was last read without an error, whether or not there was anything new.
    pub fn succeeded(&self, at: UnixSeconds) {
        self.set(&self.telemetry.last_success, at.get() as f64);
    }

    /// How many bytes of its present document were read and committed.
    pub fn position(&self, bytes: u64) {
        self.set(&self.telemetry.position, bytes as f64);
    }

    /// How many bytes it has that were not read yet.
    pub fn behind(&self, bytes: u64) {
        self.set(&self.telemetry.behind, bytes as f64);
    }

    /// How old its last success may become before it is late.
    pub fn max_age(&self, age: Seconds) {
        self.set(&self.telemetry.max_age, f64::from(age.get()));
    }

    fn set(&self, gauge: &GaugeVec, value: f64) {
        set(gauge, &[self.source.as_str()], value);
    }
}

const VALID: &str = "the catalogue's names are valid";

fn opts(family: &Family) -> Opts {
    Opts::new(family.name, family.help)
}

fn gauge(family: &Family) -> GaugeVec {
    GaugeVec::new(opts(family), family.labels).expect(VALID)
}

fn set(gauge: &GaugeVec, labels: &[&str], value: f64) {
    gauge.with_label_values(labels).set(value);
}

#[cfg(test)]
pub(crate) mod tests {
    use prometheus::{Registry, TextEncoder};

    use super::*;

    /// Once each.
    pub(crate) fn tell_everything(telemetry: &Telemetry) {
        let source = telemetry.source(&"helpdesk".parse().unwrap());
        source.up(true);
        source.succeeded(UnixSeconds::saturating(1_591_599_600));
        source.position(1234);
        source.behind(0);
        source.max_age(Seconds::new(900).unwrap());
        telemetry.committed(Duration::from_micros(1500));
        telemetry.commit_failed();
        telemetry.answered_publicly("200", 1);
        telemetry.reloaded(UnixSeconds::saturating(1_591_599_601));
    }

    /// The samples that are there, without the buckets.
    fn shown(telemetry: &Telemetry) -> String {
        let registry = Registry::new();
        telemetry.collectors().into_iter().for_each(|collector| registry.register(collector).unwrap());
        let text = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        text.lines()
            .filter(|line| !line.starts_with('#') && !line.contains("_bucket"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn what_was_not_told_is_absent_and_what_is_counted_is_zero() {
        let telemetry = Telemetry::default();
        telemetry.source(&"helpdesk".parse().unwrap());
        insta::assert_snapshot!(shown(&telemetry), @r#"
        jono_ledger_commit_errors_total 0
        jono_ledger_commit_seconds_sum 0
        jono_ledger_commit_seconds_count 0
        "#);
    }

    #[test]
    fn everything_told_is_shown() {
        let telemetry = Telemetry::default();
        tell_everything(&telemetry);
        insta::assert_snapshot!(shown(&telemetry), @r#"
        jono_bulletin_requests_total{code="200"} 1
        jono_config_last_reload_success_timestamp_seconds 1591599601
        jono_config_last_reload_successful 1
        jono_ledger_commit_errors_total 1
        jono_ledger_commit_seconds_sum 0.0015
        jono_ledger_commit_seconds_count 1
        jono_source_behind_bytes{source="helpdesk"} 0
        jono_source_last_success_timestamp_seconds{source="helpdesk"} 1591599600
        jono_source_max_age_seconds{source="helpdesk"} 900
        jono_source_position_bytes{source="helpdesk"} 1234
        jono_source_up{source="helpdesk"} 1
        "#);
    }

    #[test]
    fn a_failed_reload_keeps_the_time_of_the_last_success() {
        let telemetry = Telemetry::default();
        telemetry.reloaded(UnixSeconds::saturating(1_591_599_601));
        telemetry.reload_failed();
        insta::assert_snapshot!(shown(&telemetry), @r#"
        jono_config_last_reload_success_timestamp_seconds 1591599601
        jono_config_last_reload_successful 0
        jono_ledger_commit_errors_total 0
        jono_ledger_commit_seconds_sum 0
        jono_ledger_commit_seconds_count 0
        "#);
    }

    #[test]
    fn a_source_that_is_forgotten_is_gone_and_the_others_stay() {
        let telemetry = Telemetry::default();
        let [gone, stays] = ["gone", "stays"].map(|name| name.parse().unwrap());
        for source in [&gone, &stays] {
            telemetry.source(source).up(false);
        }
        telemetry.source(&gone).position(7);
        telemetry.forget_source(&gone);
        insta::assert_snapshot!(shown(&telemetry), @r#"
        jono_ledger_commit_errors_total 0
        jono_ledger_commit_seconds_sum 0
        jono_ledger_commit_seconds_count 0
        jono_source_up{source="stays"} 0
        "#);
    }
}
