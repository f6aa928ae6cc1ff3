//! The pages over HTTP/1.1: accepting connections, and ending them in time.
//!
//! Which page answers what is left to `page`; who may ask, and with which TLS, to [`mod@crate::web_config`].
//!
//! No client can keep others out. At most [`Limits::connections`] are open; when one more comes, the one that has
//! been idle the longest is closed to make room, and only when every one is being answered does the new one wait.
//! A client that neither finishes its request nor takes its answer is cut off by a limit of its own. Who is still in
//! a TLS handshake, or has not been admitted yet, counts as idle.

mod body;
mod connections;
mod encoding;
mod landing;
mod limits;
mod listen;
mod page;
mod process;
mod reload;
mod status;

use std::{net::SocketAddr, pin::pin, sync::Arc};

use hyper::{
    rt::{Read, Write},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::watch, task::JoinSet, time::timeout};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use self::{
    connections::{Connections, Visit},
    listen::Listeners,
    page::Pages,
};
pub use self::{
    limits::Limits,
    listen::{BindError, Listen},
    page::{BadPath, Site, TelemetryPath},
    reload::Reload,
    status::{Facts, Status},
};
use crate::web_config::WebConfig;

/// A server that has its ports but accepts nobody yet.
#[derive(Debug)]
pub struct Server {
    listeners: Listeners,
    shared: Arc<Shared>,
}

/// What all connections need.
#[derive(Debug)]
struct Shared {
    pages: Pages,
    web: WebConfig,
    limits: Limits,
}

impl Server {
    /// Takes the ports.
    pub async fn bind(listen: Listen, site: Site, web: WebConfig, limits: Limits) -> Result<Self, BindError> {
        let listeners = Listeners::bind(listen).await?;
        let pages = Pages::new(site, &web);
        Ok(Self { listeners, shared: Arc::new(Shared { pages, web, limits }) })
    }

    /// Where it listens, at least in one place, with the ports that were found.
    pub fn addresses(&self) -> &[SocketAddr] {
        self.listeners.addresses()
    }

    /// Answers until `shutdown` ends. Then nobody new is accepted, idle connections are closed, and requests that
    /// are being answered have [`Limits::shutdown`] to finish.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let Self { mut listeners, shared } = self;
        let limits = shared.limits;
        let connections = Arc::new(Connections::new(limits.connections));
        let (stop, stopped) = watch::channel(());
        let mut tasks = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            let (stream, visit) = tokio::select! {
                accepted = accept(&mut listeners, &connections) => accepted,
                () = &mut shutdown => break,
            };
            while tasks.try_join_next().is_some() {}
            tasks.spawn(answer(stream, visit, Arc::clone(&shared), stopped.clone()));
        }
        drop(listeners);
        drop(stop);
        let finished = async { while tasks.join_next().await.is_some() {} };
        if timeout(limits.shutdown, finished).await.is_err() {
            tracing::warn!(connections = tasks.len(), "requests were cut off by the shutdown");
            tasks.shutdown().await;
        }
    }
}

async fn accept(listeners: &mut Listeners, connections: &Arc<Connections>) -> (TcpStream, Visit) {
    let stream = listeners.accept().await;
    (stream, connections.admit().await)
}

/// Answers one connection until it ends, is told to, or has gone on for too long.
async fn answer(stream: TcpStream, visit: Visit, shared: Arc<Shared>, mut stopped: watch::Receiver<()>) {
    // A page is written at once, so there is nothing to collect; an error here shows again on the first write.
    let _ = stream.set_nodelay(true);
    match shared.web.current().await.tls() {
        None => converse(TokioIo::new(stream), &visit, &shared, stopped).await,
        Some(config) => {
            let handshake = timeout(shared.limits.head, TlsAcceptor::from(config).accept(stream));
            let stream: TlsStream<_> = tokio::select! {
                shaken = handshake => match shaken {
                    Ok(Ok(stream)) => stream,
                    Ok(Err(why)) => return tracing::debug!(%why, "a TLS handshake failed"),
                    Err(_) => return tracing::debug!("a TLS handshake took too long"),
                },
                () = visit.overstayed(shared.limits.request) => return,
                _ = stopped.changed() => return,
            };
            converse(TokioIo::new(stream), &visit, &shared, stopped).await;
        }
    }
}

/// Answers the requests of one connection.
async fn converse(
    stream: impl Read + Write + Unpin,
    visit: &Visit,
    shared: &Shared,
    mut stopped: watch::Receiver<()>,
) {
    let Shared { pages, web, limits } = shared;
    let respond = service_fn(async |request| {
        let rules = web.current().await;
        let refusal = rules.refusal(request.headers()).await;
        // Not before: who guesses passwords holds no place that others could need.
        let busy = visit.busy();
        let mut response = pages.respond(&request, refusal).await;
        rules.add_headers(response.headers_mut());
        Ok::<_, std::convert::Infallible>(response.map(|body| body.during(busy)))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(limits.headers)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.buffer_bytes())
        .serve_connection(stream, respond);
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
