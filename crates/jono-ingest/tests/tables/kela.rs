//! Kela's weekly customer-service statistics, where they are at hand beside the project.

use std::collections::BTreeMap;

use jono_domain::{Decimal, Measure};
use jono_ingest::{
    Mapping,
    table::{GivenIn, Layout, Only, Place, Value, When},
};

use super::mapping::{column, constant, listed, made, read};

const PATH: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/kela_weekly/data_asiakaspalvelu.csv");

fn value(column: &str, measure: &str, given_in: GivenIn) -> Value {
    Value {
        column: column.to_owned(),
        measure: constant(measure),
        given_in: Some(Place::Constant(given_in)),
        channel: constant("phone"),
        unit: constant("kela"),
        service: constant("benefits"),
        of: None,
        provisional: None,
        label: None,
    }
}

fn mapping() -> Mapping {
    let channels = [("puhelinpalvelu", "phone_appointment"), ("palvelupiste", "visit_appointment")];
    Mapping {
        layout: Layout { no_value: ["NA".to_owned()].into(), ..Layout::default() },
        only: Only::new(),
        when: When {
            year: Some(column("vuosi")),
            month: Some(column("kuukausi")),
            week: Some(column("viikko")),
            ..When::default()
        },
        values: vec![
            value("puhelinpalvelun_jonotusajan_keskiarvo_min", "wait_mean", GivenIn::Minutes),
            value("puhelinpalvelun_vastausprosentti", "answer_rate", GivenIn::Percent),
            Value {
                channel: listed("palvelukanava", &channels),
                unit: column("alue"),
                ..value("saatavuusaika_ka", "appointment_lead", GivenIn::Days)
            },
            Value {
                channel: constant("online"),
                unit: column("alue"),
                ..value("hakemukset_sahkoiset_osuus", "online_ratio", GivenIn::Percent)
            },
        ],
    }
}

#[test]
fn every_row_is_accounted_for_and_every_value_is_as_it_is_written() {
    let Ok(text) = std::fs::read_to_string(PATH) else {
        eprintln!("skipped: {PATH} is not there");
        return;
    };
    let batch = read(&made("figures", mapping()), text.as_bytes()).unwrap();
    assert_eq!((batch.tallies.len(), batch.cells.len(), &batch.events), (0, 0, &None));
    insta::assert_debug_snapshot!((&batch.lines.ignored, batch.lines.events, batch.lines.total()), @r#"
    (
        {
            "(header)": 1,
        },
        21936,
        21937,
    )
    "#);
    let mut counts = BTreeMap::new();
    for figure in &batch.figures {
        *counts.entry(format!("{} {}", figure.measure.name(), figure.series.channel)).or_insert(0) += 1;
    }
    insta::assert_debug_snapshot!(counts, @r#"
    {
        "answer_rate phone": 260,
        "appointment_lead phone_appointment": 1161,
        "appointment_lead visit_appointment": 903,
        "online_ratio online": 19352,
        "wait_mean phone": 260,
    }
    "#);

    // Each row has one value; read here by its type, in the words of the file.
    for (row, figure) in text.lines().skip(1).zip(&batch.figures) {
        let f: Vec<&str> = row.split(',').collect();
        let (measure, unit, at, factor) = match f[0] {
            "jonotusaika" => ("wait_mean", "kela", 13, "60"),
            "vastausprosentti" => ("answer_rate", "kela", 12, "0.01"),
            "saatavuusaika_ka" => ("appointment_lead", f[7], 10, "86400"),
            _ => ("online_ratio", f[7], 11, "0.01"),
        };
        let number = |text: &str| text.parse::<Decimal>().unwrap();
        let span =
            if f[4] == "NA" { format!("{}-{:0>2}", f[1], f[3]) } else { format!("{}-W{:0>2}", f[1], f[4]) };
        assert_eq!(figure.measure, measure.parse::<Measure>().unwrap(), "{row}");
        assert_eq!((figure.series.unit.as_str(), figure.span.to_string()), (unit, span), "{row}");
        assert_eq!(figure.value, number(f[at]) * number(factor), "{row}");
    }
}
