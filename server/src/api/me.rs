//! The caller's own things: whose credential it is, what is left of its limits, items and orders.

use super::items;
use super::pages::{self, Page};
use crate::app::App;
use crate::auth::{Caller, Credential, Identity, Visitor};
use crate::domain::cursor::Cursor;
use crate::generated::me::{CredentialKind, CurrentUser, MeApi, OrderPage, RateLimit, RateLimitWindow};
use crate::generated::types::{ItemPage, ItemStatus, OrderRole, OrderStatus};
use crate::limits::{LimitClass, Payer, Policy, Via, WindowState};
use crate::problem::Problem;
use crate::store::{items as kept, orders::Filter};

impl MeApi for App {
    async fn get_rate_limit(&self, visitor: Visitor) -> Result<RateLimit, Problem> {
        let identity = visitor.caller.as_ref().map(|caller| &caller.identity);
        let payer = identity.map_or(Payer::Address(visitor.address), payer);
        // Charged as a write would be, so that its window is shown too; peeking counts nothing.
        let mut charges = self.policy.charges(payer, LimitClass::Write, "getRateLimit");
        charges.extend(identity.into_iter().flat_map(|identity| Policy::own(&identity.own_limits)));
        let decision = self.limits.peek(&charges, self.clock.now()).await;
        Ok(RateLimit {
            tier: identity.map(|identity| identity.tier.into()),
            windows: decision.windows.iter().map(shown).collect(),
        })
    }

    async fn get_current_user(&self, caller: Caller) -> Result<CurrentUser, Problem> {
        let name = self.auth.account_name(caller.owner()).await?;
        Ok(CurrentUser {
            id: caller.owner().to_string(),
            name: name.as_deref().map(ToOwned::to_owned),
            role: caller.role.into(),
            tier: caller.tier.into(),
            credential: match caller.credential {
                Credential::RootKey => CredentialKind::RootKey,
                Credential::ApiKey(_) => CredentialKind::ApiKey,
                Credential::AccessToken(_) | Credential::Both(..) => CredentialKind::AccessToken,
            },
            key_id: caller.credential.key().map(|id| id.to_string()),
            scopes: caller.scopes.iter().collect(),
        })
    }

    async fn list_my_items(
        &self,
        caller: Caller,
        limit: i32,
        cursor: Option<String>,
        status: Option<ItemStatus>,
    ) -> Result<ItemPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Cursor::parse)?);
        let (mut connection, status) = (self.db.read().await?, status.map(Into::into));
        let mut found = kept::of_seller(&mut connection, caller.owner(), status, after.as_ref(), page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Cursor { time: last.created_at, id: last.id }.to_text());
        Ok(ItemPage { data: found.into_iter().map(items::shown).collect(), next_cursor: next })
    }

    async fn list_my_orders(
        &self,
        caller: Caller,
        limit: i32,
        cursor: Option<String>,
        role: Option<OrderRole>,
        status: Option<OrderStatus>,
    ) -> Result<OrderPage, Problem> {
        let (role, status) = (role.map(Into::into), status.map(Into::into));
        self.orders_of(Filter { account: *caller.owner(), role, status }, limit, cursor.as_deref()).await
    }
}

fn payer(identity: &Identity) -> Payer<'_> {
    match &identity.credential {
        Credential::ApiKey(id) | Credential::Both(id, _) if identity.own_tier => {
            let id = identity.own_limits.tier_of.as_ref().unwrap_or(id);
            Payer::Key { id: id.as_str(), tier: identity.tier }
        }
        credential => {
            let via = if credential.session().is_some() { Via::Session } else { Via::Key };
            Payer::Account { id: identity.user_id.as_str(), tier: identity.tier, via }
        }
    }
}

fn shown(window: &WindowState) -> RateLimitWindow {
    // Beyond what the contract can say, more is as good as that much.
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX).min(1_000_000_000);
    RateLimitWindow {
        name: window.name.to_owned(),
        limit: number(window.limit),
        remaining: number(window.remaining),
        window_seconds: i64::from(window.window_seconds),
        reset_seconds: i64::from(window.reset_seconds),
    }
}
