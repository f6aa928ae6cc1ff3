//! The headers that a web configuration may add to every answer: those that tell a browser to be careful.

use std::collections::BTreeMap;

use hyper::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS, X_XSS_PROTECTION,
};

use super::mistake::Mistake;

/// The headers there are: as they are written, what they are, and their only values, if those are few.
const HEADERS: [(&str, HeaderName, &[&str]); 5] = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY, &[]),
    ("Strict-Transport-Security", STRICT_TRANSPORT_SECURITY, &[]),
    ("X-Content-Type-Options", X_CONTENT_TYPE_OPTIONS, &["nosniff"]),
    ("X-Frame-Options", X_FRAME_OPTIONS, &["deny", "sameorigin"]),
    ("X-XSS-Protection", X_XSS_PROTECTION, &[]),
];

/// The headers to add. One without a value is left out.
pub(super) fn headers(written: &BTreeMap<String, String>) -> Result<HeaderMap, Mistake> {
    let mut headers = HeaderMap::new();
    for (name, value) in written {
        let Some((name, header, values)) = HEADERS.iter().find(|(known, ..)| known == name) else {
            let known = HEADERS.map(|(name, ..)| name).join(", ");
            return Err(Mistake::Header { name: name.clone(), known });
        };
        if value.is_empty() {
            continue;
        }
        let refused = |known| Mistake::HeaderValue { name, value: value.clone(), known };
        if !values.is_empty() && !values.contains(&value.as_str()) {
            return Err(refused(if values.len() == 1 { "nosniff" } else { "deny or sameorigin" }));
        }
        let value = HeaderValue::from_str(value).map_err(|_| refused("one line of printable characters"))?;
        headers.insert(header, value);
    }
    Ok(headers)
}
