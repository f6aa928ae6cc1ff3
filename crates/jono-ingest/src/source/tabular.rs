//! What formats of tables have in common: a mapping, and whole documents that replace each other.

use std::sync::Arc;

use jono_domain::{Figure, Keep, Reason};

use super::{Format, Split, Whole};
use crate::{
    fold::Fold,
    input::{Input, InputError},
    table::{self, BadMapping, FileType, Mapping, Refused},
};

/// What becomes of a value of a row.
type Take = fn(Figure, &mut Fold<'_>) -> Result<(), Reason>;

/// A format of tables.
pub(super) struct Tabular {
    name: &'static str,
    mapping: Mapping,
    take: Take,
}

impl Tabular {
    /// The format of that name, if the mapping can be meant.
    pub(super) fn format(
        name: &'static str,
        mapping: Mapping,
        take: Take,
    ) -> Result<Arc<dyn Format>, BadMapping> {
        mapping.check()?;
        Ok(Arc::new(Self { name, mapping, take }))
    }
}

impl Format for Tabular {
    fn name(&self) -> &'static str {
        self.name
    }

    fn keep(&self) -> Keep {
        Keep::Replace
    }

    fn rules(&self) -> String {
        format!("{:?}", self.mapping)
    }

    fn split(&self) -> Split<'_> {
        Split::Whole(self)
    }

    fn has_rows(&self) -> bool {
        self.mapping.layout.file_type == FileType::Xlsx
    }

    fn header(&self, input: &Input) -> Result<Vec<u8>, InputError> {
        table::header(input, &self.mapping.layout)
    }

    fn masked(&self, header: &[u8], line: &[u8]) -> String {
        self.mapping.layout.masked(header, line, &self.mapping.columns().collect())
    }
}

impl Whole for Tabular {
    fn read(&self, document: &[u8], _from: u64, fold: &mut Fold<'_>) -> Result<(), Refused> {
        self.mapping.read(document, fold, |fold, figure| (self.take)(figure, fold))
    }
}
