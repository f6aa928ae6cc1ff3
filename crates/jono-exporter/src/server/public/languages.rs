//! Which language a client gets: `Accept-Language`, RFC 9110 section 12.5.4.

use std::cmp::Reverse;

use hyper::header::{ACCEPT_LANGUAGE, HeaderMap};

use super::super::encoding::weighted;

/// The language that is accepted most; of several the one named first; without any that is accepted, the first there is.
/// Who accepts `sv-FI` accepts Swedish as well.
pub(super) fn chosen(
    headers: &HeaderMap,
    mut languages: impl Iterator<Item = &'static str> + Clone,
) -> Option<&'static str> {
    let values = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<_> = values.flat_map(|value| value.split(',')).filter_map(weighted).collect();
    let accepted = languages.clone().filter_map(|language| {
        let own = ranges.iter().enumerate().filter_map(|(place, (range, weight))| {
            Some((closeness(range, language)?, *weight, Reverse(place)))
        });
        // What is said of the language itself decides over what is said of all.
        let (_, weight, place) = own.max()?;
        (weight > 0).then_some((weight, place, language))
    });
    // Equal are only languages that the same range stands for: the first of them is taken.
    let best = accepted.reduce(|best, next| if (next.0, next.1) > (best.0, best.1) { next } else { best });
    best.map(|(.., language)| language).or_else(|| languages.next())
}

/// How closely a range names a language; `None` if it does not.
fn closeness(range: &str, language: &str) -> Option<u8> {
    if range.eq_ignore_ascii_case(language) {
        Some(2)
    } else if range.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(language)) {
        Some(1)
    } else {
        (range == "*").then_some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[&'static str]) -> &'static str {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_LANGUAGE, value.parse().unwrap());
        }
        chosen(&headers, ["fi", "sv", "en"].into_iter()).unwrap()
    }

    #[test]
    fn the_language_that_is_accepted_most() {
        assert_eq!(check(&["sv"]), "sv");
        assert_eq!(check(&["SV-fi"]), "sv");
        assert_eq!(check(&["sv-FI,sv;q=0.9,en;q=0.8,*;q=0.5"]), "sv");
        assert_eq!(check(&["de-DE, de;q=0.9, en-US;q=0.8, fi;q=0.7"]), "en");
        assert_eq!(check(&["fi;q=0.1", "en;q=0.2"]), "en");
        assert_eq!(check(&["en, sv"]), "en");
        assert_eq!(check(&["*;q=0.5, sv;q=0.4, en;q=0"]), "fi");
        assert_eq!(check(&["fi;q=0, *"]), "sv");
        assert_eq!(check(&["sv-FI;q=0, sv"]), "sv");
    }

    #[test]
    fn the_first_for_everybody_else() {
        assert_eq!(check(&[]), "fi");
        assert_eq!(check(&["*"]), "fi");
        assert_eq!(check(&["de", "zh-Hans"]), "fi");
        assert_eq!(check(&["sv;q=0", "s v", "svx", "en;q=2", ";;,"]), "fi");
        assert_eq!(chosen(&HeaderMap::new(), std::iter::empty()), None);
    }
}
