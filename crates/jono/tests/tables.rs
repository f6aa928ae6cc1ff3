//! Tables on the command line: tallies beside counts, what does not agree, what cannot be meant.

mod place;

use self::place::Place;

const CONFIG: &str = r#"
time_zone = "Europe/Helsinki"

[[service]]
id = "support"

[[unit]]
id = "centre"

[[unit]]
id = "north"
parent = "centre"

[[unit]]
id = "south"
parent = "centre"

[[source]]
name = "pbx"
format = "queue_log"

[[source.route]]
queue = "north"
unit = "north"
service = "support"

[[source]]
name = "weeks"
format = "tallies"

[source.table]
delimiter = ";"
encoding = "windows-1252"

[source.columns]
year = "vuosi"
week = "viikko"
unit = { column = "yksikkö", values = { Pohjoinen = "north", "Etelä" = "south" } }
channel = { value = "phone" }
service = { value = "support" }

[[source.value]]
column = "vastattu"
measure = "answered"

[[source.value]]
column = "kaikki"
measure = "contacts"

[[source]]
name = "published"
format = "figures"

[source.table]
delimiter = ";"
decimal_mark = ","

[source.columns]
period = "jakso"
unit = { value = "north" }
channel = { value = "phone" }
service = { value = "support" }

[[source.value]]
column = "osuus"
measure = "answer_rate"
given_in = "percent"
"#;

/// A call answered in week 24 of 2020, and one that gave up.
const LOG: &str = "\
1591596000|1.1|north|NONE|ENTERQUEUE||0401234567|1
1591596010|1.1|north|Agent/1|CONNECT|10|1.2|3
1591596300|1.5|north|NONE|ENTERQUEUE||0401234569|1
1591596304|1.5|north|NONE|ABANDON|1|1|4
";

/// As Excel saves it where letters have dots.
const WEEKS: &str = "vuosi;viikko;yksikkö;vastattu;kaikki\n\
2020;24;Pohjoinen;2;3\n\
2020;24;Etelä;5;5\n\
2020;25;Pohjoinen;7;10\n\
2021;53;Pohjoinen;1;1\n\
2020;26;Länsi;1;1\n\
2020;27;Pohjoinen;1,5;2\n";

/// With the log, the weeks in Windows-1252 and a published share.
fn filled() -> Place {
    let place = Place::new(CONFIG);
    place.write("queue_log", LOG);
    // Every letter of it is one byte there.
    let weeks: Vec<u8> =
        WEEKS.chars().map(|letter| u8::try_from(u32::from(letter)).expect("one byte")).collect();
    place.write("weeks.csv", weeks);
    place.write("published.csv", "jakso;osuus\n2020-W24;66,7\n2020-W25;9000\n");
    for (source, file) in [("pbx", "queue_log"), ("weeks", "weeks.csv"), ("published", "published.csv")] {
        let told = place.run(&format!("ingest --source {source} {file}"));
        assert!(told.contains(" new "), "{told}");
    }
    place
}

