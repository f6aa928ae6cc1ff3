//! The rules of Grafana's dashboard-linter, written anew by their names; what is excepted stands here with its reason.

use promql_parser::parser::Expr;
use serde_json::Value;

use super::{contract::plain, query, render::DATASOURCE};
use crate::promql;

/// A rule that does not hold here, and why.
struct Exception {
    rule: &'static str,
    /// Of which remarks; empty is all.
    of: &'static str,
    why: &'static str,
}

/// All of them; one that excepts nothing is a remark itself.
const EXCEPTIONS: &[Exception] = &[
    Exception {
        rule: "template-job-rule",
        of: "",
        why: "names that begin with jono_ are of jono alone; who runs several tells them apart by unit",
    },
    Exception { rule: "template-instance-rule", of: "", why: "one ledger has one jono" },
    Exception {
        rule: "target-job-rule",
        of: "",
        why: "as template-job-rule; up, scrape_ and process_ are asked with job=\"jono\"",
    },
    Exception {
        rule: "target-instance-rule",
        of: "",
        why: "as template-instance-rule; history and scrape may have other instances",
    },
    Exception {
        rule: "template-datasource-rule",
        of: "Tietolähde",
        why: "the label is in the language of the dashboard",
    },
    Exception {
        rule: "template-datasource-rule",
        of: "Datakälla",
        why: "the label is in the language of the dashboard",
    },
    Exception {
        rule: "panel-units-rule",
        of: "suffix:d",
        why: "Grafana's own days turn ten into 1.43 weeks",
    },
    Exception {
        rule: "panel-units-rule",
        of: "suffix:/min",
        why: "few read Grafana's own c/m as counts a minute",
    },
    Exception {
        rule: "target-rate-interval-rule",
        of: "[2h",
        why: "history has a sample an hour: $window is two hours or more, as the points of a panel are apart",
    },
];

/// Units of the linter's list that we use.
const UNITS: [&str; 6] = ["locale", "s", "percentunit", "none", "bytes", "dateTimeAsIso"];

/// Remarks of all rules on one dashboard, exceptions left out.
pub(super) fn check(json: &Value) -> anyhow::Result<Vec<String>> {
    let mut all = of_dashboard(json);
    for variable in json["templating"]["list"].as_array().into_iter().flatten() {
        all.extend(of_variable(variable));
    }
    for panel in json["panels"].as_array().into_iter().flatten().filter(|panel| panel["type"] != "row") {
        let title = panel["title"].as_str().unwrap_or_default();
        let mut found = of_panel(panel);
        for target in panel["targets"].as_array().into_iter().flatten() {
            found.extend(of_target(target["expr"].as_str().unwrap_or_default())?);
        }
        all.extend(found.into_iter().map(|(rule, what)| (rule, format!("{title}: {what}"))));
    }
    let remark = |(rule, what): &(&str, String)| {
        format!("{}: {rule}: {what}", json["uid"].as_str().unwrap_or_default())
    };
    Ok(all.iter().filter(|found| exception(found).is_none()).map(remark).collect())
}

/// Which exception a remark is.
fn exception((rule, what): &(&str, String)) -> Option<&'static Exception> {
    EXCEPTIONS.iter().find(|exception| exception.rule == *rule && what.contains(exception.of))
}

