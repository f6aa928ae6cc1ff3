//! The body of an answer: pieces that were ready before it was asked for.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::connections::Busy;

/// Pieces to be sent one after another; none is empty.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    rest: std::vec::IntoIter<Bytes>,
    bytes: u64,
    _busy: Option<Busy>,
}

impl Pieces {
    pub(super) fn new(mut pieces: Vec<Bytes>) -> Self {
        pieces.retain(|piece| !piece.is_empty());
        let bytes = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self { rest: pieces.into_iter(), bytes, _busy: None }
    }

    /// The same, keeping its connection busy until the last piece was taken.
    pub(super) fn during(self, busy: Busy) -> Self {
        Self { _busy: Some(busy), ..self }
    }

    /// How many bytes are left.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.rest.next();
        self.bytes -= next.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(next.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes)
    }
}
