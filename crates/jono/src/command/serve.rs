//! `jono serve`: follows the sources, serves `/metrics`, and shows what other processes commit to the ledger.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        mpsc::{self, Sender},
    },
    thread::JoinHandle,
};

use anyhow::{Context, bail, ensure};
use jono_exporter::{Limits, Listen, PublicSite, Reload, Server, Site, Telemetry, TelemetryPath, WebConfig};
use sd_notify::NotifyState;
use tokio::{
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
    sync::{oneshot, watch},
};

use crate::{
    Global,
    bulletin::shelf::Shelf,
    clock,
    config::Config,
    feed::Feeds,
    pipeline,
    publish::{Order, Publisher},
};

/// Arguments of `jono serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where to listen; port 0 takes any free one. May be given several times. Instead of `web.listen_address`.
    #[arg(long = "web.listen-address", value_name = "ADDRESS")]
    listen_address: Vec<SocketAddr>,
    /// Take the sockets that systemd hands over, instead of any address.
    #[arg(long = "web.systemd-socket", conflicts_with = "listen_address")]
    systemd_socket: bool,
    /// TLS, users and headers, in the format of Prometheus' exporters. Instead of `web.config_file`.
    #[arg(long = "web.config.file", value_name = "PATH")]
    web_config: Option<PathBuf>,
    /// Where the metrics are. Instead of `web.telemetry_path`.
    #[arg(long = "web.telemetry-path", value_name = "PATH")]
    telemetry_path: Option<TelemetryPath>,
    /// Where published bulletins are served to everybody, and nothing else; port 0 takes any free one. May be given several
    /// times. Instead of `bulletin.listen_address`.
    #[arg(long = "bulletin.listen-address", value_name = "ADDRESS")]
    bulletin_address: Vec<SocketAddr>,
    /// Follow no files: show what other processes count.
    #[arg(long)]
    no_follow: bool,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = Arc::new(global.load()?);
    let listen = match arguments.listen_address.as_slice() {
        _ if arguments.systemd_socket => Listen::Systemd,
        [] => Listen::Addresses(vec![config.web.listen_address]),
        addresses => Listen::Addresses(addresses.to_vec()),
    };
    let web = match arguments.web_config.as_ref().or(config.web.config_file.as_ref()) {
        None => WebConfig::none(),
        Some(path) => WebConfig::open(path)?,
    };
    let publisher = Publisher::new(config.clone(), pipeline::create_ledger(&config)?)?;
    let (reload, reloads) = Reload::new();
    let telemetry = publisher.telemetry();
    let site = Site {
        telemetry_path: arguments.telemetry_path.as_ref().unwrap_or(&config.web.telemetry_path).clone(),
        published: publisher.published(),
        status: publisher.status(),
        reload: Some(reload),
    };
    let epoch = publisher.epoch();
    telemetry.reloaded(clock::now());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let server = runtime.block_on(Server::bind(listen, site, web.clone(), Limits::default()))?;
    let public = Public::open(&config, &arguments.bulletin_address, &telemetry, &runtime)?;
    let public_web = public.as_ref().map(|public| public.web.clone());
    let (stops, asked) = runtime.block_on(async { anyhow::Ok((Stops::new()?, Asked::new(reloads)?)) })?;
    let mut running = Running::start(
        global.clone(),
        config,
        (web, public_web),
        publisher,
        telemetry,
        !arguments.no_follow,
    )?;
    let gone = running.gone.take();
    for address in server.addresses() {
        tracing::info!(%address, counters_from = epoch, "listening");
    }
    for address in public.iter().flat_map(|public| public.server.addresses()) {
        tracing::info!(%address, "listening for those who read bulletins");
    }
    notify(&[NotifyState::Ready]);
    runtime.block_on(async {
        let (stop, stopped) = oneshot::channel();
        let reloading = tokio::spawn(asked.answer(running, stopped));
        let (ending, mut ended) = watch::channel(());
        let reading = public.map(|public| {
            tokio::spawn(public.serve(async move {
                // The sender is never used, only dropped.
                let _ = ended.changed().await;
            }))
        });
        server.serve(stops.first(gone)).await;
        drop(ending);
        if let Some(reading) = reading {
            reading.await.context("the bulletins' server ended early")?;
        }
        notify(&[NotifyState::Stopping]);
        drop(stop);
        match reloading.await {
            Ok(running) => tokio::task::spawn_blocking(|| running.stop()).await.context("the end went wrong"),
            Err(error) => bail!("the configuration's keeper ended early: {error}"),
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The bulletins that everybody may see, on a port of their own.
struct Public {
    server: Server,
    web: WebConfig,
    /// Ends the keeper of the shelf when it is dropped.
    stop: Sender<()>,
    keeper: JoinHandle<()>,
}

impl Public {
    /// `None` if they are served nowhere.
    fn open(
        config: &Config,
        addresses: &[SocketAddr],
        telemetry: &Telemetry,
        runtime: &Runtime,
    ) -> anyhow::Result<Option<Self>> {
        let addresses = match addresses {
            [] => config.bulletin.listen_address.into_iter().collect(),
            addresses => addresses.to_vec(),
        };
        if addresses.is_empty() {
            return Ok(None);
        }
        let web = match &config.bulletin.web_config_file {
            None => WebConfig::none(),
            Some(path) => WebConfig::open(path)?,
        };
        let site = PublicSite::new(telemetry);
        let listen = Listen::Addresses(addresses);
        let server = Server::bind_public(listen, site.clone(), web.clone(), Limits::default());
        let server = runtime.block_on(server)?;
        let shelf = Shelf::new(pipeline::create_ledger(config)?, site);
        let (stop, stopped) = mpsc::channel();
        let keeper =
            std::thread::Builder::new().name("shelf".to_owned()).spawn(move || shelf.run(&stopped))?;
        Ok(Some(Self { server, web, stop, keeper }))
    }

    /// Answers until `shutdown` ends.
    async fn serve(self, shutdown: impl Future<Output = ()>) {
        self.server.serve(shutdown).await;
        drop(self.stop);
        let keeper = self.keeper;
        let ended = tokio::task::spawn_blocking(move || keeper.join());
        if !matches!(ended.await, Ok(Ok(()))) {
            tracing::error!("the bulletins' keeper ended early; please report the message above");
        }
    }
}

/// Everything that works beside the server.
struct Running {
    global: Global,
    config: Arc<Config>,
    web: WebConfig,
    public_web: Option<WebConfig>,
    telemetry: Telemetry,
    orders: Sender<Order>,
    publisher: JoinHandle<()>,
    /// Ends when the publisher does.
    gone: Option<oneshot::Receiver<()>>,
    follow: bool,
    feeds: Option<Feeds>,
}

impl Running {
    fn start(
        global: Global,
        config: Arc<Config>,
        (web, public_web): (WebConfig, Option<WebConfig>),
        publisher: Publisher,
        telemetry: Telemetry,
        follow: bool,
    ) -> anyhow::Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let (alive, gone) = oneshot::channel::<()>();
        let publisher = std::thread::Builder::new().name("publisher".to_owned()).spawn(move || {
            // Dropped however the thread ends: metrics that nobody keeps up to date must not be served.
            let _alive = alive;
            publisher.run(&inbox);
        })?;
        let (gone, feeds) = (Some(gone), None);
        let mut running =
            Self { global, config, web, public_web, telemetry, orders, publisher, gone, follow, feeds };
        running.start_feeds()?;
        Ok(running)
    }

    fn start_feeds(&mut self) -> anyhow::Result<()> {
        if self.follow {
            self.feeds = Some(Feeds::start(&self.config, &self.telemetry, &self.orders)?);
        }
        Ok(())
    }

    fn stop_feeds(&mut self) {
        if let Some(feeds) = self.feeds.take() {
            feeds.stop();
        }
    }

    /// Works by the configuration as it is written now; if it is no good, by the one before.
    fn reload(&mut self) -> anyhow::Result<()> {
        let reloaded = self.load().and_then(|config| {
            self.web.reload()?;
            self.public_web.as_ref().map_or(Ok(()), WebConfig::reload)?;
            self.turn_to(config)
        });
        match &reloaded {
            Ok(()) => {
                self.telemetry.reloaded(clock::now());
                tracing::info!("the configuration was read anew");
            }
            Err(error) => {
                self.telemetry.reload_failed();
                tracing::error!("the configuration stays as it was: {error:#}");
            }
        }
        reloaded
    }

    fn load(&self) -> anyhow::Result<Arc<Config>> {
        let config = self.global.load()?;
        let restart = "is set when jono serve starts; restart it to change that";
        ensure!(config.zone.name() == self.config.zone.name(), "time_zone {restart}");
        ensure!(config.ledger == self.config.ledger, "ledger {restart}");
        ensure!(config.web == self.config.web, "web {restart}");
        let listens =
            |config: &Config| (config.bulletin.listen_address, config.bulletin.web_config_file.clone());
        ensure!(listens(&config) == listens(&self.config), "where bulletins are served {restart}");
        Ok(Arc::new(config))
    }

    fn turn_to(&mut self, config: Arc<Config>) -> anyhow::Result<()> {
        self.stop_feeds();
        // Those that are followed from now on tell anew.
        for source in &self.config.sources {
            self.telemetry.forget_source(&source.name);
        }
        let (done, answer) = mpsc::channel();
        let shown = self.orders.send(Order::Reload(config.clone(), done));
        self.config = config;
        self.start_feeds()?;
        shown.ok().and_then(|()| answer.recv().ok()).context("nobody shows anything any more")?
    }

    /// Ends everything, each after what it is doing.
    fn stop(mut self) {
        self.stop_feeds();
        // One who has ended already needs not be told.
        let _ = self.orders.send(Order::Stop);
        if self.publisher.join().is_err() {
            tracing::error!("the publisher ended early; please report the message above");
        }
    }
}

/// Where those who asked over HTTP wait for the answer.
type Reloads = tokio::sync::mpsc::Receiver<oneshot::Sender<Result<(), String>>>;

/// What asks for the configuration to be read anew.
struct Asked {
    hangup: Signal,
    reloads: Reloads,
}

impl Asked {
    fn new(reloads: Reloads) -> anyhow::Result<Self> {
        let hangup = signal(SignalKind::hangup()).context("signals cannot be received")?;
        Ok(Self { hangup, reloads })
    }

    /// Reloads whenever asked to, until `stopped`; hands back what is running.
    async fn answer(mut self, mut running: Running, mut stopped: oneshot::Receiver<()>) -> Running {
        loop {
            let asked = tokio::select! {
                _ = self.hangup.recv() => None,
                Some(asked) = self.reloads.recv() => Some(asked),
                _ = &mut stopped => return running,
            };
            if let Ok(reloading) = NotifyState::monotonic_usec_now() {
                notify(&[NotifyState::Reloading, reloading]);
            }
            // Off the threads that answer: threads are waited for, and the ledger is read.
            let reloading = tokio::task::spawn_blocking(move || {
                let reloaded = running.reload();
                (running, reloaded)
            });
            let reloaded;
            (running, reloaded) = reloading.await.expect("reloading does not panic");
            notify(&[NotifyState::Ready]);
            if let Some(asked) = asked {
                // Whoever asked may not have waited.
                let _ = asked.send(reloaded.map_err(|error| format!("{error:#}")));
            }
        }
    }
}

/// What ends the server.
struct Stops {
    terminate: Signal,
    interrupt: Signal,
}

impl Stops {
    fn new() -> anyhow::Result<Self> {
        let terminate = signal(SignalKind::terminate()).context("signals cannot be received")?;
        let interrupt = signal(SignalKind::interrupt()).context("signals cannot be received")?;
        Ok(Self { terminate, interrupt })
    }

    /// Ends when the process is asked to, or when nobody follows the ledger any more.
    async fn first(mut self, gone: Option<oneshot::Receiver<()>>) {
        let gone = async {
            match gone {
                Some(gone) => _ = gone.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => tracing::info!("asked to stop by SIGTERM"),
            _ = self.interrupt.recv() => tracing::info!("asked to stop by SIGINT"),
            () = gone => tracing::error!("the ledger is not followed any more; please report the message above"),
        }
    }
}

/// Tells systemd, if it was systemd that started us.
fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd could not be told");
    }
}
