//! What the gate makes of a key's bounds, on every request.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Credential, Engine, TestApp};

/// A key with these bounds: whoever holds it, and its path.
async fn bound(owner: &Actor, more: Value) -> (Actor, String) {
    let mut body = json!({ "name": "bound", "scopes": ["keys:read"] });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let key = owner.post("/v1/keys", body).await.is(201);
    (owner.with_key(&key.text("secret")), format!("/v1/keys/{}", key.text("id")))
}

both_engines! {
    async fn s57_a_key_is_dead_once_it_lay_unused_for_its_time_and_not_before(app) {
        let owner = app.owner().await;
        let (key, path) = bound(&owner, json!({ "maxIdleSeconds": 100 })).await;
        for _ in 0..5 {
            // Uses are noted once in a while only; here, where they were made, each of them counts.
            app.clock.advance(Duration::from_millis(99_999));
            key.get("/v1/keys").await.is(200);
        }
        app.clock.advance(Duration::from_secs(100));
        key.get("/v1/keys").await.refuses(401, "IDLE_TIMEOUT");

        app.app.auth.flush().await.expect("written");
        assert_eq!(owner.get(&path).await.is(200).text("status"), "idle");
        owner.patch(&path, json!({ "maxIdleSeconds": null })).await.refuses(409, "CONFLICT");
        key.get("/v1/keys").await.refuses(401, "IDLE_TIMEOUT");
    }

    async fn s57_idle_time_counts_from_the_making_and_is_never_overrun_by_a_second(app) {
        let owner = app.owner().await;
        let (key, _) = bound(&owner, json!({ "maxIdleSeconds": 1 })).await;
        app.clock.advance(Duration::from_millis(999));
        key.get("/v1/keys").await.is(200);
        app.clock.advance(Duration::from_secs(1));
        key.get("/v1/keys").await.refuses(401, "IDLE_TIMEOUT");
    }

    async fn s46_a_key_bound_to_pages_serves_no_other(app) {
        let owner = app.owner().await;
        let (key, path) = bound(&owner, json!({ "allowedOrigins": ["https://App.example.com:443"] })).await;
        let from = async |origin: &str| key.send(Method::GET, "/v1/keys", None, &[("origin", origin)]).await;

        let secret = match &key.credential {
            Credential::Key(secret) => secret.clone(),
            other => panic!("a key, not {other:?}"),
        };
        let code = async |origin: &str| {
            let body = json!({ "key": secret, "origin": origin });
            app.admin().post("/v1/keys/verify", body).await.is(200).text("code")
        };
        for same in ["https://app.example.com", "https://APP.example.com", "https://app.example.com:443"] {
            from(same).await.is(200);
            assert_eq!(code(same).await, "VALID", "{same}");
        }
        for other in [
            "http://app.example.com",
            "https://app.example.com.evil.com",
            "https://evil-app.example.com",
            "https://app.example.com@evil.com",
            "https://app.example.com:8443",
            "https://app.example.com/",
            "null",
        ] {
            from(other).await.refuses(403, "ORIGIN_DENIED");
            assert_eq!(code(other).await, "ORIGIN_DENIED", "{other}");
        }
        let twice = [("origin", "https://app.example.com"), ("origin", "https://evil.com")];
        key.send(Method::GET, "/v1/keys", None, &twice).await.refuses(403, "ORIGIN_DENIED");
        key.get("/v1/keys").await.refuses(403, "ORIGIN_DENIED");
        owner.patch(&path, json!({ "allowedOrigins": [] })).await.is(200);
        key.get("/v1/keys").await.is(200);
    }

    async fn a_keys_own_limits_count_alone_besides_its_accounts(app) {
        let owner = app.owner().await;
        let (key, path) = bound(&owner, json!({ "limits": { "perMinute": 2, "perDay": 3 } })).await;
        let first = key.get("/v1/keys").await.is(200);
        let policy = first.header("ratelimit-policy").unwrap_or_default().to_owned();
        assert!(policy.contains("\"key-minute\";q=2;w=60") && policy.contains("\"key-day\";q=3;w=86400"), "{policy}");
        key.get("/v1/keys").await.is(200);
        let refused = key.get("/v1/keys").await.refuses(429, "RATE_LIMITED");
        assert_eq!(refused.body["violatedPolicies"], json!(["key-minute"]));
        owner.get("/v1/keys").await.is(200);

        let shown = key.get("/v1/rate-limit").await.is(200);
        let names: Vec<_> = shown.body["windows"].as_array().into_iter().flatten().map(|w| w["name"].clone()).collect();
        assert!(names.contains(&json!("key-minute")) && names.contains(&json!("key-day")), "{names:?}");

        owner.patch(&path, json!({ "limits": { "perMinute": 9 } })).await.is(200);
        key.get("/v1/keys").await.is(200);
        owner.patch(&path, json!({ "limits": null })).await.is(200);
        key.get("/v1/keys").await.is(200);
    }
}

