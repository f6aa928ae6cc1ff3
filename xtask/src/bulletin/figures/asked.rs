//! The same questions, asked of `jono readings`.

use std::collections::BTreeMap;

use anyhow::Context;
use jono_domain::{Grain, Period};
use serde_json::Value;

use super::{Figures, Told};
use crate::{bulletin::findings::Findings, jono::Jono};

/// What is asked of several periods at once: channel, unit, service, measure, formula, basis and grain. What has no
/// grain is asked by its own period.
type Question = ([String; 5], Option<String>, Result<Grain, String>);

/// Asks for all of them.
pub(super) fn check(jono: &Jono, figures: &Figures, findings: &mut Findings) -> anyhow::Result<()> {
    let mut questions = BTreeMap::<Question, Vec<(&str, Period, &Told)>>::new();
    for (id, figure) in figures {
        let period: Period =
            figure.period.parse().with_context(|| format!("{} is no period", figure.period))?;
        let all = |name: &Option<String>| name.clone().unwrap_or_else(|| "all".to_owned());
        let subject = [
            all(&figure.channel),
            all(&figure.unit),
            all(&figure.service),
            figure.measure.clone(),
            figure.basis.clone(),
        ];
        let grain = period.grain().ok_or_else(|| period.to_string());
        questions.entry((subject, figure.formula.clone(), grain)).or_default().push((id, period, figure));
    }
    let (mut compared, mut remarks) = (0, Vec::new());
    for (question, figures) in &questions {
        let answers = ask(jono, question, figures)?;
        for (id, _, figure) in figures {
            let Some(value) = figure.value else { continue };
            compared += 1;
            let found = answers.get(&figure.period).copied().flatten();
            let rounding = figure.rounding()?;
            if found.is_none_or(|found| (found - value).abs() > rounding) {
                remarks.push(format!("{id} is {value} in the bulletin, and {found:?} as a reading"));
            }
        }
    }
    let told = format!("{compared} values by {} questions", questions.len());
    findings.add("figures as readings", "all", told, remarks);
    Ok(())
}

/// The value of each period.
fn ask(
    jono: &Jono,
    (subject, formula, grain): &Question,
    figures: &[(&str, Period, &Told)],
) -> anyhow::Result<BTreeMap<String, Option<f64>>> {
    let [channel, unit, service, measure, basis] = subject;
    let mut arguments = vec!["--measure", measure, "--basis", basis, "--channel", channel];
    arguments.extend(["--unit", unit, "--service", service]);
    if let Some(formula) = formula {
        arguments.extend(["--formula", formula]);
    }
    let first = figures.iter().map(|(_, period, _)| period.first()).min();
    let last = figures.iter().map(|(_, period, _)| period.last()).max();
    let (first, last) = first.zip(last).context("nothing is asked")?;
    let span = match grain {
        Ok(_) => format!("{first}..{last}"),
        Err(period) => period.clone(),
    };
    arguments.extend(["--period", &span]);
    if let Ok(grain) = grain {
        arguments.extend(["--by", grain.as_str()]);
    }
    let rows = jono.readings(&arguments)?;
    let answer = |row: &Value| Some((row["period"].as_str()?.to_owned(), row["value"].as_f64()));
    rows.iter().map(answer).collect::<Option<_>>().context("a reading has no period")
}
