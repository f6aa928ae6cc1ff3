//! What the machine can do at best: what jono is near to, or not.

use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
    thread,
    time::Instant,
};

use anyhow::Context;

use super::{
    Arguments, Setting, input,
    spread::{Spread, known},
    text::{markdown, megabytes},
};

const BLOCK: usize = 1 << 20;
/// How many small appends are forced to the disk.
const FORCED: usize = 200;
const COPIED: usize = 64 << 20;

pub(crate) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    let largest = arguments.megabytes.iter().filter(|size| **size <= 1000).max();
    let (megabytes_read, queues) = (largest.copied().unwrap_or(100), arguments.queues[0]);
    let log = super::queue_log::plain(megabytes_read, queues, arguments.seed)?;
    let (bytes, _) = input::measured(&log)?;
    let rounds = arguments.rounds.max(1);
    let mut rows = Vec::new();
    for threads in [1, 2] {
        let seconds = timed(rounds, || read_by(&log, bytes, threads))?;
        let speed = seconds.map(|seconds| seconds.map(|seconds| bytes as f64 / 1e6 / seconds));
        rows.push([
            format!("{} read and lines counted, {threads} at once", megabytes(bytes)),
            format!("{} s, {:.0} MB/s", known(seconds), speed.map_or(0.0, |speed| speed.median)),
        ]);
    }
    let from = vec![7_u8; COPIED];
    let mut to = vec![1_u8; COPIED];
    let copied = timed(rounds, || {
        std::hint::black_box(&mut to[..]).copy_from_slice(std::hint::black_box(&from[..]));
        Ok(())
    })?;
    let speed = copied.map(|seconds| seconds.map(|seconds| COPIED as f64 / 1e6 / seconds));
    rows.push([format!("{} copied in memory", megabytes(COPIED as u64)), format!("{} MB/s", known(speed))]);
    rows.push([
        "4 KiB appended and forced to the disk".to_owned(),
        format!("{} ms", known(forced(setting)?)),
    ]);
    println!("{}", markdown(["the floor", ""], &rows));
    Ok(())
}

/// Hands on every block of a file.
pub(crate) fn each_block(path: &Path, mut block: impl FnMut(&[u8])) -> anyhow::Result<()> {
    let mut file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut buffer = vec![0; BLOCK];
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        block(&buffer[..length]);
    }
}

fn timed(rounds: usize, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Option<Spread>> {
    let mut seconds = Vec::new();
    for _ in 0..rounds {
        let started = Instant::now();
        work()?;
        seconds.push(started.elapsed().as_secs_f64());
    }
    Ok(Spread::of(seconds))
}

/// Every thread reads a part of its own.
fn read_by(path: &Path, bytes: u64, threads: u64) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let readers: Vec<_> = (0..threads)
            .map(|part| {
                scope.spawn(move || read_part(path, bytes * part / threads..bytes * (part + 1) / threads))
            })
            .collect();
        readers.into_iter().try_for_each(|reader| {
            reader.join().expect("reading does not panic").map(|lines| {
                std::hint::black_box(lines);
            })
        })
    })
}

fn read_part(path: &Path, part: std::ops::Range<u64>) -> anyhow::Result<usize> {
    use std::os::unix::fs::FileExt;
    let file = File::open(path)?;
    let mut buffer = vec![0; BLOCK];
    let (mut at, mut lines) = (part.start, 0);
    while at < part.end {
        let wanted = buffer.len().min((part.end - at) as usize);
        let length = file.read_at(&mut buffer[..wanted], at)?;
        anyhow::ensure!(length > 0, "the log ended early");
        lines += memchr::memchr_iter(b'\n', &buffer[..length]).count();
        at += length as u64;
    }
    Ok(lines)
}

/// How long the disk takes for what a commit must wait for, in milliseconds.
fn forced(setting: &Setting) -> anyhow::Result<Option<Spread>> {
    let folder = setting.folder()?;
    let mut file = File::create(folder.path().join("forced"))?;
    let mut milliseconds = Vec::new();
    for _ in 0..FORCED {
        file.write_all(&[1; 4096])?;
        let started = Instant::now();
        file.sync_data()?;
        milliseconds.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Spread::of(milliseconds))
}