type Found = (&'static str, String);

fn of_dashboard(json: &Value) -> Vec<Found> {
    let mut found = Vec::new();
    if json["editable"] != false {
        found.push(("uneditable-dashboard", "it can be edited where it is provisioned".to_owned()));
    }
    let variables: Vec<_> = json["templating"]["list"].as_array().into_iter().flatten().collect();
    let sources: Vec<_> = variables.iter().filter(|variable| variable["type"] == "datasource").collect();
    match sources.as_slice() {
        [one] if one["name"] == "datasource" && one["query"] == "prometheus" => {
            if one["label"] != "Data source" {
                found.push(("template-datasource-rule", format!("the label is {}", one["label"])));
            }
        }
        _ => {
            found.push(("template-datasource-rule", "there is not one data source of Prometheus".to_owned()));
        }
    }
    for (rule, name) in [("template-job-rule", "job"), ("template-instance-rule", "instance")] {
        if !variables.iter().any(|variable| variable["name"] == name) {
            found.push((rule, format!("there is no variable {name}")));
        }
    }
    found
}

fn of_variable(variable: &Value) -> Vec<Found> {
    if variable["type"] != "query" {
        return Vec::new();
    }
    let mut found = Vec::new();
    let query = variable["query"]["query"].as_str().unwrap_or_default();
    match label_values(query) {
        Some((selector, label)) if promql::parse(selector).is_ok() && variable["name"] == label => {}
        _ => found.push(("template-label-promql-rule", format!("{query} is no query of a label's values"))),
    }
    if variable["refresh"] != 2 {
        found.push(("template-on-time-change-reload-rule", format!("{} stays", variable["name"])));
    }
    if variable["datasource"]["uid"] != DATASOURCE {
        found.push(("panel-datasource-rule", format!("{} has another data source", variable["name"])));
    }
    found
}

/// The selector and the label of `label_values(selector, label)`.
pub(super) fn label_values(query: &str) -> Option<(&str, &str)> {
    query.strip_prefix("label_values(")?.strip_suffix(')')?.rsplit_once(", ")
}

fn of_panel(panel: &Value) -> Vec<Found> {
    let mut found = Vec::new();
    let text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    if !text(&panel["title"]) || !text(&panel["description"]) {
        found.push(("panel-title-description-rule", "it has no title or no description".to_owned()));
    }
    let targets: Vec<_> = panel["targets"].as_array().into_iter().flatten().collect();
    if targets.is_empty() {
        found.push(("panel-no-targets-rule", "it asks nothing".to_owned()));
    }
    if targets
        .iter()
        .map(|target| &target["datasource"])
        .chain([&panel["datasource"]])
        .any(|source| source["uid"] != DATASOURCE || source["type"] != "prometheus")
    {
        found.push(("panel-datasource-rule", "it has another data source".to_owned()));
    }
    let defaults = &panel["fieldConfig"]["defaults"];
    let overrides = panel["fieldConfig"]["overrides"].as_array().into_iter().flatten();
    let units = overrides
        .flat_map(|entry| entry["properties"].as_array().into_iter().flatten())
        .filter(|property| property["id"] == "unit")
        .map(|property| &property["value"])
        .chain([&defaults["unit"]]);
    for unit in units {
        let unit = unit.as_str().unwrap_or_default();
        if !UNITS.contains(&unit) {
            found.push(("panel-units-rule", format!("{unit:?} is no unit of Grafana's")));
        }
    }
    // Ours: the linter has no such rule.
    if !text(&defaults["noValue"]) {
        found.push(("no-value", "it does not say what it means that nothing is there".to_owned()));
    }
    found
}

fn of_target(expr: &str) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::new();
    for selector in promql::read(&plain(expr))?.selectors {
        let name = selector.name.clone().unwrap_or_default();
        for (rule, label) in [("target-job-rule", "job"), ("target-instance-rule", "instance")] {
            if !selector.matchers.matchers.iter().any(|matcher| matcher.name == label) {
                found.push((rule, format!("{name} is asked without {label}")));
            }
        }
    }
    // Written so that Grafana's own range is told from another one of the same length.
    let marked =
        expr.replace("$__rate_interval", "777s").replace("$__range", "888s").replace(query::WINDOW, "2h");
    inside(&promql::parse(&marked)?, None, &mut found);
    Ok(found)
}

