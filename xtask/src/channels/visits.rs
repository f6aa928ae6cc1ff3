//! `visits.csv`: visits of every service point by the week. Those of all together are what Kela named: 35 000 a week in
//! February 2020 and 7 400 in April, as means of the month's weeks, 10 700 in week 23 and 12 500 in week 24.

use jiff::civil::{ISOWeekDate, Weekday};

use super::{Seed, points::POINTS, rows::Rows};
use crate::draw::whole;

/// The first week of both lists: the first of February, as its Thursday lies there.
const FIRST: i8 = 6;

/// Visits of all service points in weeks 6 to 26 of 2019.
const VISITS_2019: [u32; 21] = [
    38_400, 38_100, 36_900, 37_600, 38_800, 39_100, 38_700, 38_200, 38_500, 37_900, 30_600, 30_900, 31_400,
    38_600, 38_300, 38_900, 31_800, 37_200, 36_800, 28_900, 34_100,
];
/// The same of 2020.
const VISITS_2020: [u32; 21] = [
    35_400, 34_700, 35_200, 34_700, 34_100, 33_600, 21_900, 9_800, 8_300, 6_700, 6_900, 8_100, 7_000, 7_900,
    8_300, 7_600, 8_700, 10_700, 12_500, 11_200, 13_100,
];

pub(super) fn document(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let mut draw = seed.draw("visits");
    let mut rows = Rows::new(";", &["week", "service_point", "visits"]);
    for (year, totals) in [(2019, VISITS_2019), (2020, VISITS_2020)] {
        for (week, total) in (FIRST..).zip(totals) {
            let monday = ISOWeekDate::new(year, week, Weekday::Monday)?.date();
            let open: Vec<_> = POINTS.iter().filter(|point| point.is_open(monday)).collect();
            let sizes: Vec<_> =
                open.iter().map(|point| draw.lognormal(f64::from(point.size), 0.06)).collect();
            for (point, visits) in open.iter().zip(shares(total, &sizes)) {
                rows.push(&[&format!("{year}-W{week:02}"), point.unit, &visits.to_string()])?;
            }
        }
    }
    Ok(rows.bytes())
}

/// A total in parts as these sizes are, whole ones that add up to it: the largest remainders are rounded up.
pub(super) fn shares(total: u32, sizes: &[f64]) -> Vec<u32> {
    let sum: f64 = sizes.iter().sum();
    let exact: Vec<_> = sizes.iter().map(|size| f64::from(total) * size / sum).collect();
    let mut shares: Vec<_> = exact.iter().map(|share| whole(*share) as u32).collect();
    let mut by_remainder: Vec<_> = (0..sizes.len()).collect();
    by_remainder.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()));
    let given: u32 = shares.iter().sum();
    by_remainder.iter().cycle().take((total - given) as usize).for_each(|place| shares[*place] += 1);
    shares
}
