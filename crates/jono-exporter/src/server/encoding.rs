//! Whether a client wants its answer compressed: `Accept-Encoding`, RFC 9110 section 12.5.3; and the weights of section
//! 12.4.2.

use hyper::header::{ACCEPT_ENCODING, HeaderMap};

/// Whether gzip is accepted, and no less than plain text.
pub(super) fn wants_gzip(headers: &HeaderMap) -> bool {
    let (mut gzip, mut identity, mut any) = (None, None, None);
    for choice in headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()) {
        for choice in choice.split(',') {
            let (coding, weight) = split(choice);
            if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
                gzip = weight;
            } else if coding.eq_ignore_ascii_case("identity") {
                identity = weight;
            } else if coding == "*" {
                any = weight;
            }
        }
    }
    let gzip = gzip.or(any).unwrap_or(0);
    gzip > 0 && gzip >= identity.unwrap_or(0)
}

/// What is accepted and how much, in thousandths; `None` for what has no weight, and is as good as not named.
pub(super) fn weighted(choice: &str) -> Option<(&str, u16)> {
    let (name, weight) = split(choice);
    Some((name, weight?))
}

fn split(choice: &str) -> (&str, Option<u16>) {
    match choice.split_once(';') {
        Some((name, parameter)) => (name.trim(), weight(parameter)),
        None => (choice.trim(), Some(1000)),
    }
}

/// A weight in thousandths; `None` for what is no weight, which makes the coding as good as not named.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let value = value.trim();
    let known = name.trim().eq_ignore_ascii_case("q") && value.len() <= 5;
    let share: f32 = value.parse().ok().filter(|share| known && (0.0..=1.0).contains(share))?;
    #[expect(clippy::cast_sign_loss, reason = "the range has been looked at")]
    Some((share * 1000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_ENCODING, value.parse().unwrap());
        }
        wants_gzip(&headers)
    }

    #[test]
    fn gzip_is_sent_to_who_asks_for_it() {
        assert!(check(&["gzip"]));
        assert!(check(&["GZIP;q=1.0"]));
        assert!(check(&["deflate, gzip ; q=0.5, br"]));
        assert!(check(&["br", "x-gzip"]));
        assert!(check(&["*"]));
        assert!(check(&["identity;q=0.5, gzip;q=0.5"]));
    }

    #[test]
    fn and_to_nobody_else() {
        assert!(!check(&[]));
        assert!(!check(&[""]));
        assert!(!check(&["identity"]));
        assert!(!check(&["gzip;q=0"]));
        assert!(!check(&["gzip;q=0, *"]));
        assert!(!check(&["identity, gzip;q=0.999"]));
        assert!(!check(&["gzip;q=nan", "gzip;level=1", "gzipped", "*;q=0.000"]));
    }
}
