//! Every action that the log knows, done as it is done: each is written once, by whom and with what, in the transaction of
//! what it tells of. That no entry holds a secret is seen when the application ends (S55): the log's table is searched too.

use std::collections::BTreeSet;
use std::time::Duration;

use gatepost::auth::{KeyOrder, KeyOwner, make_key, rotate_signing_key, signing_key_sealer};
use gatepost::domain::audit::Action;
use gatepost::domain::ids::UserId;
use gatepost::domain::keys::{End, Environment};
use gatepost::domain::mail_links::Purpose;
use gatepost::domain::scopes::Scopes;
use gatepost::domain::webhooks::Cause;
use gatepost::store::audit;
use sea_query::{Alias, Expr, Query};
use serde_json::{Value, json};

use crate::support::mailbox::link;
use crate::support::scanner::report;
use crate::support::wallet::Wallet;
use crate::support::{Actor, Answer, Credential, TestApp, sql};

const PASSWORD: &str = "the tide comes in at noon today";

/// What is kept of the things that the log tells of, row by row, as far as an action changes it.
const KEPT: [(&str, &str); 11] = [
    (
        "users",
        "id || ' ' || COALESCE(password_hash, '') || ' ' || COALESCE(email_verified_at, 0) || COALESCE(name, '') || role || tier",
    ),
    ("identities", "id || ' ' || owner || ' ' || CASE WHEN is_primary THEN 1 ELSE 0 END"),
    ("sessions", "id || ' ' || COALESCE(revoked_at, 0)"),
    ("refresh_tokens", "hash || ' ' || COALESCE(used_at, 0)"),
    ("keys", "id || ' ' || name || ' ' || COALESCE(revoked_at, 0) || ' ' || COALESCE(rotated_to, '')"),
    ("vault", "owner || ' ' || namespace || ' ' || name || ' ' || version"),
    ("revoked_tokens", "id"),
    ("signing_keys", "id"),
    ("events", "id || ' ' || type"),
    ("webhooks", "id || ' ' || url || ' ' || COALESCE(disabled_at, 0)"),
    ("webhook_secrets", "webhook || ' ' || number || ' ' || COALESCE(expires_at, 0)"),
];

/// The log as it grows, and what was seen in it.
struct Log<'a> {
    app: &'a TestApp,
    seen: BTreeSet<String>,
}

impl Log<'_> {
    /// Does it twice: first where no entry can be written, and nothing may be done; then as ever. The new entries come
    /// oldest first.
    async fn twice<T>(&mut self, call: impl AsyncFn() -> T, failed: impl Fn(&T) -> bool) -> (T, Vec<Value>) {
        let before = (kept(self.app).await, self.last().await);
        // The next place is taken.
        sql::run(self.app, "UPDATE audit_head SET position = position - 1").await;
        assert!(failed(&call().await), "it was done without an entry");
        sql::run(self.app, "UPDATE audit_head SET position = position + 1").await;
        assert_eq!((kept(self.app).await, self.last().await), before, "something is left of what failed");

        let done = call().await;
        let new = usize::try_from(self.last().await - before.1).expect("it grows");
        let page = self.app.admin().get("/v1/admin/audit?limit=100").await.is(200).body;
        let entries: Vec<Value> = page["data"].as_array().expect("a list")[..new].iter().rev().cloned().collect();
        self.seen.extend(entries.iter().map(|entry| entry["action"].as_str().expect("a name").to_owned()));
        (done, entries)
    }

    /// The same for a request: each entry says from where it came, and which request it was. What was done is told as
    /// action, target, actor, credential and owner, `-` for none.
    async fn written(&mut self, status: u16, call: impl AsyncFn() -> Answer) -> (Answer, Vec<[String; 5]>) {
        let (answer, entries) = self.twice(call, |answer| answer.status == 500).await;
        let answer = answer.is(status);
        for entry in &entries {
            assert_eq!(entry["address"], "127.0.0.1");
            assert_eq!(entry["requestId"].as_str(), answer.header("x-request-id"));
            assert_eq!(entry["createdAt"], json!(self.app.clock.now().to_rfc3339()));
        }
        (answer, entries.iter().map(told).collect())
    }

    /// The last position of a chain that is whole.
    async fn last(&self) -> i64 {
        audit::check(&self.app.app.db).await.expect("whole").last
    }
}

