//! How fast the text of `/metrics` follows a change, beside the two libraries that people use for it.
//!
//! The same samples are shown by all: jono's text is read, and put into `prometheus` and `prometheus-client` as counters,
//! gauges and histograms of the same names, labels and buckets. Each round counts the same again everywhere, and what is
//! then shown must be the same, sample by sample. Only rendering is timed, of jono also the setting of values.

mod client;
mod registry;
mod samples;
mod shown;

use std::{cell::RefCell, time::Instant};

use self::shown::Shown;
use super::{
    Arguments,
    spread::{Spread, known},
    text::{markdown, megabytes},
    turns::{Candidate, Measured, Run, in_turn},
};

/// How many series change at once, in the table of that.
const CHANGED: [usize; 5] = [1, 10, 100, 1000, 10_000];

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (mut rows, mut curve) = (Vec::new(), Vec::new());
    for &samples in &arguments.samples {
        let shown = RefCell::new(Shown::new(samples));
        let (count, bytes) = shown.borrow().size();
        let what = format!("{count} samples, {}", megabytes(bytes));
        let setting = RefCell::new(Vec::new());
        let families = samples::read(&shown.borrow().text());
        let (mut registry, mut client) =
            (registry::Metrics::new(&families)?, client::Metrics::new(&families));
        let candidates = vec![
            Candidate::new("jono", || {
                let mut shown = shown.borrow_mut();
                let (set, rendered) = shown.count_all();
                setting.borrow_mut().push(set + rendered);
                Ok(Run { seconds: rendered, totals: samples::totals(&shown.text()), ..Run::default() })
            }),
            Candidate::new("`prometheus`, gather and `TextEncoder`", || {
                registry.count();
                timed(|| registry.render())
            }),
            Candidate::new("`prometheus-client`, encode", || {
                client.count();
                timed(|| client.render())
            }),
        ];
        let measured = in_turn(&what, arguments.rounds, candidates)?;
        rows.extend(measured.iter().map(|one| row(&what, bytes, one, &measured[0])));
        rows.push(row(&what, bytes, &with_setting(setting.into_inner()), &measured[0]));
        let mut shown = shown.into_inner();
        let series = shown.series();
        for changed in CHANGED.into_iter().filter(|changed| *changed <= series) {
            let seconds = (0..arguments.rounds.max(1)).map(|_| shown.count_some(changed));
            let milliseconds = Spread::of(seconds).map(|seconds| seconds.map(|seconds| seconds * 1e3));
            curve.push([what.clone(), changed.to_string(), known(milliseconds)]);
        }
    }
    let header = ["/metrics, every series changed", "by", "ms", "MB/s", "times jono's"];
    println!("{}", markdown(header, &rows));
    println!("{}", markdown(["/metrics", "series that changed", "set and rendered, ms"], &curve));
    Ok(())
}

/// Times rendering, and reads what was rendered.
fn timed(render: impl FnOnce() -> anyhow::Result<String>) -> anyhow::Result<Run> {
    let started = Instant::now();
    let text = render()?;
    let seconds = started.elapsed().as_secs_f64();
    Ok(Run { seconds, totals: samples::totals(&text), ..Run::default() })
}

fn with_setting(seconds: Vec<f64>) -> Measured {
    let run = |seconds| Run { seconds, ..Run::default() };
    Measured {
        name: "jono, with setting the values".to_owned(),
        runs: seconds.into_iter().map(run).collect(),
    }
}

fn row(what: &str, bytes: u64, one: &Measured, jono: &Measured) -> [String; 5] {
    let changed = |change: &dyn Fn(f64) -> f64| known(one.seconds().map(|seconds| seconds.map(change)));
    [
        what.to_owned(),
        one.name.clone(),
        changed(&|seconds| seconds * 1e3),
        changed(&|seconds| bytes as f64 / 1e6 / seconds),
        known(one.times(jono)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_show_the_same_samples_after_counting_the_same() {
        let mut shown = Shown::new(300);
        let families = samples::read(&shown.text());
        let (mut registry, mut client) =
            (registry::Metrics::new(&families).unwrap(), client::Metrics::new(&families));
        for _ in 0..2 {
            let jono = samples::totals(&shown.text());
            assert_eq!(jono.differences(&samples::totals(&registry.render().unwrap())), Vec::<String>::new());
            assert_eq!(jono.differences(&samples::totals(&client.render().unwrap())), Vec::<String>::new());
            shown.count_all();
            registry.count();
            client.count();
        }
        let before = samples::totals(&shown.text());
        shown.count_some(1);
        assert_ne!(before, samples::totals(&shown.text()), "what one series counted is shown");
    }
}
