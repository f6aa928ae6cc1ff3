//! What a client may take.

use std::time::Duration;

/// The limits of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once.
    pub connections: usize,
    /// How long a request's head may take to arrive, counted from the end of the answer before. An idle connection
    /// is closed by the same limit, and a TLS handshake has as long before.
    pub head: Duration,
    /// How many bytes a request's head may have.
    pub head_bytes: usize,
    /// How many headers a request may have.
    pub headers: usize,
    /// How long a request may take from its head to the last byte of the answer.
    pub request: Duration,
    /// How long requests that are being answered may go on after the server was told to stop.
    pub shutdown: Duration,
}

impl Default for Limits {
    /// Roomy for a few monitoring systems and people, tight for anybody else.
    fn default() -> Self {
        Self {
            connections: 256,
            head: Duration::from_secs(30),
            head_bytes: 16 * 1024,
            headers: 64,
            request: Duration::from_mins(1),
            shutdown: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// How much of a connection may be in memory: its head, and some blocks of an answer.
    pub(super) const fn buffer_bytes(&self) -> usize {
        const BLOCKS: usize = 64 * 1024;
        if self.head_bytes > BLOCKS { self.head_bytes } else { BLOCKS }
    }
}
