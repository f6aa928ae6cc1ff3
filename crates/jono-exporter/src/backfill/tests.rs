//! Files of two hours, whole.

use jono_domain::{Cell, Channel, Event, Formula, OpenCell, Outcome, Seconds, Service, State, Zone};

use super::*;
use crate::{Figure, WEEK_FIGURES, buckets::Bounds};

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds::new(seconds).unwrap()
}

/// 07:00 on 8 June 2020.
const SEVEN: i64 = 1_591_599_600;

fn hours() -> Vec<Hour> {
    let zone = Zone::utc();
    [0, 3600].map(|later| zone.hour(at(SEVEN + later))).to_vec()
}

fn answered(wait: u32) -> Cell {
    let mut open = OpenCell::default();
    let wait = Some(Seconds::new(wait).unwrap());
    open.add(Event::Arrived { at: at(SEVEN) });
    open.add(Event::Concluded { at: at(SEVEN), outcome: Outcome::Answered, wait });
    open.seal()
}

fn helpdesk() -> Series {
    Series { channel: Channel::Phone, ..Series::unrouted("helpdesk".parse().unwrap()) }
}

fn past(aspects: &[Aspect], closes: bool) -> SeriesPast {
    let mut counters = Counters::default();
    counters.observe(&answered(7), &Service::default());
    let stretch = Stretch { span: at(SEVEN)..at(SEVEN + 7200), closes };
    SeriesPast {
        settings: SeriesSettings {
            series: helpdesk(),
            aspects: aspects.iter().copied().collect(),
            formulas: vec![Formula::AnsweredOfOffered],
            target: 0.8,
            promise: None,
        },
        hours: [(HourStart(at(SEVEN)), counters.clone()), (HourStart(at(SEVEN + 3600)), counters)].into(),
        stretches: aspects.iter().map(|aspect| (*aspect, vec![stretch.clone()])).collect(),
    }
}

fn written(write: impl FnOnce(&mut Backfill<'_, OpenMetrics<&mut Vec<u8>>>)) -> String {
    let bounds = Bounds::new(&[Seconds::new(5).unwrap(), Seconds::new(10).unwrap()]).unwrap();
    let buckets = Buckets::default().with_wait(Channel::Phone, bounds);
    let job = CommonLabels::new(&[("job".to_owned(), "jono".to_owned())]).unwrap();
    let mut bytes = Vec::new();
    let mut backfill = Backfill::new(OpenMetrics::new(&mut bytes), &buckets, &job);
    write(&mut backfill);
    let samples = backfill.finish().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(lines as u64, samples);
    text
}

#[test]
fn a_counter_begins_at_zero_and_closes_at_zero() {
    let text = written(|backfill| backfill.counters(&hours(), &[past(&[Aspect::Contacts], true)]).unwrap());
    let arrivals: Vec<_> = text.lines().filter(|line| line.contains("arrivals")).collect();
    insta::assert_snapshot!(arrivals.join("\n"), @r#"
    # HELP jono_arrivals Customers who entered a queue or took a ticket.
    # TYPE jono_arrivals counter
    jono_arrivals_total{job="jono",channel="phone",unit="helpdesk",service="unrouted"} 0 1591599600
    jono_arrivals_total{job="jono",channel="phone",unit="helpdesk",service="unrouted"} 1 1591603199.999
    jono_arrivals_total{job="jono",channel="phone",unit="helpdesk",service="unrouted"} 2 1591606799.999
    jono_arrivals_total{job="jono",channel="phone",unit="helpdesk",service="unrouted"} 0 1591606800
    "#);
    assert!(text.ends_with("\n# EOF\n"));
}

#[test]
fn a_histogram_is_whole_at_every_time() {
    let text = written(|backfill| backfill.counters(&hours(), &[past(&[Aspect::Waits], false)]).unwrap());
    let waits: Vec<_> =
        text.lines().filter(|line| line.contains("wait_seconds") && !line.contains("abandoned")).collect();
    insta::assert_snapshot!(waits.join("\n"), @r#"
    # HELP jono_wait_seconds From arrival to answer, or to giving up, of contacts whose log says how long they waited; answered at once is 0 and included.
    # TYPE jono_wait_seconds histogram
    jono_wait_seconds_bucket{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered",le="5.0"} 0 1591599600
    jono_wait_seconds_bucket{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered",le="10.0"} 0 1591599600
    jono_wait_seconds_bucket{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered",le="+Inf"} 0 1591599600
    jono_wait_seconds_sum{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered"} 0 1591599600
    jono_wait_seconds_count{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered"} 0 1591599600
    jono_wait_seconds_bucket{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered",le="5.0"} 0 1591603199.999
    jono_wait_seconds_bucket{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered",le="10.0"} 1 1591603199.999
    jono_wait_seconds_bucket{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered",le="+Inf"} 1 1591603199.999
    jono_wait_seconds_sum{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered"} 7 1591603199.999
    jono_wait_seconds_count{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered"} 1 1591603199.999
    jono_wait_seconds_bucket{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered",le="5.0"} 0 1591606799.999
    jono_wait_seconds_bucket{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered",le="10.0"} 2 1591606799.999
    jono_wait_seconds_bucket{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered",le="+Inf"} 2 1591606799.999
    jono_wait_seconds_sum{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered"} 14 1591606799.999
    jono_wait_seconds_count{job="jono",channel="phone",unit="helpdesk",service="unrouted",outcome="answered"} 2 1591606799.999
    "#);
}

#[test]
fn a_week_is_shown_where_it_is_known() {
    let known = |value| Figure { value: Some(value), ..Figure::default() };
    let mut figures = Figures::default();
    let place = |measure| WEEK_FIGURES.iter().position(|name| *name == measure).unwrap();
    figures.week[place("answer_rate")] = Figure { year_ago: Some(0.871), ..known(0.946) };
    figures.week[place("wait_mean")] = Figure { state: Some(State::Final), ..known(132.0) };
    let week = FiguresPast { shown: at(SEVEN + 3600)..at(SEVEN + 86_400), figures };
    let weeks = [((helpdesk(), Basis::Published), vec![week])].into();
    insta::assert_snapshot!(written(|backfill| backfill.figures(&hours(), &weeks).unwrap()), @r#"
    # HELP jono_week_answer_rate_ratio The share of contacts, 0-1, that was answered in the ISO week that ended last: as it was counted, tallied or published.
    # TYPE jono_week_answer_rate_ratio gauge
    jono_week_answer_rate_ratio{job="jono",channel="phone",unit="helpdesk",service="unrouted",basis="published"} 0.946 1591603200
    # HELP jono_week_answer_rate_ratio_year_ago The same as jono_week_answer_rate_ratio, of the ISO week of the same number a year before; absent when the last one was a week 53.
    # TYPE jono_week_answer_rate_ratio_year_ago gauge
    jono_week_answer_rate_ratio_year_ago{job="jono",channel="phone",unit="helpdesk",service="unrouted",basis="published"} 0.871 1591603200
    # HELP jono_week_wait_mean_seconds The mean wait of answered contacts in the ISO week that ended last: as it was counted or published.
    # TYPE jono_week_wait_mean_seconds gauge
    jono_week_wait_mean_seconds{job="jono",channel="phone",unit="helpdesk",service="unrouted",basis="published"} 132 1591603200
    # EOF
    "#);
}

#[test]
fn a_file_without_samples_says_that_it_is_whole() {
    insta::assert_snapshot!(written(|backfill| backfill.counters(&hours(), &[]).unwrap()), @"# EOF");
}
