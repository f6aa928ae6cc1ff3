//! The samples of one subject in one family: names written once, and a slot for each value.

use std::fmt::Write as _;

use jono_domain::{Histogram, Seconds};

use crate::{
    buckets::Bounds,
    catalogue::{Family, Kind},
};

/// The value of a sample that is absent. Its name is kept, and its line is left out.
const ABSENT: f64 = f64::NAN;

/// Names, each with its labels and the space after them, and their values.
///
/// Invariant: `ends` ascends, ends at `names.len()`, there is one value for each end, and `samples` of them are not
/// absent.
#[derive(Debug)]
pub(crate) struct Group {
    names: String,
    ends: Vec<u32>,
    values: Vec<f64>,
    samples: usize,
}

impl Group {
    /// Names and values, as `samples` puts them. `labels` are the subject's own, rendered.
    pub(crate) fn new(family: &'static Family, labels: &str, samples: impl FnOnce(&mut Slots<'_>)) -> Self {
        let mut group = Self { names: String::new(), ends: Vec::new(), values: Vec::new(), samples: 0 };
        let names = Names { family, labels, text: &mut group.names, ends: &mut group.ends };
        samples(&mut Slots { names: Some(names), values: &mut group.values });
        group.samples = present(&group.values);
        group
    }

    /// Takes the values anew, with `spare` as scratch space, and says whether one changed.
    pub(super) fn update(&mut self, spare: &mut Vec<f64>, samples: impl FnOnce(&mut Slots<'_>)) -> bool {
        spare.clear();
        samples(&mut Slots { names: None, values: spare });
        debug_assert_eq!(spare.len(), self.ends.len(), "a subject's samples are always the same");
        // By their bits, since what is absent equals nothing, not even itself.
        let changed = spare.iter().zip(&self.values).any(|(new, old)| new.to_bits() != old.to_bits());
        if changed {
            std::mem::swap(spare, &mut self.values);
            self.samples = present(&self.values);
        }
        changed
    }

    /// The names of all samples, absent or not, each with its labels and the space after them.
    pub(crate) fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|at| {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
            &self.names[start..self.ends[at] as usize]
        })
    }

    /// The values, in the order of the names; absent ones are no numbers.
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// How many samples there are now.
    pub(super) const fn samples(&self) -> usize {
        self.samples
    }

    /// How many bytes it is likely to render to: a rare value has more than ten digits.
    pub(super) fn bytes(&self) -> usize {
        self.names.len() + 10 * self.values.len()
    }

    /// Appends the lines.
    pub(super) fn render(&self, text: &mut Vec<u8>) {
        let mut start = 0;
        for (&end, &value) in self.ends.iter().zip(&self.values) {
            let end = end as usize;
            if !value.is_nan() {
                text.extend_from_slice(&self.names.as_bytes()[start..end]);
                put_value(text, value);
                text.push(b'\n');
            }
            start = end;
        }
    }
}

fn present(values: &[f64]) -> usize {
    values.iter().filter(|value| !value.is_nan()).count()
}

/// Where a family puts the samples of a subject, in the same order every time.
pub(crate) struct Slots<'a> {
    names: Option<Names<'a>>,
    values: &'a mut Vec<f64>,
}

impl<'a> Slots<'a> {
    /// Those whose names are known already: values are added to the list.
    pub(crate) const fn of_values(values: &'a mut Vec<f64>) -> Self {
        Self { names: None, values }
    }
}

