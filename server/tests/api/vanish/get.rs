use super::{CHANNEL, GUILD, path, put, service};

both_engines! {
    async fn it_is_shown_as_it_was_put(app) {
        let service = service(&app).await;
        let made = put(&service, CHANNEL, GUILD, 60).await;
        assert_eq!(service.get(&path(CHANNEL)).await.is(200).body, made);
        service.get(&path(GUILD)).await.refuses(404, "NOT_FOUND");
    }
}
