//! Publishing: readings and the pages made of them are frozen as a revision, once nothing stands against it that was not
//! accepted.

use std::{collections::BTreeSet, str::FromStr};

use anyhow::{Context, bail, ensure};
use jiff::civil::DateTime;
use jono_bulletin::{
    Accepted, Bulletin, Earlier, Edition, Facts, Figure, FigureId, Format, Language, Links, Revision,
};
use jono_domain::{Basis, Names, Period, Reading, State, UnixSeconds};
use jono_ledger::{EditionHead, Ledger, NewEdition, Page};

use super::gate;
use crate::config::Config;

/// What whoever publishes says about it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms {
    /// Which objections are accepted, by their words.
    pub(crate) accept: Vec<String>,
    /// Until when it may not be shown, if anything is said of that.
    pub(crate) embargo: Option<Embargo>,
    /// Why there is another revision.
    pub(crate) note: Names,
}

/// Until when a bulletin may not be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Embargo {
    /// It may be shown at once.
    None,
    /// By the service's own clock.
    Until(DateTime),
}

impl FromStr for Embargo {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        if text == "none" { Ok(Self::None) } else { text.parse().map(Self::Until) }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Published {
    /// It is frozen as this revision.
    Revision {
        /// Its number.
        number: u32,
        /// From when on it may be shown; `None`: at once.
        from: Option<DateTime>,
        /// The revision that is shown until then.
        meanwhile: Option<u32>,
    },
    /// Nothing differs from this revision.
    Unchanged(u32),
}

/// Freezes what was gathered.
pub(crate) fn publish(
    config: &Config,
    ledger: &mut Ledger,
    draft: Facts,
    terms: Terms,
    now: UnixSeconds,
) -> anyhow::Result<Published> {
    let period = draft.period;
    let is_accepted = |word: &str| terms.accept.iter().any(|accepted| accepted == word);
    let objections = gate::objections(config, ledger, &draft, now)?;
    let refused: Vec<_> = objections.iter().filter(|why| !is_accepted(gate::word(why))).collect();
    if !refused.is_empty() {
        bail!(refusal(period, &refused));
    }
    let latest = frozen(ledger, period, None)?;
    // An embargo that is over, before or now, is none.
    let compiled = draft.compiled;
    let is_ahead = |until: &DateTime| *until > compiled;
    let in_force = latest.as_ref().and_then(embargo).filter(is_ahead);
    let asked = match terms.embargo {
        None => in_force,
        Some(Embargo::None) => None,
        Some(Embargo::Until(until)) => Some(until),
    };
    let is_moved = asked.filter(is_ahead) != in_force;
    let embargo_ends = asked
        .map(|until| config.zone.instant(until))
        .transpose()
        .context("the embargo ends at a time that the clocks skip or have twice")?;
    let mut seen = ledger.editions_seen()?;
    seen.retain(|head| head.period == period && head.is_told(now));
    let note_of = |facts: &Facts| revision(facts).map(|revision| revision.note.clone()).unwrap_or_default();
    let is_noted =
        terms.note != Names::default() && Some(&terms.note) != latest.as_ref().map(note_of).as_ref();
    let is_unseen = |facts: &&Facts| seen.iter().all(|head| head.revision != number(facts));
    let note = match latest.as_ref().filter(is_unseen) {
        // What it stands in the place of said why.
        Some(unseen) if terms.note == Names::default() => note_of(unseen),
        _ => terms.note,
    };
    let revision = Revision {
        number: latest.as_ref().map_or(0, number) + 1,
        embargo: asked,
        accepted: objections,
        note,
        earlier: earlier(ledger, &seen)?,
    };
    let number = revision.number;
    let facts = finalised(draft, revision);
    if let Some(latest) = latest.filter(|latest| !is_noted && told(latest) == told(&facts)) {
        let number = self::number(&latest);
        ensure!(
            in_force.is_some() || !asked.as_ref().is_some_and(is_ahead),
            "revision {number} of {period} is shown already, and nothing differs from it: there is nothing to hold back"
        );
        if !is_moved {
            return Ok(Published::Unchanged(number));
        }
    }
    let json = serde_json::to_vec(&facts)?;
    let bulletin = Bulletin::new(facts).with_links(links(period));
    let shown_from = embargo_ends.unwrap_or(now).max(now);
    refuse(config, ledger, &bulletin, (shown_from, now), is_accepted(gate::EXPOSED))?;
    let edition = NewEdition {
        period,
        revision: number,
        at: now,
        embargo: embargo_ends,
        facts: json,
        pages: pages(&bulletin),
    };
    ledger.publish(&edition).context("the bulletin was not published")?;
    let meanwhile =
        seen.last().map(|head| head.revision).filter(|_| asked.is_some_and(|until| is_ahead(&until)));
    Ok(Published::Revision { number, from: asked, meanwhile })
}

/// Refuses a bulletin that says nothing, that lets a count of few persons be learned, or that tells early what is held back.
fn refuse(
    config: &Config,
    ledger: &Ledger,
    bulletin: &Bulletin,
    (shown_from, now): (UnixSeconds, UnixSeconds),
    may_be_exposed: bool,
) -> anyhow::Result<()> {
    let period = bulletin.period();
    if bulletin.figures().iter().all(|figure| figure.reading.value.is_none()) {
        bail!("the bulletin of {period} is not published: nothing is known of the period");
    }
    if let [first, others @ ..] = bulletin.exposed()
        && !may_be_exposed
    {
        bail!(
            "the bulletin of {period} is not published:\n  what was told or published before gives away a count of few \
             persons, {first}{} (accept it by --accept {})",
            if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) },
            gate::EXPOSED
        );
    }
    if let Some(early) = gate::told_early(config, ledger, bulletin, shown_from, now)? {
        bail!("the bulletin of {period} is not published:\n  {early}");
    }
    Ok(())
}

