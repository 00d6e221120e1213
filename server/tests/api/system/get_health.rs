both_engines! {
    async fn it_answers_without_a_credential_and_also_while_the_server_stops(app) {
        assert_eq!(app.nobody().get("/health").await.is(200).body["status"], "ok");
        app.app.drain();
        app.nobody().get("/health").await.is(200);
    }
}
