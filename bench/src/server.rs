//! Servers under measurement: started on core 0, ended with the value that stands for them.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use gatepost::limits::LimitSettings;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::meters::Metering;

/// A server that runs on core 0.
pub struct Server {
    /// `127.0.0.1:PORT`.
    pub address: String,
    _child: Child,
}

/// The root key of the server under measurement; it serves loopback only, for the length of the run.
pub const ROOT_KEY: &str = "root-key-of-the-bench-only";

impl Server {
    /// Gatepost with its limits raised, not off; everything else as it comes.
    pub async fn gatepost(binary: &str, folder: &Path) -> Result<Self> {
        let mut command = on_core(0, binary);
        command.arg("serve").current_dir(folder).env("PORT", "0").env("API_KEY", ROOT_KEY);
        for name in RAISED {
            command.env(name, "1000000000");
        }
        Self::start(command).await
    }

    /// Gatepost without demo data that meters so much; its limits are far away, or off.
    pub async fn metered(binary: &str, folder: &Path, metering: Metering) -> Result<Self> {
        let mut command = on_core(0, binary);
        command.arg("serve").current_dir(folder).env("PORT", "0").env("API_KEY", ROOT_KEY).env("DEMO", "false");
        let limit = if metering == Metering::Nothing { "none" } else { "1000000000" };
        for setting in LimitSettings::TABLE.iter().filter(|setting| setting.name != "LIMITS_INSTANCES") {
            command.env(setting.name, limit);
        }
        command.env("USAGE_COUNTERS", (metering != Metering::Nothing).to_string());
        command.env("REQUEST_LOG", (metering == Metering::All).to_string());
        Self::start(command).await
    }

    /// Gatepost that nothing limits and whose mails go there.
    pub async fn where_mail_goes(binary: &str, folder: &Path, smtp_url: &str) -> Result<Self> {
        let mut command = on_core(0, binary);
        command.arg("serve").current_dir(folder).env("PORT", "0").env("API_KEY", ROOT_KEY).env("DEMO", "false");
        command.env("SMTP_URL", smtp_url);
        for setting in LimitSettings::TABLE.iter().filter(|setting| setting.name != "LIMITS_INSTANCES") {
            command.env(setting.name, "1000000000");
        }
        Self::start(command).await
    }

    /// Gatepost that nothing limits, that sends webhooks to this machine, on that database or on a file.
    pub async fn that_sends(binary: &str, folder: &Path, database: Option<&str>) -> Result<Self> {
        let mut command = on_core(0, binary);
        command.arg("serve").current_dir(folder).env("PORT", "0").env("API_KEY", ROOT_KEY).env("DEMO", "false");
        command.env("WEBHOOKS_ALLOW", "127.0.0.0/8");
        if let Some(database) = database {
            command.env("DATABASE_URL", database);
        }
        for setting in LimitSettings::TABLE.iter().filter(|setting| setting.name != "LIMITS_INSTANCES") {
            command.env(setting.name, "1000000000");
        }
        Self::start(command).await
    }

    /// The bare server.
    pub async fn bare(database: &Path, body: &str) -> Result<Self> {
        let own = std::env::current_exe()?;
        let mut command = on_core(0, &own.to_string_lossy());
        command.arg("bare").arg("--database").arg(database).arg("--body").arg(body);
        Self::start(command).await
    }

    async fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the server does not start; is it built?")?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(address) = address_in(&line) {
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Self { address, _child: child });
            }
        }
        bail!("the server ended before it said where it listens")
    }
}

/// This process and its threads run there from now on.
pub async fn pin(cores: &str) -> Result<()> {
    let own = std::process::id().to_string();
    let mut said = String::new();
    // A thread that ends while it is pinned makes it fail; the next time it is not there any more.
    for _ in 0..10 {
        let done = Command::new("taskset").args(["-a", "-c", "-p", cores, &own]).output().await?;
        if done.status.success() {
            return Ok(());
        }
        said = String::from_utf8_lossy(&done.stderr).into_owned();
    }
    bail!("taskset: {said}")
}

/// A command that runs on one core.
pub fn on_core(core: usize, program: &str) -> Command {
    let mut command = Command::new("taskset");
    command.arg("-c").arg(core.to_string()).arg(program);
    command
}

fn address_in(line: &str) -> Option<String> {
    let at = line.find("127.0.0.1:")?;
    Some(line.get(at..)?.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect())
}

/// The settings that the measured requests count against.
const RAISED: &[&str] = &[
    "LIMITS_SERVICE_PER_MINUTE",
    "LIMITS_ADMIN_PER_MINUTE",
    "LIMITS_ANONYMOUS_PER_MINUTE",
    "LIMITS_WRITES_PER_MINUTE",
];
