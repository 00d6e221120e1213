//! All addresses of the portal in one table, and the steps that surround every page.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Endpoint, EndpointExt as _, Request, Response, Route, get, handler, post};

use crate::config::{PortalConfig, PortalError};
use crate::http::{Answer, Asked, finish, refuse_cross_site};
use crate::pages::error::Refusal;
use crate::pages::{
    admin, agents, audit, contract, dashboard, docs, events, forgot_password, home, keys, password, problems,
    quickstart, reference, requests, reset_password, sessions, sign_in, sign_out, sign_up, usage, verify_email,
    webhooks,
};
use crate::site::Site;

/// The portal, ready to be mounted.
#[derive(Clone)]
pub struct Portal(Arc<Site>);

impl Portal {
    /// Reads the contract and makes everything that is made once. Takes some tens of milliseconds for a contract like ours.
    ///
    /// # Errors
    /// [`PortalError`]: the contract cannot be read, or a setting is not fit.
    #[expect(clippy::needless_pass_by_value, reason = "the host hands its settings over and keeps nothing of them")]
    pub fn new(config: PortalConfig) -> Result<Self, PortalError> {
        Site::build(&config).map(Arc::new).map(Self)
    }

    /// Ends in the API what ended here by itself: sessions that idled away or grew too old. A few at a time; what the API
    /// cannot be told now waits for the next time. The host calls it every now and then.
    pub async fn end_idle_sessions(&self) {
        crate::idle::end_idle_sessions(&self.0).await;
    }

    /// Every page, for everything that the API does not own. It never fails: what is not there is a page, too.
    pub fn endpoint(&self) -> impl Endpoint<Output = Response> + use<> {
        let site = Arc::clone(&self.0);
        let pages = Arc::new(routes().data(Arc::clone(&site)));
        poem::endpoint::make(move |request| {
            let (site, pages) = (Arc::clone(&site), Arc::clone(&pages));
            async move { Ok::<_, poem::Error>(answer(&site, pages.as_ref(), request).await) }
        })
    }
}

async fn answer(site: &Site, pages: &impl Endpoint<Output = Response>, mut request: Request) -> Response {
    let asked = Asked::note(&mut request);
    let signed_in = site.cookie.read(&request).is_some();
    let mut response = if refuse_cross_site(&request, &site.public_url) {
        Site::refusal(
            StatusCode::FORBIDDEN,
            "This form came from another site, or from a program that does not say where from.",
        )
        .into_response()
    } else {
        match pages.call(request).await {
            Ok(response) => response,
            Err(error) => told(error),
        }
    };
    if let Some(refusal) = response.data::<Refusal>().cloned() {
        response.set_body(refusal.page(site, signed_in));
    }
    finish(&asked, site.security, response).await
}

/// poem's own refusals (no such route, wrong method, unreadable path) as a page.
fn told(error: poem::Error) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    let status = error.status();
    let words = match status {
        StatusCode::NOT_FOUND => "Nothing is kept at this address.",
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take that method.",
        _ => "The request cannot be read.",
    };
    Site::refusal(status, words).into_response()
}

fn routes() -> impl Endpoint<Output = Response> {
    webhook_pages(dashboard_pages(account_pages(public_pages(Route::new()))))
}

/// What everybody may read.
fn public_pages(route: Route) -> Route {
    route
        .at("/", get(home::show))
        .at("/assets/:name", get(asset))
        .at("/docs", get(docs::index))
        .at("/docs/quickstart", get(quickstart::show))
        .at("/docs/events", get(events::index))
        .at("/docs/events.md", get(events::index_twin))
        .at("/docs/events/:name", get(events::one))
        .at("/docs/errors/:name", get(problems::show))
        .at("/docs/:name", get(docs::guide))
        .at("/reference", get(reference::index))
        .at("/reference.md", get(reference::index_twin))
        .at("/reference/:name", get(reference::named))
        .at("/reference/schemas/:name", get(reference::schema))
        .at("/openapi.yaml", get(contract::yaml))
        .at("/openapi.json", get(contract::as_json))
        .at("/openapi-3.0.json", get(contract::lowered))
        .at("/llms.txt", get(contract::llms_txt))
        .at("/llms-full.txt", get(contract::llms_full_txt))
        .at("/robots.txt", get(agents::robots))
        .at("/sitemap.xml", get(agents::sitemap))
        .at("/.well-known/api-catalog", get(agents::catalog))
}

