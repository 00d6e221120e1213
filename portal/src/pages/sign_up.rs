//! Opening an account.

use std::sync::Arc;

use askama::Template;
use poem::web::Data;
use poem::{Request, handler};

use super::chrome::{Chrome, Room};
use super::form_state::FormState;
use crate::api::Registration;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::site::Site;

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage<'a> {
    chrome: Chrome<'a>,
    form: FormState,
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, request: &Request) -> poem::Result<Answer> {
    if let Some(secret) = site.cookie.read(request)
        && site.sessions.open(secret).await.map_err(|error| Site::broken(&error))?.is_some()
    {
        return Ok(Answer::see_other("/dashboard"));
    }
    Ok(Answer::private(page(&site, FormState::default())))
}

#[handler]
pub(crate) async fn send(site: Data<&Arc<Site>>, request: &Request, fields: FormFields) -> poem::Result<Answer> {
    let registration = Registration {
        email: fields.get("email").unwrap_or_default(),
        password: fields.raw("password").unwrap_or_default(),
        name: fields.get("name"),
    };
    let registered = match site.api.nobody(site.visitor(request)) {
        Ok(calls) => calls.register(&registration).await,
        Err(failure) => Err(failure),
    };
    match registered {
        Ok(()) => Ok(Answer::see_other("/login?registered")),
        Err(failure) => {
            let form = FormState::refused(fields, &failure, &["email", "password", "name"]);
            let status = form.status;
            Ok(Answer::private(page(&site, form)).status(status))
        }
    }
}

fn page(site: &Site, form: FormState) -> String {
    render(&SignUpPage { chrome: Chrome::new(site, Room::Elsewhere, false), form })
}
