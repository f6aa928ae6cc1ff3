//! The pages over HTTP/1.1: accepting connections, and ending them in time.
//!
//! Which page answers what is left to `page`; TLS and authentication to a proxy in front.
//!
//! No client can keep others out. At most [`Limits::connections`] are open; when one more comes, the one that has
//! been idle the longest is closed to make room, and only when every one is being answered does the new one wait.
//! A client that neither finishes its request nor takes its answer is cut off by a limit of its own.

mod body;
mod connections;
mod encoding;
mod landing;
mod limits;
mod page;
mod process;
mod status;

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use thiserror::Error;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use self::{
    connections::{Connections, Visit},
    page::Pages,
};
pub use self::{
    limits::Limits,
    page::{BadPath, Site, TelemetryPath},
    status::{Facts, Status},
};

/// The address cannot be listened on.
#[derive(Debug, Error)]
#[error("cannot listen on {address}")]
pub struct BindError {
    /// Which.
    pub address: SocketAddr,
    /// What the operating system says.
    #[source]
    pub source: io::Error,
}

/// A server that has its port but accepts nobody yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    pages: Arc<Pages>,
    limits: Limits,
}

impl Server {
    /// Takes the port; port 0 takes any free one.
    pub async fn bind(address: SocketAddr, site: Site, limits: Limits) -> Result<Self, BindError> {
        let refused = |source| BindError { address, source };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        Ok(Self { listener, address, pages: Arc::new(Pages::new(site)), limits })
    }

    /// Where it listens, with the port that was found.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown` ends. Then nobody new is accepted, idle connections are closed, and requests that
    /// are being answered have [`Limits::shutdown`] to finish.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let Self { listener, pages, limits, .. } = self;
        let connections = Arc::new(Connections::new(limits.connections));
        let (stop, stopped) = watch::channel(());
        let mut tasks = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            let (stream, visit) = tokio::select! {
                accepted = accept(&listener, &connections) => accepted,
                () = &mut shutdown => break,
            };
            while tasks.try_join_next().is_some() {}
            tasks.spawn(answer(stream, visit, Arc::clone(&pages), limits, stopped.clone()));
        }
        drop(listener);
        drop(stop);
        let finished = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(limits.shutdown, finished).await.is_err() {
            tracing::warn!(connections = tasks.len(), "requests were cut off by the shutdown");
            tasks.shutdown().await;
        }
    }
}

/// How long to wait when a connection cannot be accepted, because files have run out for example.
const PAUSE: Duration = Duration::from_millis(100);

async fn accept(listener: &TcpListener, connections: &Arc<Connections>) -> (TcpStream, Visit) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, connections.admit().await),
            Err(why) => {
                tracing::warn!(%why, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Answers one connection until it ends, is told to, or has gone on for too long.
async fn answer(
    stream: TcpStream,
    visit: Visit,
    pages: Arc<Pages>,
    limits: Limits,
    mut stopped: watch::Receiver<()>,
) {
    // A page is written at once, so there is nothing to collect; an error here shows again on the first write.
    let _ = stream.set_nodelay(true);
    let respond = service_fn(|request| {
        let busy = visit.busy();
        let pages = Arc::clone(&pages);
        async move {
            Ok::<_, std::convert::Infallible>(pages.respond(&request).await.map(|body| body.during(busy)))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(limits.headers)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.buffer_bytes())
        .serve_connection(TokioIo::new(stream), respond);
    let mut connection = pin!(connection);
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = &mut connection => {
                if let Err(why) = ended {
                    tracing::debug!(%why, "a connection broke off");
                }
                return;
            }
            () = visit.overstayed(limits.request) => return,
            // The sender is never used, only dropped.
            _ = stopped.changed(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
