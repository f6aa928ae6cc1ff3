//! Certificates of an authority of our own, made by openssl.

use std::{fs, net::SocketAddr, process::Command};

use anyhow::{Context, ensure};

use super::place::Place;

/// The file of the authority's certificate.
pub(super) const AUTHORITY: &str = "authority.crt";

/// Makes the authority.
pub(super) fn found(place: &Place) -> anyhow::Result<()> {
    request(place, "authority", &[])
}

/// Makes `<name>.crt` and `<name>.key`, for a server or client of the loopback; old ones are replaced.
pub(super) fn issue(place: &Place, name: &str) -> anyhow::Result<()> {
    request(
        place,
        name,
        &[
            "-CA",
            AUTHORITY,
            "-CAkey",
            "authority.key",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ],
    )
}

fn request(place: &Place, name: &str, more: &[&str]) -> anyhow::Result<()> {
    let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
    let mut openssl = Command::new("openssl");
    openssl.current_dir(place.dir()).args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"]);
    openssl.args(["-pkeyopt", "ec_paramgen_curve:P-256", "-subj", &format!("/CN={name}")]);
    openssl.args(["-keyout", &key, "-out", &certificate]).args(more);
    let output = openssl.output().context("cannot run openssl")?;
    ensure!(output.status.success(), "openssl req failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Whether a server shows that certificate.
pub(super) fn is_shown(place: &Place, name: &str, server: SocketAddr) -> anyhow::Result<bool> {
    let certificate = fs::read_to_string(place.path(&format!("{name}.crt")))?;
    let mut openssl = Command::new("openssl");
    // Without input it ends as soon as it has shown what it was told.
    openssl.args(["s_client", "-connect", &server.to_string()]).stdin(std::process::Stdio::null());
    let output = openssl.output().context("cannot run openssl")?;
    Ok(String::from_utf8_lossy(&output.stdout).contains(certificate.trim()))
}
