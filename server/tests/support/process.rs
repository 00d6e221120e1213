//! The real binary as a process of its own, for what only a process can show: being killed, starting, stopping.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use super::{Account, Actor, Credential, Engine, database};

/// The root key of a started process.
pub const ROOT_KEY: &str = "root-key-of-a-test-process";

/// What seals, unless a test says otherwise.
pub const SECRET_KEY: &str = "a-secret-key-for-tests-of-40-characters!";

/// Where a process keeps its data, over restarts.
pub struct Home {
    folder: TempDir,
    url: Option<String>,
}

impl Home {
    /// A new one, on an engine.
    pub async fn new(engine: Engine) -> Self {
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(database::create().await),
        };
        Self { folder: TempDir::new().expect("a folder"), url }
    }

    /// A new one, on the database of that address.
    pub fn on(url: String) -> Self {
        Self { folder: TempDir::new().expect("a folder"), url: Some(url) }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command on the data of a folder, to its end.
    pub fn command(folder: &Path, command: &str) -> std::process::Output {
        let mut gatepost = Command::new(env!("CARGO_BIN_EXE_gatepost"));
        gatepost
            .arg(command)
            .env_clear()
            .env("DATA_DIR", folder)
            .env("LOG", "warn")
            .output()
            .expect("the binary starts")
    }

    /// Starts a server here, with these settings besides.
    pub fn start(&self, settings: &[(&str, &str)]) -> Process {
        Process::start(self.folder.path(), self.url.as_deref(), settings)
    }
}

impl Home {
    /// Starts a server that is one of several, or of one after another: they all have one public address, as their tokens
    /// say.
    pub fn start_one_of_many(&self, settings: &[(&str, &str)]) -> Process {
        let port = free_port().to_string();
        let mut all = vec![("PORT", port.as_str()), ("PUBLIC_URL", "http://gatepost.test")];
        all.extend_from_slice(settings);
        self.start(&all)
    }

    /// Runs a command of the binary on what is kept here, to its end: whether it ended well, and what it printed.
    pub fn run(&self, command: &str, settings: &[(&str, &str)]) -> (bool, String) {
        let mut binary = Command::new(env!("CARGO_BIN_EXE_gatepost"));
        binary
            .arg(command)
            .current_dir(self.folder.path())
            .env_clear()
            .env("LOG", "warn")
            .env("SECRET_KEY", SECRET_KEY);
        binary.envs(settings.iter().copied());
        if let Some(url) = &self.url {
            binary.env("DATABASE_URL", url);
        }
        let done = binary.output().expect("the binary starts");
        let printed = [done.stdout, done.stderr].concat();
        (done.status.success(), String::from_utf8(printed).expect("text"))
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A running server.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub base: String,
    printed: Arc<Mutex<String>>,
}

impl Process {
    fn start(folder: &Path, url: Option<&str>, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatepost"));
        command
            .arg("serve")
            .current_dir(folder)
            .env_clear()
            .env("PORT", "0")
            .env("API_KEY", ROOT_KEY)
            .env("DEMO", "false")
            .env("LOG", "warn");
        command.env("SECRET_KEY", SECRET_KEY);
        command.envs(super::generous_limits()).envs(settings.iter().copied());
        if let Some(url) = url {
            command.env("DATABASE_URL", url);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut printed = String::new();
        let base = loop {
            let line = lines.next().expect("the server says where it listens").expect("text");
            printed.push_str(&line);
            printed.push('\n');
            let port = settings.iter().find(|(name, _)| *name == "PORT");
            if let (Some((_, port)), true) = (port, line.contains("  API ")) {
                break format!("http://127.0.0.1:{port}");
            }
            if let Some(at) = line.find("http://127.0.0.1:") {
                let rest = &line["http://".len() + at..];
                let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ':'))).unwrap_or(rest.len());
                break format!("http://{}", &rest[..end]);
            }
        };
        let printed = Arc::new(Mutex::new(printed));
        let more = printed.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut all = more.lock().expect("no panic while holding it");
                all.push_str(&line);
                all.push('\n');
            }
        });
        Self { child, base, printed }
    }

    /// Its root key's holder.
    pub fn root(&self) -> Actor {
        Actor::nobody(super::client(), self.base.clone()).with_key(ROOT_KEY)
    }

    /// The same, with a client that is there already: making one takes a while.
    pub fn root_with(&self, client: &reqwest::Client) -> Actor {
        Actor::nobody(client.clone(), self.base.clone()).with_key(ROOT_KEY)
    }

    /// Somebody without a credential.
    pub fn nobody(&self) -> Actor {
        Actor::nobody(super::client(), self.base.clone())
    }

    /// A new account, signed in here.
    pub async fn owner(&self, email: &str) -> Actor {
        let account = Account { email: email.to_owned(), password: "a walk along the quay at dawn".to_owned() };
        let body = json!({ "email": account.email, "password": account.password });
        self.nobody().post("/v1/auth/register", body.clone()).await.is(202);
        let pair = self.nobody().post("/v1/auth/login", body).await.is(200);
        Actor {
            user_id: Some(pair.text("userId")),
            refresh_token: Some(pair.text("refreshToken")),
            account: Some(account),
            ..self.nobody().with(Credential::Token(pair.text("accessToken")))
        }
    }

    /// The same person, calling this process.
    pub fn seen_by(&self, actor: &Actor) -> Actor {
        Actor { http: super::client(), base: self.base.clone(), ..actor.clone() }
    }

    /// All that it printed, once `needle` is in it; `None` if it is not within `patience`.
    pub fn printed_more(&self, patience: Duration, needle: &str) -> Option<String> {
        let end = Instant::now() + patience;
        loop {
            let all = self.printed.lock().expect("no panic while holding it").clone();
            if all.contains(needle) {
                return Some(all);
            }
            if Instant::now() > end {
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The most memory that it has ever held, in bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it lives");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        peak.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1_024
    }

    /// `kill -9`, as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("its end");
    }

    /// SIGTERM; whether it ended with exit code 0 within `patience`.
    pub fn stop(mut self, patience: Duration) -> bool {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        let end = Instant::now() + patience;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