/// Which functions are given what range.
fn inside(expr: &Expr, function: Option<&str>, found: &mut Vec<Found>) {
    let grows = function.is_some_and(|name| ["rate", "irate", "increase"].contains(&name));
    match expr {
        Expr::Call(call) => {
            call.args.args.iter().for_each(|argument| inside(argument, Some(call.func.name), found));
        }
        Expr::MatrixSelector(matrix) => {
            let name = matrix.vs.name.clone().unwrap_or_default();
            if name.ends_with("_total") && !grows {
                found.push((
                    "target-counter-agg-rule",
                    format!("{name} is a counter and is not given to rate"),
                ));
            }
            if function.is_some_and(|name| name == "rate" || name == "irate") && matrix.range.as_secs() != 777
            {
                let hours = matrix.range.as_secs() / 3600;
                found.push(("target-rate-interval-rule", format!("{name} is asked with [{hours}h]")));
            }
        }
        Expr::VectorSelector(selector) => {
            let name = selector.name.clone().unwrap_or_default();
            if name.ends_with("_total") {
                found.push((
                    "target-counter-agg-rule",
                    format!("{name} is a counter and is not given to rate"),
                ));
            }
        }
        Expr::Aggregate(aggregate) => inside(&aggregate.expr, None, found),
        Expr::Binary(binary) => {
            inside(&binary.lhs, None, found);
            inside(&binary.rhs, None, found);
        }
        Expr::Unary(unary) => inside(&unary.expr, None, found),
        Expr::Paren(paren) => inside(&paren.expr, function, found),
        Expr::Subquery(subquery) => inside(&subquery.expr, None, found),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
    }
}

/// The exceptions, for people; and those that except nothing any more.
pub(super) fn exceptions(jsons: &[Value]) -> anyhow::Result<(Vec<[String; 3]>, Vec<String>)> {
    let mut counts = vec![0_usize; EXCEPTIONS.len()];
    for json in jsons {
        let mut all = of_dashboard(json);
        for panel in json["panels"].as_array().into_iter().flatten().filter(|panel| panel["type"] != "row") {
            all.extend(of_panel(panel));
            for target in panel["targets"].as_array().into_iter().flatten() {
                all.extend(of_target(target["expr"].as_str().unwrap_or_default())?);
            }
        }
        for found in &all {
            if let Some(index) =
                exception(found).and_then(|one| EXCEPTIONS.iter().position(|other| std::ptr::eq(one, other)))
            {
                counts[index] += 1;
            }
        }
    }
    let rows = EXCEPTIONS.iter().zip(&counts).map(|(exception, count)| {
        let rule = if exception.of.is_empty() {
            exception.rule.to_owned()
        } else {
            format!("{}, {}", exception.rule, exception.of)
        };
        [rule, exception.why.to_owned(), count.to_string()]
    });
    let idle = EXCEPTIONS.iter().zip(&counts).filter(|(_, count)| **count == 0);
    let idle = idle.map(|(exception, _)| format!("nothing needs the exception {} any more", exception.rule));
    Ok((rows.collect(), idle.collect()))
}

#[cfg(test)]
mod tests {
    use super::{super::words::Language, *};

    #[test]
    fn every_dashboard_keeps_the_rules() {
        for make in super::super::LIST {
            for language in Language::ALL {
                let json = serde_json::from_str(&super::super::render::file(&make(), language)).unwrap();
                assert_eq!(check(&json).unwrap(), Vec::<String>::new());
            }
        }
    }

    #[test]
    fn ranges_and_counters() {
        let rules = |expr: &str| {
            of_target(expr)
                .unwrap()
                .into_iter()
                .map(|(rule, _)| rule)
                .filter(|rule| !rule.starts_with("target-job") && !rule.starts_with("target-instance"))
                .collect::<Vec<_>>()
        };
        assert_eq!(rules("rate(a_total[$__rate_interval])"), Vec::<&str>::new());
        assert_eq!(rules("rate(a_total[2h])"), ["target-rate-interval-rule"]);
        assert_eq!(rules("sum(a_total)"), ["target-counter-agg-rule"]);
    }
}
