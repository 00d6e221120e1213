use serde_json::json;

use super::{CHANNEL, GUILD, path, put, service};

both_engines! {
    async fn it_goes_with_its_counts(app) {
        let service = service(&app).await;
        put(&service, CHANNEL, GUILD, 60).await;
        service.post(&format!("{}/stats", path(CHANNEL)), json!({ "messagesDeleted": 7 })).await.is(200);
        service.delete(&path(CHANNEL)).await.is(204);
        service.delete(&path(CHANNEL)).await.refuses(404, "NOT_FOUND");
        assert_eq!(put(&service, CHANNEL, GUILD, 60).await["messagesDeleted"], 0);
    }
}
