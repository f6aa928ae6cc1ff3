//! What the `prometheus` crate's encoder makes of what is shown, made without any of our own rendering.

use std::collections::BTreeMap;

use jono_domain::{
    Aspect, Cell, Channel, Count, Counters, Formula, Histogram, OpenState, Outcome, Poll, Reason, Sample,
    Seconds, Seen, Series, UnixSeconds,
};
use jono_exporter::{Bounds, Buckets, Kind, SeriesSettings, UnitInfo, catalogue};
use prometheus::{
    TextEncoder,
    proto::{
        Bucket, Counter, Gauge, Histogram as ProtoHistogram, LabelPair, Metric, MetricFamily, MetricType,
    },
};

use crate::{sample::EPOCH, shown::Shown};

/// Samples as the crate has them, gathered without any of our own rendering.
#[derive(Default)]
struct Families(BTreeMap<&'static str, Vec<Metric>>);

impl Families {
    fn put(&mut self, name: &'static str, labels: &[(&str, &str)], value: f64) {
        let mut metric = labelled(labels);
        match kind(name) {
            Kind::Counter => {
                let mut counter = Counter::default();
                counter.set_value(value);
                metric.set_counter(counter);
            }
            Kind::Gauge => {
                let mut gauge = Gauge::default();
                gauge.set_value(value);
                metric.set_gauge(gauge);
            }
            Kind::Histogram => panic!("{name} is a histogram"),
        }
        self.0.entry(name).or_default().push(metric);
    }

    fn put_known(&mut self, name: &'static str, labels: &[(&str, &str)], value: Option<f64>) {
        if let Some(value) = value {
            self.put(name, labels, value);
        }
    }

    fn put_histogram(
        &mut self,
        name: &'static str,
        labels: &[(&str, &str)],
        of: &Histogram,
        bounds: &Bounds,
    ) {
        let mut histogram = ProtoHistogram::default();
        histogram.set_sample_count(of.count());
        histogram.set_sample_sum(of.sum() as f64);
        let bucket = |limit: Seconds| {
            let mut bucket = Bucket::default();
            bucket.set_upper_bound(f64::from(limit.get()));
            bucket.set_cumulative_count(of.at_most(limit));
            bucket
        };
        histogram.set_bucket(bounds.seconds().map(bucket).collect());
        let mut metric = labelled(labels);
        metric.set_histogram(histogram);
        self.0.entry(name).or_default().push(metric);
    }

    fn encode(self) -> String {
        let family = |(name, metrics): (&'static str, Vec<Metric>)| {
            let mut family = MetricFamily::default();
            family.set_name(name.to_owned());
            family.set_help(catalogue().iter().find(|family| family.name == name).unwrap().help.to_owned());
            family.set_field_type(match kind(name) {
                Kind::Counter => MetricType::COUNTER,
                Kind::Gauge => MetricType::GAUGE,
                Kind::Histogram => MetricType::HISTOGRAM,
            });
            family.set_metric(metrics);
            family
        };
        let families: Vec<_> = self.0.into_iter().map(family).collect();
        TextEncoder::new().encode_to_string(&families).unwrap()
    }
}

fn kind(name: &str) -> Kind {
    catalogue().iter().find(|family| family.name == name).unwrap().kind
}

fn labelled(labels: &[(&str, &str)]) -> Metric {
    let pair = |&(name, value): &(&str, &str)| {
        let mut pair = LabelPair::default();
        pair.set_name(name.to_owned());
        pair.set_value(value.to_owned());
        pair
    };
    Metric::from_label(labels.iter().map(pair).collect())
}

/// What the crate's encoder makes of the same.
pub(crate) fn encoded(shown: &Shown) -> String {
    let mut families = Families::default();
    for (series, (settings, counters)) in &shown.series {
        for aspect in Aspect::ALL.into_iter().filter(|aspect| settings.aspects.contains(aspect)) {
            match aspect {
                Aspect::Contacts => put_contacts(&mut families, series, &counters.cell),
                Aspect::Waits => put_waits(&mut families, series, settings, counters),
                Aspect::Callbacks => put_callbacks(&mut families, series, settings, &counters.cell),
                Aspect::Polls | Aspect::Appointments | Aspect::Scores => {
                    put_seen(&mut families, series, aspect, &counters.cell);
                }
            }
        }
    }
    for (series, live) in &shown.live {
        let own = labels_of(series);
        families.put("jono_waiting", &own, live.waiting as f64);
        families.put_known("jono_longest_waiting_start_timestamp_seconds", &own, live.oldest.map(seconds));
        families.put("jono_lost_total", &own, live.lost as f64);
    }
    put_told(&mut families, shown);
    put_sources(&mut families, shown);
    for UnitInfo { unit, parent, level } in shown.units.values() {
        let mut labels = vec![("unit", unit.as_str())];
        labels.extend(parent.as_ref().map(|parent| ("parent", parent.as_str())));
        labels.push(("level", level));
        families.put("jono_unit_info", &labels, 1.0);
    }
    families.put("jono_build_info", &[("version", "1.0.0"), ("revision", "0123abc")], 1.0);
    families.put("jono_counters_epoch_timestamp_seconds", &[], EPOCH.0.get() as f64);
    families.put("jono_series", &[], shown.series.len() as f64);
    families.put("jono_series_refused", &[], 0.0);
    normalised(&families.encode())
}

fn labels_of(Series { channel, unit, service }: &Series) -> [(&str, &str); 3] {
    [("channel", channel.as_str()), ("unit", unit.as_str()), ("service", service.as_str())]
}

fn seconds(at: UnixSeconds) -> f64 {
    at.get() as f64
}

fn put_contacts(families: &mut Families, series: &Series, cell: &Cell) {
    let own = labels_of(series);
    families.put("jono_arrivals_total", &own, cell.arrived as f64);
    if [Channel::Phone, Channel::PhoneAppointment].contains(&series.channel) {
        families.put("jono_unit_contacts_total", &own, cell.unit_contacts as f64);
    }
    for outcome in Outcome::ALL {
        let labels = [&own[..], &[("outcome", outcome.as_str())]].concat();
        families.put("jono_contacts_total", &labels, cell.outcome(outcome) as f64);
    }
}

fn put_waits(families: &mut Families, series: &Series, settings: &SeriesSettings, counters: &Counters) {
    let (own, cell, buckets) = (labels_of(series), &counters.cell, Buckets::default());
    let with = |more: &[(&'static str, &'static str)]| [&own, more].concat();
    for outcome in [Outcome::Answered, Outcome::Abandoned] {
        let (labels, bounds) = (with(&[("outcome", outcome.as_str())]), buckets.wait(series.channel));
        families.put_histogram("jono_wait_seconds", &labels, cell.waits(outcome), bounds);
    }
    let bounds = buckets.handling(series.channel);
    families.put_histogram("jono_handling_seconds", &own, &cell.handling, bounds);
    for formula in Formula::ALL.into_iter().filter(|formula| settings.formulas.contains(formula)) {
        let formula_label = ("formula", formula.as_str());
        families.put("jono_service_level_target_ratio", &with(&[formula_label]), settings.target);
        let (met, missed) = counters.level(formula);
        for (result, count) in [("met", met), ("missed", missed)] {
            let labels = with(&[formula_label, ("result", result)]);
            families.put("jono_service_level_contacts_total", &labels, count as f64);
        }
    }
}

fn put_callbacks(families: &mut Families, series: &Series, settings: &SeriesSettings, cell: &Cell) {
    let own = labels_of(series);
    let stages = [
        ("jono_callbacks_offered_total", None, Count::CallbacksOffered),
        ("jono_callbacks_accepted_total", None, Count::CallbacksAccepted),
        ("jono_callbacks_called_total", None, Count::CallbacksCalled),
        ("jono_callbacks_completed_total", Some(("outcome", "reached")), Count::CallbacksReached),
        ("jono_callbacks_completed_total", Some(("outcome", "failed")), Count::CallbacksFailed),
        ("jono_callbacks_promises_total", Some(("result", "kept")), Count::PromisesKept),
        ("jono_callbacks_promises_total", Some(("result", "late")), Count::PromisesLate),
    ];
    for (name, label, count) in stages {
        families.put(name, &[&own, label.as_slice()].concat(), cell.count(count) as f64);
    }
    let buckets = Buckets::default();
    let (delay, bounds) = (cell.sample(Sample::CallbackDelay), buckets.delay(series.channel));
    families.put_histogram("jono_callback_delay_seconds", &own, delay, bounds);
    let promise = settings.promise.map(|within| f64::from(within.get()));
    families.put_known("jono_callback_promise_seconds", &own, promise);
}

fn put_seen(families: &mut Families, series: &Series, aspect: Aspect, cell: &Cell) {
    let own = labels_of(series);
    let counts = match aspect {
        Aspect::Contacts | Aspect::Waits | Aspect::Callbacks => panic!("nothing is seen of them"),
        Aspect::Scores => {
            let buckets = Buckets::default();
            return families.put_histogram(
                "jono_survey_score",
                &own,
                cell.sample(Sample::Score),
                buckets.score(),
            );
        }
        Aspect::Polls => [
            ("jono_polls_total", ("state", "open"), Count::PolledOpen),
            ("jono_polls_total", ("state", "closed"), Count::PolledClosed),
        ],
        Aspect::Appointments => [
            ("jono_appointment_polls_total", ("result", "free"), Count::AppointmentsFree),
            ("jono_appointment_polls_total", ("result", "none"), Count::AppointmentsNone),
        ],
    };
    for (name, label, count) in counts {
        families.put(name, &[own.as_slice(), &[label]].concat(), cell.count(count) as f64);
    }
}

/// What is told as it is.
fn put_told(families: &mut Families, shown: &Shown) {
    for (series, pending) in &shown.pending {
        let own = labels_of(series);
        families.put("jono_callbacks_pending", &own, pending.pending as f64);
        let oldest = pending.oldest.map(seconds);
        families.put_known("jono_callbacks_oldest_pending_timestamp_seconds", &own, oldest);
        families.put_known("jono_callbacks_overdue", &own, pending.overdue.map(|overdue| overdue as f64));
    }
    for ((series, _), poll) in &shown.polls {
        put_poll(families, &labels_of(series), poll);
    }
    for ((series, basis), round) in &shown.rounds {
        let own = [&labels_of(series), &[("basis", basis.as_str())][..]].concat();
        families.put("jono_survey_round_score_mean", &own, round.mean);
        let (low, high) = (round.interval.map(|of| of.low), round.interval.map(|of| of.high));
        families.put_known("jono_survey_round_score_low", &own, low);
        families.put_known("jono_survey_round_score_high", &own, high);
        let responses = round.responses.map(|responses| responses as f64);
        families.put_known("jono_survey_round_responses", &own, responses);
        families.put("jono_survey_round_provisional", &own, if round.provisional { 1.0 } else { 0.0 });
        families.put("jono_survey_round_start_timestamp_seconds", &own, seconds(round.start));
    }
    for (area, share) in &shown.online {
        let own = [("area", area.as_str())];
        families.put("jono_online_ratio", &own, share.ratio);
        families.put("jono_online_ratio_start_timestamp_seconds", &own, seconds(share.start));
    }
    for ((channel, unit), now) in &shown.openings {
        let own = [("channel", channel.as_str()), ("unit", unit.as_str())];
        families.put_known("jono_open", &own, now.open.map(|open| if open { 1.0 } else { 0.0 }));
    }
    for channel in Channel::ALL {
        let states = shown.openings.iter().filter(|((of, _), _)| *of == channel).map(|(_, now)| now.today);
        let states: Vec<_> = states.collect();
        for state in OpenState::ALL.into_iter().filter(|_| !states.is_empty()) {
            let labels = [("channel", channel.as_str()), ("state", state.as_str())];
            let count = states.iter().filter(|of| **of == state).count();
            families.put("jono_service_points", &labels, count as f64);
        }
    }
}

fn put_poll(families: &mut Families, own: &[(&str, &str)], poll: &Poll) {
    match poll.seen {
        Seen::Office { waiting, wait, desks } => {
            families.put("jono_polled_open", own, 1.0);
            families.put_known("jono_polled_waiting", own, waiting.map(f64::from));
            families.put_known("jono_polled_wait_seconds", own, wait.map(|wait| f64::from(wait.get())));
            families.put_known("jono_polled_desks_open", own, desks.map(f64::from));
            families.put("jono_poll_timestamp_seconds", own, seconds(poll.at));
        }
        Seen::Closed => {
            families.put("jono_polled_open", own, 0.0);
            families.put("jono_poll_timestamp_seconds", own, seconds(poll.at));
        }
        Seen::Appointment { days } => {
            families.put("jono_appointment_available", own, 1.0);
            families.put("jono_appointment_lead_seconds", own, (u64::from(days) * 86_400) as f64);
            families.put("jono_appointment_poll_timestamp_seconds", own, seconds(poll.at));
        }
        Seen::NoAppointment => {
            families.put("jono_appointment_available", own, 0.0);
            families.put("jono_appointment_poll_timestamp_seconds", own, seconds(poll.at));
        }
    }
}

fn put_sources(families: &mut Families, shown: &Shown) {
    for (source, counts) in &shown.sources {
        let own = ("source", source.as_str());
        families.put("jono_source_records_total", &[own], counts.lines.total() as f64);
        for reason in Reason::ALL {
            let labels = [own, ("reason", reason.as_str())];
            families.put("jono_source_rejects_total", &labels, counts.lines.rejected[reason.index()] as f64);
        }
        families.put("jono_late_events_total", &[own], counts.late as f64);
        families.put("jono_corrections_total", &[own], counts.corrections as f64);
        families.put("jono_series_overflow_total", &[own], counts.overflow as f64);
        families.put("jono_source_gaps_total", &[own], counts.gaps as f64);
    }
    for (source, agents) in &shown.agents {
        let states = [("logged_in", agents.logged_in), ("paused", agents.paused), ("busy", agents.busy)];
        for (state, count) in states {
            families.put("jono_agents", &[("source", source.as_str()), ("state", state)], count as f64);
        }
    }
}

/// The crate writes `le="20"`, which Prometheus 3 reads as `le="20.0"`.
fn normalised(text: &str) -> String {
    let line = |line: &str| match line.split_once("le=\"") {
        Some((name, rest)) if rest.starts_with(|char: char| char.is_ascii_digit()) => {
            format!("{name}le=\"{}\n", rest.replacen('"', ".0\"", 1))
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}
