//! The real binary in a folder of its own.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

/// A folder with a configuration.
pub(crate) struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new(config: &str) -> Self {
        let place = Self { dir: tempfile::tempdir().expect("a temporary folder") };
        place.write("jono.toml", config);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("a file in the temporary folder");
    }

    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jono"));
        command.args(arguments.split_whitespace()).stdin(Stdio::null()).current_dir(self.dir.path());
        command
    }

    /// What a command wrote, its messages after its output, with what differs from run to run left out.
    pub(crate) fn run(&self, arguments: &str) -> String {
        self.text(&mut self.command(arguments))
    }

    /// The same of any command.
    pub(crate) fn text(&self, command: &mut Command) -> String {
        let output = command.current_dir(self.dir.path()).output().expect("it runs");
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            text.push_str("exit ");
            text.push_str(&output.status.code().unwrap_or(-1).to_string());
        }
        text.replace(&format!("{}/", self.dir.path().display()), "")
    }
}