impl Slots<'_> {
    /// One sample of a counter or gauge, with the labels that its subject lacks.
    pub(crate) fn put(&mut self, labels: &[(&str, &str)], value: f64) {
        self.sample("", labels, None, value);
    }

    /// The same, but absent while its value is not known: a missing value is never zero.
    pub(crate) fn put_known(&mut self, labels: &[(&str, &str)], value: Option<f64>) {
        self.put(labels, value.unwrap_or(ABSENT));
    }

    /// All samples of a histogram. Each limit counts what is below it or on it.
    pub(crate) fn put_histogram(&mut self, labels: &[(&str, &str)], histogram: &Histogram, bounds: &Bounds) {
        let (mut count, mut sum) = (0, 0);
        let mut add = |(seconds, more): (Seconds, u64)| {
            count += more;
            sum += u128::from(seconds.get()) * u128::from(more);
            count
        };
        let mut entries = histogram.entries().peekable();
        let mut below = 0;
        for (limit, le) in bounds.labelled() {
            while let Some(entry) = entries.next_if(|&(seconds, _)| seconds <= limit) {
                below = add(entry);
            }
            self.sample("_bucket", labels, Some(le), below as f64);
        }
        entries.for_each(|entry| below = add(entry));
        self.sample("_bucket", labels, Some("+Inf"), below as f64);
        self.sample("_sum", labels, None, sum as f64);
        self.sample("_count", labels, None, below as f64);
    }

    fn sample(&mut self, suffix: &str, labels: &[(&str, &str)], le: Option<&str>, value: f64) {
        self.values.push(value);
        if let Some(names) = &mut self.names {
            names.put(suffix, labels, le);
        }
    }
}

struct Names<'a> {
    family: &'static Family,
    labels: &'a str,
    text: &'a mut String,
    ends: &'a mut Vec<u32>,
}

impl Names<'_> {
    fn put(&mut self, suffix: &str, more: &[(&str, &str)], le: Option<&str>) {
        debug_assert_eq!(le.is_some() || !suffix.is_empty(), self.family.kind == Kind::Histogram);
        self.text.push_str(self.family.name);
        self.text.push_str(suffix);
        let own = labels(more);
        let le = le.map(|le| labels(&[("le", le)]));
        let parts = [self.labels, &own, le.as_deref().unwrap_or_default()];
        let mut separator = '{';
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            self.text.push(separator);
            self.text.push_str(part);
            separator = ',';
        }
        self.text.push_str(if separator == '{' { " " } else { "} " });
        self.ends.push(u32::try_from(self.text.len()).expect("the names of one subject are far below 4 GB"));
    }
}

/// Labels as they are written between braces.
pub(crate) fn labels(labels: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (label, value) in labels {
        let separator = if text.is_empty() { "" } else { "," };
        write!(text, "{separator}{label}=\"").expect("a String takes all text");
        for char in value.chars() {
            match char {
                '\\' => text.push_str("\\\\"),
                '"' => text.push_str("\\\""),
                '\n' => text.push_str("\\n"),
                _ => text.push(char),
            }
        }
        text.push('"');
    }
    text
}

/// The largest range in which every whole number is a float.
const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

/// Writes a value as [`f64`]'s `Display` does. Nearly all are small whole numbers, whose digits are had faster.
pub(crate) fn put_value(text: &mut Vec<u8>, value: f64) {
    if value.is_sign_positive() && value < EXACT && value.fract() == 0.0 {
        #[expect(clippy::cast_sign_loss, reason = "the sign has been looked at")]
        let mut rest = value as u64;
        let mut digits = [0; 16];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        text.extend_from_slice(&digits[at..]);
    } else {
        text.extend_from_slice(value.to_string().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: f64) -> String {
        let mut text = Vec::new();
        put_value(&mut text, value);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn label_values_are_escaped() {
        insta::assert_snapshot!(labels(&[("a", "back\\slash"), ("b", "\"quoted\"\n")]), @r#"a="back\\slash",b="\"quoted\"\n""#);
        insta::assert_snapshot!(labels(&[]), @"");
    }

    #[test]
    fn values_at_the_edges() {
        for value in
            [0.0, -0.0, 0.8, -1.0, EXACT - 1.0, EXACT, EXACT + 2.0, 1e300, f64::MIN_POSITIVE, f64::INFINITY]
        {
            assert_eq!(written(value), value.to_string());
        }
    }

    proptest! {
        #[test]
        fn values_are_written_as_display_writes_them(any: f64, count: u64, small: u32) {
            for value in [any, count as f64, f64::from(small)] {
                prop_assert_eq!(written(value), value.to_string());
            }
        }
    }
}
