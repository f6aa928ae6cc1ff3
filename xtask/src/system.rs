//! What has to be installed beside Rust: Debian's packages, installed where that is possible without asking.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};

use crate::workspace;

/// A package of Debian.
pub(crate) struct Package {
    name: &'static str,
    programs: &'static [&'static str],
    files: &'static [&'static str],
    /// What it is for.
    why: &'static str,
}

/// Scrapes what jono serves, and checks its form.
pub(crate) const PROMETHEUS: Package = Package {
    name: "prometheus",
    programs: &["prometheus", "promtool"],
    files: &[],
    why: "a real Prometheus reads what jono serves",
};

/// Reads the configuration of Alertmanager.
pub(crate) const ALERTMANAGER: Package = Package {
    name: "prometheus-alertmanager",
    programs: &["amtool"],
    files: &[],
    why: "amtool reads whom alerts are sent to",
};

/// Reads units, whether or not it runs here.
pub(crate) const SYSTEMD: Package = Package {
    name: "systemd",
    programs: &["systemd-analyze"],
    files: &[],
    why: "systemd-analyze reads the service's units",
};

/// Makes certificates, and looks at those that are shown.
pub(crate) const OPENSSL: Package =
    Package { name: "openssl", programs: &["openssl"], files: &[], why: "it makes certificates to serve by" };

/// Asks by TLS.
pub(crate) const CURL: Package =
    Package { name: "curl", programs: &["curl"], files: &[], why: "a real client asks by TLS" };

/// Sets the clock of one process.
pub(crate) const FAKETIME: Package =
    Package { name: "faketime", programs: &["faketime"], files: &[], why: "it sets the clock back" };

/// Shows the bulletin as its readers see it.
pub(crate) const CHROMIUM: Package = Package {
    name: "chromium",
    programs: &["chromium"],
    files: &[],
    why: "a real browser opens the bulletin",
};

/// Fetches what comes from npm's registry alone.
pub(crate) const NPM: Package =
    Package { name: "npm", programs: &["npm"], files: &[], why: "it fetches axe-core, which judges pages" };

/// Counts what lines of logs match, to compare with.
pub(crate) const MTAIL: Package =
    Package { name: "mtail", programs: &["mtail"], files: &[], why: "it counts the same log for comparison" };

/// Everything that `cargo xtask check` needs.
const ALL: [Package; 9] = [
    PROMETHEUS,
    ALERTMANAGER,
    SYSTEMD,
    OPENSSL,
    CURL,
    CHROMIUM,
    NPM,
    Package { name: "mawk", programs: &["awk"], files: &[], why: "awk counts the same logs a second time" },
    Package {
        name: "tzdata",
        programs: &[],
        files: &["/usr/share/zoneinfo/Europe/Helsinki"],
        why: "awk has no zones of its own",
    },
];

/// Installs whatever is missing.
pub(crate) fn ensure_all() -> anyhow::Result<()> {
    ALL.iter().try_for_each(Package::ensure)
}

impl Package {
    fn is_there(&self) -> bool {
        self.programs.iter().all(|program| find(program).is_some())
            && self.files.iter().all(|file| Path::new(file).exists())
    }

    /// Installs it unless it is there.
    pub(crate) fn ensure(&self) -> anyhow::Result<()> {
        let Self { name, why, .. } = self;
        if self.is_there() {
            return Ok(());
        }
        let missing =
            || format!("Debian's package {name} is missing: {why}; install it with: apt-get install {name}");
        ensure!(find("apt-get").is_some() && is_root()?, missing());
        println!("installing {name}: {why}");
        // The list of packages may be missing, or too old to fetch anything by.
        if self.install().is_err() {
            apt(&["update", "--quiet"]).and_then(|()| self.install()).with_context(missing)?;
        }
        self.stop_service();
        ensure!(self.is_there(), "{name} was installed, but is still missing: {why}");
        Ok(())
    }

    fn install(&self) -> anyhow::Result<()> {
        apt(&["install", "--yes", "--quiet", "--no-install-recommends", self.name])
    }

    /// Debian starts what it installs; here only those may run who were asked to. Without systemd nothing started.
    fn stop_service(&self) {
        if Path::new("/run/systemd/system").exists() {
            let mut systemctl = Command::new("systemctl");
            systemctl.args(["disable", "--now", "--quiet", self.name]).stderr(Stdio::null());
            let _ = systemctl.status();
        }
    }
}

/// Where a program is, by `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn is_root() -> anyhow::Result<bool> {
    Ok(workspace::output("id", &["-u"])?.trim_ascii() == b"0")
}

fn apt(arguments: &[&str]) -> anyhow::Result<()> {
    let mut apt = Command::new("apt-get");
    // In runlevel 1 scripts of SysV start no services.
    apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1").stdin(Stdio::null());
    let status = apt.status().context("cannot run apt-get")?;
    ensure!(status.success(), "apt-get {} failed", arguments.join(" "));
    Ok(())
}
