//! Expressions against the catalogue of metrics, and against what must not be done with them.

use anyhow::Context;
use promql_parser::{
    label::MatchOp,
    parser::{Expr, LabelModifier, VectorSelector},
};

use super::{
    labels,
    model::{Column, Dashboard, From, Kind, Panel},
    words::Language,
};
use crate::promql;

/// What an expression is read with in place of Grafana's own variables.
pub(crate) fn plain(expr: &str) -> String {
    expr.replace("$__rate_interval", "2h").replace("$__range", "2h").replace(super::query::WINDOW, "2h")
}

/// Everything that does not hold of a dashboard.
pub(super) fn check(dashboard: &Dashboard) -> anyhow::Result<Vec<String>> {
    let mut remarks = Vec::new();
    for panel in dashboard.rows.iter().flat_map(|row| &row.panels) {
        let place = || format!("{}: {}", dashboard.name, panel.title.of(Language::English));
        for target in &panel.targets {
            let asked = promql::read(&plain(&target.expr)).with_context(place)?;
            let known = asked.known();
            let legends = Language::ALL.map(|language| target.legend.of(language));
            let unknown = legends
                .into_iter()
                .flat_map(labels::of_legend)
                .filter(|label| !known.contains(label))
                .map(promql::no_label);
            remarks.extend(
                asked.remarks().into_iter().chain(unknown).map(|remark| format!("{}: {remark}", place())),
            );
            let mut sums = Vec::new();
            across_bases(&promql::parse(&plain(&target.expr))?, &mut sums);
            remarks.extend(sums.into_iter().map(|metric| {
                format!("{}: counted, tallied and published figures of {metric} are added", place())
            }));
        }
        remarks.extend(columns(panel)?.into_iter().map(|remark| format!("{}: {remark}", place())));
    }
    for annotation in &dashboard.annotations {
        remarks.extend(promql::read(&annotation.expr)?.remarks());
    }
    Ok(remarks)
}

/// Columns of targets that there are not, and labels that none of them has.
fn columns(panel: &Panel) -> anyhow::Result<Vec<String>> {
    let (Kind::Table(columns) | Kind::BarChart(columns)) = &panel.kind else { return Ok(Vec::new()) };
    let mut remarks = Vec::new();
    for Column { from, title, .. } in columns {
        match from {
            From::Value(target) if *target >= panel.targets.len() => {
                remarks.push(format!("the column {:?} has no query", title.of(Language::English)));
            }
            From::Label(label) => {
                let mut there = false;
                for target in &panel.targets {
                    let made = target.expr.contains(&format!("\"{label}\""));
                    there |= made || promql::read(&plain(&target.expr))?.known().contains(label);
                }
                if !there {
                    remarks.push(promql::no_label(label));
                }
            }
            From::Value(_) => {}
        }
    }
    Ok(remarks)
}

/// Metrics whose bases are added up: what was counted and what was published are two truths about one thing.
fn across_bases(expr: &Expr, found: &mut Vec<String>) {
    match expr {
        Expr::Aggregate(aggregate) => {
            let op = aggregate.op.to_string();
            let apart = match &aggregate.modifier {
                Some(LabelModifier::Include(labels)) => labels.labels.iter().any(|label| label == "basis"),
                Some(LabelModifier::Exclude(labels)) => labels.labels.iter().all(|label| label != "basis"),
                None => false,
            };
            if ["sum", "avg", "count"].contains(&op.as_str()) && !apart {
                let asked = promql::read(&aggregate.expr.to_string());
                let selectors = asked.map(|asked| asked.selectors).unwrap_or_default();
                found.extend(
                    selectors.into_iter().filter(is_of_several_bases).filter_map(|selector| selector.name),
                );
            }
            across_bases(&aggregate.expr, found);
        }
        Expr::Binary(binary) => {
            across_bases(&binary.lhs, found);
            across_bases(&binary.rhs, found);
        }
        Expr::Unary(unary) => across_bases(&unary.expr, found),
        Expr::Paren(paren) => across_bases(&paren.expr, found),
        Expr::Subquery(subquery) => across_bases(&subquery.expr, found),
        Expr::Call(call) => call.args.args.iter().for_each(|argument| across_bases(argument, found)),
        Expr::VectorSelector(_)
        | Expr::MatrixSelector(_)
        | Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::Extension(_) => {}
    }
}

fn is_of_several_bases(selector: &VectorSelector) -> bool {
    let has =
        selector.name.as_deref().and_then(promql::labels).is_some_and(|labels| labels.contains(&"basis"));
    let one = |name: &str, op: &MatchOp| name == "basis" && matches!(op, MatchOp::Equal);
    has && !selector.matchers.matchers.iter().any(|matcher| one(&matcher.name, &matcher.op))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expr: &str) -> String {
        let mut found = Vec::new();
        across_bases(&promql::parse(expr).unwrap(), &mut found);
        found.join(", ")
    }

    #[test]
    fn bases_are_never_added() {
        assert_eq!(check("sum by (channel) (jono_week_contacts)"), "jono_week_contacts");
        assert_eq!(check("sum by (basis) (jono_week_contacts)"), "");
        assert_eq!(check("sum(jono_week_contacts{basis=\"counted\"})"), "");
        assert_eq!(check("max(jono_week_contacts)"), "");
        assert_eq!(check("sum(jono_contacts_total)"), "");
    }

    #[test]
    fn every_expression_holds() {
        for make in super::super::LIST {
            assert_eq!(super::check(&make()).unwrap(), Vec::<String>::new());
        }
    }
}
