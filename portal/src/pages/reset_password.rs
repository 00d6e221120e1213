//! Where the mail about a forgotten password leads: setting a new one. The link's secret goes on in the form (see
//! [`super::verify_email`]).

use std::sync::Arc;

use askama::Template;
use poem::http::header;
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::chrome::{Chrome, Room};
use super::form_state::FormState;
use super::sign_out::leave;
use crate::api::{Failure, LINK};
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::site::Site;

#[derive(Template)]
#[template(path = "reset_password.html")]
struct ResetPage<'a> {
    chrome: Chrome<'a>,
    form: FormState,
    token: String,
}

#[handler]
pub(crate) fn show(site: Data<&Arc<Site>>, Path(token): Path<String>) -> Answer {
    Answer::private(page(&site, FormState::default(), token))
}

/// Somebody came without the link.
#[handler]
pub(crate) fn without_link() -> Answer {
    Answer::see_other("/forgot-password")
}

/// The API ends every session of the account; the one of this browser goes with them.
#[handler]
pub(crate) async fn send(site: Data<&Arc<Site>>, request: &Request, fields: FormFields) -> poem::Result<Answer> {
    let token = fields.get(LINK).unwrap_or_default().to_owned();
    let password = fields.raw("password").unwrap_or_default();
    if let Err(failure) = reset(&site, request, &token, password).await {
        let form = FormState::refused(fields, &failure, &[LINK, "password"]);
        let status = form.status;
        return Ok(Answer::private(page(&site, form, token)).status(status));
    }
    leave(&site, request).await?;
    Ok(Answer::see_other("/login?reset").header(header::SET_COOKIE, &site.cookie.forget()))
}

async fn reset(site: &Site, request: &Request, token: &str, password: &str) -> Result<(), Failure> {
    site.api.nobody(site.visitor(request))?.reset_password(token, password).await
}

fn page(site: &Site, form: FormState, token: String) -> String {
    render(&ResetPage { chrome: Chrome::new(site, Room::Elsewhere, false), form, token })
}