fn told(entry: &Value) -> [String; 5] {
    ["action", "target", "actorId", "credential", "ownerId"].map(|name| entry[name].as_str().unwrap_or("-").to_owned())
}

async fn kept(app: &TestApp) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (table, row) in KEPT {
        let statement = Query::select().expr(Expr::cust(row)).from(Alias::new(table)).to_owned();
        let mut connection = app.app.db.read().await.expect("a connection");
        let rows: Vec<(String,)> = connection.fetch_all(&statement).await.expect("rows");
        let mut rows: Vec<String> = rows.into_iter().map(|(row,)| row).collect();
        rows.sort_unstable();
        all.push(rows);
    }
    all
}

/// Somebody new: themselves, their account's id, and their session's.
async fn somebody(app: &TestApp) -> (Actor, String, String) {
    let owner = app.owner().await;
    let session = session_of(&owner).await;
    let user = owner.account_id();
    (owner, user, session)
}

async fn session_of(actor: &Actor) -> String {
    actor.get("/v1/auth/me").await.is(200).text("sessionId")
}

async fn accounts_and_sign_in(log: &mut Log<'_>) {
    let (app, nobody) = (log.app, log.app.nobody());
    let body = json!({ "email": "written@example.com", "password": PASSWORD });
    let (_, opened) = log.written(202, async || nobody.post("/v1/auth/register", body.clone()).await).await;
    let (pair, signed_in) = log.written(200, async || nobody.post("/v1/auth/login", body.clone()).await).await;
    let user = pair.text("userId");
    let session = session_of(&app.nobody().with(Credential::Token(pair.text("accessToken")))).await;
    assert_eq!(opened, [["account.registered", &user, "-", "-", &user]]);
    assert_eq!(signed_in, [["session.created", &session, &user, "-", &user]]);

    let last = log.last().await;
    nobody.post("/v1/auth/register", body).await.is(202);
    let wrong = json!({ "email": "written@example.com", "password": "something else altogether" });
    nobody.post("/v1/auth/login", wrong).await.refuses(401, "INVALID_CREDENTIALS");
    assert_eq!(log.last().await, last, "nothing happened");
}

async fn wallets(log: &mut Log<'_>) {
    let (app, wallet) = (log.app, Wallet::number(91));
    let (owner, developer, _) = somebody(app).await;
    let key = owner.client(&[]).await;
    let Credential::Client(key_id, secret) = &key.credential else { panic!("a client") };
    let keyed = app.nobody().with_key(secret);
    let now = app.clock.now().to_rfc3339();
    let (pair, entries) = log.written(200, async || wallet.sign_in(&keyed, &now).await).await;
    let user = pair.text("userId");
    let session = session_of(&app.nobody().with(Credential::Token(pair.text("accessToken")))).await;
    let identity = entries.last().expect("entries")[1].clone();
    assert!(identity.starts_with("idn_"), "{identity}");
    assert_eq!(
        entries,
        [
            ["session.created", &session, &user, key_id, &user],
            ["account.registered", &user, &developer, key_id, &user],
            ["identity.added", &identity, &developer, key_id, &user],
        ]
    );
    let (_, again) = log.written(200, async || wallet.sign_in(&keyed, &now).await).await;
    assert_eq!((again.len(), again[0][0].as_str(), again[0][2].as_str()), (1, "session.created", user.as_str()));
}

async fn ends_of_sessions(log: &mut Log<'_>) {
    let (app, nobody) = (log.app, log.app.nobody());
    let (owner, user, session) = somebody(app).await;
    let account = owner.account.clone().expect("an account");
    let other = app.sign_in(account.clone()).await;
    let other_id = session_of(&other).await;
    let path = format!("/v1/auth/sessions/{other_id}");
    let (_, one) = log.written(204, async || owner.delete(&path).await).await;
    assert_eq!(one, [["session.revoked", &other_id, &user, &session, &user]]);
    let (_, all) = log.written(200, async || owner.post_nothing("/v1/auth/revoke").await).await;
    assert_eq!(all, [["session.revoked", &user, &user, &session, &user]]);

    let here = app.sign_in(account.clone()).await;
    let (id, token) = (session_of(&here).await, here.refresh_token.clone().expect("a token"));
    let refresh = json!({ "refreshToken": token });
    nobody.post("/v1/auth/refresh", refresh.clone()).await.is(200);
    app.clock.advance(Duration::from_millis(10_001));
    let (_, reuse) = log.written(401, async || nobody.post("/v1/auth/refresh", refresh.clone()).await).await;
    assert_eq!(reuse, [["session.revoked", &id, "-", "-", &user]]);

    let here = app.sign_in(account).await;
    let (id, token) = (session_of(&here).await, here.refresh_token.clone().expect("a token"));
    let (_, asked) = log.written(200, async || nobody.form("/oauth/revoke", &[("token", &token)]).await).await;
    assert_eq!(asked, [["session.revoked", &id, "-", "-", &user]]);
}

