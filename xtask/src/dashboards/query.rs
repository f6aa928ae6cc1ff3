//! Parts that expressions are made of. What they rest on is in docs/history.md and docs/metrics.md.

/// What is chosen above the panels.
const CHANNEL: &str = r#"channel=~"$channel","#;
const UNIT_AND_SERVICE: &str = r#"unit=~"$unit",service=~"$service""#;
/// Two hours; longer where points are further apart.
pub(crate) const WINDOW: &str = "$window";
/// What can be added up: what was published alone cannot.
pub(crate) const ADDABLE: &str = r#"basis=~"counted|tallied""#;
/// The labels of a series.
pub(crate) const SERIES: &str = "channel, unit, service";

/// The chosen series of a metric, by further matchers; of any channel where those name one.
pub(crate) fn of(metric: &str, more: &str) -> String {
    let comma = if more.is_empty() { "" } else { "," };
    let channel = if more.contains("channel=") { "" } else { CHANNEL };
    format!("{metric}{{{channel}{UNIT_AND_SERVICE}{comma}{more}}}")
}

/// How many there were an hour, by the last two or more: history has one sample an hour, and what lies between points that
/// are further apart is not passed over.
pub(crate) fn hourly(metric: &str, more: &str) -> String {
    format!("rate({}[{WINDOW}]) * 3600", of(metric, more))
}

/// By how much a counter grew over what the panel shows.
pub(crate) fn grown(metric: &str, more: &str) -> String {
    format!("increase({}[$__range])", of(metric, more))
}

/// A finished week's figure at the week's own Thursday.
pub(crate) fn week(metric: &str, more: &str) -> String {
    format!("last_over_time({}[2d] offset -1w)", of(metric, more))
}

/// The figure of the week or month that ended last, as it is known at the end of what is shown. History tells it every six
/// hours, from the first on.
pub(crate) fn last(metric: &str, more: &str) -> String {
    format!("last_over_time({}[7h])", of(metric, more))
}

/// A finished month's figure on each day of the month itself. The gauge that shows it stands in the month after, which 31
/// days lead to from the first 28 days of any month, and 28 days from the others. Points of weeks stand at local midnight:
/// noon has the same date by the world's clock.
pub(crate) fn month(metric: &str, more: &str) -> String {
    let metric = of(metric, more);
    let date = "day_of_month(vector(time() + 43200))";
    format!(
        "last_over_time({metric}[7h] offset -746h) and on () {date} <= 28\nor\nlast_over_time({metric}[7h] offset -28d) and on () {date} > 28"
    )
}

/// The share of contacts that was answered in a week, of all series together.
pub(crate) fn week_answer_rate(by: &str, suffix: &str, read: fn(&str, &str) -> String) -> String {
    let contacts = read(&format!("jono_week_contacts{suffix}"), ADDABLE);
    let rate = read(&format!("jono_week_answer_rate_ratio{suffix}"), ADDABLE);
    format!("sum by ({by}) ({contacts} * {rate}) / sum by ({by}) ({contacts} and {rate})")
}

/// The mean wait of a week, of all series together: each weighs as many contacts as it answered.
pub(crate) fn week_wait(by: &str, suffix: &str, read: fn(&str, &str) -> String) -> String {
    let answered = format!(
        "{} * {}",
        read(&format!("jono_week_contacts{suffix}"), ADDABLE),
        read(&format!("jono_week_answer_rate_ratio{suffix}"), ADDABLE)
    );
    let wait = read(&format!("jono_week_wait_mean_seconds{suffix}"), ADDABLE);
    format!("sum by ({by}) ({answered} * {wait}) / sum by ({by}) ({answered} and {wait})")
}

/// One row for each of some words, told apart by a label that is made here.
pub(crate) fn rows<'a>(label: &str, rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let row =
        |(word, expr): (&str, String)| format!("label_replace({expr}, \"{label}\", \"{word}\", \"\", \"\")");
    rows.into_iter().map(row).collect::<Vec<_>>().join("\nor\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn rows_are_told_apart() {
        insta::assert_snapshot!(
            super::rows("a", [("x", "sum(b)".to_owned()), ("y", "sum(c)".to_owned())]),
            @r#"
        label_replace(sum(b), "a", "x", "", "")
        or
        label_replace(sum(c), "a", "y", "", "")
        "#
        );
    }
}
