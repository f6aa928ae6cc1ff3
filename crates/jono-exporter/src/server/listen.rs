//! Where connections come from: addresses of our own, or sockets that systemd opened.

use std::{future::poll_fn, io, net::SocketAddr, task::Poll, time::Duration};

use listenfd::ListenFd;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// On each of these; port 0 takes any free one.
    Addresses(Vec<SocketAddr>),
    /// On the TCP sockets that systemd hands over to the process, `sd_listen_fds(3)`. They can be taken once.
    Systemd,
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self::Addresses(vec![address])
    }
}

/// Nobody can be listened to.
#[derive(Debug, Error)]
pub enum BindError {
    /// None was given.
    #[error("there is no address to listen on; give one")]
    NoAddress,
    /// An address is in use, or not ours.
    #[error("cannot listen on {address}")]
    Address {
        /// Which.
        address: SocketAddr,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The process was not started by a socket unit.
    #[error(
        "systemd has handed over no sockets; start the service's socket unit, or give an address to listen on"
    )]
    NoSockets,
    /// What was handed over cannot be listened on.
    #[error(
        "socket {number} from systemd cannot be listened on; ListenStream= has to be an address with a port"
    )]
    Socket {
        /// Which, counted from 1.
        number: usize,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

/// All that is listened on; at least one.
#[derive(Debug)]
pub(super) struct Listeners {
    sockets: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
    /// The one to look at first: each in turn, so that a busy one does not keep the others waiting.
    turn: usize,
}

/// How long to wait when a connection cannot be accepted, because files have run out for example.
const PAUSE: Duration = Duration::from_millis(100);

impl Listeners {
    pub(super) async fn bind(listen: Listen) -> Result<Self, BindError> {
        let mut sockets = Vec::new();
        let mut addresses = Vec::new();
        match listen {
            Listen::Addresses(wanted) => {
                for address in wanted {
                    let refused = |source| BindError::Address { address, source };
                    let listener = TcpListener::bind(address).await.map_err(refused)?;
                    addresses.push(listener.local_addr().map_err(refused)?);
                    sockets.push(listener);
                }
                if sockets.is_empty() {
                    return Err(BindError::NoAddress);
                }
            }
            Listen::Systemd => {
                let mut handed = ListenFd::from_env();
                for index in 0..handed.len() {
                    let refused = |source| BindError::Socket { number: index + 1, source };
                    let Some(listener) = handed.take_tcp_listener(index).map_err(refused)? else { continue };
                    listener.set_nonblocking(true).map_err(refused)?;
                    let listener = TcpListener::from_std(listener).map_err(refused)?;
                    addresses.push(listener.local_addr().map_err(refused)?);
                    sockets.push(listener);
                }
                if sockets.is_empty() {
                    return Err(BindError::NoSockets);
                }
            }
        }
        Ok(Self { sockets, addresses, turn: 0 })
    }

    pub(super) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The next connection, whichever way it comes.
    pub(super) async fn accept(&mut self) -> TcpStream {
        loop {
            self.turn = (self.turn + 1) % self.sockets.len();
            let (before, from) = self.sockets.split_at(self.turn);
            let accepted = poll_fn(|context| {
                let all = from.iter().chain(before);
                let mut ready = all.map(|listener| listener.poll_accept(context)).filter(Poll::is_ready);
                ready.next().unwrap_or(Poll::Pending)
            });
            match accepted.await {
                Ok((stream, _)) => return stream,
                Err(why) => {
                    tracing::warn!(%why, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}
