use serde_json::{Value, json};

fn header<'a>(request: &'a Value, name: &str) -> Option<&'a Value> {
    let headers = request["headers"].as_array().expect("headers");
    headers.iter().find(|header| header["name"] == name).map(|header| &header["value"])
}

both_engines! {
    async fn its_id_is_that_of_the_answer_and_its_headers_are_there(app) {
        let owner = app.owner().await;
        let headers = [("user-agent", "shop/1.2"), ("accept-language", "de"), ("x-own", "kept from the log")];
        let answer = owner.send(reqwest::Method::GET, "/v1/items/itm_missing", None, &headers).await.is(404);
        assert_eq!(answer.header("x-request-id"), answer.body["requestId"].as_str());

        let request = owner.get(&format!("/v1/requests/{}", answer.text("requestId"))).await.is(200).body;
        assert_eq!((&request["status"], &request["code"], &request["userAgent"]), (&json!(404), &json!("NOT_FOUND"), &json!("shop/1.2")));
        assert_eq!(request["keyId"], Value::Null);
        assert!(request["sessionId"].as_str().is_some_and(|id| id.starts_with("ses_")), "{request}");
        assert_eq!(header(&request, "accept-language"), Some(&json!("de")));
        assert_eq!(header(&request, "authorization"), Some(&Value::Null));
        assert_eq!(header(&request, "x-own"), None);
    }

    async fn s105_anothers_request_is_as_one_that_is_not_there(app) {
        let owner = app.owner().await;
        let id = owner.get("/v1/me").await.is(200).header("x-request-id").expect("an id").to_owned();
        let nobodys = app.nobody().get("/v1/items").await.is(200).header("x-request-id").expect("an id").to_owned();
        owner.get(&format!("/v1/requests/{id}")).await.is(200);

        let stranger = app.stranger().await;
        let (anothers, free) = (stranger.get(&format!("/v1/requests/{id}")).await.is(404), stranger.get(&format!("/v1/requests/{nobodys}")).await.is(404));
        let missing = stranger.get("/v1/requests/req_01k9z3v8q2m4n6p8r0s2t4v6w8").await.is(404);
        assert_eq!((&anothers.body["detail"], &free.body["detail"]), (&missing.body["detail"], &missing.body["detail"]));
    }
}
