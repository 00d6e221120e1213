//! What the tests stand on: an application of their own, and people who make requests to it.
//!
//! `TestApp::start(engine)` serves a whole Gatepost on a free port: SQLite and memory, or PostgreSQL and Redis. Its clock stands still until
//! `app.clock.advance(…)`. Every answer that an [`Actor`] gets is checked against the contract.

pub mod actor;
pub mod answer;
pub mod at_rest;
pub mod contract;
pub mod database;
pub mod servers;
#[macro_use]
pub mod engines;
pub mod load;
pub mod mailbox;
pub mod node;
pub mod process;
pub mod receiver;
pub mod rows;
pub mod scanner;
pub mod seen;
pub mod sql;
pub mod told;
pub mod walk;
pub mod wallet;
pub mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gatepost::clock::Clock;
use gatepost::config::{Config, Values};
use gatepost::limits::LimitSettings;
use gatepost::running::Running;
use serde_json::json;
use tempfile::TempDir;

pub use actor::{Account, Actor, Credential};
pub use answer::Answer;
use at_rest::Shown;
use contract::Operation;
pub use process::Home;
pub use rows::rows;
pub use seen::seen;

/// The root key of every test application.
pub const ROOT_KEY: &str = "root-key-of-a-test-application";

/// Which stores an application stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A SQLite file, limits in memory.
    Sqlite,
    /// PostgreSQL, limits in Redis.
    Postgres,
}

/// A Gatepost of the test's own.
pub struct TestApp {
    /// Its clock; it stands still.
    pub clock: Clock,
    /// Where it listens.
    pub base: String,
    /// The application itself, for what cannot be seen from outside.
    pub app: Arc<gatepost::app::App>,
    _running: Running,
    /// The secrets that its actors were shown or sent; when it ends, none of them may lie anywhere.
    pub shown: Shown,
    postgres: Option<String>,
    folder: TempDir,
}

impl TestApp {
    /// On an engine, with limits that no test reaches.
    pub async fn start(engine: Engine) -> Self {
        Self::with_settings(engine, &[]).await
    }

    /// On SQLite.
    pub async fn sqlite() -> Self {
        Self::start(Engine::Sqlite).await
    }

    /// On SQLite, with every limit at `limit` a window.
    pub async fn with_limits_of(limit: u32, class: &str) -> Self {
        let signing_in = |name: &str| name.starts_with("LIMITS_AUTH") || name.starts_with("LIMITS_REFRESH");
        let settings: Vec<_> = LimitSettings::TABLE
            .iter()
            .filter(|s| s.name != "LIMITS_INSTANCES" && signing_in(s.name) == (class == "auth"))
            .map(|s| (s.name, limit.to_string()))
            .collect();
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Self::with_settings(Engine::Sqlite, &settings).await
    }

