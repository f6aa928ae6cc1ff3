//! The prepared text and the `prometheus` crate's encoder give the same bytes, whatever was counted, and in
//! whatever order it came.

use std::collections::BTreeMap;

use jono_domain::{
    Channel, Counters, Formula, Histogram, LineCounts, Outcome, Reason, Seconds, Series, SourceName,
};
use jono_exporter::{Bounds, Buckets, Exposition, Kind, SeriesSettings, catalogue};
use prometheus::{
    TextEncoder,
    proto::{
        Bucket, Counter, Gauge, Histogram as ProtoHistogram, LabelPair, Metric, MetricFamily, MetricType,
    },
};
use proptest::prelude::*;

use crate::sample::{self, EPOCH, counters, exposition, series, settings};

#[derive(Debug, Clone)]
struct Shown {
    series: BTreeMap<Series, (SeriesSettings, Counters)>,
    sources: BTreeMap<SourceName, LineCounts>,
}

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
fn encoded(shown: &Shown) -> String {
    let mut families = Families::default();
    let buckets = Buckets::default();
    for (Series { channel, unit, service }, (settings, counters)) in &shown.series {
        let own = [("channel", channel.as_str()), ("unit", unit.as_str()), ("service", service.as_str())];
        let with = |more: &[(&'static str, &'static str)]| [&own, more].concat();
        let cell = &counters.cell;
        families.put("jono_arrivals_total", &own, cell.arrived as f64);
        for outcome in Outcome::ALL {
            let labels = with(&[("outcome", outcome.as_str())]);
            families.put("jono_contacts_total", &labels, cell.outcome(outcome) as f64);
            if [Outcome::Answered, Outcome::Abandoned].contains(&outcome) {
                families.put_histogram(
                    "jono_wait_seconds",
                    &labels,
                    cell.waits(outcome),
                    buckets.wait(*channel),
                );
            }
        }
        families.put_histogram("jono_handling_seconds", &own, &cell.handling, buckets.handling(*channel));
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
    for (source, lines) in &shown.sources {
        let own = ("source", source.as_str());
        families.put("jono_source_records_total", &[own], lines.total() as f64);
        for reason in Reason::ALL {
            let labels = [own, ("reason", reason.as_str())];
            families.put("jono_source_rejects_total", &labels, lines.rejected[reason.index()] as f64);
        }
    }
    families.put("jono_build_info", &[("version", "1.0.0"), ("revision", "0123abc")], 1.0);
    families.put("jono_counters_epoch_timestamp_seconds", &[], EPOCH.0.get() as f64);
    families.put("jono_series", &[], shown.series.len() as f64);
    normalised(&families.encode())
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

/// Everything at once, into an empty exposition.
fn at_once(shown: &Shown) -> Exposition {
    let mut exposition = exposition();
    exposition.declare(&shown.series.values().map(|(settings, _)| settings.clone()).collect::<Vec<_>>());
    exposition.apply(&counted(shown)).unwrap();
    shown.sources.iter().for_each(|(source, lines)| exposition.source(source, lines));
    exposition
}

fn counted(shown: &Shown) -> Vec<(Series, Counters)> {
    shown.series.iter().map(|(series, (_, counters))| (series.clone(), counters.clone())).collect()
}

/// Names of anything that a name may have, and what the format has to escape above all.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![r#"[a-c"\\{},= ]{1,6}"#, r"\PC{1,12}", "[a-z]{1,3}"]
        .prop_filter("a name", |name| name.parse::<SourceName>().is_ok())
}

fn any_series() -> impl Strategy<Value = Series> {
    (prop::sample::select(&Channel::ALL[..]), name(), name())
        .prop_map(|(channel, unit, service)| series(channel, &unit, &service))
}

fn any_counters() -> impl Strategy<Value = Counters> {
    let wait = prop::option::of(prop_oneof![0..40_u32, 0..4_000_u32, 0..Seconds::MAX.get() / 5]);
    let contacts = prop::collection::vec((prop::sample::select(&Outcome::ALL[..]), wait), 0..30);
    (contacts, 0..u64::MAX).prop_map(|(contacts, many)| {
        let mut counters = counters(&contacts);
        counters.cell.arrived = many;
        counters
    })
}

fn shown() -> impl Strategy<Value = Shown> {
    let formulas = prop::collection::vec(prop::sample::select(&Formula::ALL[..]), 0..4);
    let one = (any_series(), formulas, 0.0..=1.0_f64, any_counters());
    let lines = (name(), 0..u64::MAX / 2, 0..12_usize).prop_map(|(source, events, reason)| {
        let mut lines = LineCounts { events, ..LineCounts::default() };
        lines.rejected[reason] = events / 3;
        (source.parse().unwrap(), lines)
    });
    (prop::collection::vec(one, 0..24), prop::collection::vec(lines, 0..3)).prop_map(|(series, sources)| {
        Shown {
            series: series
                .into_iter()
                .map(|(series, formulas, target, counters)| {
                    (series.clone(), (SeriesSettings { series, formulas, target }, counters))
                })
                .collect(),
            sources: sources.into_iter().collect(),
        }
    })
}

proptest! {
    #[test]
    fn the_bytes_are_those_of_the_encoder(shown in shown()) {
        let snapshot = at_once(&shown).publish();
        let text = snapshot.text();
        prop_assert_eq!(&text, &encoded(&shown));
        prop_assert_eq!(snapshot.bytes(), text.len());
        prop_assert_eq!(snapshot.samples(), text.lines().filter(|line| !line.starts_with('#')).count());
        prop_assert_eq!(snapshot.series(), shown.series.len());
    }

    #[test]
    fn order_and_repetition_do_not_matter(shown in shown(), seed in prop::collection::vec(any::<prop::sample::Index>(), 0..60)) {
        let mut exposition = exposition();
        let counted = counted(&shown);
        for index in seed.iter().filter(|_| !counted.is_empty()) {
            let (series, counters) = index.get(&counted);
            exposition.declare(&[shown.series[series].0.clone()]);
            exposition.publish();
            // Older counts come first, and newer ones twice.
            for counters in [&Counters::default(), counters, counters] {
                exposition.apply(&[(series.clone(), counters.clone())]).unwrap();
                exposition.publish();
            }
            shown.sources.iter().rev().for_each(|(source, lines)| exposition.source(source, lines));
        }
        exposition.declare(&shown.series.values().rev().map(|(settings, _)| settings.clone()).collect::<Vec<_>>());
        exposition.apply(&counted).unwrap();
        shown.sources.iter().for_each(|(source, lines)| exposition.source(source, lines));
        prop_assert_eq!(exposition.publish().text(), at_once(&shown).publish().text());
    }
}

#[test]
fn what_did_not_change_is_not_published_again() {
    let phone = series(Channel::Phone, "helpdesk", "housing");
    let mut exposition = exposition();
    exposition.declare(&[settings(&phone, &[Formula::AnsweredOfOffered])]);
    let zeros = exposition.publish();
    assert!(zeros.text().contains("jono_contacts_total{channel=\"phone\",unit=\"helpdesk\",service=\"housing\",outcome=\"answered\"} 0\n"));

    let one = [(phone.clone(), counters(&[(Outcome::Answered, Some(7))]))];
    exposition.apply(&one).unwrap();
    let first = exposition.publish();
    assert_ne!(zeros.text(), first.text());
    exposition.apply(&one).unwrap();
    exposition.declare(&[settings(&phone, &[Formula::AnsweredOfOffered])]);
    assert!(std::sync::Arc::ptr_eq(&first, &exposition.publish()));

    let kept = zeros
        .blocks()
        .iter()
        .filter(|block| first.blocks().iter().any(|other| other.as_ptr() == block.as_ptr()));
    assert!(kept.count() > 0, "blocks without a change are shared by both");
}

#[test]
fn counters_of_an_undeclared_series_change_nothing() {
    let (known, unknown) = (series(Channel::Phone, "a", "x"), series(Channel::Phone, "b", "x"));
    let mut exposition = exposition();
    exposition.declare(&[settings(&known, &[])]);
    let before = exposition.publish();
    let counters = sample::counters(&[(Outcome::Answered, Some(7))]);
    let refused = exposition.apply(&[(known, counters.clone()), (unknown, counters)]).unwrap_err();
    insta::assert_snapshot!(refused, @"series phone/b/x was not declared");
    assert!(std::sync::Arc::ptr_eq(&before, &exposition.publish()));
}

#[test]
fn other_settings_start_a_series_anew() {
    let phone = series(Channel::Phone, "a", "x");
    let contacts = counters(&[(Outcome::Answered, Some(7))]);
    let mut exposition = exposition();
    for formulas in [&[Formula::AnswerRate][..], &[], &Formula::ALL] {
        exposition.declare(&[settings(&phone, formulas)]);
        exposition.apply(&[(phone.clone(), contacts.clone())]).unwrap();
        let text = exposition.publish().text();
        let met = text
            .lines()
            .filter(|line| line.starts_with("jono_service_level_contacts") && line.ends_with("\"met\"} 1"));
        assert_eq!(met.count(), formulas.len());
        assert_eq!(text.contains("# TYPE jono_service_level_contacts_total"), !formulas.is_empty());
    }
}
