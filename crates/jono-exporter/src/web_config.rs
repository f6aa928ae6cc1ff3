//! Who may ask, and how: TLS, passwords, headers and the rate of requests, from the file that all exporters share.
//!
//! The file is that of Prometheus' exporter-toolkit, so what works for another exporter works here:
//! <https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md>. Paths in it are relative
//! to it. These differ, because of what rustls does and because silence is worse than a refusal:
//!
//! - TLS 1.2 and 1.3 are spoken. An older `min_version` means TLS 1.2, an older `max_version` is refused.
//! - A cipher suite or a curve that is not spoken is refused with the list of those that are. As in Go, the suites of
//!   TLS 1.3 cannot be chosen.
//! - `http2` is accepted; HTTP/1.1 is spoken, and nothing else is offered in the handshake.
//! - A client's certificate is never checked against the authorities of the operating system. With
//!   `VerifyClientCertIfGiven` and no `client_ca` no certificate is asked for; `RequireAndVerifyClientCert` without
//!   one is refused.
//! - An inline value beside its file, a section without a certificate, and a rate that lets nothing through are
//!   refused.
//!
//! The file and those it names are looked at again while they are used, at most once a second. A changed version
//! is in force for the next request, and its TLS for the next connection; one that is refused changes nothing.

mod client;
mod files;
mod headers;
mod mistake;
mod rate;
mod rules;
mod tls;
mod users;
mod written;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use tokio::{task::spawn_blocking, time::Instant};

use self::files::Files;
pub use self::mistake::{Mistake, WebConfigError};
pub(crate) use self::rules::{Refusal, Rules};

/// How long a look at the files is good for.
const LOOK: Duration = Duration::from_secs(1);

/// The rules of a web configuration file, as they are now. Clones are the same.
#[derive(Debug, Clone)]
pub struct WebConfig(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    rules: ArcSwap<Rules>,
    file: Option<Followed>,
}

#[derive(Debug)]
struct Followed {
    path: PathBuf,
    /// What the files looked like that the last version was made of, be it in force or refused.
    seen: Mutex<Files>,
    next_look: Mutex<Instant>,
}

impl WebConfig {
    /// Everybody may ask, without TLS.
    pub fn none() -> Self {
        Self(Arc::new(Inner { rules: ArcSwap::default(), file: None }))
    }

    /// Reads the file and all that it names. It is followed from then on.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, WebConfigError> {
        let path = path.into();
        let (seen, rules) = read(&path)?;
        let next_look = Mutex::new(Instant::now() + LOOK);
        let file = Some(Followed { path, seen: Mutex::new(seen), next_look });
        Ok(Self(Arc::new(Inner { rules: ArcSwap::from_pointee(rules), file })))
    }

    /// Reads the file again now, changed or not. What is refused leaves the rules as they were.
    pub fn reload(&self) -> Result<(), WebConfigError> {
        self.0.look(|_| true)
    }

    /// Whether there is a file, so that requests may come to be refused.
    pub(crate) fn followed(&self) -> bool {
        self.0.file.is_some()
    }

    /// The rules, after a look at the files if the last one is old.
    pub(crate) async fn current(&self) -> Arc<Rules> {
        self.at(Instant::now()).await
    }

    async fn at(&self, now: Instant) -> Arc<Rules> {
        if self.0.file.as_ref().is_some_and(|file| file.is_due(now)) {
            let inner = Arc::clone(&self.0);
            // Off the threads that answer: files can be slow. If that fails, the rules stay as they were.
            let _ = spawn_blocking(move || {
                if let Err(why) = inner.look(Files::changed) {
                    let why = &why as &dyn std::error::Error;
                    tracing::error!(
                        why,
                        "the changed web configuration was refused, the one before stays in force"
                    );
                }
            })
            .await;
        }
        self.0.rules.load_full()
    }
}

impl Inner {
    fn look(&self, wanted: impl FnOnce(&Files) -> bool) -> Result<(), WebConfigError> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut seen = held(&file.seen);
        if !wanted(&seen) {
            return Ok(());
        }
        match read(&file.path) {
            Ok((files, rules)) => {
                *seen = files;
                self.rules.store(Arc::new(rules));
                tracing::info!(path = %file.path.display(), "the web configuration was read again");
                Ok(())
            }
            Err(refused) => {
                seen.clone_from(&refused.files);
                Err(refused)
            }
        }
    }
}

impl Followed {
    /// Whether to look now. Says so to one caller only.
    fn is_due(&self, now: Instant) -> bool {
        let mut next = held(&self.next_look);
        let due = now >= *next;
        if due {
            *next = now + LOOK;
        }
        due
    }
}

fn read(path: &Path) -> Result<(Files, Rules), WebConfigError> {
    let mut files = Files::default();
    match Rules::read(path, &mut files) {
        Ok(rules) => Ok((files, rules)),
        Err(mistake) => Err(WebConfigError { path: path.to_owned(), mistake, files }),
    }
}

/// The value in a lock; whoever panicked while holding it had nothing half done.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use hyper::header::X_FRAME_OPTIONS;

    use super::*;

    /// The headers in force after that many seconds; without any, whether TLS is.
    async fn check(web: &WebConfig, seconds: u64) -> String {
        let rules = web.at(Instant::now() + Duration::from_secs(seconds)).await;
        let mut headers = hyper::HeaderMap::new();
        rules.add_headers(&mut headers);
        let header = headers.get(X_FRAME_OPTIONS).map(|value| value.to_str().unwrap().to_owned());
        header.unwrap_or_else(|| format!("TLS {}", rules.tls().is_some()))
    }

    #[tokio::test]
    async fn a_change_is_seen_within_a_second_and_a_broken_one_until_it_is_mended() {
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("web.yml"), folder.path().join("server.key"));
        let write = |text: &str| fs::write(&path, text).unwrap();
        write("http_server_config: {headers: {X-Frame-Options: deny}}");
        let web = WebConfig::open(&path).unwrap();
        assert!(WebConfig::open(&key).is_err());

        write("http_server_config: {headers: {X-Frame-Options: sameorigin}}");
        assert_eq!(check(&web, 0).await, "deny", "nobody has looked yet");
        assert_eq!(check(&web, 2).await, "sameorigin");

        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(folder.path().join("server.crt"), own.cert.pem()).unwrap();
        write("tls_server_config: {cert_file: server.crt, key_file: server.key}");
        assert_eq!(check(&web, 4).await, "sameorigin", "its key is not there");
        let seen = held(&web.0.file.as_ref().unwrap().seen).clone();
        assert!(!seen.changed(), "it is not read again before something changes");

        fs::write(&key, own.signing_key.serialize_pem()).unwrap();
        assert!(seen.changed());
        assert_eq!(check(&web, 6).await, "TLS true");
    }
}
