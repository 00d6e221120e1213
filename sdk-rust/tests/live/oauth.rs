//! The standard endpoints: forms, a client's name and password, and the standard's own refusals.

use gatepost_sdk::ErrorKind;
use gatepost_sdk::types::Scope;

use crate::{client, without_credential};

#[tokio::test]
async fn a_key_becomes_a_token_which_is_told_of_and_revoked() {
    let root = client();
    let key =
        root.create_key().body_map(|key| key.name("OAuth").scopes([Scope::ReadItems])).send().await.expect("a key");
    let machine = without_credential().with_basic_auth(&key.id, &key.secret).expect("a client");
    let issue = || machine.issue_token().body_map(|body| body.grant_type("client_credentials").scope("read:items"));
    let issued = issue().send().await.expect("issued").into_inner();
    assert_eq!((issued.scope.as_str(), issued.refresh_token), ("read:items", None));

    let bearer = without_credential().with_access_token(&issued.access_token).expect("a token");
    assert_eq!(bearer.get_current_user().send().await.expect("the token works").id, key.user_id);
    let told = || machine.introspect_token().body_map(|body| body.token(issued.access_token.as_str()));
    let good = told().send().await.expect("told");
    assert_eq!((good.active, good.client_id.as_deref()), (true, Some(key.id.as_str())));
    let revoke = machine.revoke_token().body_map(|body| body.token(issued.access_token.as_str()));
    revoke.send().await.expect("revoked");
    let gone = told().send().await.expect("told");
    assert_eq!((gone.active, gone.sub.as_deref()), (false, None));
    assert!(bearer.get_current_user().send().await.expect_err("revoked").is_unauthenticated());

    let form = without_credential();
    let form = form.issue_token().body_map(|body| {
        body.grant_type("client_credentials").client_id(key.id.as_str()).client_secret(key.secret.as_str())
    });
    assert_eq!(form.send().await.expect("issued").scope, "read:items");
    root.revoke_key().key_id(&key.id).send().await.expect("revoked");
}

#[tokio::test]
async fn refusals_are_the_standards_with_its_words() {
    let root = client();
    let key =
        root.create_key().body_map(|key| key.name("OAuth").scopes([Scope::ReadItems])).send().await.expect("a key");
    let machine = without_credential().with_basic_auth(&key.id, &key.secret).expect("a client");
    let more = machine.issue_token().body_map(|body| body.grant_type("client_credentials").scope("write:items"));
    let refused = more.send().await.expect_err("more than the key has");
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Malformed, Some("invalid_scope")), "{refused}");
    assert!(refused.api().is_some_and(|answer| answer.detail.is_some()), "{refused}");

    let guessed = without_credential().with_basic_auth(&key.id, "gp_live_guessed").expect("a client");
    let refused = guessed.introspect_token().body_map(|body| body.token("x")).send().await.expect_err("a guess");
    assert_eq!((refused.status(), refused.code()), (Some(401), Some("invalid_client")), "{refused}");
    root.revoke_key().key_id(&key.id).send().await.expect("revoked");
}

#[tokio::test]
async fn clients_find_everything_by_the_metadata() {
    let nobody = without_credential();
    let metadata = nobody.get_oauth_metadata().send().await.expect("metadata");
    assert_eq!(metadata.issuer, nobody.base_url());
    assert!(metadata.grant_types_supported.iter().any(|grant| grant == "client_credentials"));
    assert!(metadata.jwks_uri.starts_with(nobody.base_url()));
    assert!(!nobody.get_jwks().send().await.expect("keys").keys.is_empty());
}
