//! A process as its user would run it: how long it took, by how much processor, with how much memory at most.

use std::{
    fs::{self, File},
    io::{Read, Seek},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use super::turns::Run;

/// Ticks of the kernel's clocks in a second: 100 on every machine that Linux runs on today.
const TICKS: f64 = 100.0;
/// How much of an error is told.
const SAID: usize = 2000;

/// Runs a command that must succeed: what it took, and what it wrote. Its output goes to files, so it never waits.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<(Run, String)> {
    let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdout(out.try_clone()?).stderr(err.try_clone()?);
    let before = children()?;
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot run {command:?}"))?;
    let peak = peak(&mut child)?;
    let seconds = started.elapsed().as_secs_f64();
    let status = child.wait()?;
    let (wrote, said) = (text(&mut out)?, text(&mut err)?);
    let said = if said.trim().is_empty() { &wrote } else { &said };
    let end = said.len().saturating_sub(SAID);
    ensure!(status.success(), "{command:?} ended with {status}: {}", said.get(end..).unwrap_or(said).trim());
    let processor_seconds = Some(children()? - before);
    Ok((Run { seconds, processor_seconds, peak_kib: Some(peak), ..Run::default() }, wrote))
}

fn text(file: &mut File) -> anyhow::Result<String> {
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Waits for a process; the kernel keeps the most memory that it ever held, and is asked until it is gone. In KiB.
pub(crate) fn peak(child: &mut Child) -> anyhow::Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        let held = fs::read_to_string(&status).unwrap_or_default();
        let held = held.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
        peak = peak.max(held.and_then(|kib| kib.parse().ok()).unwrap_or(0));
        thread::sleep(Duration::from_millis(2));
    }
    Ok(peak)
}

/// Seconds of processor that a process has taken so far; in steps of 10 ms.
pub(crate) fn processor_seconds(id: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).context("the process is gone")?;
    ticks(&stat, OWN).map(|ticks| ticks as f64 / TICKS).context("the kernel tells no times of it")
}

/// Seconds of processor that all children together took which were waited for; in steps of 10 ms.
fn children() -> anyhow::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat").context("the kernel tells no times")?;
    ticks(&stat, OF_CHILDREN)
        .map(|ticks| ticks as f64 / TICKS)
        .context("the kernel tells no times of children")
}

/// Where user and system time are, counted behind the name: the 14th and 15th field of all.
const OWN: usize = 11;
/// Those of children that were waited for: the 16th and 17th.
const OF_CHILDREN: usize = 13;

/// User and system time together. The second field, a name, may hold anything.
fn ticks(stat: &str, place: usize) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(place).map_while(|field| field.parse::<u64>().ok());
    Some(times.next()? + times.next()?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_of_the_kernel() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 6 12 0 0 300 400 50 7 20 0 1 0";
        assert_eq!(super::ticks(stat, super::OF_CHILDREN), Some(57));
        assert_eq!(super::ticks(stat, super::OWN), Some(700));
        assert_eq!(super::ticks("7 (a) S 1", super::OWN), None);
    }
}
