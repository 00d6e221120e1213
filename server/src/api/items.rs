//! Items for sale: everybody sees them, their seller offers, changes and deletes them.

use super::nullable::nullable;
use super::pages::{self, Page};
use super::preconditions;
use crate::app::App;
use crate::auth::{Caller, Visitor};
use crate::domain::events::{self as told, ItemCreatedData, ItemUpdatedData};
use crate::domain::ids::{BrandId, CategoryId, ItemId};
use crate::domain::items::{self as domain, Change, Filter, ItemError, Offer, Place};
use crate::domain::money::{Money, UnknownCurrency};
use crate::domain::time::Time;
use crate::domain::users::Role;
use crate::domain::words::Words;
use crate::generated::items::{CreateItem, ItemSort, ItemsApi, UpdateItem};
use crate::generated::types as wire;
use crate::generated::types::{ItemCondition, ItemPage, ItemStatus};
use crate::problem::Problem;
use crate::store::{Connection, Tx, brands, categories, events, idempotency, items};

impl ItemsApi for App {
    async fn list_items(
        &self,
        _visitor: Visitor,
        limit: i32,
        cursor: Option<String>,
        q: Option<String>,
        sort: Option<ItemSort>,
        category_id: Option<String>,
        brand_id: Option<String>,
        seller_id: Option<String>,
        currency: Option<String>,
        min_price: Option<i64>,
        max_price: Option<i64>,
        condition: Option<ItemCondition>,
        status: Option<ItemStatus>,
    ) -> Result<ItemPage, Problem> {
        let currency = currency.map(|code| code.parse()).transpose();
        let currency =
            currency.map_err(|error: UnknownCurrency| Problem::invalid_query("currency", error.to_string()))?;
        // An id that is none names nothing, and nothing has no items.
        let (Ok(category), Ok(brand), Ok(seller)) = (parsed(category_id), parsed(brand_id), parsed(seller_id)) else {
            return Ok(ItemPage { data: Vec::new(), next_cursor: None });
        };
        let mut connection = self.db.read().await?;
        let categories = match category {
            Some(category) => categories::tree(&mut connection).await?.from(category),
            None => Vec::new(),
        };
        let filter = Filter {
            sort: sort.map(Into::into).unwrap_or_default(),
            status: Some(status.map_or(domain::Status::Active, Into::into)),
            condition: condition.map(Into::into),
            categories,
            brand,
            seller,
            currency,
            min_price,
            max_price,
            words: q.as_deref().map(Words::sought),
        };
        filter.check()?;
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), |text| Place::parse(text, &filter))?);
        let mut found = items::list(&mut connection, &filter, after.as_ref(), page.wanted()).await?;
        let next_cursor = page.cut(&mut found).map(|last| filter.place(last).to_text(&filter));
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
        self.tell_created(&mut tx, now, &item).await?;
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

    async fn update_item(
        &self,
        caller: Caller,
        item_id: String,
        if_match: Option<String>,
        body: UpdateItem,
    ) -> Result<wire::Item, Problem> {
        let (id, asked) = (id(&item_id)?, preconditions::if_match(if_match.as_deref())?);
        let mut tx = self.db.write().await?;
        let item = items::lock(&mut tx, &id).await?.ok_or(ItemError::NotFound)?;
        item.obeys(caller.owner(), is_admin(&caller))?;
        preconditions::still(asked.as_ref(), &shown(item.clone()), "item")?;
        let change = Change {
            title: body.title,
            description: body.description,
            price: body.price.as_ref().map(money).transpose()?,
            condition: body.condition.map(Into::into),
            status: body.status.map(Into::into),
            category: match nullable(body.category_id) {
                Some(id) => Some(known_category(&mut tx, id).await?),
                None => None,
            },
            brand: match nullable(body.brand_id) {
                Some(id) => Some(known_brand(&mut tx, id).await?),
                None => None,
            },
        };
        let now = self.clock.now();
        let before = item.clone();
        let item = item.changed(change, now)?;
        items::update(&mut tx, &before, &item).await?;
        self.tell_updated(&mut tx, now, &item).await?;
        tx.commit().await?;
        Ok(shown(item))
    }

    async fn delete_item(&self, caller: Caller, item_id: String, if_match: Option<String>) -> Result<(), Problem> {
        let (id, asked) = (id(&item_id)?, preconditions::if_match(if_match.as_deref())?);
        let mut tx = self.db.write().await?;
        let item = items::lock(&mut tx, &id).await?.ok_or(ItemError::NotFound)?;
        item.obeys(caller.owner(), is_admin(&caller))?;
        preconditions::still(asked.as_ref(), &shown(item.clone()), "item")?;
        item.may_go()?;
        items::delete(&mut tx, &item).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl App {
    async fn tell_created(&self, tx: &mut Tx, now: Time, item: &domain::Item) -> Result<(), Problem> {
        let what = ItemCreatedData {
            item_id: item.id.to_string(),
            title: item.title.clone(),
            price: told_price(item),
            status: item.status.to_string(),
            created_at: item.created_at,
        };
        events::tell(tx, (now, &self.random), &item.seller, &what).await?;
        Ok(())
    }

    async fn tell_updated(&self, tx: &mut Tx, now: Time, item: &domain::Item) -> Result<(), Problem> {
        let what = ItemUpdatedData {
            item_id: item.id.to_string(),
            title: item.title.clone(),
            price: told_price(item),
            status: item.status.to_string(),
            updated_at: item.updated_at,
        };
        events::tell(tx, (now, &self.random), &item.seller, &what).await?;
        Ok(())
    }
}

fn told_price(item: &domain::Item) -> told::Money {
    told::Money { amount: item.price.amount, currency: item.price.currency.code().to_owned() }
}

/// A path's id; what cannot be one names nothing.
pub(super) fn id(text: &str) -> Result<ItemId, Problem> {
    text.parse().map_err(|_| ItemError::NotFound.into())
}

fn parsed<Id: std::str::FromStr>(text: Option<String>) -> Result<Option<Id>, Id::Err> {
    text.map(|text| text.parse()).transpose()
}

fn is_admin(caller: &Caller) -> bool {
    caller.role == Role::Admin
}

pub(super) fn money(price: &wire::Money) -> Result<Money, ItemError> {
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

pub(super) fn shown(item: domain::Item) -> wire::Item {
    wire::Item {
        id: item.id.to_string(),
        seller_id: item.seller.to_string(),
        title: item.title,
        description: item.description,
        price: item.price.into(),
        condition: item.condition.into(),
        status: item.status.into(),
        category_id: item.category.map(|id| id.to_string()),
        brand_id: item.brand.map(|id| id.to_string()),
        created_at: item.created_at,
        updated_at: item.updated_at,
    }
}
