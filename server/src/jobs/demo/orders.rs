//! What was ordered, how it ended, and what the parties wrote.

use serde::Deserialize;

use super::{Stage, named, rows};
use crate::domain::ids::{MessageId, OrderId};
use crate::domain::items::Status;
use crate::domain::messages::Message;
use crate::domain::orders::{End, Order, Party};
use crate::problem::Problem;
use crate::store::{Tx, items, messages, orders};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Ordered {
    item: String,
    buyer: String,
    hours_ago: u64,
    ends: Option<String>,
    /// `buyer: …` or `seller: …`
    messages: Vec<String>,
}

pub(super) async fn fill(stage: &Stage<'_>, tx: &mut Tx) -> Result<(), Problem> {
    for one in rows::<Ordered>(include_str!("orders.json"))? {
        let item = stage.items.get(&one.item).ok_or_else(|| Problem::broken(format!("no {} in the demo", one.item)))?;
        let (at, buyer) = (stage.hours_ago(one.hours_ago), stage.who(&one.buyer)?);
        let order = Order::placed(OrderId::new(at, &stage.app.random)?, item, buyer, None, at)?;
        orders::insert(tx, &order).await?;
        items::turn(tx, &item.id, Status::Active, Status::Reserved, at).await?;
        for (number, line) in (1..).zip(&one.messages) {
            let (sender, text) = line.split_once(": ").unwrap_or_default();
            let message = Message {
                id: MessageId::new(at, &stage.app.random)?,
                order: order.id,
                number,
                sender: named::<Party>(sender)?,
                text: text.to_owned(),
                created_at: at,
            };
            messages::insert(tx, &message).await?;
        }
        let how = match one.ends.as_deref() {
            None => continue,
            Some("completed") => End::Complete,
            Some(_) => End::Cancel,
        };
        let ended = stage.hours_ago(one.hours_ago / 2);
        items::turn(tx, &item.id, Status::Reserved, how.item(), ended).await?;
        orders::update_ended(tx, &order.ended(how, Party::Buyer, ended)?).await?;
    }
    Ok(())
}