async fn tokens_of_keys(log: &mut Log<'_>) {
    let (owner, user, _) = somebody(log.app).await;
    let client = owner.client(&["read"]).await;
    let Credential::Client(key, _) = &client.credential else { panic!("a client") };
    let token = client.form("/oauth/token", &[("grant_type", "client_credentials")]).await.is(200).text("access_token");
    let id = client.form("/oauth/introspect", &[("token", &token)]).await.is(200).text("jti");
    let (_, entries) = log.written(200, async || client.form("/oauth/revoke", &[("token", &token)]).await).await;
    assert_eq!(entries, [["token.revoked", &id, &user, key, &user]]);
    let last = log.last().await;
    client.form("/oauth/revoke", &[("token", &token)]).await.is(200);
    assert_eq!(log.last().await, last, "it is revoked once");
}

async fn passwords_and_addresses(log: &mut Log<'_>) {
    let (app, nobody) = (log.app, log.app.nobody());
    let (owner, user, session) = somebody(app).await;
    let account = owner.account.clone().expect("an account");
    let body = json!({ "currentPassword": account.password, "newPassword": PASSWORD });
    let (_, changed) = log.written(204, async || owner.post("/v1/auth/password/change", body.clone()).await).await;
    assert_eq!(changed, [["password.changed", &user, &user, &session, &user]]);

    let secret = link(&app.app, &account.email, Purpose::ResetPassword).await;
    let body = json!({ "token": secret, "password": "a third one, for the forgetful" });
    let (_, reset) = log.written(204, async || nobody.post("/v1/auth/password/reset", body.clone()).await).await;
    assert_eq!(reset, [["password.reset", &user, "-", "-", &user]]);

    let secret = link(&app.app, "confirmed@example.com", Purpose::VerifyEmail).await;
    let body = json!({ "token": secret });
    let (_, verified) = log.written(204, async || nobody.post("/v1/auth/email/verify", body.clone()).await).await;
    let new = verified[0][1].clone();
    assert!(new.starts_with("usr_"), "{new}");
    assert_eq!(verified, [["account.registered", &new, "-", "-", &new], ["email.verified", &new, "-", "-", &new]]);
}

async fn keys(log: &mut Log<'_>) {
    let (owner, user, session) = somebody(log.app).await;
    let body = json!({ "name": "till", "scopes": ["read"] });
    let (made, entries) = log.written(201, async || owner.post("/v1/keys", body.clone()).await).await;
    let (id, path) = (made.text("id"), format!("/v1/keys/{}", made.text("id")));
    assert_eq!(entries, [["key.created", &id, &user, &session, &user]]);
    let (_, entries) = log.written(200, async || owner.patch(&path, json!({ "name": "till 7" })).await).await;
    assert_eq!(entries, [["key.updated", &id, &user, &session, &user]]);
    let rotate = format!("{path}/rotate");
    let (new, entries) = log.written(201, async || owner.post(&rotate, json!({})).await).await;
    assert_eq!(entries, [["key.rotated", &new.text("id"), &user, &session, &user]]);
    let path = format!("/v1/keys/{}", new.text("id"));
    let (_, entries) = log.written(204, async || owner.delete(&path).await).await;
    assert_eq!(entries, [["key.revoked", &new.text("id"), &user, &session, &user]]);

    owner.post("/v1/keys", json!({ "name": "x", "namespace": "many" })).await.is(201);
    let many = json!({ "namespace": "many" });
    let (_, entries) = log.written(200, async || owner.post("/v1/keys/revoke", many.clone()).await).await;
    assert_eq!(entries, [["keys.revoked", &user, &user, &session, &user]]);
    let found = owner.create_key(&["read"]).await;
    let leak = json!([{ "token": found["secret"], "type": "gatepost_api_key", "url": "https://example.com/paste", "source": "content" }]);
    let (_, entries) = log.written(200, async || report(&owner.with(Credential::None), &leak).await).await;
    assert_eq!(entries, [["key.leaked", found["id"].as_str().expect("an id"), "-", "-", &user]]);
}

