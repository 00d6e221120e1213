//! Orders: whoever likes an item orders it; buyer or seller end that.

use super::items::{id as item_id_of, money};
use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::cursor::Cursor;
use crate::domain::events::{ItemSoldData, OrderCancelledData, OrderCompletedData, OrderCreatedData};
use crate::domain::ids::{OrderId, UserId};
use crate::domain::items::{ItemError, Status as ItemStatus};
use crate::domain::orders::{End, Order, OrderError, Party, Status};
use crate::generated::me::OrderPage;
use crate::generated::orders::{CreateOrder, OrdersApi};
use crate::generated::types::Order as Shown;
use crate::problem::Problem;
use crate::store::orders::{self, Filter};
use crate::store::{Connection, StoreError, Tx, events, idempotency, items};

impl OrdersApi for App {
    async fn create_order(&self, caller: Caller, item_id: String, body: CreateOrder) -> Result<Shown, Problem> {
        let (id, now) = (item_id_of(&item_id)?, self.clock.now());
        let expected = body.expected_price.as_ref().map(money).transpose();
        let expected = expected.map_err(|error| Problem::invalid_body("/expectedPrice/currency", error.to_string()))?;
        let mut tx = self.db.write().await?;
        let item = items::lock(&mut tx, &id).await?.ok_or(ItemError::NotFound)?;
        let order = Order::placed(OrderId::new(now, &self.random)?, &item, *caller.owner(), expected, now)?;
        if !items::turn(&mut tx, &id, ItemStatus::Active, ItemStatus::Reserved, now).await? {
            return Err(OrderError::Unavailable(ItemStatus::Reserved).into());
        }
        orders::insert(&mut tx, &order).await.map_err(taken)?;
        self.tell_parties(&mut tx, &order).await?;
        let answer = shown(order);
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn get_order(&self, caller: Caller, order_id: String) -> Result<Shown, Problem> {
        let mut connection = self.db.read().await?;
        let (order, _) = seen(&mut connection, &order_id, &caller).await?;
        Ok(shown(order))
    }

    async fn complete_order(&self, caller: Caller, order_id: String) -> Result<Shown, Problem> {
        self.end_order(&caller, &order_id, End::Complete).await
    }

    async fn cancel_order(&self, caller: Caller, order_id: String) -> Result<Shown, Problem> {
        self.end_order(&caller, &order_id, End::Cancel).await
    }
}

impl App {
    /// One page of the caller's own orders.
    pub(super) async fn orders_of(
        &self,
        filter: Filter,
        limit: i32,
        cursor: Option<&str>,
    ) -> Result<OrderPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor, Cursor::parse)?);
        let mut found = orders::list(&mut *self.db.read().await?, &filter, after.as_ref(), page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Cursor { time: last.created_at, id: last.id }.to_text());
        Ok(OrderPage { data: found.into_iter().map(shown).collect(), next_cursor: next })
    }

    async fn end_order(&self, caller: &Caller, order_id: &str, how: End) -> Result<Shown, Problem> {
        let mut tx = self.db.write().await?;
        let (order, party) = held(&mut tx, order_id, caller).await?;
        let order = self.ended(&mut tx, order, how, party).await?;
        tx.commit().await?;
        Ok(shown(order))
    }

    /// Ends an order that is locked, and whatever that means for its item.
    async fn ended(&self, tx: &mut Tx, order: Order, how: End, by: Party) -> Result<Order, Problem> {
        let now = self.clock.now();
        let order = order.ended(how, by, now)?;
        orders::update_ended(tx, &order).await?;
        if !items::turn(tx, &order.item, ItemStatus::Reserved, how.item(), now).await? {
            return Err(Problem::broken(format!("{} is pending, and its item not reserved", order.id)));
        }
        self.tell_parties(tx, &order).await?;
        Ok(order)
    }

    /// Cancels what is pending of an account that goes. Items that it was to buy are active again.
    pub(super) async fn cancel_orders_of(&self, tx: &mut Tx, account: UserId) -> Result<(), Problem> {
        for order in orders::lock_pending(tx, &account).await? {
            let party = order.party(&account)?;
            self.ended(tx, order, End::Cancel, party).await?;
        }
        Ok(())
    }

    /// Tells both parties what became of an order, and its seller what became of the item.
    async fn tell_parties(&self, tx: &mut Tx, order: &Order) -> Result<(), StoreError> {
        let at = (self.clock.now(), &self.random);
        for account in order.parties() {
            match order.status {
                Status::Pending => events::tell(tx, at, &account, &created(order)).await?,
                Status::Completed => events::tell(tx, at, &account, &completed(order)).await?,
                Status::Cancelled => events::tell(tx, at, &account, &cancelled(order)).await?,
            };
        }
        if let (Status::Completed, Some(seller)) = (order.status, order.seller) {
            events::tell(tx, at, &seller, &sold(order)).await?;
        }
        Ok(())
    }
}

