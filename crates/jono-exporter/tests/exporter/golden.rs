//! One scrape, whole and reviewed, held against the catalogue.

use jono_domain::{Channel, Formula, LineCounts, Outcome, Reason, Seconds};
use jono_exporter::{Bounds, Buckets, Build, Exposition, Settings, catalogue};

use crate::sample::{EPOCH, check_with_promtool, counters, series, settings};

fn scrape() -> String {
    let bounds = |limits: [u32; 3]| Bounds::new(&limits.map(|limit| Seconds::new(limit).unwrap())).unwrap();
    let buckets = Buckets::default()
        .with_wait(Channel::Phone, bounds([10, 20, 60]))
        .with_handling(Channel::Phone, bounds([60, 120, 300]))
        .with_wait(Channel::ServicePoint, bounds([300, 600, 1200]))
        .with_handling(Channel::ServicePoint, bounds([60, 300, 600]));
    let revision = Some("0123abc".to_owned());
    let build = Build { version: "1.0.0".to_owned(), revision, rust_version: Some("1.95.0".to_owned()) };
    let mut exposition = Exposition::new(Settings { epoch: EPOCH, build, buckets });

    let phone = series(Channel::Phone, "Keskinen \"yksikkö\"", "social_assistance");
    let visits = series(Channel::ServicePoint, "Kamppi", "housing");
    exposition.declare(&[
        settings(&visits, &[Formula::AnsweredOfOffered]),
        settings(&phone, &[Formula::AnswerRate, Formula::AnsweredOfOffered]),
    ]);
    let calls = [
        (Outcome::Answered, Some(0)),
        (Outcome::Answered, Some(20)),
        (Outcome::Answered, Some(61)),
        (Outcome::Answered, None),
        (Outcome::Abandoned, Some(3)),
        (Outcome::Callback, Some(90)),
    ];
    exposition.apply(&[(phone, counters(&calls))]).unwrap();
    let mut lines = LineCounts { events: 15, ignored: 2, ..LineCounts::default() };
    lines.rejected[Reason::BadTime.index()] = 1;
    exposition.source(&"helpdesk".parse().unwrap(), &lines);
    exposition.publish().text()
}

#[test]
fn whole() {
    insta::assert_snapshot!(scrape());
    check_with_promtool(&scrape());
}

/// The names of the labels of a line, without those that a type brings along.
fn labels(line: &str) -> Vec<&str> {
    let parts: Vec<_> = line.split("=\"").collect();
    let (_, names) = parts.split_last().unwrap();
    names.iter().map(|part| part.rsplit([',', '{']).next().unwrap()).filter(|name| *name != "le").collect()
}

#[test]
fn names_types_and_labels_are_the_catalogues() {
    let text = scrape();
    let mut shown = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("# HELP")) {
        if let Some(heading) = line.strip_prefix("# TYPE ") {
            let (name, kind) = heading.split_once(' ').unwrap();
            shown.push((name, kind, &[][..]));
        } else {
            let (name, _, own) = shown.last_mut().unwrap();
            assert!(line.starts_with(*name), "{line} is below the heading of {name}");
            *own = labels(line).leak();
        }
    }
    let elsewhere = |name: &str| name.starts_with("process_") || name == "jono_http_requests_total";
    let told = catalogue().iter().filter(|family| !elsewhere(family.name));
    assert_eq!(
        shown,
        told.map(|family| (family.name, family.kind.as_str(), family.labels)).collect::<Vec<_>>()
    );
}
