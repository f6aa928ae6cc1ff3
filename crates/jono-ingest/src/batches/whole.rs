//! The one batch of a document that is understood as a whole.

use std::{io::Read, sync::Arc};

use jono_domain::{Batch, Position, document::BLOCK_BYTES};

use super::{Pending, ReadError};
use crate::{
    fold::{Context, Fold},
    identity::{Chain, digest},
    input::{Input, InputError},
    source::{Format, Split},
    table::Refused,
};

/// How many decompressed bytes a document may have that is held in memory whole.
const MAX_BYTES: u64 = 256 << 20;

/// A document that has not been read yet.
pub(super) struct WholeBatch {
    reader: Box<dyn Read + Send>,
    name: String,
    format: Arc<dyn Format>,
    context: Arc<Context>,
}

impl WholeBatch {
    pub(super) fn new(
        input: &Input,
        format: &Arc<dyn Format>,
        context: &Arc<Context>,
    ) -> Result<Self, InputError> {
        let (format, context) = (format.clone(), context.clone());
        Ok(Self { reader: input.reader(0)?, name: input.name().to_owned(), format, context })
    }

    pub(super) fn read(self) -> Result<Batch, ReadError> {
        let Self { reader, name, format, context } = self;
        let mut document = Vec::new();
        if let Err(source) = reader.take(MAX_BYTES + 1).read_to_end(&mut document) {
            return Err(InputError::Read { name, source }.into());
        }
        let mut fold = Fold::new(&context);
        let understood = match format.split() {
            _ if document.len() as u64 > MAX_BYTES => Err(Refused::TooLarge(MAX_BYTES)),
            Split::Whole(format) => format.read(&document, &mut fold),
            Split::Lines(_) => Ok(()),
        };
        understood.map_err(|why| ReadError::Refused { name, why })?;
        let mut pending = Pending::default();
        pending.merge(fold.finish(), &mut context.unrouted.clone());
        Ok(pending.into_batch(position(&document)))
    }
}

/// The end of the document. Nothing goes on from there: as after a last line that was counted unterminated, longer
/// content replaces all that was counted.
fn position(document: &[u8]) -> Position {
    let (blocks, tail) = document.as_chunks::<BLOCK_BYTES>();
    let mut chain = Chain::EMPTY;
    blocks.iter().for_each(|block| chain.push(digest(block)));
    Position { bytes: document.len() as u64, chain: chain.0, tail: digest(tail), terminated: false }
}
