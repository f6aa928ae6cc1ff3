//! `jono serve`: serves `/metrics`, and shows what other processes commit to the ledger.

use std::{net::SocketAddr, process::ExitCode, sync::mpsc};

use anyhow::Context;
use jono_exporter::{Limits, Server, Site, TelemetryPath};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use crate::{Global, pipeline, publish::Publisher};

/// Arguments of `jono serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where to listen; port 0 takes any free one. Instead of `web.listen_address`.
    #[arg(long = "web.listen-address", value_name = "ADDRESS")]
    listen_address: Option<SocketAddr>,
    /// Where the metrics are. Instead of `web.telemetry_path`.
    #[arg(long = "web.telemetry-path", value_name = "PATH")]
    telemetry_path: Option<TelemetryPath>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    let address = arguments.listen_address.unwrap_or(config.web.listen_address);
    let telemetry_path = arguments.telemetry_path.as_ref().unwrap_or(&config.web.telemetry_path).clone();
    let publisher = Publisher::new(&config, pipeline::create_ledger(&config)?)?;
    let site = Site { telemetry_path, published: publisher.published(), status: publisher.status() };
    let epoch = publisher.epoch();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (stop, stopped) = mpsc::channel();
    let (alive, gone) = oneshot::channel::<()>();
    std::thread::scope(|threads| {
        threads.spawn(move || {
            // Dropped however the thread ends: metrics that nobody keeps up to date must not be served.
            let _alive = alive;
            publisher.run(&stopped);
        });
        let served = runtime.block_on(async {
            let server = Server::bind(address, site, Limits::default()).await?;
            let shutdown = shutdown(gone)?;
            tracing::info!(address = %server.address(), counters_from = epoch, "listening");
            server.serve(shutdown).await;
            anyhow::Ok(ExitCode::SUCCESS)
        });
        drop(stop);
        served
    })
}

/// Ends when the process is asked to, or when nobody follows the ledger any more.
fn shutdown(gone: oneshot::Receiver<()>) -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be received")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be received")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("asked to stop by SIGTERM"),
            _ = interrupt.recv() => tracing::info!("asked to stop by SIGINT"),
            _ = gone => tracing::error!("the ledger is not followed any more; please report the message above"),
        }
    })
}
