//! deploy/kubernetes: the fields that are in use, and what refers to something else.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    alerts::rules::{RULES, Rules, yaml},
    workspace,
};

const FOLDER: &str = "deploy/kubernetes/";
type Labels = BTreeMap<String, String>;

/// The fields of a type; whatever else is written is refused.
macro_rules! fields {
    ($name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        #[allow(dead_code, clippy::struct_field_names, reason = "that a field is there and of its type is most of what is checked")]
        struct $name { $($field: $type),* }
    };
}

fields!(Object { api_version: String, kind: String, metadata: Metadata, data: Option<Labels>, spec: Option<Value> });
fields!(Metadata { name: Option<String>, labels: Option<Labels> });
fields!(ServiceSpec { selector: Labels, ports: Vec<ServicePort> });
fields!(ServicePort { name: String, port: u16, target_port: String });
fields!(Selector { match_labels: Labels });
fields!(StatefulSetSpec {
    service_name: String,
    replicas: u32,
    selector: Selector,
    template: Template,
    volume_claim_templates: Vec<Claim>,
});
fields!(Template { metadata: Metadata, spec: PodSpec });
fields!(PodSpec {
    automount_service_account_token: bool,
    termination_grace_period_seconds: u32,
    security_context: PodSecurity,
    containers: Vec<Container>,
    volumes: Vec<Volume>,
});
fields!(PodSecurity {
    run_as_non_root: bool,
    run_as_user: u32,
    run_as_group: u32,
    fs_group: u32,
    fs_group_change_policy: String,
    seccomp_profile: Profile,
});
fields!(Profile { r#type: String });
fields!(Container {
    name: String,
    image: String,
    ports: Vec<ContainerPort>,
    startup_probe: Probe,
    readiness_probe: Probe,
    liveness_probe: Probe,
    resources: Resources,
    security_context: ContainerSecurity,
    volume_mounts: Vec<Mount>,
});
fields!(ContainerPort { name: String, container_port: u16 });
fields!(Probe { http_get: HttpGet, period_seconds: u32, failure_threshold: Option<u32> });
fields!(HttpGet { path: String, port: String });
fields!(Resources { requests: Labels, limits: Option<Labels> });
fields!(ContainerSecurity {
    allow_privilege_escalation: bool,
    read_only_root_filesystem: bool,
    capabilities: Capabilities,
});
fields!(Capabilities { drop: Vec<String> });
fields!(Mount { name: String, mount_path: String, read_only: Option<bool> });
fields!(Volume { name: String, config_map: Option<Named>, persistent_volume_claim: Option<ClaimName> });
fields!(Named { name: String });
fields!(ClaimName { claim_name: String, read_only: bool });
fields!(Claim { metadata: Metadata, spec: ClaimSpec });
fields!(ClaimSpec { access_modes: Vec<String>, resources: Resources });
fields!(MonitorSpec { job_label: String, selector: Selector, endpoints: Vec<Endpoint> });
fields!(Endpoint { port: String, path: String, interval: String, relabelings: Vec<Relabeling> });
fields!(Relabeling { target_label: String, replacement: String });

/// Fails with the first thing that does not hold.
pub(super) fn check() -> anyhow::Result<()> {
    let objects = read("jono.yaml")?;
    let config = find(&objects, "v1", "ConfigMap")?.data.as_ref().context("the ConfigMap is empty")?;
    let text = config.get("jono.toml").context("the ConfigMap has no jono.toml")?;
    text.parse::<toml_edit::DocumentMut>().context("jono.toml of the ConfigMap")?;
    let service: ServiceSpec = spec(find(&objects, "v1", "Service")?)?;
    let set: StatefulSetSpec = spec(find(&objects, "apps/v1", "StatefulSet")?)?;
    check_set(&set)?;
    let pod_labels = set.template.metadata.labels.as_ref().context("the pod has no labels")?;
    ensure!(*pod_labels == service.selector, "the Service selects other pods");
    ensure!(*pod_labels == set.selector.match_labels, "the StatefulSet selects other pods");
    let port = service.ports.first().context("the Service has no port")?;

    let monitors = read("servicemonitor.yaml")?;
    let monitor: MonitorSpec = spec(find(&monitors, "monitoring.coreos.com/v1", "ServiceMonitor")?)?;
    let labels =
        find(&objects, "v1", "Service")?.metadata.labels.as_ref().context("the Service has no labels")?;
    ensure!(*labels == monitor.selector.match_labels, "the ServiceMonitor selects other services");
    ensure!(labels.get(&monitor.job_label).is_some_and(|job| job == "jono"), "alerts ask for the job jono");
    for endpoint in &monitor.endpoints {
        ensure!(endpoint.port == port.name, "the Service has no port {}", endpoint.port);
        let fixed = endpoint.relabelings.iter().any(|relabeling| relabeling.target_label == "instance");
        ensure!(fixed, "the instance has to be static, or imported history is another series");
    }

    let rules = read("prometheusrule.yaml")?;
    let rules: Rules = spec(find(&rules, "monitoring.coreos.com/v1", "PrometheusRule")?)?;
    let written: Rules = yaml(RULES)?;
    let same = serde_json::to_value(&rules)? == serde_json::to_value(&written)?;
    ensure!(same, "the PrometheusRule is not what {RULES} says");
    Ok(())
}

fn check_set(set: &StatefulSetSpec) -> anyhow::Result<()> {
    ensure!(set.replicas == 1, "one process alone writes a ledger");
    let pod = &set.template.spec;
    ensure!(pod.security_context.run_as_non_root, "the pod may run as root");
    let claims = set.volume_claim_templates.iter().filter_map(|claim| claim.metadata.name.as_deref());
    let volumes: Vec<_> = pod.volumes.iter().map(|volume| volume.name.as_str()).chain(claims).collect();
    for container in &pod.containers {
        let ports: Vec<_> = container.ports.iter().map(|port| port.name.as_str()).collect();
        let probes = [
            (&container.startup_probe, "/-/ready"),
            (&container.readiness_probe, "/-/ready"),
            (&container.liveness_probe, "/-/healthy"),
        ];
        for (probe, path) in probes {
            ensure!(probe.http_get.path == path, "a probe asks {} and not {path}", probe.http_get.path);
            ensure!(
                ports.contains(&probe.http_get.port.as_str()),
                "no port is called {}",
                probe.http_get.port
            );
        }
        for mount in &container.volume_mounts {
            ensure!(volumes.contains(&mount.name.as_str()), "there is no volume {}", mount.name);
        }
        let security = &container.security_context;
        ensure!(
            !security.allow_privilege_escalation && security.read_only_root_filesystem,
            "{} may change more than its volumes",
            container.name
        );
    }
    Ok(())
}

/// The objects of a file.
fn read(name: &str) -> anyhow::Result<Vec<Object>> {
    let path = format!("{FOLDER}{name}");
    let text =
        fs::read_to_string(workspace::root().join(&path)).with_context(|| format!("cannot read {path}"))?;
    let parts = text.split("\n---\n");
    parts
        .map(|part| serde_saphyr::from_str(part).with_context(|| format!("{path} has another form")))
        .collect()
}

fn find<'a>(objects: &'a [Object], version: &str, kind: &str) -> anyhow::Result<&'a Object> {
    let mut found = objects.iter().filter(|object| object.api_version == version && object.kind == kind);
    found.next().with_context(|| format!("there is no {kind} of {version}"))
}

fn spec<T: DeserializeOwned>(object: &Object) -> anyhow::Result<T> {
    let value = object.spec.clone().with_context(|| format!("the {} has no spec", object.kind))?;
    serde_json::from_value(value).with_context(|| format!("the {} has another form", object.kind))
}
