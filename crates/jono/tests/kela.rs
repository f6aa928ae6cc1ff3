//! The example configuration on Kela's own published figures, where those are at hand beside the project: every value
//! of the file is read back, and a changed one is a revision.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

/// What one value is of: measure, channel, unit in the file's own words, and the period as jono writes it.
type Key = (&'static str, String, String, String);

/// The file, read by nothing but its commas; no value of it is quoted.
fn expected(text: &str) -> BTreeMap<Key, f64> {
    let mut lines = text.lines();
    let header: Vec<_> = lines.next().expect("a header").split(',').collect();
    let mut values = BTreeMap::new();
    for line in lines {
        let row: BTreeMap<_, _> = header.iter().copied().zip(line.split(',')).collect();
        let period = match (row["viikko"], row["kuukausi"]) {
            ("NA", month) => format!("{}-{month:0>2}", row["vuosi"]),
            (week, _) => format!("{}-W{week:0>2}", row["vuosi"]),
        };
        let appointments = match row["palvelukanava"] {
            "puhelinpalvelu" => "phone_appointment",
            _ => "visit_appointment",
        };
        let columns = [
            ("puhelinpalvelun_jonotusajan_keskiarvo_min", "wait_mean", "phone", 60.0),
            ("puhelinpalvelun_vastausprosentti", "answer_rate", "phone", 0.01),
            ("saatavuusaika_ka", "appointment_lead", appointments, 86_400.0),
            ("hakemukset_sahkoiset_osuus", "online_ratio", "online", 0.01),
        ];
        for (column, measure, channel, factor) in columns {
            if row[column] != "NA" {
                let value: f64 = row[column].parse().expect("a number");
                let key = (measure, channel.to_owned(), row["alue"].to_owned(), period.clone());
                assert!(values.insert(key, value * factor).is_none(), "nothing is published twice");
            }
        }
    }
    values
}

/// What the example calls the units that the file names.
const UNITS: [(&str, &str); 9] = [
    ("kela", "Koko Suomi"),
    ("customer_relations", "Asiakkuuspalvelujen tulosyksikkö"),
    ("local_services", "Asiakkaan lähipalvelujen tulosyksikkö"),
    ("contact_centre", "Yhteyskeskus"),
    ("south", "Eteläinen asiakaspalveluyksikkö"),
    ("east", "Itäinen asiakaspalveluyksikkö"),
    ("central", "Keskinen asiakaspalveluyksikkö"),
    ("west", "Läntinen asiakaspalveluyksikkö"),
    ("north", "Pohjoinen asiakaspalveluyksikkö"),
];

#[test]
fn every_published_value_is_read_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = root.join("../shared/data/kela_weekly/data_asiakaspalvelu.csv");
    if !file.exists() {
        println!("skipped: {} is not there", file.display());
        return;
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jono"));
        command.arg("--config.file").arg(root.join("docs/examples/kela-weekly.toml"));
        command.arg("--ledger").arg(dir.path().join("kela.ledger")).args(arguments);
        let output = command.args(["--format", "json"]).output().expect("jono runs");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let ingest = |path: &Path| run(&["ingest", path.to_str().expect("text"), "--name", "weekly.csv"]);
    let summary = ingest(&file);
    assert_eq!((summary["lines"].as_u64(), summary["events"].as_u64()), (Some(21_937), Some(21_936)));
    assert_eq!(summary["ignored"], serde_json::json!({ "(header)": 1 }));

    let text = fs::read_to_string(&file).expect("the file is text");
    let expected = expected(&text);
    let readings = |measure: &'static str, period: &str, by: &str| {
        let rows = run(&["readings", "--measure", measure, "--period", period, "--by", by]);
        let known = rows.as_array().expect("rows").iter().filter(|row| row["state"] == "final");
        let key = |row: &Value| {
            let named = |key: &str| row[key].as_str().expect("text").to_owned();
            let unit = named("unit");
            let unit = UNITS.iter().find(|(id, _)| *id == unit).map_or(unit, |(_, name)| (*name).to_owned());
            (measure, named("channel"), unit, named("period"))
        };
        known.map(|row| (key(row), row["value"].as_f64().expect("a number"))).collect::<Vec<_>>()
    };
    // Whole ISO weeks: the last days of 2018 belong to the first of 2019.
    let weeks = "2019-W01..2023-W52";
    let counts = [
        ("wait_mean", weeks, "week", 260),
        ("answer_rate", weeks, "week", 260),
        ("appointment_lead", weeks, "week", 2064),
        ("online_ratio", "2019..2023", "month", 19_352),
    ];
    for (measure, period, by, count) in counts {
        let told = readings(measure, period, by);
        assert_eq!(told.len(), count, "{measure}");
        for (key, value) in &told {
            let published = expected.get(key).unwrap_or_else(|| panic!("{key:?} is not in the file"));
            assert!((value - published).abs() <= published.abs() * 1e-12, "{key:?}: {value} {published}");
        }
        assert_eq!(told.into_iter().collect::<BTreeMap<_, _>>().len(), count, "each once");
    }
    let mean = run(&["readings", "--measure", "wait_mean", "--period", "2020"]);
    assert_eq!(mean[0]["state"], "unavailable", "a mean of means is none");
    assert_eq!(run(&["revisions"]), serde_json::json!([]));

    let changed = dir.path().join("changed.csv");
    let row = text.lines().find(|line| line.contains(",94.6,")).expect("a row");
    fs::write(&changed, text.replace(row, &row.replace(",94.6,", ",94.5,"))).expect("a file");
    assert_eq!(ingest(&changed)["documents"][0]["outcome"], "replaced");
    let revisions = run(&["revisions"]);
    assert_eq!(revisions.as_array().map(Vec::len), Some(1));
    let told = ["period", "measure", "before", "after"].map(|key| revisions[0][key].clone());
    assert_eq!(told, ["2020-W24", "answer_rate", "0.946", "0.945"].map(Value::from));
    let revised = run(&["readings", "--measure", "answer_rate", "--period", "2020-W24"]);
    assert_eq!((revised[0]["state"].as_str(), revised[0]["value"].as_f64()), (Some("revised"), Some(0.945)));
}
