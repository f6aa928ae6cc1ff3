//! Waiting for others: until something holds, for a limited time, or until a person presses Ctrl-C.
//!
//! An interrupted wait is an error like any other, so that all that was started is ended on the way out.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

const INTERVAL: Duration = Duration::from_millis(50);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C and SIGTERM end waits instead of this process.
pub(crate) fn heed_interrupts() -> anyhow::Result<()> {
    let noted = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
    noted.context("signals cannot be received")
}

/// Looks again and again until there is something to see.
pub(crate) fn until<T>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look()? {
            return Ok(seen);
        }
        if begun.elapsed() > limit {
            bail!("{what}: waited {} s in vain", limit.as_secs());
        }
        if !pause() {
            bail!("{what}: interrupted");
        }
    }
}

/// Waits until interrupted, or until `look` sees why not to wait any longer.
pub(crate) fn until_interrupted(mut look: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<()> {
    while pause() {
        look()?;
    }
    Ok(())
}

/// Whether to go on.
fn pause() -> bool {
    thread::sleep(INTERVAL);
    !INTERRUPTED.load(Ordering::Relaxed)
}
