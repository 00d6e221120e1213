//! S13, S55, S115: what a client sends in the wrong place is not kept. The end of each test searches tables, files and log;
//! here the log is looked at, so that all that was asked is written by then.

use reqwest::Method;

use super::seen;

both_engines! {
    async fn a_key_or_token_in_a_path_a_query_or_a_header_is_not_kept(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["read"]).await;
        let secret = key["secret"].as_str().expect("a secret");
        let refresh = owner.refresh_token.clone().expect("a refresh token");
        let crate::support::Credential::Token(access) = owner.credential.clone() else { panic!("signed in") };
        for token in [secret, refresh.as_str(), access.as_str()] {
            let hidden = token.replace('_', "%5F").replace('.', "%2E");
            for path in [
                format!("/v1/items/{token}"),
                format!("/v1/items/{hidden}"),
                format!("/v1/items?access_token={token}"),
                format!("/v1/items?sellerId={}", &hidden[..hidden.len().min(60)]),
                format!("/v1/keys?search={}", &token[..token.len().min(90)]),
                format!("/v1/keys?api_key={token}&{token}=1"),
                format!("/v1/requests?search={}", &token[..token.len().min(90)]),
            ] {
                let answer = owner.get(&path).await;
                assert!(answer.status < 500, "{path}: {}", answer.body);
            }
            for name in ["user-agent", "accept", "accept-language", "origin", "referer", "if-none-match", "x-own", "cookie", "proxy-authorization", "traceparent"] {
                owner.send(Method::GET, "/v1/items", None, &[(name, token)]).await;
            }
            owner.send(Method::GET, "/v1/items", None, &[("referer", &format!("https://a.example/?k={token}"))]).await.is(200);
        }
        owner.with_key("gp_live_00000000000000000000000000000000000000").get("/v1/me").await.is(401);

        assert!(seen(&owner, "").await.len() > 40);
        assert_eq!(app.found_at_rest(), Vec::<String>::new());
    }

    async fn the_parameters_that_an_operation_knows_are_kept_and_others_are_not(app) {
        let owner = app.owner().await;
        owner.get("/v1/items?limit=3&status=active&utm_source=x").await.is(200);

        let page = owner.get("/v1/requests?operationId=listItems").await.is(200).body;
        assert_eq!(page["data"][0]["query"], "limit=3&status=active");
    }
}
