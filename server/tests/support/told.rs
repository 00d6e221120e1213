//! What was written down of what people did: events and the audit log, as the store has them.

use gatepost::store::tables::{Audit, Events};
use sea_query::{Expr, ExprTrait as _, Order, Query};
use serde_json::Value;

use super::TestApp;

impl TestApp {
    /// The events of an account, oldest first: each one's type and payload.
    pub async fn events_of(&self, owner: &str) -> Vec<(String, Value)> {
        let statement = Query::select()
            .columns([Events::Type, Events::Data])
            .from(Events::Table)
            .and_where(Expr::col(Events::Owner).eq(owner))
            .order_by(Events::CreatedAt, Order::Asc)
            .order_by(Events::Id, Order::Asc)
            .to_owned();
        let rows: Vec<(String, String)> =
            self.app.db.read().await.expect("a connection").fetch_all(&statement).await.expect("rows");
        rows.into_iter().map(|(kind, data)| (kind, serde_json::from_str(&data).expect("JSON"))).collect()
    }

    /// What the audit log says of a thing, oldest first: action, before and after.
    pub async fn audit_of(&self, target: &str) -> Vec<(String, Value, Value)> {
        let statement = Query::select()
            .columns([Audit::Action, Audit::StateBefore, Audit::StateAfter])
            .from(Audit::Table)
            .and_where(Expr::col(Audit::Target).eq(target))
            .order_by(Audit::Position, Order::Asc)
            .to_owned();
        let rows: Vec<(String, Option<String>, Option<String>)> =
            self.app.db.read().await.expect("a connection").fetch_all(&statement).await.expect("rows");
        let state = |text: Option<String>| text.map_or(Value::Null, |text| serde_json::from_str(&text).expect("JSON"));
        rows.into_iter().map(|(action, before, after)| (action, state(before), state(after))).collect()
    }
}
