//! A printed document, as far as it has to be looked at: its parts are found by their names, without a library.

/// What Chromium printed.
#[derive(Debug)]
pub(crate) struct Pdf<'a>(pub(crate) &'a [u8]);

impl Pdf<'_> {
    /// How many pages it has.
    pub(crate) fn pages(&self) -> usize {
        let name = b"/Type /Page";
        let ends = |at: usize| self.0.get(at + name.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
        self.places(name).filter(|at| ends(*at)).count()
    }

    /// Whether it says what is a heading and what a table, for those who hear it.
    pub(crate) fn is_tagged(&self) -> bool {
        self.places(b"/StructTreeRoot").next().is_some()
    }

    /// Whether every page is A4 and upright, to a point.
    pub(crate) fn is_a4(&self) -> bool {
        let boxes: Vec<_> = self.places(b"/MediaBox [").map(|at| sides(&self.0[at + 11..])).collect();
        let near = |side: f64, wanted: f64| (side - wanted).abs() <= 1.0;
        !boxes.is_empty()
            && boxes.iter().all(|sides| {
                matches!(sides[..], [_, _, width, height] if near(width, 595.28) && near(height, 841.89))
            })
    }

    fn places(&self, name: &[u8]) -> impl Iterator<Item = usize> {
        self.0.windows(name.len()).enumerate().filter(move |(_, window)| *window == name).map(|(at, _)| at)
    }
}

/// The numbers up to the bracket.
fn sides(rest: &[u8]) -> Vec<f64> {
    let end = rest.iter().position(|byte| *byte == b']').unwrap_or(0);
    let text = String::from_utf8_lossy(&rest[..end]);
    text.split_whitespace().filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::Pdf;

    #[test]
    fn pages_are_counted_and_their_list_is_none() {
        let pdf =
            Pdf(b"<</Type /Pages\n/Count 2>> <</Type /Page\n/MediaBox [0 0 594.96 841.92]>> <</Type /Page>>");
        assert_eq!(pdf.pages(), 2);
        assert!(pdf.is_a4());
        assert!(!pdf.is_tagged());
    }

    #[test]
    fn other_paper_is_seen() {
        assert!(!Pdf(b"<</Type /Page /MediaBox [0 0 612 792]>>").is_a4());
        assert!(!Pdf(b"").is_a4());
    }
}