async fn keys_by_others(log: &mut Log<'_>) {
    let (app, admin, operator) = (log.app, log.app.admin(), UserId::ADMINISTRATOR.to_string());
    let (_, user, _) = somebody(app).await;
    let body = json!({ "name": "for another", "userId": user });
    let (made, entries) = log.written(201, async || admin.post("/v1/admin/keys", body.clone()).await).await;
    assert_eq!(entries, [["key.created", &made.text("id"), &operator, "rootKey", &user]]);

    app.clock.advance(Duration::from_secs(1_000));
    let old = json!({ "olderThanSeconds": 1 });
    let (_, entries) = log.written(200, async || admin.post("/v1/admin/keys/cleanup", old.clone()).await).await;
    assert_eq!(entries, [["keys.deleted", "keys", &operator, "rootKey", "-"]]);
    let (_, entries) = log.written(200, async || admin.post("/v1/admin/requests/cleanup", old.clone()).await).await;
    assert_eq!(entries, [["requests.deleted", "requests", &operator, "rootKey", "-"]]);

    let id: UserId = user.parse().expect("an id");
    let by_command = async || {
        let order = KeyOrder {
            name: "by command".to_owned(),
            scopes: Scopes::ADMIN,
            owner: KeyOwner::Id(id),
            environment: Environment::Live,
            tier: None,
            ends: End::Never,
        };
        make_key(&app.app.db, order, app.clock.now(), &app.app.random).await
    };
    let (made, entries) = log.twice(by_command, Result::is_err).await;
    let (key, _) = made.expect("a key");
    assert_eq!(
        entries.iter().map(told).collect::<Vec<_>>(),
        [["key.created", key.id.as_str(), "-", "commandLine", &user]]
    );
    let told = app.events_of(&user).await;
    assert_eq!(told.iter().filter(|(kind, data)| kind == "key.created" && data["keyId"] == key.id.as_str()).count(), 1);
}

async fn secrets(log: &mut Log<'_>) {
    let (owner, user, _) = somebody(log.app).await;
    let client = owner.client(&["vault:read", "vault:write"]).await;
    let Credential::Client(key, secret) = &client.credential else { panic!("a client") };
    let service = client.with_key(secret);
    let (path, body) = ("/v1/vault/shop/card", json!({ "value": "a-value-of-the-shop" }));
    let (_, put) = log.written(200, async || service.put(path, body.clone()).await).await;
    let (_, read) = log.written(200, async || service.get(path).await).await;
    let (_, deleted) = log.written(204, async || service.delete(path).await).await;
    let target = put[0][1].clone();
    assert!(target.contains("shop") && target.contains("card"), "{target}");
    for (entries, action) in [(put, "secret.put"), (read, "secret.read"), (deleted, "secret.deleted")] {
        assert_eq!(entries, [[action, &target, &user, key, &user]]);
    }
}

async fn webhooks(log: &mut Log<'_>) {
    let (owner, user, session) = somebody(log.app).await;
    let body = json!({ "url": "https://hooks.example.com/gatepost", "events": ["key.*"] });
    let (made, created) = log.written(201, async || owner.post("/v1/webhooks", body.clone()).await).await;
    let (id, path) = (made.text("id"), format!("/v1/webhooks/{}", made.text("id")));
    let parsed = id.parse().expect("an id");
    let app = log.app;
    let disable = async || gatepost::webhooks::disable(&app.app, &parsed, Cause::Gone).await;
    let (_, entries) = log.twice(disable, Result::is_err).await;
    assert_eq!(entries.iter().map(told).collect::<Vec<_>>(), [["webhook.disabled", &id, "-", "-", &user]]);
    let off = json!({ "enabled": false });
    let (_, updated) = log.written(200, async || owner.patch(&path, off.clone()).await).await;
    let rotate = format!("{path}/rotate-secret");
    let (_, rotated) = log.written(200, async || owner.post(&rotate, json!({})).await).await;
    let (_, deleted) = log.written(204, async || owner.delete(&path).await).await;
    let all = [
        (created, "webhook.created"),
        (updated, "webhook.updated"),
        (rotated, "webhook.secret_rotated"),
        (deleted, "webhook.deleted"),
    ];
    for (entries, action) in all {
        assert_eq!(entries, [[action, &id, &user, &session, &user]]);
    }
}

