//! What buyer and seller write to each other about an order.

use super::orders;
use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::cursor::Position;
use crate::domain::events::MessageReceivedData;
use crate::domain::ids::MessageId;
use crate::domain::messages::Message;
use crate::domain::orders::{Order, OrderError};
use crate::generated::messages::{Message as Shown, MessagePage, MessagesApi, SendMessage};
use crate::problem::Problem;
use crate::store::{events, idempotency, messages};

impl MessagesApi for App {
    async fn list_messages(
        &self,
        caller: Caller,
        order_id: String,
        limit: i32,
        cursor: Option<String>,
    ) -> Result<MessagePage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Position::parse)?);
        let mut connection = self.db.read().await?;
        let (order, _) = orders::seen(&mut connection, &order_id, &caller).await?;
        let after = after.map_or(0, |after| after.0);
        let mut found = messages::list(&mut connection, &order.id, after, page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Position(last.number).to_text());
        Ok(MessagePage { data: found.into_iter().map(|one| shown(one, &order)).collect(), next_cursor: next })
    }

    async fn send_message(&self, caller: Caller, order_id: String, body: SendMessage) -> Result<Shown, Problem> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let (order, sender) = orders::held(&mut tx, &order_id, &caller).await?;
        let reader = order.account(sender.other()).ok_or(OrderError::NobodyThere)?;
        let message = Message {
            id: MessageId::new(now, &self.random)?,
            order: order.id,
            number: messages::next_number(&mut tx, &order.id).await?,
            sender,
            text: body.text,
            created_at: now,
        };
        messages::insert(&mut tx, &message).await?;
        events::tell(&mut tx, (now, &self.random), &reader, &told(&message)).await?;
        let answer = shown(message, &order);
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

fn told(message: &Message) -> MessageReceivedData {
    MessageReceivedData {
        message_id: message.id.to_string(),
        order_id: message.order.to_string(),
        number: message.number,
        sender: message.sender.into(),
        text: message.text.clone(),
    }
}

fn shown(message: Message, order: &Order) -> Shown {
    Shown {
        id: message.id.to_string(),
        order_id: message.order.to_string(),
        number: message.number,
        sender: message.sender.into(),
        sender_id: order.account(message.sender).map(|id| id.to_string()),
        text: message.text,
        created_at: message.created_at,
    }
}
