//! The prepared text and the `prometheus` crate's encoder give the same bytes, whatever was counted, and in
//! whatever order it came.

use std::collections::BTreeMap;

use jono_domain::{
    Agents, Channel, Counters, Formula, Histogram, LineCounts, LiveQueue, Outcome, Reason, Seconds, Series,
    SourceCounts, SourceName, UnitId, UnixSeconds,
};
use jono_exporter::{
    Bounds, Buckets, Build, Exposition, Kind, SeriesSettings, Settings, UnitInfo, catalogue,
};
use prometheus::{
    TextEncoder,
    proto::{
        Bucket, Counter, Gauge, Histogram as ProtoHistogram, LabelPair, Metric, MetricFamily, MetricType,
    },
};
use proptest::prelude::*;

use crate::sample::{self, EPOCH, counters, exposition, series, settings};

/// What [`exposition`] is made with.
fn plain_settings() -> Settings {
    let revision = Some("0123abc".to_owned());
    Settings::new(EPOCH, Build { version: "1.0.0".to_owned(), revision, rust_version: None })
}

#[derive(Debug, Clone)]
struct Shown {
    series: BTreeMap<Series, (SeriesSettings, Counters)>,
    /// Some of the series, in their order.
    live: BTreeMap<Series, LiveQueue>,
    sources: BTreeMap<SourceName, SourceCounts>,
    agents: BTreeMap<SourceName, Agents>,
    units: BTreeMap<UnitId, UnitInfo>,
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
    for (Series { channel, unit, service }, live) in &shown.live {
        let own = [("channel", channel.as_str()), ("unit", unit.as_str()), ("service", service.as_str())];
        families.put("jono_waiting", &own, live.waiting as f64);
        if let Some(since) = live.oldest {
            families.put("jono_longest_waiting_start_timestamp_seconds", &own, since.get() as f64);
        }
        families.put("jono_lost_total", &own, live.lost as f64);
    }
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
    show(&mut exposition, shown);
    exposition
}

