//! The pages of a site, ready to be sent.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use hyper::header::HeaderValue;
use jono_domain::UnixSeconds;

/// A page as it is sent. A clone costs next to nothing.
#[derive(Debug, Clone)]
pub struct PublicPage {
    language: &'static str,
    media_type: &'static str,
    last_modified: SystemTime,
    modified: HeaderValue,
    packed: Bytes,
    packed_tag: HeaderValue,
    plain_length: usize,
    plain_tag: HeaderValue,
}

impl PublicPage {
    /// Makes a page, and compresses it: some milliseconds for each 100 kB. `language` is a code such as `fi`, and
    /// `since` when everybody could see it first: publishing it, or the end of its embargo.
    ///
    /// # Panics
    /// If language or media type cannot be sent in a header.
    pub fn new(language: &'static str, media_type: &'static str, since: UnixSeconds, body: &[u8]) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).expect(VEC);
        let packed = encoder.finish().expect(VEC);
        let last_modified = SystemTime::UNIX_EPOCH + Duration::from_secs(since.get().unsigned_abs());
        let modified = HeaderValue::try_from(httpdate::fmt_http_date(last_modified));
        for text in [language, media_type] {
            assert!(HeaderValue::from_str(text).is_ok(), "{text:?} cannot be sent in a header");
        }
        Self {
            language,
            media_type,
            last_modified,
            modified: modified.expect("a date is a header's value"),
            packed_tag: tag(&packed),
            packed: packed.into(),
            plain_length: body.len(),
            plain_tag: tag(body),
        }
    }

    pub(super) const fn language(&self) -> &'static str {
        self.language
    }

    pub(super) const fn media_type(&self) -> &'static str {
        self.media_type
    }

    pub(super) const fn last_modified(&self) -> SystemTime {
        self.last_modified
    }

    /// The same as a header.
    pub(super) const fn modified(&self) -> &HeaderValue {
        &self.modified
    }

    /// Of packed and plain bytes each its own tag, for they are not the same bytes.
    pub(super) const fn tag(&self, is_packed: bool) -> &HeaderValue {
        if is_packed { &self.packed_tag } else { &self.plain_tag }
    }

    pub(super) const fn length(&self, is_packed: bool) -> usize {
        if is_packed { self.packed.len() } else { self.plain_length }
    }

    pub(super) fn body(&self, is_packed: bool) -> Bytes {
        if is_packed {
            return self.packed.clone();
        }
        // Hardly anybody asks for it, so it is not kept.
        let mut plain = Vec::with_capacity(self.plain_length);
        GzDecoder::new(&*self.packed).read_to_end(&mut plain).expect("what was packed here can be unpacked");
        plain.into()
    }
}

const VEC: &str = "a Vec takes all bytes";

/// A strong tag: other bytes have another one.
fn tag(bytes: &[u8]) -> HeaderValue {
    let hash = blake3::hash(bytes).to_hex();
    HeaderValue::try_from(format!("\"{}\"", &hash[..32])).expect("hexadecimal digits are a header's value")
}

