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
    let (mut values, mut remarks) = (0, Vec::new());
    for (question, figures) in &questions {
        let answers = ask(jono, question, figures)?;
        for (id, _, figure) in figures {
            let answer = answers.get(&figure.period);
            if figure.value.is_some() {
                values += 1;
            }
            if let Some(why) = difference(figure, answer)? {
                remarks.push(format!("{id} is {} in the bulletin, and {why} as a reading", figure.summary()));
            }
        }
    }
    let told = format!("{values} values of {} by {} questions", figures.len(), questions.len());
    findings.add("figures as readings", "all", told, remarks);
    Ok(())
}

/// A row of an answer.
type Row = Value;

/// What a reading says otherwise; of what is withheld only whether it is known at all.
fn difference(figure: &Told, answer: Option<&Row>) -> anyhow::Result<Option<String>> {
    let Some(answer) = answer else { return Ok(Some("nothing".to_owned())) };
    if figure.state == "suppressed" {
        return Ok((figure.value.is_some()).then(|| "withheld".to_owned()));
    }
    let half = figure.rounding()?;
    let near = |told: Option<f64>, key: &str, half: f64| match (told, answer[key].as_f64()) {
        (Some(told), Some(known)) => (told - known).abs() <= half,
        (told, known) => told.is_none() && known.is_none(),
    };
    let is_same = near(figure.value, "value", half)
        && (figure.of.is_none() || near(figure.of, "denominator", 0.0))
        && (figure.low.is_none() || near(figure.low, "low", half))
        && (figure.high.is_none() || near(figure.high, "high", half))
        && answer["state"] == figure.state;
    Ok((!is_same).then(|| answer.to_string()))
}

/// The row of each period.
fn ask(
    jono: &Jono,
    (subject, formula, grain): &Question,
    figures: &[(&str, Period, &Told)],
) -> anyhow::Result<BTreeMap<String, Row>> {
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
    let answer = |row: Row| Some((row["period"].as_str()?.to_owned(), row));
    rows.into_iter().map(answer).collect::<Option<_>>().context("a reading has no period")
}
