//! The telephone exchange: appends calls to a log, at a steady pace.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context, anyhow};
use jiff::Timestamp;

/// The queue of its calls.
pub(super) const QUEUE: &str = "asiakaspalvelu";

/// Writes until it is stopped or dropped.
pub(super) struct Writer {
    calls: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Writer {
    /// A call every `pause`, whose clock is `ahead` of the real one.
    pub(super) fn start(log: &Path, pause: Duration, ahead: i64) -> anyhow::Result<Self> {
        let mut file = append(log)?;
        let (calls, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let thread = thread::spawn({
            let (calls, stop) = (calls.clone(), stop.clone());
            move || {
                while !stop.load(Ordering::Relaxed) {
                    // Said before it is done: nobody can have counted more than this.
                    let number = calls.fetch_add(1, Ordering::SeqCst);
                    file.write_all(call(QUEUE, now() + ahead, number).as_bytes())?;
                    thread::sleep(pause);
                }
                Ok(())
            }
        });
        Ok(Self { calls, stop, thread: Some(thread) })
    }

    /// How many calls it has begun to write.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Stops after a whole call; gives how many there are.
    pub(super) fn stop(mut self) -> anyhow::Result<u64> {
        self.stop.store(true, Ordering::Relaxed);
        let thread = self.thread.take().context("it was stopped before")?;
        thread.join().map_err(|_| anyhow!("the exchange panicked"))?.context("a log cannot be written")?;
        Ok(self.calls())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Writes that many calls of a queue now.
pub(super) fn write(log: &Path, queue: &str, calls: u64) -> anyhow::Result<()> {
    let text: String = (0..calls).map(|number| call(queue, now(), number)).collect();
    append(log)?.write_all(text.as_bytes()).context("a log cannot be written")
}

fn append(log: &Path) -> anyhow::Result<File> {
    fs::OpenOptions::new().append(true).open(log).with_context(|| format!("cannot write {}", log.display()))
}

fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A call that is answered and over within its second.
fn call(queue: &str, at: i64, number: u64) -> String {
    format!(
        "{at}|{at}.{number}|{queue}|NONE|ENTERQUEUE||0295555555|1\n\
         {at}|{at}.{number}|{queue}|Agent/1|CONNECT|0|{at}.{number}1|0\n\
         {at}|{at}.{number}|{queue}|Agent/1|COMPLETECALLER|0|0|1\n"
    )
}
