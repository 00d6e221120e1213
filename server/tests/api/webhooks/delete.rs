use super::{path, register};
use crate::support::rows;

both_engines! {
    async fn afterwards_nothing_of_it_is_left(app) {
        let owner = app.owner().await;
        let (made, other) = (register(&owner).await, register(&owner).await);
        owner.delete(&path(&made)).await.is(204);
        owner.get(&path(&made)).await.refuses(404, "NOT_FOUND");
        owner.delete(&path(&made)).await.refuses(404, "NOT_FOUND");
        owner.get(&path(&other)).await.is(200);
        assert_eq!((rows(&app.app, "webhooks").await, rows(&app.app, "webhook_secrets").await), (1, 1));
    }
}
