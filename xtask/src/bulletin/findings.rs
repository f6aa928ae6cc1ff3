//! What was looked at, and what there is to be said against it.

use std::time::Instant;

use crate::table::table;

/// In the order in which it was looked at.
#[derive(Debug)]
pub(super) struct Findings {
    rows: Vec<[String; 5]>,
    remarks: Vec<String>,
    /// When the last of it had been looked at.
    since: Instant,
}

impl Findings {
    /// Nothing yet; time runs from now on.
    pub(super) fn begin() -> Self {
        Self { rows: Vec::new(), remarks: Vec::new(), since: Instant::now() }
    }

    /// Time runs from now on: what was done until then is no part of a check.
    pub(super) fn restart(&mut self) {
        self.since = Instant::now();
    }

    /// Something was looked at: of what, what there is to be told of it, and what is wrong.
    pub(super) fn add(&mut self, check: &str, of: &str, told: impl Into<String>, remarks: Vec<String>) {
        let seconds = format!("{:.1}", self.since.elapsed().as_secs_f64());
        self.rows.push([check.to_owned(), of.to_owned(), told.into(), seconds, remarks.len().to_string()]);
        self.restart();
        self.remarks.extend(remarks.into_iter().map(|remark| format!("{check}, {of}: {remark}")));
    }

    /// What is wrong.
    pub(super) fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// All of it, for people.
    pub(super) fn table(&self) -> String {
        table(["check", "of", "told", "seconds", "wrong"], 3, self.rows.iter().cloned())
    }
}

/// The same thing looked at in several ways: what is wrong in many of them is one remark.
#[derive(Debug, Default)]
pub(super) struct Views {
    count: usize,
    remarks: Vec<(String, Vec<String>)>,
}

impl Views {
    /// It was looked at in one more way.
    pub(super) fn add(&mut self, view: &str, remarks: impl IntoIterator<Item = String>) {
        self.count += 1;
        for remark in remarks {
            match self.remarks.iter_mut().find(|(known, _)| *known == remark) {
                Some((_, views)) if views.last().is_some_and(|last| last == view) => {}
                Some((_, views)) => views.push(view.to_owned()),
                None => self.remarks.push((remark, vec![view.to_owned()])),
            }
        }
    }

    /// In how many ways it was looked at.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// What is wrong, and where.
    pub(super) fn into_remarks(self) -> Vec<String> {
        let told = |(remark, views): (String, Vec<String>)| {
            let all = views.len() == self.count;
            format!("{remark} [{}]", if all { "everywhere".to_owned() } else { views.join("; ") })
        };
        self.remarks.into_iter().map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Views;

    #[test]
    fn what_is_wrong_in_several_views_is_told_once() {
        let mut views = Views::default();
        views.add("narrow", ["cut".to_owned(), "faint".to_owned()]);
        views.add("wide", ["faint".to_owned()]);
        insta::assert_debug_snapshot!(views.into_remarks(), @r#"
        [
            "cut [narrow]",
            "faint [everywhere]",
        ]
        "#);
    }
}
