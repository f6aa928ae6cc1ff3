//! Puts batches in order by a thread of its own while those before them are committed: neither waits for the other.

use std::{io, sync::mpsc, thread::JoinHandle};

use jono_domain::Batch;

use super::{Manner, ReadError};

/// Batches of which the next one is made while one is taken.
pub(super) struct Ahead {
    ready: mpsc::Receiver<Result<Batch, ReadError>>,
    /// Ends when there are no more batches, or when nobody takes them; with the bytes that were left pending.
    ordering: Option<JoinHandle<u64>>,
    pending: u64,
}

impl Ahead {
    pub(super) fn new(mut batches: Manner) -> io::Result<Self> {
        let (sender, ready) = mpsc::sync_channel(0);
        let order = move || {
            while let Some(batch) = batches.next() {
                if sender.send(batch).is_err() {
                    break;
                }
            }
            batches.pending_bytes()
        };
        let ordering = std::thread::Builder::new().name("jono-ordering".to_owned()).spawn(order)?;
        Ok(Self { ready, ordering: Some(ordering), pending: 0 })
    }

    /// How many bytes were left pending; known once the last batch has been taken, or an error.
    pub(super) const fn pending_bytes(&self) -> u64 {
        self.pending
    }
}

impl Ahead {
    /// Waits for the thread, and says whether it came to its end.
    fn end(&mut self) -> bool {
        let Some(ordering) = self.ordering.take() else { return true };
        let pending = ordering.join();
        self.pending = *pending.as_ref().unwrap_or(&0);
        pending.is_ok()
    }
}

impl Iterator for Ahead {
    type Item = Result<Batch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.ready.recv() {
            Ok(Ok(batch)) => Some(Ok(batch)),
            // Nothing comes behind an error.
            Ok(Err(error)) => {
                while self.ready.recv().is_ok() {}
                self.end();
                Some(Err(error))
            }
            // A thread that ended otherwise than at the end has told of less than there is.
            Err(mpsc::RecvError) => (!self.end()).then_some(Err(ReadError::Worker)),
        }
    }
}
