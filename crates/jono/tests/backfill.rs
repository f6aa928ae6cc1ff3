//! `jono backfill` by the real binary: what is written, and what is refused.

mod place;

use std::fs;

use self::place::Place;

const CONFIG: &str = r#"
time_zone = "Europe/Helsinki"

[[unit]]
id = "centre"

[[service]]
id = "benefits"

[buckets]
phone = { wait = [10, 60] }

[[source]]
name = "calls"
format = "queue_log"
paths = ["queue_log"]
[[source.route]]
queue = "help"
unit = "centre"
service = "benefits"

[[source]]
name = "weekly"
format = "figures"
[source.columns]
week = "week"
year = "year"
service = { value = "benefits" }
unit = { value = "centre" }
channel = { value = "phone" }
[[source.value]]
column = "minutes"
measure = "wait_mean"
given_in = "minutes"
"#;

/// A call at 23:59:58 on the last day of May in Helsinki, answered in June; and one on 1 June that is given up.
const LOG: &str = "\
1590958798|1.1|help|NONE|ENTERQUEUE||0401234567|1
1590958800|1.1|help|anna|CONNECT|2|1.2|1
1590958860|1.1|help|anna|COMPLETECALLER|2|60|1
1590994800|2.1|help|NONE|ENTERQUEUE||0401234567|1
1590994830|2.1|help|NONE|ABANDON|1|1|30
";

const LABELS: &str = "--label job=jono --label instance=here";

fn place() -> Place {
    let place = Place::new(CONFIG);
    place.write("queue_log", LOG);
    place.write("weekly.csv", "year,week,minutes\n2020,22,2.5\n");
    for arguments in ["ingest --source calls", "ingest --source weekly weekly.csv"] {
        let told = place.run(arguments);
        assert!(!told.contains("exit"), "{told}");
    }
    place
}