fn show(exposition: &mut Exposition, shown: &Shown) {
    exposition.declare(&shown.series.values().map(|(settings, _)| settings.clone()).collect::<Vec<_>>());
    exposition.apply(&counted(shown)).unwrap();
    shown.live.iter().for_each(|(series, live)| exposition.live(series, live).unwrap());
    shown.sources.iter().for_each(|(source, counts)| exposition.source(source, counts));
    shown.agents.iter().for_each(|(source, agents)| exposition.agents(source, *agents));
    exposition.units(shown.units.values().cloned().collect());
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

fn any_live() -> impl Strategy<Value = LiveQueue> {
    let since = prop::option::of((0..=UnixSeconds::MAX.get()).prop_map(UnixSeconds::saturating));
    (0..9_u64, since, 0..9_u64).prop_map(|(waiting, oldest, lost)| LiveQueue { waiting, oldest, lost })
}

fn any_source() -> impl Strategy<Value = (SourceName, SourceCounts)> {
    let counts = (0..u64::MAX / 2, 0..Reason::ALL.len(), 0..9_u64, 0..9_u64, 0..9_u64, 0..9_u64);
    (name(), counts).prop_map(|(source, (events, reason, late, corrections, overflow, gaps))| {
        let mut lines = LineCounts { events, ..LineCounts::default() };
        lines.rejected[reason] = events / 3;
        (source.parse().unwrap(), SourceCounts { lines, late, corrections, overflow, gaps })
    })
}

fn any_agents() -> impl Strategy<Value = (SourceName, Agents)> {
    (name(), 0..99_u64, 0..9_u64, 0..9_u64).prop_map(|(source, logged_in, paused, busy)| {
        (source.parse().unwrap(), Agents { logged_in, paused, busy })
    })
}

fn any_unit() -> impl Strategy<Value = (UnitId, UnitInfo)> {
    (name(), prop::option::of(name()), "[a-z_]{1,9}").prop_map(|(unit, parent, level)| {
        let unit: UnitId = unit.parse().unwrap();
        (unit.clone(), UnitInfo { unit, parent: parent.map(|parent| parent.parse().unwrap()), level })
    })
}

fn shown() -> impl Strategy<Value = Shown> {
    let formulas = prop::collection::vec(prop::sample::select(&Formula::ALL[..]), 0..4);
    let one = (any_series(), formulas, 0.0..=1.0_f64, any_counters(), prop::option::of(any_live()));
    let sources = prop::collection::vec(any_source(), 0..3);
    let agents = prop::collection::vec(any_agents(), 0..3);
    let units = prop::collection::vec(any_unit(), 0..5);
    (prop::collection::vec(one, 0..24), sources, agents, units).prop_map(
        |(series, sources, agents, units)| {
            let mut shown = Shown {
                series: BTreeMap::new(),
                live: BTreeMap::new(),
                sources: sources.into_iter().collect(),
                agents: agents.into_iter().collect(),
                units: units.into_iter().collect(),
            };
            for (series, formulas, target, counters, live) in series {
                shown.live.extend(live.map(|live| (series.clone(), live)));
                let settings = SeriesSettings { series: series.clone(), formulas, target };
                shown.series.insert(series, (settings, counters));
            }
            shown
        },
    )
}

proptest! {
    #[test]
    fn the_bytes_are_those_of_the_encoder(shown in shown()) {
        let snapshot = at_once(&shown).publish();
        let text = snapshot.text();
        prop_assert_eq!(&text, &encoded(&shown));
        prop_assert_eq!(snapshot.bytes(), text.len());
        prop_assert_eq!(snapshot.samples(), text.lines().filter(|line| !line.starts_with('#')).count());
        prop_assert_eq!(snapshot.samples(), at_once(&shown).samples());
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
            // Somebody waits, and then nobody.
            if shown.live.contains_key(series) {
                exposition.live(series, &LiveQueue { waiting: 1, oldest: Some(EPOCH.0), lost: 0 }).unwrap();
                exposition.publish();
                exposition.live(series, &LiveQueue::default()).unwrap();
                exposition.publish();
            }
            exposition.units(shown.units.values().take(1).cloned().collect());
            shown.sources.iter().rev().for_each(|(source, counts)| exposition.source(source, counts));
            for (source, agents) in &shown.agents {
                exposition.agents(source, *agents);
                exposition.publish();
            }
        }
        exposition.declare(&shown.series.values().rev().map(|(settings, _)| settings.clone()).collect::<Vec<_>>());
        show(&mut exposition, &shown);
        prop_assert_eq!(exposition.publish().text(), at_once(&shown).publish().text());
    }

    #[test]
    fn nothing_is_left_of_what_was_shown_before_a_rebuild(before in shown(), after in shown()) {
        let mut exposition = at_once(&before);
        let published = exposition.published();
        let old = exposition.publish();
        exposition.rebuild(plain_settings());
        show(&mut exposition, &after);
        prop_assert_eq!(published.load().text(), old.text());
        exposition.publish();
        prop_assert_eq!(published.load().text(), at_once(&after).publish().text());
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
    insta::assert_snapshot!(exposition.live(&refused.0, &LiveQueue::default()).unwrap_err(), @"series phone/b/x was not declared");
    assert!(std::sync::Arc::ptr_eq(&before, &exposition.publish()));
}

/// The lines of a family, without its heading.
fn lines(text: &str, family: &str) -> String {
    let lines = text.lines().filter(|line| line.starts_with(family));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_series_beyond_the_cap_is_taken_and_not_shown() {
    let all = ["a", "b", "c"].map(|unit| series(Channel::Phone, unit, "x"));
    let mut exposition = Exposition::new(Settings { max_series: 2, ..plain_settings() });
    let declare =
        |exposition: &mut Exposition| exposition.declare(&all.each_ref().map(|series| settings(series, &[])));
    assert_eq!(declare(&mut exposition), 1);
    assert_eq!(declare(&mut exposition), 1, "refused again, and once in the gauge");
    let contacts = counters(&[(Outcome::Answered, Some(7))]);
    for series in &all {
        assert!(exposition.is_declared(series));
        exposition.apply(&[(series.clone(), contacts.clone())]).unwrap();
        exposition.live(series, &LiveQueue::default()).unwrap();
    }
    let snapshot = exposition.publish();
    assert_eq!(snapshot.series(), 2);
    insta::assert_snapshot!(lines(&snapshot.text(), "jono_series"), @r#"
    jono_series 2
    jono_series_refused 1
    "#);
    insta::assert_snapshot!(lines(&snapshot.text(), "jono_arrivals_total"), @r#"
    jono_arrivals_total{channel="phone",unit="a",service="x"} 1
    jono_arrivals_total{channel="phone",unit="b",service="x"} 1
    "#);
    insta::assert_snapshot!(lines(&snapshot.text(), "jono_waiting"), @r#"
    jono_waiting{channel="phone",unit="a",service="x"} 0
    jono_waiting{channel="phone",unit="b",service="x"} 0
    "#);

    assert_eq!(exposition.declare(&[settings(&all[0], &[Formula::AnswerRate])]), 0, "shown ones may change");
    exposition.rebuild(Settings { max_series: 3, ..plain_settings() });
    assert_eq!(declare(&mut exposition), 0);
    assert_eq!(exposition.publish().series(), 3);
}

#[test]
fn nobody_waiting_is_no_time() {
    let phone = series(Channel::Phone, "helpdesk", "housing");
    let mut exposition = exposition();
    exposition.declare(&[settings(&phone, &[])]);
    let mut longest = |live: LiveQueue| {
        exposition.live(&phone, &live).unwrap();
        let snapshot = exposition.publish();
        let (text, family) = (snapshot.text(), "jono_longest_waiting_start_timestamp_seconds");
        assert_eq!(text.contains(&format!("# TYPE {family}")), live.oldest.is_some());
        assert_eq!(snapshot.samples(), text.lines().filter(|line| !line.starts_with('#')).count());
        lines(&text, family)
    };
    insta::assert_snapshot!(longest(LiveQueue::default()), @"");
    insta::assert_snapshot!(longest(LiveQueue { waiting: 1, oldest: Some(EPOCH.0), lost: 0 }), @r#"jono_longest_waiting_start_timestamp_seconds{channel="phone",unit="helpdesk",service="housing"} 1591599600"#);
    insta::assert_snapshot!(longest(LiveQueue::default()), @"");

    let nobody = exposition.publish();
    exposition.live(&phone, &LiveQueue::default()).unwrap();
    assert!(std::sync::Arc::ptr_eq(&nobody, &exposition.publish()), "absent before and after is no change");
    exposition.rebuild(plain_settings());
    let text = exposition.publish().text();
    assert!(!text.contains("jono_waiting") && !text.contains("jono_lost_total"));
}

#[test]
fn units_are_replaced_as_a_whole() {
    let unit = |unit: &str, parent: Option<&str>| UnitInfo {
        unit: unit.parse().unwrap(),
        parent: parent.map(|parent| parent.parse().unwrap()),
        level: "centre".to_owned(),
    };
    let mut exposition = exposition();
    let mut units = |units: &[UnitInfo]| {
        exposition.units(units.to_vec());
        exposition.publish()
    };
    let first = units(&[unit("south", Some("kela")), unit("kela", None)]);
    insta::assert_snapshot!(lines(&first.text(), "jono_unit_info"), @r#"
    jono_unit_info{unit="kela",level="centre"} 1
    jono_unit_info{unit="south",parent="kela",level="centre"} 1
    "#);
    let same = units(&[unit("kela", None), unit("south", Some("kela"))]);
    assert!(std::sync::Arc::ptr_eq(&first, &same));
    let moved = units(&[unit("south", Some("centre")), unit("centre", None)]);
    insta::assert_snapshot!(lines(&moved.text(), "jono_unit_info"), @r#"
    jono_unit_info{unit="centre",level="centre"} 1
    jono_unit_info{unit="south",parent="centre",level="centre"} 1
    "#);
    assert!(!units(&[]).text().contains("jono_unit_info"));
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
