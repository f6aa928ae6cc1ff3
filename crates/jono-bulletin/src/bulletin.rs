//! The bulletin: its figures as they may be told, and the ways to write it.

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jono_domain::Period;

use crate::{
    compose,
    disclosure::{self, Withheld},
    facts::{Change, Edition, Facts},
    figure::{Figure, FigureId},
    format::Format,
    known::Known,
    language::Language,
    links::Links,
    told::is_told_alike,
    write,
};

/// The bulletin of one period.
#[derive(Debug, Clone)]
pub struct Bulletin {
    facts: Facts,
    figures: Vec<Figure>,
    exposed: Vec<FigureId>,
    links: Links,
}

impl Bulletin {
    /// Makes the bulletin of what is known. What must not be told is not in it.
    pub fn new(facts: Facts) -> Self {
        let withheld = disclosure::withheld(&facts);
        Self::telling(facts, withheld)
    }

    /// The bulletin that withholds what it is told to.
    fn telling(facts: Facts, withheld: Withheld) -> Self {
        let figures = facts.readings.iter().map(|reading| withheld.figure(reading.clone()));
        Self { figures: figures.collect(), exposed: withheld.exposed, facts, links: Links::default() }
    }

    /// The same with links to its other languages and formats on its pages.
    #[must_use]
    pub fn with_links(self, links: Links) -> Self {
        Self { links, ..self }
    }

    /// About when it is.
    pub fn period(&self) -> Period {
        self.facts.period
    }

    /// Everything that it tells, in the order of the facts.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// Those of the withheld figures that can be learned all the same, since what gives them away was told or published
    /// before. A bulletin that has any should not be published.
    pub fn exposed(&self) -> &[FigureId] {
        &self.exposed
    }

    /// What it tells otherwise than the revision before it: nothing, unless there is one.
    pub fn changes(&self) -> Vec<Change> {
        let Edition::Final(revision) = &self.facts.edition else { return Vec::new() };
        let Some(earlier) = revision.earlier.last() else { return Vec::new() };
        let mut told_before: BTreeMap<_, _> = earlier.told.iter().map(|(id, value)| (id, *value)).collect();
        let mut changes = Vec::new();
        for figure in &self.figures {
            let before = told_before.remove(&figure.id).flatten();
            let after = figure.reading.value;
            let is_of_number = match (before, after) {
                (None, None) => false,
                (Some(before), Some(after)) => !is_told_alike(&figure.reading.measure, before, after),
                _ => true,
            };
            let was_open = earlier.open.contains(&figure.id);
            if is_of_number || (before.is_some() && was_open != figure.is_open()) {
                changes.push(Change { figure: figure.id.clone(), before, after, was_open, is_of_number });
            }
        }
        let gone = told_before.into_iter().filter(|(_, before)| before.is_some());
        changes.extend(gone.map(|(id, before)| Change {
            figure: id.clone(),
            before,
            after: None,
            was_open: earlier.open.contains(id),
            is_of_number: true,
        }));
        changes
    }

    /// Writes it.
    pub fn write(&self, language: Language, format: Format) -> String {
        let known = Known::new(&self.facts, &self.figures);
        let changes = self.changes();
        let document = compose::document(&known, &changes);
        let page = write::Page::new(&document, &known, language);
        match format {
            Format::Html => write::html::write(&page, &self.links),
            Format::Markdown => write::markdown::write(&page),
            Format::Text => write::text::write(&page),
            Format::Json => write::json::write(&page, &known, &changes),
            Format::Csv => write::csv::write(&known),
        }
    }
}
