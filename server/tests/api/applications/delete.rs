use serde_json::json;

use super::{hand_in, path, service, votes_path};
use crate::support::rows;

both_engines! {
    async fn it_is_gone_with_its_votes_and_its_number_is_not_given_again(app) {
        let service = service(&app).await;
        let made = hand_in(&service).await;
        service.put(&votes_path(&made), json!({ "vote": "approve" })).await.is(200);
        service.delete(&path(&made)).await.is(204);

        service.get(&path(&made)).await.is(404);
        service.delete(&path(&made)).await.is(404);
        assert_eq!((rows(&app.app, "applications").await, rows(&app.app, "application_votes").await), (0, 0));
        assert_eq!(hand_in(&service).await["number"], 2);
    }

    async fn a_member_deletes_none(app) {
        let made = hand_in(&service(&app).await).await;
        app.member().await.delete(&path(&made)).await.refuses(403, "FORBIDDEN");
    }
}
