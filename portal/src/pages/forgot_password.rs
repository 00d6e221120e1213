//! Asking for the link that sets a new password. The answer is the same whoever exists.

use std::sync::Arc;

use askama::Template;
use poem::web::Data;
use poem::{Request, handler};

use super::chrome::{Chrome, Room};
use super::form_state::FormState;
use crate::api::Failure;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::site::Site;

#[derive(Template)]
#[template(path = "forgot_password.html")]
struct ForgotPage<'a> {
    chrome: Chrome<'a>,
    form: FormState,
    sent: bool,
}

#[handler]
pub(crate) fn show(site: Data<&Arc<Site>>, request: &Request) -> Answer {
    Answer::private(page(&site, FormState::default(), request.uri().query() == Some("sent")))
}

#[handler]
pub(crate) async fn send(site: Data<&Arc<Site>>, request: &Request, fields: FormFields) -> poem::Result<Answer> {
    match ask(&site, request, fields.get("email").unwrap_or_default()).await {
        Ok(()) => Ok(Answer::see_other("/forgot-password?sent")),
        Err(failure) => {
            let form = FormState::refused(fields, &failure, &["email"]);
            let status = form.status;
            Ok(Answer::private(page(&site, form, false)).status(status))
        }
    }
}

async fn ask(site: &Site, request: &Request, email: &str) -> Result<(), Failure> {
    site.api.nobody(site.visitor(request))?.forgot_password(email).await
}

fn page(site: &Site, form: FormState, sent: bool) -> String {
    render(&ForgotPage { chrome: Chrome::new(site, Room::Elsewhere, false), form, sent })
}
