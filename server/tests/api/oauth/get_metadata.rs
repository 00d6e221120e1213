use serde_json::{Value, json};

use crate::support::{Actor, Credential, Engine, TestApp};

const PATH: &str = "/.well-known/oauth-authorization-server";

fn listed<'v>(metadata: &'v Value, name: &str) -> Vec<&'v str> {
    metadata[name].as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

/// A request to an endpoint that the metadata names, authenticated in one of the ways that it names.
async fn call(
    app: &TestApp,
    metadata: &Value,
    endpoint: &str,
    client: &Actor,
    method: &str,
    form: &[(&str, &str)],
) -> u16 {
    let Credential::Client(id, secret) = &client.credential else { panic!("a client") };
    let url = metadata[endpoint].as_str().expect("an address");
    let path = url.strip_prefix(&app.base).expect("an address of this server");
    let mut form = form.to_vec();
    let actor = match method {
        "client_secret_basic" => client.clone(),
        "client_secret_post" => {
            form.extend([("client_id", id.as_str()), ("client_secret", secret.as_str())]);
            app.nobody()
        }
        "none" => app.nobody(),
        other => panic!("{other} is not known to this test"),
    };
    actor.form(path, &form).await.status
}

both_engines! {
    /// S22: every endpoint, grant and way to authenticate that is advertised works.
    async fn s22_what_is_advertised_is_served(app) {
        let metadata = app.nobody().get(PATH).await.is(200).body;
        let owner = app.owner().await;
        let client = owner.client(&["read"]).await;
        assert_eq!(metadata["issuer"].as_str(), Some(app.base.as_str()));
        assert_eq!(listed(&metadata, "response_types_supported"), Vec::<&str>::new());
        assert_eq!(metadata.get("authorization_endpoint"), None);

        for method in listed(&metadata, "token_endpoint_auth_methods_supported") {
            for grant in listed(&metadata, "grant_types_supported") {
                let token = app.sign_in(owner.account.clone().expect("an account")).await.refresh_token.expect("a token");
                // A session that began without a client is refreshed without one; a key proves itself.
                let public = method == "none";
                let form = [("grant_type", grant), ("refresh_token", token.as_str())];
                let expected = match (grant, public) {
                    ("refresh_token", true) | ("client_credentials", false) => 200,
                    ("refresh_token", false) => 400,
                    ("client_credentials", true) => 401,
                    other => panic!("{other:?} is not known to this test"),
                };
                assert_eq!(call(&app, &metadata, "token_endpoint", &client, method, &form).await, expected, "{grant} {method}");
            }
        }
        let token = owner.refresh_token.clone().expect("a token");
        for method in listed(&metadata, "introspection_endpoint_auth_methods_supported") {
            assert_eq!(call(&app, &metadata, "introspection_endpoint", &client, method, &[("token", &token)]).await, 200, "{method}");
        }
        for method in listed(&metadata, "revocation_endpoint_auth_methods_supported") {
            assert_eq!(call(&app, &metadata, "revocation_endpoint", &client, method, &[("token", &token)]).await, 200, "{method}");
        }
        let jwks = metadata["jwks_uri"].as_str().and_then(|url| url.strip_prefix(&app.base)).expect("an address of this server");
        app.nobody().get(jwks).await.is(200);
    }

    async fn every_scope_that_is_advertised_can_be_had(app) {
        let metadata = app.nobody().get(PATH).await.is(200).body;
        let client = app.root().client(&["admin"]).await;
        for scope in listed(&metadata, "scopes_supported") {
            let form = [("grant_type", "client_credentials"), ("scope", scope)];
            assert_eq!(client.form("/oauth/token", &form).await.is(200).body["scope"], scope);
        }
    }
}

#[tokio::test]
async fn who_has_the_newest_metadata_is_told_so() {
    let app = TestApp::sqlite().await;
    let first = app.nobody().get(PATH).await.is(200);
    assert!(first.header("cache-control").is_some_and(|value| value.contains("max-age")));
    let tag = first.header("etag").expect("a tag").to_owned();

    let url = format!("{}{PATH}", app.base);
    let again = reqwest::Client::new().get(&url).header("if-none-match", tag).send().await.expect("an answer");
    assert_eq!(again.status().as_u16(), 304);
}

/// S22: an issuer with a path has its metadata where RFC 8414 inserts that path.
#[tokio::test]
async fn s22_an_issuer_with_a_path_is_found_by_it() {
    let issuer = "https://example.com/market/api";
    let app = TestApp::with_settings(Engine::Sqlite, &[("PUBLIC_URL", issuer)]).await;
    for path in [PATH.to_owned(), format!("{PATH}/market/api")] {
        let url = format!("{}{path}", app.base);
        let answer = reqwest::get(&url).await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let metadata: Value = answer.json().await.expect("JSON");
        assert_eq!(
            (&metadata["issuer"], &metadata["token_endpoint"]),
            (&json!(issuer), &json!(format!("{issuer}/oauth/token")))
        );
    }
    let elsewhere = reqwest::get(format!("{}{PATH}/market", app.base)).await.expect("an answer");
    assert_eq!(elsewhere.status().as_u16(), 404);
}