/// The order of a path, and which party the caller is; to everybody else there is none.
pub(super) async fn seen(connection: &mut Connection, id: &str, caller: &Caller) -> Result<(Order, Party), Problem> {
    let order = orders::find(connection, &parsed(id)?).await?.ok_or(OrderError::NotFound)?;
    let party = order.party(caller.owner())?;
    Ok((order, party))
}

/// As [`seen`], and nobody else changes it until this transaction ends.
pub(super) async fn held(tx: &mut Tx, id: &str, caller: &Caller) -> Result<(Order, Party), Problem> {
    let order = orders::lock(tx, &parsed(id)?).await?.ok_or(OrderError::NotFound)?;
    let party = order.party(caller.owner())?;
    Ok((order, party))
}

/// A path's id; what cannot be one names nothing.
fn parsed(text: &str) -> Result<OrderId, OrderError> {
    text.parse().map_err(|_| OrderError::NotFound)
}

fn taken(error: StoreError) -> Problem {
    match error {
        StoreError::Conflict(rule) if rule == "orders_item" => OrderError::Unavailable(ItemStatus::Reserved).into(),
        other => other.into(),
    }
}

fn shown(order: Order) -> Shown {
    Shown {
        id: order.id.to_string(),
        item_id: order.item.to_string(),
        item_title: order.item_title,
        buyer_id: order.buyer.map(|id| id.to_string()),
        seller_id: order.seller.map(|id| id.to_string()),
        price: order.price.into(),
        status: order.status.into(),
        ended_by: order.ended.map(|ended| ended.by.into()),
        ended_at: order.ended.map(|ended| ended.at),
        created_at: order.created_at,
    }
}

fn created(order: &Order) -> OrderCreatedData {
    OrderCreatedData {
        order_id: order.id.to_string(),
        item_id: order.item.to_string(),
        item_title: order.item_title.clone(),
        price: order.price.into(),
        buyer_id: order.buyer.map(|id| id.to_string()),
        seller_id: order.seller.map(|id| id.to_string()),
    }
}

/// Who ended an order that ended.
fn ended_by(order: &Order) -> crate::domain::events::OrderRole {
    order.ended.map_or(Party::Seller, |ended| ended.by).into()
}

fn completed(order: &Order) -> OrderCompletedData {
    let OrderCreatedData { order_id, item_id, item_title, price, buyer_id, seller_id } = created(order);
    OrderCompletedData { order_id, item_id, item_title, price, buyer_id, seller_id, ended_by: ended_by(order) }
}

fn cancelled(order: &Order) -> OrderCancelledData {
    let OrderCreatedData { order_id, item_id, item_title, price, buyer_id, seller_id } = created(order);
    OrderCancelledData { order_id, item_id, item_title, price, buyer_id, seller_id, ended_by: ended_by(order) }
}

fn sold(order: &Order) -> ItemSoldData {
    ItemSoldData {
        item_id: order.item.to_string(),
        title: order.item_title.clone(),
        order_id: order.id.to_string(),
        price: order.price.into(),
    }
}
