//! Whether a client has already what it asks for: RFC 9110 sections 13.1.2, 13.1.3 and 13.2.2.

use std::time::SystemTime;

use hyper::header::{HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};

/// Whether the client knows these bytes: by their tag, or, if it names none, by their age.
pub(super) fn is_known(headers: &HeaderMap, tag: &HeaderValue, last_modified: SystemTime) -> bool {
    let mut tags = headers.get_all(IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        // By weak comparison, so that a proxy may weaken what it packs. Our own tags have no comma in them.
        let mut named = tags.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
        return named.any(|named| {
            let named = named.trim();
            named == "*" || named.strip_prefix("W/").unwrap_or(named) == *tag
        });
    }
    let since = headers.get(IF_MODIFIED_SINCE).and_then(|date| date.to_str().ok());
    // What is no date is passed over.
    since.and_then(|date| httpdate::parse_http_date(date).ok()).is_some_and(|since| last_modified <= since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[&'static str]) -> bool {
        let mut map = HeaderMap::new();
        for header in headers {
            let (name, value) = header.split_once(": ").unwrap();
            map.append(name, value.parse().unwrap());
        }
        let monday = httpdate::parse_http_date("Mon, 15 Jun 2020 08:00:00 GMT").unwrap();
        is_known(&map, &HeaderValue::from_static("\"abc\""), monday)
    }

    #[test]
    fn a_tag_that_was_seen_is_known() {
        assert!(check(&["if-none-match: \"abc\""]));
        assert!(check(&["if-none-match: W/\"abc\""]));
        assert!(check(&["if-none-match: \"x\" , \"abc\""]));
        assert!(check(&["if-none-match: \"x\"", "if-none-match: \"abc\""]));
        assert!(check(&["if-none-match: *"]));
        assert!(!check(&["if-none-match: abc"]));
        assert!(!check(&["if-none-match: \"abcd\""]));
        assert!(!check(&[]));
    }

    #[test]
    fn a_date_counts_where_no_tag_is_named() {
        assert!(check(&["if-modified-since: Mon, 15 Jun 2020 08:00:00 GMT"]));
        assert!(check(&["if-modified-since: Monday, 15-Jun-20 08:00:01 GMT"]));
        assert!(!check(&["if-modified-since: Mon, 15 Jun 2020 07:59:59 GMT"]));
        assert!(!check(&["if-modified-since: yesterday"]));
        assert!(!check(&["if-none-match: \"x\"", "if-modified-since: Mon, 15 Jun 2020 08:00:00 GMT"]));
    }
}
