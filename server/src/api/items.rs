//! Items for sale: everybody sees them, their seller offers, changes and deletes them.

use poem_openapi::types::MaybeUndefined;

use crate::app::App;
use crate::auth::{Caller, Visitor};
use crate::domain::cursor::Cursor;
use crate::domain::ids::{BrandId, CategoryId, ItemId};
use crate::domain::items::{self as domain, Change, Filter, ItemError, Offer};
use crate::domain::money::Money;
use crate::domain::users::Role;
use crate::generated::items as wire;
use crate::generated::items::{CreateItem, ItemCondition, ItemPage, ItemStatus, ItemsApi, UpdateItem};
use crate::problem::Problem;
use crate::store::{Connection, brands, categories, idempotency, items};

impl ItemsApi for App {
    async fn list_items(
        &self,
        _visitor: Visitor,
        limit: i32,
        cursor: Option<String>,
        category_id: Option<String>,
        brand_id: Option<String>,
        seller_id: Option<String>,
        condition: Option<ItemCondition>,
        status: Option<ItemStatus>,
    ) -> Result<ItemPage, Problem> {
        let after = cursor.as_deref().map(Cursor::parse).transpose();
        let after = after.map_err(|error| Problem::invalid_query("cursor", error.to_string()))?;
        // An id that is none names nothing, and nothing has no items.
        let (Ok(category), Ok(brand), Ok(seller)) = (parsed(category_id), parsed(brand_id), parsed(seller_id)) else {
            return Ok(ItemPage { data: Vec::new(), next_cursor: None });
        };
        let status = Some(status.map_or(domain::Status::Active, Into::into));
        let filter = Filter { status, condition: condition.map(Into::into), category, brand, seller };
        let most = usize::try_from(limit).unwrap_or(1);
        // One more than asked for tells whether there is a next page.
        let wanted = u64::try_from(most).unwrap_or(1).saturating_add(1);
        let mut found = items::list(&mut *self.db.read().await?, &filter, after.as_ref(), wanted).await?;
        let more = found.len() > most;
        found.truncate(most);
        let last = found.last().filter(|_| more).map(|item| Cursor { time: item.created_at, id: item.id });
        let next_cursor = last.map(|cursor| cursor.to_text());
        Ok(ItemPage { data: found.into_iter().map(shown).collect(), next_cursor })
    }

    async fn create_item(&self, caller: Caller, body: CreateItem) -> Result<wire::Item, Problem> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let category = known_category(&mut tx, body.category_id).await?;
        let brand = known_brand(&mut tx, body.brand_id).await?;
        let offer = Offer {
            title: body.title,
            description: body.description,
            price: money(&body.price)?,
            condition: body.condition.into(),
            category,
            brand,
        };
        let item = domain::Item::offered(ItemId::new(now, &self.random)?, *caller.owner(), offer, now);
        items::insert(&mut tx, &item).await?;
        let answer = shown(item);
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn get_item(&self, _visitor: Visitor, item_id: String) -> Result<wire::Item, Problem> {
        let id = id(&item_id)?;
        let item = items::find(&mut *self.db.read().await?, &id).await?;
        Ok(shown(item.ok_or(ItemError::NotFound)?))
    }

    async fn update_item(&self, caller: Caller, item_id: String, body: UpdateItem) -> Result<wire::Item, Problem> {
        let id = id(&item_id)?;
        let mut tx = self.db.write().await?;
        let item = items::lock(&mut tx, &id).await?.ok_or(ItemError::NotFound)?;
        item.obeys(caller.owner(), is_admin(&caller))?;
        let change = Change {
            title: body.title,
            description: body.description,
            price: body.price.as_ref().map(money).transpose()?,
            condition: body.condition.map(Into::into),
            status: body.status.map(Into::into),
            category: match body.category_id {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(id) => Some(known_category(&mut tx, Some(id)).await?),
            },
            brand: match body.brand_id {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(id) => Some(known_brand(&mut tx, Some(id)).await?),
            },
        };
        let item = item.changed(change, self.clock.now())?;
        items::update(&mut tx, &item).await?;
        tx.commit().await?;
        Ok(shown(item))
    }

    async fn delete_item(&self, caller: Caller, item_id: String) -> Result<(), Problem> {
        let id = id(&item_id)?;
        let mut tx = self.db.write().await?;
        let item = items::lock(&mut tx, &id).await?.ok_or(ItemError::NotFound)?;
        item.obeys(caller.owner(), is_admin(&caller))?;
        items::delete(&mut tx, &id).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// A path's id; what cannot be one names nothing.
fn id(text: &str) -> Result<ItemId, Problem> {
    text.parse().map_err(|_| ItemError::NotFound.into())
}

fn parsed<Id: std::str::FromStr>(text: Option<String>) -> Result<Option<Id>, Id::Err> {
    text.map(|text| text.parse()).transpose()
}

fn is_admin(caller: &Caller) -> bool {
    caller.role == Role::Admin
}

fn money(price: &wire::Money) -> Result<Money, ItemError> {
    Ok(Money { amount: price.amount, currency: price.currency.parse()? })
}

async fn known_category(connection: &mut Connection, text: Option<String>) -> Result<Option<CategoryId>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let id: CategoryId = text.parse().map_err(|_| ItemError::UnknownCategory)?;
    if categories::exists(connection, &id).await? { Ok(Some(id)) } else { Err(ItemError::UnknownCategory.into()) }
}

async fn known_brand(connection: &mut Connection, text: Option<String>) -> Result<Option<BrandId>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let id: BrandId = text.parse().map_err(|_| ItemError::UnknownBrand)?;
    if brands::exists(connection, &id).await? { Ok(Some(id)) } else { Err(ItemError::UnknownBrand.into()) }
}

fn shown(item: domain::Item) -> wire::Item {
    wire::Item {
        id: item.id.to_string(),
        seller_id: item.seller.to_string(),
        title: item.title,
        description: item.description,
        price: wire::Money { amount: item.price.amount, currency: item.price.currency.code().to_owned() },
        condition: item.condition.into(),
        status: item.status.into(),
        category_id: item.category.map(|id| id.to_string()),
        brand_id: item.brand.map(|id| id.to_string()),
        created_at: item.created_at,
        updated_at: item.updated_at,
    }
}