#[test]
fn what_is_wrong_in_a_row_is_said_and_the_rows_around_it_count() {
    let place = filled();
    let told = place.run("ingest --source weeks weeks.csv --reread --format json");
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    // Of the row with half a call, the other value still counts.
    insta::assert_snapshot!(told["rejected"], @r#"{"bad_period":1,"not_a_number":1,"unknown_name":1}"#);
    assert_eq!((told["lines"].as_u64(), told["events"].as_u64()), (Some(7), Some(3)));
    let told = place.run("ingest --source published published.csv --reread");
    assert!(told.contains("out_of_range"), "{told}");
}

#[test]
fn each_basis_answers_for_itself() {
    let place = filled();
    insta::assert_snapshot!(place.run("readings --measure answer_rate --period 2020-W24"), @"
    period    channel  unit   service  measure       value  of  state        basis
    2020-W24  phone    north  support  answer_rate  0.5000   2  provisional  counted
    2020-W24  phone    north  support  answer_rate  0.6667   3  provisional  tallied
    2020-W24  phone    south  support  answer_rate  1.0000   5  provisional  tallied
    2020-W24  phone    north  support  answer_rate  0.6670      final        published
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts --period 2020-W24..2020-W25 --unit centre --basis tallied"), @"
    period                  channel  unit    service  measure   value  of  state        basis
    2020-06-08..2020-06-21  phone    centre  support  contacts      –      unavailable  tallied
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts --period 2020-06 --unit north --basis tallied"), @"
    period   channel  unit   service  measure   value  of  state        basis
    2020-06  phone    north  support  contacts      –      unavailable  tallied
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts --period 2020-W24..2020-W25 --by week --unit north"), @"
    period    channel  unit   service  measure   value  of  state        basis
    2020-W24  phone    north  support  contacts      2      provisional  counted
    2020-W25  phone    north  support  contacts      –      unavailable  counted
    2020-W24  phone    north  support  contacts      3      provisional  tallied
    2020-W25  phone    north  support  contacts     10      provisional  tallied
    ");
    insta::assert_snapshot!(place.run("readings --measure wait_mean --period 2020-W24 --unit north --basis tallied"), @"period  channel  unit  service  measure  value  of  state  basis");
}

#[test]
fn a_published_figure_is_told_as_it_was_printed() {
    let place = Place::new(&CONFIG.replace("period = \"jakso\"", "period = \"jakso\"\nlabel = \"painettu\""));
    place.write("published.csv", "jakso;osuus;painettu\n2020-W24;66,7;vko 24, kesäkuu\n2020-W25;70;\n");
    place.run("ingest --source published published.csv");
    let readings = "readings --measure answer_rate --period 2020-W24..2020-W25 --by week --basis published";
    insta::assert_snapshot!(place.run(readings), @"
    period    channel  unit   service  measure       value  of  state  basis      label
    2020-W24  phone    north  support  answer_rate  0.6670      final  published  vko 24, kesäkuu
    2020-W25  phone    north  support  answer_rate  0.7000      final  published
    ");
    insta::assert_snapshot!(place.run(&format!("{readings} --format csv")), @r#"
    period,start,end,channel,unit,service,measure,value,numerator,denominator,low,high,state,basis,label
    2020-W24,2020-06-08T00:00:00+03:00,2020-06-15T00:00:00+03:00,phone,north,support,answer_rate,0.667,,,,,final,published,"vko 24, kesäkuu"
    2020-W25,2020-06-15T00:00:00+03:00,2020-06-22T00:00:00+03:00,phone,north,support,answer_rate,0.7,,,,,final,published,
    "#);
    let told: serde_json::Value =
        serde_json::from_str(&place.run(&format!("{readings} --format json"))).unwrap();
    insta::assert_snapshot!(format!("{} {}", told[0]["label"], told[1]["label"]), @r#""vko 24, kesäkuu" null"#);
}

/// Four weeks of June 2020 and the same of 2019, tallied; in week 24 of 2020 nobody came, since it was closed.
fn two_years() -> Place {
    let place = Place::new(
        r#"
time_zone = "Europe/Helsinki"
[[unit]]
id = "oulu"
[[service]]
id = "all_services"
[[source]]
name = "visits"
format = "tallies"
[source.columns]
period = "week"
unit = { value = "oulu" }
channel = { value = "service_point" }
service = { value = "all_services" }
[[source.value]]
column = "visits"
measure = "contacts"
[[source]]
name = "openings"
format = "openings"
[source.columns]
unit = "unit"
channel = { value = "service_point" }
first_day = "from"
last_day = "to"
state = "state"
hours = "hours"
"#,
    );
    place.write(
        "visits.csv",
        "week,visits\n2019-W23,100\n2019-W24,200\n2019-W25,300\n2019-W26,400\n2020-W23,50\n2020-W25,60\n2020-W26,90\n2020-W53,7\n",
    );
    place.write(
        "openings.csv",
        "unit,from,to,state,hours\noulu,2020-01-01,,open,Mo-Fr 09:00-16:00\noulu,2020-06-08,2020-06-14,closed,\noulu,2020-06-19,2020-06-19,closed,\n",
    );
    for (source, file) in [("visits", "visits.csv"), ("openings", "openings.csv")] {
        let told = place.run(&format!("ingest --source {source} {file}"));
        assert!(told.contains(" new "), "{told}");
    }
    place
}

#[test]
fn a_week_beside_the_same_week_a_year_before() {
    let place = two_years();
    insta::assert_snapshot!(place.run("readings --measure contacts --period 2020-W23..2020-W26 --by week --year-ago"), @"
    period    channel        unit  service       measure   value  of  state        basis    year ago   change
    2020-W23  service_point  oulu  all_services  contacts     50      provisional  tallied       100  -50.0 %
    2020-W24  service_point  oulu  all_services  contacts      –      closed       tallied       200
    2020-W25  service_point  oulu  all_services  contacts     60      provisional  tallied       300  -80.0 %
    2020-W26  service_point  oulu  all_services  contacts     90      provisional  tallied       400  -77.5 %
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts --period 2020-W25..2020-W26 --year-ago --format csv"), @"
    period,start,end,channel,unit,service,measure,value,numerator,denominator,low,high,state,basis,label,year_ago_period,year_ago_value,year_ago_numerator,year_ago_denominator,year_ago_state
    2020-06-15..2020-06-28,2020-06-15T00:00:00+03:00,2020-06-29T00:00:00+03:00,service_point,oulu,all_services,contacts,150,150,,,,provisional,tallied,,2019-06-17..2019-06-30,700,700,,provisional
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts --period 2020-W53 --year-ago --format json"), @r#"
    [
      {
        "period": "2020-W53",
        "start": "2020-12-28T00:00:00+02:00",
        "end": "2021-01-04T00:00:00+02:00",
        "channel": "service_point",
        "unit": "oulu",
        "service": "all_services",
        "measure": "contacts",
        "value": 7,
        "numerator": 7,
        "denominator": null,
        "low": null,
        "high": null,
        "state": "provisional",
        "basis": "tallied",
        "label": null,
        "year_ago": {
          "period": null,
          "value": null,
          "numerator": null,
          "denominator": null,
          "state": "unavailable"
        }
      }
    ]
    "#);
}

#[test]
fn a_mean_over_weeks_and_over_open_days() {
    let place = two_years();
    // Of June 2019, weeks 23 to 26 have their Thursday in it; in 2020, of the same four, one was closed.
    insta::assert_snapshot!(place.run("readings --measure contacts_weekly_mean --period 2020-06 --year-ago"), @"
    period   channel        unit  service       measure                 value  of  state        basis    year ago   change
    2020-06  service_point  oulu  all_services  contacts_weekly_mean  66.6667   3  provisional  tallied  250.0000  -73.3 %
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts_weekly_mean --period 2020-05..2020-07 --by month"), @"
    period   channel        unit  service       measure                 value  of  state        basis
    2020-05  service_point  oulu  all_services  contacts_weekly_mean        –      unavailable  tallied
    2020-06  service_point  oulu  all_services  contacts_weekly_mean  66.6667   3  provisional  tallied
    2020-07  service_point  oulu  all_services  contacts_weekly_mean        –      unavailable  tallied
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts_weekly_mean --period 2020-06-11"), @"
    period      channel        unit  service       measure               value  of  state        basis
    2020-06-11  service_point  oulu  all_services  contacts_weekly_mean      –      unavailable  tallied
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts_per_open_day --period 2020-W23..2020-W26 --by week"), @"
    period    channel        unit  service       measure                  value  of  state        basis
    2020-W23  service_point  oulu  all_services  contacts_per_open_day  10.0000   5  provisional  tallied
    2020-W24  service_point  oulu  all_services  contacts_per_open_day        –      closed       tallied
    2020-W25  service_point  oulu  all_services  contacts_per_open_day  15.0000   4  provisional  tallied
    2020-W26  service_point  oulu  all_services  contacts_per_open_day  18.0000   5  provisional  tallied
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts_per_open_day --period 2019-W23"), @"
    period    channel        unit  service       measure                value  of  state        basis
    2019-W23  service_point  oulu  all_services  contacts_per_open_day      –      unavailable  tallied
    ");
}

#[test]
fn a_short_week_is_compared_by_its_working_days() {
    let place = filled();
    // Week 25 ends with Midsummer: four working days.
    insta::assert_snapshot!(place.run("readings --measure contacts_per_workday --period 2020-W24..2020-W25 --by week --unit north"), @"
    period    channel  unit   service  measure                value  of  state        basis
    2020-W24  phone    north  support  contacts_per_workday       –      unavailable  counted
    2020-W25  phone    north  support  contacts_per_workday       –      unavailable  counted
    2020-W24  phone    north  support  contacts_per_workday  0.6000   5  provisional  tallied
    2020-W25  phone    north  support  contacts_per_workday  2.5000   4  provisional  tallied
    ");
    insta::assert_snapshot!(place.run("readings --measure contacts_per_workday --period 2020-06-13..2020-06-14 --unit north --basis counted"), @"
    period                  channel  unit   service  measure               value  of  state        basis
    2020-06-13..2020-06-14  phone    north  support  contacts_per_workday      –      unavailable  counted
    ");
    place.write(
        "jono.toml",
        format!("{CONFIG}\n[calendar]\ncountry = \"none\"\nclosed = [\"2020-06-17\", \"2020-06-18\"]\n"),
    );
    insta::assert_snapshot!(place.run("readings --measure contacts_per_workday --period 2020-W25 --unit north --basis tallied"), @"
    period    channel  unit   service  measure                value  of  state        basis
    2020-W25  phone    north  support  contacts_per_workday  3.3333   3  provisional  tallied
    ");
    place.write("jono.toml", format!("{CONFIG}\n[calendar]\ncountry = \"SE\"\n"));
    insta::assert_snapshot!(place.run("readings --measure contacts --period 2020-W25"), @r#"
    jono: the configuration has 1 mistake
      jono.toml:70:11: calendar.country: the holidays of "SE" are not known; the countries are FI, and for others holidays can be listed day by day
    exit 1
    "#);
}

#[test]
fn what_does_not_agree_is_listed() {
    let place = filled();
    insta::assert_snapshot!(place.run("reconcile"), @"
    period    channel  unit   service  measure      counted  tallied  published
    2020-W24  phone    north  support  answer_rate   0.5000   0.6667     0.6670
    2020-W24  phone    north  support  answered           1        2          –
    2020-W24  phone    north  support  contacts           2        3          –
    3 values are known from more than one side; 3 of them differ.
    ");
    insta::assert_snapshot!(place.run("reconcile --measure answer_rate --tolerance 0.5"), @"1 values are known from more than one side; 0 of them differ.");
}

#[test]
fn a_table_that_cannot_be_read_at_all_is_refused() {
    let place = filled();
    place.write("weeks.csv", "year;week;unit;answered;all\n2020;24;Pohjoinen;2;3\n");
    let told = place.run("ingest --source weeks weeks.csv");
    assert!(told.ends_with("exit 1"), "{told}");
    insta::assert_snapshot!(told.lines().rev().nth(1).unwrap(), @r#"weeks.csv: it cannot be understood, and what was counted of it before stays: no column that the source names, such as "kaikki", is in its first row, which has 5; does that row name the columns, and is table.delimiter right?"#);
    insta::assert_snapshot!(place.run("readings --measure contacts --period 2020-W24 --unit north --basis tallied"), @"
    period    channel  unit   service  measure   value  of  state        basis
    2020-W24  phone    north  support  contacts      3      provisional  tallied
    ");
}

#[test]
fn a_later_table_replaces_the_one_of_its_name_and_what_changed_is_told() {
    let place = filled();
    place.write("published.csv", "jakso;osuus\n2020-W24;66,8\n2020-W25;70\n");
    assert!(place.run("ingest --source published published.csv").contains("replaced"));
    let told = place.run("revisions --format json");
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let told = told.as_array().expect("rows").iter();
    let told = told.map(|row| format!("{} {} {}", row["period"], row["before"], row["after"]));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r#""2020-W24" "0.667" "0.668""#);
}

/// Contacts, as a call centre's own log has them.
const CONTACTS: &str = r#"
time_zone = "Europe/Helsinki"

[[source]]
name = "calls"
format = "contacts"

[source.columns]
arrived = "taken"
outcome = "result"
unit = { value = "north" }
channel = { value = "phone" }
service = { value = "support" }

[[unit]]
id = "north"

[[service]]
id = "support"
"#;

#[test]
fn an_older_or_corrected_copy_of_a_table_of_records_is_not_counted_beside_it() {
    let place = Place::new(CONTACTS);
    let header = "taken,result\n";
    let rows: Vec<_> = (10..20).map(|minute| format!("2020-06-08 10:{minute}:00,answered\n")).collect();
    let count = |arguments: &str| {
        let told = place.run(&format!("ingest {arguments}"));
        let mut lines = told.lines().filter(|line| line.contains("csv"));
        // Why it was refused, or else what became of it.
        lines.next_back().unwrap_or_default().to_owned()
    };
    let contacts = || {
        let told = place.run("readings --measure contacts --period 2020-W24 --unit north --format csv");
        let value =
            told.lines().nth(1).and_then(|line| line.split(',').find(|field| field.parse::<u32>().is_ok()));
        value.unwrap_or("none").to_owned()
    };
    place.write("june.csv", [header, &rows[..5].concat()].concat());
    place.write("grown.csv", [header, &rows.concat()].concat());
    place.write("corrected.csv", [header, &rows[..3].concat(), &rows[4..].concat()].concat());
    place.write("july.csv", [header, "2020-06-09 10:00:00,answered\n"].concat());

    assert!(count("june.csv").contains("new"));
    assert!(count("grown.csv").contains("grown"));
    assert_eq!(contacts(), "10");
    let refused = |other: &str| {
        format!(
            "{other}: it begins like grown.csv, of which 303 bytes were counted, but is shorter or differs within them; \
             if it is that one rewritten, use --replace; if it is another one, --as-new"
        )
    };
    assert_eq!(count("june.csv"), refused("june.csv"));
    assert_eq!(count("corrected.csv"), refused("corrected.csv"));
    assert_eq!(contacts(), "10");

    assert!(count("july.csv").contains("new"));
    assert_eq!(contacts(), "11");
    // It has a row less, which is told.
    assert!(count("--replace corrected.csv").contains("fewer_events=1"));
    assert_eq!(contacts(), "10");
    assert!(count("--as-new june.csv").contains("new"));
    assert_eq!(contacts(), "15");

    // So it is of one that was cut off under its own name.
    place.write("corrected.csv", [header, &rows[..3].concat()].concat());
    assert!(count("corrected.csv").contains("fewer_events=6"));
    assert_eq!(contacts(), "9");
}

#[test]
fn units_that_only_a_table_names_are_told() {
    let place = Place::new(&CONTACTS.replace(r#"unit = { value = "north" }"#, r#"unit = "office""#));
    place.write(
        "june.csv",
        "taken,result,office\n\
         2020-06-08 10:00:00,answered,north\n\
         2020-06-08 10:01:00,abandoned,nort\n\
         2020-06-08 10:02:00,answered,south\n\
         2020-06-08 10:03:00,answered,south\n",
    );
    let told = place.run("ingest june.csv");
    let told = told.split_once("\n\n").map_or("", |(_, lists)| lists);
    insta::assert_snapshot!(told, @"
    ignored event  lines
    (header)           1

    unit that is not configured  events
    south                             4
    nort                              2

    Units that are not configured are counted as the table names them, and in no unit above them; a [[unit]] gives them a place.
    ");
}
