//! What years of many series take: seconds, bytes, memory, and the time of promtool.

use std::{num::NonZero, path::Path};

use anyhow::Context;
use jiff::civil::date;

use super::{
    days,
    import::{Imported, LABELS},
};
use crate::sample;

/// The last year.
const LAST: i16 = 2023;

/// About so many calls to so many queues, over the years until the last one.
pub(crate) fn arguments(calls: u64, years: i16, queues: NonZero<u16>) -> sample::Arguments {
    sample::Arguments {
        calls,
        queues,
        from: date(LAST + 1 - years, 1, 1),
        until: Some(date(LAST, 12, 31)),
        ..sample::Arguments::default()
    }
}

/// Writes and imports them, once as they are and once as counts alone; prints what it took.
pub(super) fn run(
    binary: &Path,
    folder: &Path,
    calls: u64,
    years: i16,
    queues: NonZero<u16>,
) -> anyhow::Result<()> {
    let calls = arguments(calls, years, queues);
    let jono = days::generated(binary, folder, calls)?;
    let of = format!("{years} years of {queues} queues");
    for (what, limits) in [("counts alone", "[limits]\nwaits_of = []\n"), ("with waits", "")] {
        let config = folder.join("jono.toml");
        let text = std::fs::read_to_string(&config).context("the configuration is gone")?;
        let text = text.replace("[limits]\nwaits_of = []\n", "");
        // In front of the tables of the services.
        std::fs::write(&config, text.replacen("\n[[unit]]", &format!("\n{limits}[[unit]]"), 1))?;
        let place = folder.join(what.replace(' ', "-"));
        std::fs::create_dir(&place)?;
        println!("{}\n", Imported::new(&jono, &LABELS, &place)?.table(&format!("{of}, {what}")));
        std::fs::remove_dir_all(&place)?;
    }
    Ok(())
}