#[tokio::test]
async fn a_keys_own_day_is_the_utc_day() {
    let app = TestApp::sqlite().await;
    let (key, _) = bound(&app.owner().await, json!({ "limits": { "perDay": 1 } })).await;
    key.get("/v1/keys").await.is(200);
    let refused = key.get("/v1/keys").await.refuses(429, "RATE_LIMITED");
    assert_eq!(refused.body["violatedPolicies"], json!(["key-day"]));
    let wait: u64 = refused.header("retry-after").and_then(|s| s.parse().ok()).expect("seconds");
    app.clock.advance(Duration::from_secs(wait));
    key.get("/v1/keys").await.is(200);
}

#[tokio::test]
async fn s76_a_key_bound_to_addresses_looks_at_the_visitors_true_one() {
    let app = TestApp::with_settings(Engine::Sqlite, &[("TRUSTED_PROXIES", "127.0.0.1/32")]).await;
    let (key, _) = bound(&app.owner().await, json!({ "allowedIps": ["203.0.113.0/24", "2001:db8::1"] })).await;
    let from = async |forwarded: &str| key.send(Method::GET, "/v1/keys", None, &[("x-forwarded-for", forwarded)]).await;

    from("203.0.113.9").await.is(200);
    from("2001:db8::1").await.is(200);
    from("203.0.114.9").await.refuses(403, "IP_DENIED");
    from("203.0.113.9, 198.51.100.1").await.refuses(403, "IP_DENIED");
    key.get("/v1/keys").await.refuses(403, "IP_DENIED");
}

/// One address, all of IPv4, and addresses of IPv4 written as IPv6: the network means the same in each form.
#[tokio::test]
async fn s76_an_address_is_the_same_however_it_and_its_network_are_written() {
    let app = TestApp::with_settings(Engine::Sqlite, &[("TRUSTED_PROXIES", "127.0.0.1/32")]).await;
    let owner = app.owner().await;
    for (allowed, inside, outside) in [
        ("0.0.0.0/0", ["203.0.113.9", "::ffff:203.0.113.9"], ["2001:db8::1", "::1"]),
        ("203.0.113.9/32", ["203.0.113.9", "::ffff:203.0.113.9"], ["203.0.113.8", "::ffff:203.0.113.10"]),
        ("::ffff:203.0.113.0/120", ["203.0.113.0", "203.0.113.255"], ["203.0.114.0", "203.0.112.255"]),
        ("2001:db8::1/128", ["2001:db8::1", "[2001:db8:0::1]:4711"], ["2001:db8::2", "203.0.113.9"]),
    ] {
        let (key, _) = bound(&owner, json!({ "allowedIps": [allowed] })).await;
        let from =
            async |forwarded: &str| key.send(Method::GET, "/v1/keys", None, &[("x-forwarded-for", forwarded)]).await;
        for address in inside {
            assert_eq!(from(address).await.status, 200, "{address} in {allowed}");
        }
        for address in outside {
            from(address).await.refuses(403, "IP_DENIED");
        }
    }
}

#[tokio::test]
async fn a_spoofed_forwarding_header_opens_no_bound_key() {
    let app = TestApp::sqlite().await;
    let (key, _) = bound(&app.owner().await, json!({ "allowedIps": ["203.0.113.9"] })).await;
    let spoofed = [("x-forwarded-for", "203.0.113.9")];
    key.send(Method::GET, "/v1/keys", None, &spoofed).await.refuses(403, "IP_DENIED");
}