async fn people(log: &mut Log<'_>) {
    let (root, owner) = (log.app.root(), log.app.owner().await);
    let (user, admin) = (owner.account_id(), root.account_id());
    let identity = json!({ "platform": "discord", "identity": "80351110224678912" });
    let add = async |body: Value| root.post(&format!("/v1/users/{user}/identities"), body).await;
    let (first, added) = log.written(201, async || add(identity.clone()).await).await;
    assert_eq!(added, [["identity.added", &first.text("id"), &admin, "rootKey", &user]]);
    let second = add(json!({ "platform": "discord", "identity": "80351110224678913" })).await.is(201).text("id");
    let path = format!("/v1/users/{user}/identities/{second}");
    let (_, preferred) = log.written(200, async || root.put_nothing(&format!("{path}/primary")).await).await;
    let (_, removed) = log.written(204, async || root.delete(&path).await).await;
    for (entries, action) in [(preferred, "identity.preferred"), (removed, "identity.removed")] {
        assert_eq!(entries, [[action, &second, &admin, "rootKey", &user]]);
    }

    let mut named = identity;
    named["name"] = json!("Ada");
    let (_, updated) = log.written(200, async || root.put("/v1/users", named.clone()).await).await;
    let of_user = |what: &str| format!("/v1/admin/users/{user}/{what}");
    let (_, role) = log.written(200, async || root.put(&of_user("role"), json!({ "role": "member" })).await).await;
    let (_, tier) = log.written(200, async || root.put(&of_user("tier"), json!({ "tier": "pro" })).await).await;
    let gone = log.app.owner().await.account_id();
    let both = json!({ "sourceId": gone, "targetId": user });
    let (_, merged) = log.written(200, async || root.post("/v1/admin/users/merge", both.clone()).await).await;
    let other = log.app.owner().await.account_id();
    let (_, deleted) = log.written(200, async || root.delete(&format!("/v1/users/{other}")).await).await;
    assert_eq!(deleted, [["account.deleted", &other, &admin, "rootKey", &other]]);
    let told = [
        (merged, "account.merged"),
        (updated, "account.updated"),
        (role, "account.role_changed"),
        (tier, "account.tier_changed"),
    ];
    for (entries, action) in told {
        assert_eq!(entries, [[action, &user, &admin, "rootKey", &user]]);
    }
}

async fn signing_keys(log: &mut Log<'_>) {
    let app = log.app;
    let sealer = signing_key_sealer(&["a-secret-key-for-tests-of-40-characters!".into()]);
    let rotate = async || rotate_signing_key(&app.app.db, &sealer, app.clock.now(), &app.app.random).await;
    let (next, entries) = log.twice(rotate, Result::is_err).await;
    let entries: Vec<_> = entries.iter().map(told).collect();
    assert_eq!(entries, [["signing_key.created", &next.expect("a key").kid, "-", "-", "-"]]);
}

both_engines! {
    async fn s114_each_action_is_written_once_and_where_it_cannot_be_nothing_is_done(app) {
        // Somebody signs in, so that there is an end of the chain to break.
        app.owner().await;
        let mut log = Log { app: &app, seen: BTreeSet::new() };
        accounts_and_sign_in(&mut log).await;
        wallets(&mut log).await;
        ends_of_sessions(&mut log).await;
        tokens_of_keys(&mut log).await;
        passwords_and_addresses(&mut log).await;
        keys(&mut log).await;
        keys_by_others(&mut log).await;
        secrets(&mut log).await;
        webhooks(&mut log).await;
        people(&mut log).await;
        signing_keys(&mut log).await;

        let all: BTreeSet<String> = Action::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(log.seen, all, "an action without a test of its own");
    }
}
