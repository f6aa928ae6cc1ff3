//! What a store has acknowledged, remembered in a file: a line for each request, so that the same ones are not sent
//! again.
//!
//! Whenever writing is interrupted, the file holds all acknowledged requests but the one whose answer was on its way.
//! That one is sent twice, which a store takes as the same samples.

use std::{
    collections::HashSet,
    fs::{self, File, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use jono_domain::UnixSeconds;

/// How such a file begins; the number is that of its form.
const FORM: &str = "jono remote write 1";

/// What the requests are of: those of another span would have other values in the months at its edges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Of {
    /// Where they are sent.
    pub(crate) url: String,
    /// The first day that was asked for; empty is the first of all.
    pub(crate) from: String,
    /// Where they end.
    pub(crate) until: UnixSeconds,
}

/// The requests that a store has.
#[derive(Debug)]
pub(crate) struct Resume {
    path: PathBuf,
    file: File,
    digests: HashSet<String>,
}

impl Of {
    fn header(&self) -> String {
        format!("{FORM}\t{}\t{}\t{}\n", self.url, self.from, self.until.get())
    }

    fn parse(header: &str) -> Option<Self> {
        let mut fields = header.strip_prefix(FORM)?.strip_prefix('\t')?.split('\t');
        let (url, from) = (fields.next()?.to_owned(), fields.next()?.to_owned());
        let until = UnixSeconds::new(fields.next()?.parse().ok()?).ok()?;
        fields.next().is_none().then_some(Self { url, from, until })
    }
}

impl Resume {
    /// Opens the file, or begins one. Where history ends is what the file says, if it says so: without `--until` that
    /// would be later today than yesterday.
    pub(crate) fn open(path: &Path, mut of: Of, ends_as_asked: bool) -> anyhow::Result<(Self, UnixSeconds)> {
        let shown = path.display();
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .mode(0o600)
            .truncate(false)
            .open(path)
            .with_context(|| format!("cannot open {shown}"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("{shown} is used by another jono; wait for its end"),
            Err(TryLockError::Error(why)) => return Err(why).context(format!("cannot lock {shown}")),
        }
        let mut text = String::new();
        file.read_to_string(&mut text).with_context(|| format!("cannot read {shown}"))?;
        // What follows the last end of a line was being written when all ended.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut lines = text[..whole].lines();
        let no_such = || {
            format!("{shown} is no file of jono backfill --resume, or of another version; name another file")
        };
        if let Some(header) = lines.next() {
            let before = Of::parse(header).with_context(no_such)?;
            ensure!(before.url == of.url, "{shown} is of {}: name another file for {}", before.url, of.url);
            if !ends_as_asked {
                of.until = before.until;
            }
            ensure!(
                before == of,
                "{shown} is of another span of days; give the same --from and --until again, or name another file"
            );
        } else {
            ensure!(text.is_empty() || of.header().starts_with(&text), no_such());
        }
        let digests = lines.map(str::to_owned).collect();
        let mut continued = || {
            file.set_len(whole as u64)?;
            file.seek(SeekFrom::End(0))?;
            if whole == 0 { file.write_all(of.header().as_bytes()) } else { Ok(()) }
        };
        continued().with_context(|| format!("cannot write {shown}"))?;
        Ok((Self { path: path.to_owned(), file, digests }, of.until))
    }

    /// Whether the store has that request.
    pub(crate) fn knows(&self, digest: &str) -> bool {
        self.digests.contains(digest)
    }

    /// The store has that request.
    pub(crate) fn remember(&mut self, digest: &str) -> anyhow::Result<()> {
        self.file
            .write_all(format!("{digest}\n").as_bytes())
            .with_context(|| format!("cannot write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, from: &str, until: i64) -> Of {
        Of { url: url.to_owned(), from: from.to_owned(), until: UnixSeconds::saturating(until) }
    }

    /// What a file with that text says to `of`: the end and the digests that it knows of a, b and c; then what is in it
    /// after b was acknowledged.
    fn check(text: &str, of: Of, ends_as_asked: bool) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("resume");
        fs::write(&path, text).unwrap();
        match Resume::open(&path, of, ends_as_asked) {
            Ok((mut resume, until)) => {
                let known = ["a", "b", "c"].map(|digest| resume.knows(digest));
                resume.remember("b").unwrap();
                format!("{} {known:?} {:?}", until.get(), fs::read_to_string(&path).unwrap())
            }
            Err(why) => why.to_string().replace(&format!("{}/", folder.path().display()), ""),
        }
    }

    const BEFORE: &str = "jono remote write 1\thttp://a/\t\t3600\na\n";

    #[test]
    fn it_goes_on_behind_the_last_whole_line() {
        insta::assert_snapshot!(check("", of("http://a/", "", 3600), false), @r#"3600 [false, false, false] "jono remote write 1\thttp://a/\t\t3600\nb\n""#);
        insta::assert_snapshot!(check(BEFORE, of("http://a/", "", 3600), false), @r#"3600 [true, false, false] "jono remote write 1\thttp://a/\t\t3600\na\nb\n""#);
        insta::assert_snapshot!(check(&format!("{BEFORE}c"), of("http://a/", "", 3600), true), @r#"3600 [true, false, false] "jono remote write 1\thttp://a/\t\t3600\na\nb\n""#);
        insta::assert_snapshot!(check("jono remo", of("http://a/", "", 3600), true), @r#"3600 [false, false, false] "jono remote write 1\thttp://a/\t\t3600\nb\n""#);
    }

    #[test]
    fn the_end_is_the_one_it_began_with() {
        insta::assert_snapshot!(check(BEFORE, of("http://a/", "", 7200), false), @r#"3600 [true, false, false] "jono remote write 1\thttp://a/\t\t3600\na\nb\n""#);
        insta::assert_snapshot!(check(BEFORE, of("http://a/", "", 7200), true), @"resume is of another span of days; give the same --from and --until again, or name another file");
    }

    #[test]
    fn what_is_refused() {
        insta::assert_snapshot!(check(BEFORE, of("http://b/", "", 3600), false), @"resume is of http://a/: name another file for http://b/");
        insta::assert_snapshot!(check(BEFORE, of("http://a/", "2020-01-01", 3600), false), @"resume is of another span of days; give the same --from and --until again, or name another file");
        insta::assert_snapshot!(check("year,week\n2020,1\n", of("http://a/", "", 3600), false), @"resume is no file of jono backfill --resume, or of another version; name another file");
        insta::assert_snapshot!(check("year", of("http://a/", "", 3600), false), @"resume is no file of jono backfill --resume, or of another version; name another file");
        insta::assert_snapshot!(check(&BEFORE.replace(" 1", " 2"), of("http://a/", "", 3600), false), @"resume is no file of jono backfill --resume, or of another version; name another file");
    }

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("resume");
        let first = Resume::open(&path, of("http://a/", "", 0), true).unwrap();
        let second = Resume::open(&path, of("http://a/", "", 0), true).unwrap_err().to_string();
        assert!(second.ends_with("is used by another jono; wait for its end"), "{second}");
        drop(first);
        Resume::open(&path, of("http://a/", "", 0), true).unwrap();
    }
}