/// The lines of a file that have a word.
fn lines(place: &Place, file: &str, word: &str) -> Vec<String> {
    let text = fs::read_to_string(place.path(file)).expect("the file is there");
    assert!(text.ends_with("\n# EOF\n"));
    text.lines().filter(|line| line.contains(word) && !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn months_restart_at_zero_and_the_last_one_closes_at_zero() {
    let place = place();
    place.run(&format!("backfill --output past {LABELS}"));
    insta::assert_snapshot!(fs::read_to_string(place.path("past/MANIFEST")).expect("a list"), @"
    file	samples	from	until
    2020-05.om	900	2020-05-31T00:00:00+03:00	2020-06-01T00:00:00+03:00
    2020-06.om	964	2020-06-01T00:00:00+03:00	2020-07-01T00:00:00+03:00
    2021-06.om	28	2021-06-01T00:00:00+03:00	2021-07-01T00:00:00+03:00
    ");
    let arrivals = |file: &str| lines(&place, file, "jono_arrivals_total");
    let (may, june) = (arrivals("past/2020-05.om"), arrivals("past/2020-06.om"));
    // One day of each is known: its zero, its hours, and where nothing follows a zero.
    assert_eq!((may.len(), june.len()), (1 + 24, 1 + 24 + 1));
    let edges = [&may[0], &may[23], &may[24], &june[0], &june[10], &june[24], &june[25]];
    insta::assert_snapshot!(edges.map(String::as_str).join("\n"), @r#"
    jono_arrivals_total{job="jono",instance="here",channel="phone",unit="centre",service="benefits"} 0 1590872400
    jono_arrivals_total{job="jono",instance="here",channel="phone",unit="centre",service="benefits"} 0 1590955199.999
    jono_arrivals_total{job="jono",instance="here",channel="phone",unit="centre",service="benefits"} 1 1590958799.999
    jono_arrivals_total{job="jono",instance="here",channel="phone",unit="centre",service="benefits"} 0 1590958800
    jono_arrivals_total{job="jono",instance="here",channel="phone",unit="centre",service="benefits"} 0 1590994799.999
    jono_arrivals_total{job="jono",instance="here",channel="phone",unit="centre",service="benefits"} 1 1591045199.999
    jono_arrivals_total{job="jono",instance="here",channel="phone",unit="centre",service="benefits"} 0 1591045200
    "#);
    let answered = lines(&place, "past/2020-06.om", "jono_wait_seconds_bucket");
    assert!(answered[0].contains("outcome=\"answered\",le=\"10.0\"} 0 1590958800"), "{}", answered[0]);
}

#[test]
fn a_published_week_is_shown_through_the_week_after_it() {
    let place = place();
    place.run(&format!("backfill --output past {LABELS}"));
    let published = lines(&place, "past/2020-06.om", "basis=\"published\"");
    // Every six hours.
    assert_eq!(published.len(), 7 * 4);
    insta::assert_snapshot!([&published[0], &published[27]].map(String::as_str).join("\n"), @r#"
    jono_week_wait_mean_seconds{job="jono",instance="here",channel="phone",unit="centre",service="benefits",basis="published"} 150 1590958800
    jono_week_wait_mean_seconds{job="jono",instance="here",channel="phone",unit="centre",service="benefits",basis="published"} 150 1591542000
    "#);
}

#[test]
fn a_span_is_what_was_asked_for() {
    let place = place();
    place.run(&format!("backfill --output past {LABELS} --from 2020-06-01 --until 2020-06-01"));
    let names =
        fs::read_dir(place.path("past")).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().expect("text")).collect();
    names.sort();
    assert_eq!(names, ["2020-06.om", "MANIFEST", "import.sh"]);
    assert_eq!(lines(&place, "past/2020-06.om", "basis=\"published\"").len(), 4);
}

/// Two documents with three weeks between them: nobody counted there.
#[test]
fn what_nobody_counted_is_absent_and_no_zero() {
    let place = place();
    // On Thursday 25 June.
    place
        .write("later", "1593072000|9.1|help|NONE|ENTERQUEUE||1|1\n1593072009|9.1|help|NONE|ABANDON|1|1|9\n");
    place.run("ingest --source calls later");
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2020-W23..2020-W26 --by week"), @"
    period    channel  unit    service   measure   value  of  state        basis
    2020-W23  phone    centre  benefits  arrivals      1      provisional  counted
    2020-W24  phone    centre  benefits  arrivals      –      unavailable  counted
    2020-W25  phone    centre  benefits  arrivals      –      unavailable  counted
    2020-W26  phone    centre  benefits  arrivals      1      provisional  counted
    ");
    insta::assert_snapshot!(place.run("readings --measure arrivals_weekly_mean --period 2020-06"), @"
    period   channel  unit    service   measure               value  of  state        basis
    2020-06  phone    centre  benefits  arrivals_weekly_mean      –      unavailable  counted
    ");
    place.run(&format!("backfill --output past {LABELS}"));
    let known = lines(&place, "past/2020-06.om", "jono_arrivals_total");
    let times = known.iter().map(|line| line.rsplit(' ').next().expect("a time").to_owned());
    let times: Vec<_> = times.map(|time| time.parse::<f64>().expect("a number")).collect();
    let longest = times.windows(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0]))).expect("some");
    // From the end of 1 June to the start of 25 June in Helsinki.
    assert_eq!(longest, [1_591_045_200.0, 1_593_032_400.0]);
    assert!(!place.run("readings --measure arrivals --period 2020-W24").contains(" 0 "));
    assert!(fs::read_to_string(place.path("past/MANIFEST")).is_ok_and(|list| !list.contains("2020-07.om")));
}

#[test]
fn what_is_refused() {
    let place = place();
    let refused = |arguments: &str| place.run(&format!("backfill {arguments}"));
    insta::assert_snapshot!(refused("--output past"), @"
    jono: a scrape adds the labels job and instance, and without the same ones history is of other series: give --label job=… and --label instance=… as the scrape configuration has it, or say --no-labels
    exit 1
    ");
    insta::assert_snapshot!(refused("--output past --label job=jono"), @"
    jono: a scrape adds the labels job and instance, and without the same ones history is of other series: give --label instance=… as the scrape configuration has it, or say --no-labels
    exit 1
    ");
    insta::assert_snapshot!(refused(&format!("--output past {LABELS} --label channel=phone")), @"
    jono: channel is a label of jono's own; leave it out
    exit 1
    ");
    insta::assert_snapshot!(refused(&format!("--output past {LABELS} --from 2021-01-01 --until 2021-02-01")), @"
    jono: the ledger knows nothing of that time: count documents first, or choose another --from or --until
    exit 1
    ");
    let late = refused(&format!("--output past {LABELS} --until 2199-01-01"));
    assert!(late.starts_with("jono: --until 2199-01-01 is too late: history ends at "), "{late}");
    place.run("backfill --output past --no-labels");
    insta::assert_snapshot!(refused("--output past --no-labels"), @"
    jono: past is not empty, and files of two histories beside each other would be imported together: name another folder, or empty this one
    exit 1
    ");
}