    /// On an engine, with these settings besides.
    pub async fn with_settings(engine: Engine, settings: &[(&'static str, &str)]) -> Self {
        at_rest::capture_logs();
        let folder = TempDir::new().expect("a folder");
        let mut postgres = None;
        let mut all = vec![
            ("PORT", "0".to_owned()),
            ("DATA_DIR", folder.path().display().to_string()),
            ("API_KEY", ROOT_KEY.to_owned()),
            ("SECRET_KEY", "a-secret-key-for-tests-of-40-characters!".to_owned()),
            ("DEMO", "false".to_owned()),
            ("LEAK_REPORT_KEYS", scanner::report_keys()),
        ];
        if engine == Engine::Postgres {
            let url = database::create().await;
            postgres = Some(url.clone());
            all.push(("DATABASE_URL", url));
            all.push(("REDIS_URL", database::service("GATEPOST_TEST_REDIS_URL")));
        }
        all.extend(generous_limits());
        all.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let mut values = Values::default();
        values.add_flags(all);
        let config = Config::read(&values).expect("the settings are right");
        let clock = Clock::stopped_now();
        let running = Running::start(config, clock.clone()).await.expect("it starts");
        let shown = Shown::default();
        shown.add(ROOT_KEY);
        Self {
            clock,
            base: format!("http://{}", running.address),
            app: running.app.clone(),
            _running: running,
            shown,
            postgres,
            folder,
        }
    }

    /// Where it keeps its files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Somebody without a credential.
    pub fn nobody(&self) -> Actor {
        let inside = Some(Arc::clone(&self.app));
        Actor { inside, shown: self.shown.clone(), ..Actor::nobody(client(), self.base.clone()) }
    }

    /// The holder of the root key.
    pub fn root(&self) -> Actor {
        self.nobody().with_key(ROOT_KEY)
    }

    /// An administrator.
    pub fn admin(&self) -> Actor {
        self.root()
    }

    /// A new account, signed in.
    pub async fn owner(&self) -> Actor {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let email = format!("person-{}@example.com", COUNT.fetch_add(1, Ordering::Relaxed));
        let account = Account { email, password: "a walk along the quay at dawn".to_owned() };
        let body = json!({ "email": account.email, "password": account.password });
        self.nobody().post("/v1/auth/register", body).await.is(202);
        self.sign_in(account).await
    }

    /// Somebody who has an account, signed in anew.
    pub async fn sign_in(&self, account: Account) -> Actor {
        let body = json!({ "email": account.email, "password": account.password });
        let pair = self.nobody().post("/v1/auth/login", body).await.is(200);
        Actor {
            user_id: Some(pair.text("userId")),
            refresh_token: Some(pair.text("refreshToken")),
            account: Some(account),
            ..self.nobody().with(Credential::Token(pair.text("accessToken")))
        }
    }

    /// Somebody else with an account.
    pub async fn stranger(&self) -> Actor {
        self.owner().await
    }

    /// A new account with a key of these scopes, which an administrator gave it.
    pub async fn trusted(&self, scopes: &[&str]) -> Actor {
        self.owner().await.trusted_with(self.admin(), scopes).await
    }

    /// A new member of the collective, signed in.
    pub async fn member(&self) -> Actor {
        let person = self.owner().await;
        let path = format!("/v1/admin/users/{}/role", person.account_id());
        self.admin().put(&path, json!({ "role": "member" })).await.is(200);
        self.sign_in(person.account.clone().expect("an account")).await
    }

    /// How many events of that type are kept for that account.
    pub async fn events(&self, owner: &Actor, kind: &str) -> i64 {
        use sea_query::{Alias, Expr, ExprTrait as _, Query};

        let statement = Query::select()
            .expr(Expr::cust("COUNT(*)"))
            .from(Alias::new("events"))
            .and_where(Expr::col(Alias::new("owner")).eq(owner.user_id.clone().expect("an account")))
            .and_where(Expr::col(Alias::new("type")).eq(kind))
            .to_owned();
        let row: Option<(i64,)> =
            self.app.db.read().await.expect("a connection").fetch_optional(&statement).await.expect("an answer");
        row.expect("a count").0
    }

    /// Somebody for each kind of credential, each with an account of their own; for limits other than those of signing in.
    pub async fn everybody(&self) -> Vec<Actor> {
        const ORIGIN: &str = "https://shop.example";
        let secret = |key: &serde_json::Value| key["secret"].as_str().expect("a secret").to_owned();
        let mut all = vec![self.nobody(), self.root(), self.owner().await];
        all.push(self.owner().await.keyed(&["read", "write"]).await);
        all.push(self.owner().await.client(&["read", "write"]).await);
        let signing = self.owner().await;
        all.push(signing.with_key(&secret(&signing.create_signed_key(&self.base).await)));
        let parent = self.owner().await;
        let child = json!({ "name": "child", "parentId": parent.create_key(&["read"]).await["id"] });
        all.push(parent.with_key(&secret(&parent.post("/v1/keys", child).await.is(201).body)));
        let tiered = self.owner().await;
        let with_tier = json!({ "userId": tiered.account_id(), "name": "tier" });
        all.push(tiered.with_key(&secret(&self.root().post("/v1/admin/keys", with_tier).await.is(201).body)));
        let page = self.owner().await;
        let open = json!({ "name": "page", "kind": "publishable", "allowedOrigins": [ORIGIN] });
        let open = secret(&page.post("/v1/keys", open).await.is(201).body);
        all.push(page.with(Credential::Publishable(open, ORIGIN.to_owned())));
        let both = self.owner().await;
        let key = secret(&both.create_key(&["read", "write"]).await);
        all.push(both.with(Credential::Both(key, String::new())));
        all
    }

    /// Who signs in, where signing in is what is limited: nobody, or who must show a credential for it.
    pub async fn who_signs_in(&self, operation: Operation) -> Vec<Actor> {
        let mut actors = Vec::new();
        if !operation.needs_credential() {
            actors.push(self.nobody());
        }
        if operation.needs_credential() {
            let owner = self.owner().await;
            actors.push(if operation.takes("bearer") { owner } else { owner.keyed(&[]).await });
        }
        actors
    }

    /// The same person with a fresh access token, where one is sent.
    pub async fn refreshed(&self, actor: &Actor) -> Actor {
        match (&actor.credential, actor.account.clone()) {
            (Credential::Token(_), Some(account)) => self.sign_in(account).await,
            (Credential::Both(key, _), Some(account)) => {
                let Credential::Token(token) = self.sign_in(account).await.credential else { unreachable!() };
                actor.with(Credential::Both(key.clone(), token))
            }
            _ => actor.clone(),
        }
    }
}

impl TestApp {
    /// Where secrets lie that nobody may keep: a table and a column, a file, or the log.
    pub fn found_at_rest(&self) -> Vec<String> {
        at_rest::found(&self.shown, self.folder.path(), self.postgres.as_deref())
    }
}

/// S10, S55: whatever a test is about, no secret is left behind.
impl Drop for TestApp {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let places = self.found_at_rest();
            assert!(places.is_empty(), "secrets at rest, in {places:?}");
        }
    }
}

/// Limits that no test reaches.
pub fn generous_limits() -> Vec<(&'static str, String)> {
    LimitSettings::TABLE
        .iter()
        .filter(|s| s.name != "LIMITS_INSTANCES")
        .map(|s| (s.name, "1000000".to_owned()))
        .collect()
}

/// An HTTP client of an actor.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}