/// A bulletin in every language and format.
fn pages(bulletin: &Bulletin) -> Vec<Page> {
    let pages = Language::ALL.into_iter().flat_map(|language| {
        let page = |format: Format| Page {
            language: language.code().to_owned(),
            format: format.extension().to_owned(),
            body: bulletin.write(language, format).into_bytes(),
        };
        Format::ALL.map(page)
    });
    pages.collect()
}

/// Where the other languages and formats of a bulletin are: each language has a folder, on a server and on a disk.
pub(crate) fn links(period: Period) -> Links {
    Links::by(|language, format| format!("../{}/{period}.{}", language.code(), format.extension()))
}

/// The facts of a revision of a period, the newest unless one is named; `None` if there is none such.
pub(crate) fn frozen(
    ledger: &Ledger,
    period: Period,
    revision: Option<u32>,
) -> anyhow::Result<Option<Facts>> {
    let edition = ledger.edition(period, revision)?;
    let facts = edition.map(|edition| thaw(&edition.facts));
    facts.transpose().with_context(|| format!("the frozen bulletin of {period} cannot be read"))
}

/// Facts as they were written down, unless they were by a later jono.
fn thaw(json: &[u8]) -> anyhow::Result<Facts> {
    #[derive(serde::Deserialize)]
    struct Form {
        version: u32,
    }
    let Form { version } = serde_json::from_slice(json)?;
    ensure!(version <= Facts::VERSION, "it was published by a newer jono; use that one");
    Ok(serde_json::from_slice(json)?)
}

fn refusal(period: Period, objections: &[&Accepted]) -> String {
    let told = objections
        .iter()
        .map(|why| format!("\n  {} (accept it by --accept {})", gate::sentence(why), gate::word(why)));
    std::iter::once(format!("the bulletin of {period} is not published:")).chain(told).collect()
}

fn revision(facts: &Facts) -> Option<&Revision> {
    match &facts.edition {
        Edition::Draft => None,
        Edition::Final(revision) => Some(revision),
    }
}

fn number(facts: &Facts) -> u32 {
    revision(facts).map_or(0, |revision| revision.number)
}

fn embargo(facts: &Facts) -> Option<DateTime> {
    revision(facts)?.embargo
}

/// All that it tells, whenever it was told and however final.
fn told(facts: &Facts) -> [String; 3] {
    let bulletin = Bulletin::new(undated(facts));
    Language::ALL.map(|language| bulletin.write(language, Format::Json))
}

/// The same at no time, as if nothing had been told before.
fn undated(facts: &Facts) -> Facts {
    let readings = facts.readings.iter().cloned().map(|reading| match reading.state {
        State::Revised if reading.basis != Basis::Published => Reading { state: State::Final, ..reading },
        _ => reading,
    });
    Facts {
        edition: Edition::Draft,
        compiled: DateTime::default(),
        readings: readings.collect(),
        ..facts.clone()
    }
}

/// What was told by each of these revisions.
fn earlier(ledger: &Ledger, seen: &[EditionHead]) -> anyhow::Result<Vec<Earlier>> {
    let told =
        |head: &EditionHead| anyhow::Ok(frozen(ledger, head.period, Some(head.revision))?.map(told_by));
    seen.iter().filter_map(|head| told(head).transpose()).collect()
}

/// What a revision told and withheld.
pub(super) fn told_by(frozen: Facts) -> Earlier {
    let (number, compiled) = (number(&frozen), frozen.compiled);
    let bulletin = Bulletin::new(frozen);
    let told = bulletin.figures().iter().map(|figure| (figure.id.clone(), figure.reading.value));
    // Of a score with too few answers their number is told.
    let is_withheld = |figure: &&Figure| figure.reading.state == State::Suppressed && figure.of.is_none();
    let withheld = bulletin.figures().iter().filter(is_withheld).map(|figure| figure.id.clone());
    let open = bulletin.figures().iter().filter(|figure| figure.is_open()).map(|figure| figure.id.clone());
    Earlier { number, compiled, told: told.collect(), withheld: withheld.collect(), open: open.collect() }
}

/// What does not change any more, and what did. Answers to a round that is open still come.
fn finalised(draft: Facts, revision: Revision) -> Facts {
    let is_open = |round: Period| revision.accepted.contains(&Accepted::OpenRound(round));
    let readings = draft.readings.into_iter().map(|reading| match reading.state {
        State::Provisional if reading.basis != Basis::Published && !is_open(reading.period) => {
            Reading { state: State::Final, ..reading }
        }
        _ => reading,
    });
    let readings = readings.collect();
    let told_before: BTreeSet<_> =
        revision.earlier.last().map(|it| it.told.keys().cloned().collect()).unwrap_or_default();
    let mut facts = Facts { edition: Edition::Final(revision), readings, ..draft };
    // What is told is compared: nobody sees a change behind it.
    let changes = Bulletin::new(facts.clone()).changes().into_iter();
    let revised = changes.filter(|change| change.is_of_number && told_before.contains(&change.figure));
    let revised: BTreeSet<_> = revised.map(|change| change.figure).collect();
    let is_revised =
        |reading: &Reading| reading.state == State::Final && revised.contains(&FigureId::of(reading));
    let of_ours = facts.readings.iter_mut().filter(|reading| reading.basis != Basis::Published);
    of_ours.filter(|reading| is_revised(reading)).for_each(|reading| reading.state = State::Revised);
    facts
}
