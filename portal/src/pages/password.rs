//! Changing the password of who is signed in.

use std::sync::Arc;

use askama::Template;
use poem::web::Data;
use poem::{Request, handler};

use super::chrome::{Chrome, Desk, Room};
use super::error::failed;
use super::form_state::FormState;
use crate::api::Failure;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

/// The contract's own names, so that its faults find their fields.
const CURRENT: &str = "currentPassword";
const NEW: &str = "newPassword";

#[derive(Template)]
#[template(path = "dashboard/password.html")]
struct PasswordPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    form: FormState,
}

#[handler]
pub(crate) fn show(site: Data<&Arc<Site>>, who: SignedIn) -> Answer {
    Answer::private(page(&site, &who.0, FormState::default()))
}

#[handler]
pub(crate) async fn send(site: Data<&Arc<Site>>, request: &Request, form: SignedForm) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    match change(&site, &session, request, &fields).await {
        Ok(()) => Ok(Answer::see_other("/dashboard/sessions?password")),
        Err(failure @ (Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_))) => {
            let form = FormState::refused(fields, &failure, &[CURRENT, NEW]);
            let status = form.status;
            Ok(Answer::private(page(&site, &session, form)).status(status))
        }
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

async fn change(site: &Site, session: &Session, request: &Request, fields: &FormFields) -> Result<(), Failure> {
    let (current, new) = (fields.raw(CURRENT).unwrap_or_default(), fields.raw(NEW).unwrap_or_default());
    site.calls(session, request).await?.change_password(current, new).await
}

fn page(site: &Site, session: &Session, form: FormState) -> String {
    let (chrome, desk) = Desk::new(site, Room::Password, session);
    render(&PasswordPage { chrome, desk, form })
}