/// Signing up, in and out.
fn account_pages(route: Route) -> Route {
    route
        .at("/signup", get(sign_up::show).post(sign_up::send))
        .at("/login", get(sign_in::show).post(sign_in::send))
        .at("/logout", post(sign_out::send))
        .at("/logout/everywhere", get(sessions::ask_everywhere).post(sessions::end_everywhere))
        .at("/verify-email", get(verify_email::without_link).post(verify_email::send))
        .at("/verify-email/:token", get(verify_email::show))
        .at("/forgot-password", get(forgot_password::show).post(forgot_password::send))
        .at("/reset-password", get(reset_password::without_link).post(reset_password::send))
        .at("/reset-password/:token", get(reset_password::show))
}

/// What an account has.
fn dashboard_pages(route: Route) -> Route {
    route
        .at("/dashboard", get(dashboard::show))
        .at("/dashboard/limits.json", get(dashboard::limits))
        .at("/dashboard/keys", get(keys::list::show).post(keys::create::send))
        .at("/dashboard/keys/new", get(keys::create::new))
        .at("/dashboard/keys/:id", get(keys::change::show).post(keys::change::send))
        .at("/dashboard/keys/:id/disabled", post(keys::change::set_disabled))
        .at("/dashboard/keys/:id/rotate", get(keys::rotate::ask).post(keys::rotate::send))
        .at("/dashboard/keys/:id/scopes", get(keys::plan::show).post(keys::plan::send))
        .at("/dashboard/keys/:id/revoke", get(keys::revoke::ask).post(keys::revoke::send))
        .at("/dashboard/password", get(password::show).post(password::send))
        .at("/dashboard/sessions", get(sessions::show))
        .at("/dashboard/sessions/:id/end", post(sessions::end))
        .at("/requests", get(requests::short))
        .at("/requests/:id", get(requests::short_of_one))
        .at("/dashboard/requests", get(requests::show))
        .at("/dashboard/requests/:id", get(requests::detail::show))
        .at("/dashboard/admin", get(admin::show))
        .at("/dashboard/admin/requests", get(requests::everybody::show))
        .at("/dashboard/audit", get(audit::show))
        .at("/dashboard/usage", get(usage::show))
        .at("/dashboard/usage.csv", get(usage::csv))
}

/// Its endpoints for webhooks.
fn webhook_pages(route: Route) -> Route {
    route
        .at("/webhooks", get(webhooks::short))
        .at("/dashboard/webhooks", get(webhooks::list::show).post(webhooks::create::send))
        .at("/dashboard/webhooks/new", get(webhooks::create::new))
        .at("/dashboard/webhooks/:id", get(webhooks::endpoint::show))
        .at("/dashboard/webhooks/:id/edit", get(webhooks::change::show).post(webhooks::change::send))
        .at("/dashboard/webhooks/:id/enabled", post(webhooks::change::set_enabled))
        .at("/dashboard/webhooks/:id/rotate", get(webhooks::rotate::ask).post(webhooks::rotate::send))
        .at("/dashboard/webhooks/:id/delete", get(webhooks::delete::ask).post(webhooks::delete::send))
        .at("/dashboard/webhooks/:id/test", post(webhooks::sending::test))
        .at("/dashboard/webhooks/:id/replay-failed", post(webhooks::sending::replay_failed))
        .at("/dashboard/webhooks/:id/replay-event", post(webhooks::sending::replay_event))
        .at("/dashboard/webhooks/:id/deliveries/:delivery", get(webhooks::delivery::show))
        .at("/dashboard/webhooks/:id/deliveries/:delivery/replay", post(webhooks::sending::replay))
}

#[handler]
#[expect(clippy::needless_pass_by_value, reason = "poem hands a handler its extractors by value")]
fn asset(site: poem::web::Data<&Arc<Site>>, poem::web::Path(name): poem::web::Path<String>) -> poem::Result<Answer> {
    site.assets.get(&name).ok_or_else(|| Site::refusal(StatusCode::NOT_FOUND, "Nothing is kept at this address."))
}
