//! The pages over HTTP/1.1: accepting connections, and ending them in time.
//!
//! Which page answers what is left to `page`, and to `public` where it is for everybody; who may ask, and with which TLS, to [`mod@crate::web_config`].
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
mod public;
mod reload;
mod status;

use std::{net::SocketAddr, pin::pin, sync::Arc};

use hyper::{
    Request, Response,
    body::Incoming,
    rt::{Read, Write},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::watch, task::JoinSet, time::timeout};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use self::{
    body::Pieces,
    connections::{Connections, Visit},
    listen::Listeners,
    page::Pages,
};
pub use self::{
    limits::Limits,
    listen::{BindError, Listen},
    page::{BadPath, Site, TelemetryPath},
    public::{PublicPage, PublicPages, PublicSite},
    reload::Reload,
    status::{Facts, Status},
};
use crate::web_config::{Refusal, WebConfig};

/// A server that has its ports but accepts nobody yet.
#[derive(Debug)]
pub struct Server {
    listeners: Listeners,
    shared: Arc<Shared>,
}

/// What all connections need.
#[derive(Debug)]
struct Shared {
    pages: Answers,
    web: WebConfig,
    limits: Limits,
}

/// What answers.
#[derive(Debug)]
enum Answers {
    /// The metrics, and what is told beside them.
    Own(Pages),
    /// What everybody may see.
    Public(PublicSite),
}

impl Answers {
    async fn respond(
        &self,
        request: &Request<Incoming>,
        refusal: Option<Refusal>,
        is_encrypted: bool,
    ) -> Response<Pieces> {
        match self {
            Self::Own(pages) => pages.respond(request, refusal).await,
            Self::Public(site) => site.respond(request, refusal, is_encrypted),
        }
    }
}

impl Server {
    /// Takes the ports for the metrics and what is told beside them.
    pub async fn bind(listen: Listen, site: Site, web: WebConfig, limits: Limits) -> Result<Self, BindError> {
        let listeners = Listeners::bind(listen).await?;
        let pages = Answers::Own(Pages::new(site, &web));
        Ok(Self { listeners, shared: Arc::new(Shared { pages, web, limits }) })
    }

    /// Takes other ports for what everybody may see. Nothing of the metrics is there.
    ///
    /// ```
    /// use jono_domain::UnixSeconds;
    /// use jono_exporter::{Limits, Listen, PublicPage, PublicPages, PublicSite, Server, Telemetry, WebConfig};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let site = PublicSite::new(&Telemetry::default());
    /// let listen = Listen::Addresses(vec!["127.0.0.1:0".parse()?]);
    /// let server = Server::bind_public(listen, site.clone(), WebConfig::none(), Limits::default()).await?;
    /// # let shutdown = async {};
    ///
    /// // Whenever something was published, or an embargo has ended:
    /// let page = PublicPage::new("fi", "text/html; charset=utf-8", UnixSeconds::new(1_592_208_000)?, b"<!DOCTYPE html>");
    /// let mut pages = PublicPages::default();
    /// pages.add_latest("2020-W24", page); // At /fi/2020-W24 and /fi/.
    /// site.publish(pages);
    ///
    /// server.serve(shutdown).await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn bind_public(
        listen: Listen,
        site: PublicSite,
        web: WebConfig,
        limits: Limits,
    ) -> Result<Self, BindError> {
        let listeners = Listeners::bind(listen).await?;
        let pages = Answers::Public(site);
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
        None => converse(TokioIo::new(stream), false, &visit, &shared, stopped).await,
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
            converse(TokioIo::new(stream), true, &visit, &shared, stopped).await;
        }
    }
}

/// Answers the requests of one connection.
async fn converse(
    stream: impl Read + Write + Unpin,
    is_encrypted: bool,
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
        let mut response = pages.respond(&request, refusal, is_encrypted).await;
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
