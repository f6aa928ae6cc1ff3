//! `printed.csv`: what Kela's service statistics of June 2020 printed in words, with their labels as they were printed.
//! Nothing of it is drawn. Over which weeks the waiting time was is not said; weeks 20 to 23 are our reading, since Kela's
//! weekly figures have 2.2 and 6.1 minutes there.

use super::{Seed, rows::Rows};

/// Period, label, channel, and of the three columns of values the one that was printed.
const PRINTED: [(&str, &str, &str, [&str; 4]); 7] = [
    ("2019-W20..2019-W23", "viime vuonna vastaavaan aikaan", "phone", ["6", "", "", ""]),
    ("2020-W20..2020-W23", "2 min", "phone", ["2", "", "", ""]),
    ("2020-W24", "2 päivän päähän", "phone_appointment", ["", "2", "", ""]),
    ("2020-02", "Helmikuu", "service_point", ["", "", "35000", ""]),
    ("2020-04", "Huhtikuu", "service_point", ["", "", "7400", ""]),
    ("2020-W23", "vko 23, toukokuu", "service_point", ["", "", "", "10700"]),
    ("2020-W24", "vko 24, kesäkuu", "service_point", ["", "", "", "12500"]),
];

pub(super) fn document(_: Seed) -> anyhow::Result<Vec<u8>> {
    let columns = ["period", "label", "channel", "wait_minutes", "days_ahead", "visits_a_week", "visits"];
    let mut rows = Rows::new(";", &columns);
    for (period, label, channel, values) in PRINTED {
        rows.push(&[&[period, label, channel][..], &values].concat())?;
    }
    Ok(rows.bytes())
}
