//! deploy/compose.yaml: the fields that are in use, and what refers to something else.

use std::collections::BTreeMap;

use anyhow::ensure;
use serde::Deserialize;

use crate::{alerts::rules::yaml, workspace};

const PATH: &str = "deploy/compose.yaml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Compose {
    #[serde(rename = "name")]
    _name: String,
    services: BTreeMap<String, Service>,
    volumes: BTreeMap<String, Option<()>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    image: String,
    #[serde(rename = "build")]
    build: Option<Build>,
    restart: String,
    #[serde(rename = "read_only", default)]
    _read_only: bool,
    cap_drop: Vec<String>,
    security_opt: Vec<String>,
    #[serde(rename = "stop_grace_period")]
    _stop_grace_period: Option<String>,
    #[serde(default)]
    command: Vec<String>,
    #[serde(rename = "environment", default)]
    _environment: BTreeMap<String, String>,
    volumes: Vec<String>,
    ports: Vec<String>,
    #[serde(default)]
    depends_on: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Build {
    context: String,
    dockerfile: String,
}

/// Fails with the first thing that does not hold.
pub(super) fn check() -> anyhow::Result<()> {
    let compose: Compose = yaml(PATH)?;
    let deploy = workspace::root().join("deploy");
    for (name, service) in &compose.services {
        ensure!(service.restart == "unless-stopped", "{PATH}: {name} does not come back after a restart");
        ensure!(service.cap_drop == ["ALL"], "{PATH}: {name} keeps capabilities");
        ensure!(service.security_opt == ["no-new-privileges:true"], "{PATH}: {name} may gain privileges");
        ensure!(
            service.ports.iter().all(|port| port.starts_with("127.0.0.1:")),
            "{PATH}: {name} is reached from outside"
        );
        match &service.build {
            Some(build) => {
                let file = deploy.join(&build.context).join(&build.dockerfile);
                ensure!(
                    file.is_file(),
                    "{PATH}: {name} is built by {}, which is not there",
                    build.dockerfile
                );
            }
            None => ensure!(service.image.contains(':'), "{PATH}: the image of {name} has no version"),
        }
        for other in &service.depends_on {
            ensure!(compose.services.contains_key(other), "{PATH}: there is no service {other}");
        }
        for volume in &service.volumes {
            // What is set by the environment holds a colon of its own, and is not known here.
            let Some((source, _)) = volume.split_once(':').filter(|_| !volume.starts_with('$')) else {
                continue;
            };
            let there = if source.starts_with('.') {
                deploy.join(source).exists()
            } else {
                compose.volumes.contains_key(source)
            };
            ensure!(there, "{PATH}: {name} mounts {source}, which is not there");
        }
    }
    let prometheus = compose.services.get("prometheus").map(|service| service.command.join(" "));
    ensure!(
        prometheus.is_some_and(|command| command.contains("--storage.tsdb.retention.time=10y")),
        "{PATH}: Prometheus deletes imported history without --storage.tsdb.retention.time"
    );
    for name in ["prometheus", "alertmanager", "jono"] {
        ensure!(compose.services.contains_key(name), "{PATH}: prometheus.yml asks a service {name}");
    }
    Ok(())
}