/// The pages of a site, by where they are.
#[derive(Debug, Clone, Default)]
pub struct PublicPages {
    pages: BTreeMap<String, PublicPage>,
    /// The languages in their order, each with the name of its latest page.
    latest: Vec<(&'static str, HeaderValue)>,
}

/// What there is at a path.
#[derive(Debug)]
pub(super) enum Found<'p> {
    /// Where everybody comes first.
    Start,
    /// A language, written without the slash at its end.
    Folder(&'static str),
    /// The latest page of a language, with its own name.
    Latest { name: &'p HeaderValue, page: &'p PublicPage },
    /// A page by its own name.
    Page(&'p PublicPage),
}

impl PublicPages {
    /// Adds a page in the folder of its language: `2020-W24.csv` in Finnish is at `/fi/2020-W24.csv`. One that was there
    /// is replaced.
    ///
    /// # Panics
    /// If the name is empty, or has anything but letters, digits and `-._~`.
    pub fn add(&mut self, name: &str, page: PublicPage) {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        assert!(!name.is_empty() && name.bytes().all(plain), "{name:?} would have to be escaped in a path");
        self.pages.insert(path(page.language, name), page);
    }

    /// Adds a page that is also shown at `/fi/`, in place of the one that was shown there before. The language that is
    /// added first is that of those who speak none of them.
    ///
    /// # Panics
    /// As [`add`](Self::add).
    pub fn add_latest(&mut self, name: &str, page: PublicPage) {
        let language = page.language;
        self.add(name, page);
        let name = HeaderValue::from_str(&path(language, name)).expect("letters are a header's value");
        match self.latest.iter_mut().find(|(known, _)| *known == language) {
            Some((_, latest)) => *latest = name,
            None => self.latest.push((language, name)),
        }
    }

    /// Whether there is no page at all.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The languages, in their order.
    pub(super) fn languages(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.latest.iter().map(|(language, _)| *language)
    }

    pub(super) fn find(&self, asked: &str) -> Option<Found<'_>> {
        if let Some(page) = self.pages.get(asked) {
            return Some(Found::Page(page));
        }
        let folder = asked.strip_prefix('/')?;
        if folder.is_empty() {
            return Some(Found::Start);
        }
        let language = folder.strip_suffix('/').unwrap_or(folder);
        let (language, name) = self.latest.iter().find(|(known, _)| *known == language)?;
        if !folder.ends_with('/') {
            return Some(Found::Folder(language));
        }
        let page = self.pages.get(name.to_str().ok()?)?;
        Some(Found::Latest { name, page })
    }
}

fn path(language: &str, name: &str) -> String {
    format!("/{language}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(language: &'static str, body: &str) -> PublicPage {
        PublicPage::new(language, "text/plain", UnixSeconds::new(1_592_208_000).unwrap(), body.as_bytes())
    }

    #[test]
    fn a_tag_is_of_the_bytes_that_are_sent() {
        let (one, same, other) = (page("fi", "24"), page("sv", "24"), page("fi", "25"));
        let tags = |page: &PublicPage| [true, false].map(|is_packed| page.tag(is_packed).clone());
        assert_eq!(tags(&one), tags(&same));
        let all = [tags(&one), tags(&other)].concat();
        assert!((0..4).all(|this| (0..this).all(|other| all[this] != all[other])), "{all:?}");
        assert_eq!((one.body(false), one.length(false)), ("24".into(), 2));
        assert_eq!(one.body(true).len(), one.length(true));
        insta::assert_debug_snapshot!(one.modified(), @r#""Mon, 15 Jun 2020 08:00:00 GMT""#);
    }

    #[test]
    fn a_path_is_one_page_or_none() {
        let mut pages = PublicPages::default();
        pages.add_latest("2020-W23", page("fi", "23"));
        pages.add_latest("2020-W24", page("fi", "24"));
        pages.add("2020-W24.csv", page("fi", "a,b"));
        pages.add("2020-W24", page("en", "24"));
        let told = |path: &str| match pages.find(path) {
            None => "none".to_owned(),
            Some(Found::Start) => "start".to_owned(),
            Some(Found::Folder(language)) => format!("folder {language}"),
            Some(Found::Latest { name, page }) => format!("latest {name:?} {:?}", page.body(false)),
            Some(Found::Page(page)) => format!("page {:?}", page.body(false)),
        };
        let paths = [
            "/",
            "/fi",
            "/fi/",
            "/fi/2020-W23",
            "/fi/2020-W24.csv",
            "/en/2020-W24",
            "/en",
            "/en/",
            "",
            "*",
            "//",
            "/fi//",
            "/fi/2020-W24/",
            "fi/2020-W24",
            "/FI/2020-W24",
            "/fi/../fi/2020-W24",
            "/fi/%32020-W24",
            "/sv/",
        ];
        let told: Vec<_> = paths.iter().map(|path| format!("{path:?} {}", told(path))).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
    "/" start
    "/fi" folder fi
    "/fi/" latest "/fi/2020-W24" b"24"
    "/fi/2020-W23" page b"23"
    "/fi/2020-W24.csv" page b"a,b"
    "/en/2020-W24" page b"24"
    "/en" none
    "/en/" none
    "" none
    "*" none
    "//" none
    "/fi//" none
    "/fi/2020-W24/" none
    "fi/2020-W24" none
    "/FI/2020-W24" none
    "/fi/../fi/2020-W24" none
    "/fi/%32020-W24" none
    "/sv/" none
    "#);
    }

    #[test]
    #[should_panic(expected = "would have to be escaped")]
    fn a_name_is_no_path() {
        PublicPages::default().add("../2020-W24", page("fi", ""));
    }
}
