//! The one batch of a document that is understood as a whole.

use std::{io::Read, sync::Arc};

use jono_domain::{Batch, Position, document::BLOCK_BYTES};

use super::{Pending, ReadError, Resume};
use crate::{
    fold::{Context, Fold},
    identity::{Chain, digest},
    input::{Input, InputError},
    source::{Format, Split},
    table::Refused,
};

/// How many decompressed bytes a document may have that is held in memory whole.
pub(crate) const MAX_BYTES: u64 = 256 << 20;

/// A document that has not been read yet.
pub(super) struct WholeBatch {
    reader: Box<dyn Read + Send>,
    name: String,
    format: Arc<dyn Format>,
    context: Arc<Context>,
    from: Option<Resume>,
}

impl WholeBatch {
    pub(super) fn new(
        input: &Input,
        format: &Arc<dyn Format>,
        context: &Arc<Context>,
        from: Option<Resume>,
    ) -> Result<Self, InputError> {
        let (format, context) = (format.clone(), context.clone());
        Ok(Self { reader: input.reader(0)?, name: input.name().to_owned(), format, context, from })
    }

    pub(super) fn read(self) -> Result<Batch, ReadError> {
        let Self { reader, name, format, context, from } = self;
        let (from, calls) =
            from.map(|Resume { position, calls }| (position.bytes, calls)).unwrap_or_default();
        let mut document = Vec::new();
        if let Err(source) = reader.take(MAX_BYTES + 1).read_to_end(&mut document) {
            return Err(InputError::Read { name, source }.into());
        }
        let mut fold = Fold::new(&context);
        let understood = match format.split() {
            _ if document.len() as u64 > MAX_BYTES => Err(Refused::TooLarge(MAX_BYTES)),
            Split::Whole(format) => format.read(&document, from, &mut fold),
            Split::Lines(_) | Split::Rows(_) => Ok(()),
        };
        understood.map_err(|why| ReadError::Refused { name, why })?;
        let (mut pending, folded) = (Pending::default(), fold.finish());
        let goes_on = format.goes_on() && !folded.is_open;
        pending.merge(folded, &mut context.unrouted.clone(), &mut { calls });
        Ok(pending.into_batch(position(&document, goes_on), None))
    }
}

/// The end of the document. Where nothing goes on from there, longer content replaces all that was counted.
fn position(document: &[u8], goes_on: bool) -> Position {
    let (blocks, tail) = document.as_chunks::<BLOCK_BYTES>();
    let mut chain = Chain::EMPTY;
    blocks.iter().for_each(|block| chain.push(digest(block)));
    Position { bytes: document.len() as u64, chain: chain.0, tail: digest(tail), terminated: goes_on }
}
