//! Servers of the test's own, which it may stop and start again. Each ends with the test, by its pid.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::process::free_port;

/// A Redis that keeps nothing over a stop.
pub struct Redis {
    port: u16,
    child: Option<Child>,
}

impl Redis {
    /// A running one.
    pub fn start() -> Self {
        let mut redis = Self { port: free_port(), child: None };
        redis.start_again();
        redis
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Stops it; what it held is gone.
    pub fn stop(&mut self) {
        end(self.child.take());
    }

    /// Starts it, empty, where it was.
    pub fn start_again(&mut self) {
        let mut server = Command::new("redis-server");
        server.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        self.child = Some(server.stdout(Stdio::null()).spawn().expect("redis-server starts"));
        until(|| std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A PostgreSQL cluster.
pub struct Postgres {
    folder: TempDir,
    bin: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Postgres {
    /// A new one, running.
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut cluster = Self { folder, bin: newest_bin(), port: free_port(), child: None };
        let data = cluster.data();
        std::fs::create_dir(&data).expect("a folder");
        if is_root() {
            assert!(Command::new("chmod").arg("711").arg(cluster.folder.path()).status().expect("chmod").success());
            assert!(Command::new("chown").arg("postgres").arg(&data).status().expect("chown").success());
        }
        let mut make = as_postgres(&cluster.bin.join("initdb"));
        make.args(["-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-D"]).arg(&data);
        assert!(make.stdout(Stdio::null()).status().expect("initdb").success());
        cluster.start_again();
        cluster
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops it at once, as a failing machine would.
    pub fn stop(&mut self) {
        if let Some(child) = &self.child {
            let pid = child.id().to_string();
            assert!(Command::new("kill").args(["-QUIT", &pid]).status().expect("kill").success());
        }
        if let Some(mut child) = self.child.take() {
            child.wait().expect("its end");
        }
    }

    /// Starts it where it was, with what it kept.
    pub fn start_again(&mut self) {
        let mut server = as_postgres(&self.bin.join("postgres"));
        server.arg("-D").arg(self.data()).args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        server.arg("-p").arg(self.port.to_string());
        self.child = Some(server.stderr(Stdio::null()).spawn().expect("postgres starts"));
        let ready = self.bin.join("pg_isready");
        until(|| {
            let mut ask = Command::new(&ready);
            ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            ask.status().is_ok_and(|status| status.success())
        });
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
        if is_root() {
            let _ = Command::new("chown").args(["-R", "root"]).arg(self.data()).status();
        }
    }
}

fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        child.kill().expect("it can be ended");
        child.wait().expect("its end");
    }
}

/// Waits for something that comes soon.
fn until(there: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !there() {
        assert!(Instant::now() < end, "it does not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// PostgreSQL refuses to run as root, so the harness lends it the user that its package made.
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]).arg(program).current_dir("/");
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

fn newest_bin() -> PathBuf {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed; run scripts/install.sh first");
    let newest = versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok()).max();
    PathBuf::from(format!("/usr/lib/postgresql/{}/bin", newest.expect("a version")))
}
