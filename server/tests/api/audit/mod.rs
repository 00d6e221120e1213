//! The tag `audit`, who changed what: one file an operation, one guarantee a test.

mod chain;
mod list;
mod written;

use gatepost::domain::audit::{Action, Actor as Who, Change};
use gatepost::store::audit;
use serde_json::json;

use crate::support::TestApp;

/// Writes down a change, as an operation would.
async fn note(app: &TestApp, action: Action, target: &str, who: &Who) {
    let mut tx = app.app.db.write().await.expect("a transaction");
    let change = Change {
        action,
        target: target.to_owned(),
        owner: who.user,
        before: None,
        after: Some(json!({ "name": target })),
    };
    audit::record(&mut tx, (app.clock.now(), &app.app.random), who, &change).await.expect("an entry");
    tx.commit().await.expect("kept");
}
