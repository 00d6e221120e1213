//! Where the mail of a sign-up leads: a page with a button that confirms the address.
//!
//! Opening the page confirms nothing: programs that look at links in mails do that too. The link's secret comes in the address
//! and goes on in the form, so that no call's line holds it.

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::chrome::{Chrome, Room};
use super::form_state::FormState;
use crate::api::{Failure, LINK};
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::site::Site;

#[derive(Template)]
#[template(path = "verify_email.html")]
struct VerifyPage<'a> {
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
    Answer::see_other("/login")
}

#[handler]
pub(crate) async fn send(site: Data<&Arc<Site>>, request: &Request, fields: FormFields) -> poem::Result<Answer> {
    let token = fields.get(LINK).unwrap_or_default().to_owned();
    match confirm(&site, request, &token).await {
        Ok(()) => Ok(Answer::see_other("/login?verified")),
        Err(failure) => {
            let form = FormState::refused(fields, &failure, &[LINK]);
            let status = form.status;
            Ok(Answer::private(page(&site, form, token)).status(status))
        }
    }
}

async fn confirm(site: &Site, request: &Request, token: &str) -> Result<(), Failure> {
    site.api.nobody(site.visitor(request))?.verify_email(token).await
}

fn page(site: &Site, form: FormState, token: String) -> String {
    render(&VerifyPage { chrome: Chrome::new(site, Room::Elsewhere, false), form, token })
}
