//! A table that somebody puts into a folder, and later writes anew.

use std::path::PathBuf;

use jono_ingest::{Input, InputError, Stamp};

use super::desk::Desk;
use crate::{clock, files::absolute, pipeline::DocumentError};

/// A file is taken once nobody has written to it for so many seconds: half a table is another table.
const SETTLED_SECONDS: i64 = 2;

/// One table.
pub(super) struct Dropped {
    path: PathBuf,
    /// How the file looked at the last look.
    seen: Option<Stamp>,
    /// How it looked when it was counted, or refused for what is in it.
    taken: Option<(Stamp, Result<u64, String>)>,
}

impl Dropped {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, seen: None, taken: None }
    }

    /// How many of its bytes are counted.
    pub(super) fn position(&self) -> u64 {
        self.taken.as_ref().and_then(|(_, taken)| taken.as_ref().ok()).copied().unwrap_or(0)
    }

    /// Counts it if it is another than before.
    pub(super) fn attend(&mut self, desk: &mut Desk) -> Result<(), DocumentError> {
        let stamp =
            Stamp::of(&self.path).map_err(|source| InputError::Open { path: self.path.clone(), source })?;
        if let Some((taken, result)) = &self.taken
            && *taken == stamp
        {
            return result.as_ref().map(|_| ()).map_err(|said| DocumentError::Before(said.clone()));
        }
        let unchanged = self.seen.replace(stamp) == Some(stamp);
        let idle = clock::now().get() - stamp.modified.0;
        // A file of the future tells nothing by its time: it is taken when two looks agree.
        if !(idle >= SETTLED_SECONDS || (unchanged && idle < 0)) {
            return Ok(());
        }
        let result = Input::open(&self.path)
            .map_err(DocumentError::from)
            .and_then(|input| desk.count(&input, &absolute(&self.path).display().to_string()));
        let result = result.and_then(|counted| counted.broke_off.map_or(Ok(counted.known), Err));
        match result {
            Ok(known) => {
                self.taken = Some((stamp, Ok(known.map_or(0, |known| known.position.bytes))));
                Ok(())
            }
            Err(error) => {
                if error.is_of_content() {
                    self.taken = Some((stamp, Err(crate::command::chain(&error))));
                }
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        sync::{Arc, mpsc},
        time::{Duration, SystemTime},
    };

    use jono_domain::{Basis, Outcome, UnixSeconds};
    use jono_exporter::Telemetry;
    use jono_ledger::{Ledger, Seq};

    use super::*;
    use crate::{config::Config, feed::bell::Bell};

    const CONFIG: &str = r#"
        time_zone = "Europe/Helsinki"
        [[service]]
        id = "visits"
        [[unit]]
        id = "kallio"
        [[source]]
        name = "visits"
        format = "tallies"
        paths = ["visits.csv"]
        [source.columns]
        period = "month"
        unit = { value = "kallio" }
        service = { value = "visits" }
        channel = { value = "service_point" }
        [[source.value]]
        column = "visits"
        measure = "contacts"
    "#;

    struct Folder {
        dir: tempfile::TempDir,
        dropped: Dropped,
        desk: Desk,
    }

    impl Folder {
        fn new() -> Self {
            Self::by(CONFIG)
        }

        fn by(config: &str) -> Self {
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join("jono.toml"), config).unwrap();
            let config = Arc::new(Config::load(&dir.path().join("jono.toml")).unwrap());
            let ledger = Ledger::create(&config.ledger, &config.zone).unwrap();
            let dropped = Dropped::new(config.sources[0].paths[0].clone());
            let desk = Desk::new(
                config,
                0,
                ledger,
                &Telemetry::default(),
                Arc::new(Bell::default()),
                mpsc::channel().0,
            );
            Self { dir, dropped, desk }
        }

        /// Drops a table that was last written to so long ago.
        fn drop(&self, text: &str, age: Duration) {
            let path = self.dir.path().join("visits.csv");
            fs::write(&path, text).unwrap();
            File::options().append(true).open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
        }

        fn look(&mut self) -> Result<(), String> {
            self.dropped.attend(&mut self.desk).map_err(|error| error.to_string())
        }

        /// What holds.
        fn holds(&mut self) -> Vec<String> {
            let measures = ["contacts".parse().unwrap()];
            let year = "2020".parse().unwrap();
            let stated = self.desk.ledger().stated(Basis::Tallied, &measures, year).unwrap();
            stated.iter().map(|stated| format!("{} {}", stated.span, stated.value)).collect()
        }
    }

    /// Queue tickets, of which the counters take everything.
    const TICKETS: &str = r#"
        time_zone = "Europe/Helsinki"
        [counters]
        since = "2020-01-01"
        horizon = "none"
        [[service]]
        id = "visits"
        [[unit]]
        id = "kallio"
        [[source]]
        name = "tickets"
        format = "tickets"
        paths = ["visits.csv"]
        [source.columns]
        taken = "taken"
        called = "called"
        unit = { value = "kallio" }
        service = { value = "visits" }
    "#;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn counters_take_what_a_table_that_was_written_anew_has_more() {
        let mut folder = Folder::by(TICKETS);
        let epoch = folder.desk.source().context.zone.hour(UnixSeconds::new(1_577_829_600).unwrap()).start();
        folder.desk.ledger().start_counting(epoch, |_, _, _| {}).unwrap();
        let mut counted = |text: &str| {
            folder.drop(text, LONG);
            folder.look().unwrap();
            let shown = folder.desk.ledger().shown_since(Seq::default()).unwrap();
            let cell = &shown.counters[0].1.cell;
            format!("{} {}", cell.arrived, cell.outcome(Outcome::Answered))
        };
        let (first, second) = ("2020-06-08 09:00:00,", "2020-06-08 09:10:00,");
        let table = |rows: &[String]| format!("taken,called\n{}", rows.concat());
        let (called, waits) = (format!("{first}2020-06-08 09:05:00\n"), format!("{first}\n"));
        assert_eq!(counted(&table(std::slice::from_ref(&waits))), "1 0");
        // An old row is completed, and a new one begun; then one grows without an end to its line.
        assert_eq!(counted(&table(&[called.clone(), format!("{second}\n")])), "2 1");
        assert_eq!(counted(&table(&[called.clone(), format!("{second}\n"), second.to_owned()])), "3 1");
        assert_eq!(counted(&table(&[called.clone(), format!("{second}\n"), format!("{second}\n")])), "3 1");
        // What a table has less is a correction, and no counter falls.
        assert_eq!(counted(&table(&[waits])), "3 1");
        assert_eq!(counted(&table(&[called])), "3 2", "what was taken back is counted when it comes again");
    }

    #[test]
    fn a_table_is_taken_once_nobody_writes_to_it_and_again_when_it_is_another() {
        let mut folder = Folder::new();
        assert!(folder.look().is_err(), "there is none");
        folder.drop("month,visits\n2020-05,12\n", Duration::ZERO);
        folder.look().unwrap();
        assert_eq!(folder.holds(), [""; 0], "it may only be half of a table");
        folder.drop("month,visits\n2020-05,12\n2020-06,18\n", LONG);
        folder.look().unwrap();
        assert_eq!(folder.holds(), ["2020-05 12", "2020-06 18"]);
        folder.drop("month,visits\n2020-05,13\n2020-06,18\n", 2 * LONG);
        folder.look().unwrap();
        assert_eq!(folder.holds(), ["2020-05 13", "2020-06 18"]);
    }

    #[test]
    fn a_table_that_cannot_be_meant_is_told_at_every_look_and_what_was_counted_stays() {
        let mut folder = Folder::new();
        folder.drop("month,visits\n2020-05,12\n", LONG);
        folder.look().unwrap();
        for text in ["month,number\n2020-05,13\n", "month,visits\n"] {
            folder.drop(text, 2 * LONG);
            let told = folder.look().unwrap_err();
            assert_eq!(folder.look().map_err(|again| again.contains(&told)), Err(true), "{told}");
            assert_eq!(folder.holds(), ["2020-05 12"]);
        }
        folder.drop("month,visits\n2020-05,13\n", LONG);
        folder.look().unwrap();
        assert_eq!(folder.holds(), ["2020-05 13"]);
    }
}
