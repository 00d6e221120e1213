//! Signing in. For leaving, see [`super::sign_out`].

use std::sync::Arc;

use askama::Template;
use poem::http::header;
use poem::web::Data;
use poem::{Request, handler};

use super::chrome::{Chrome, Room};
use super::form_state::FormState;
use super::sign_out::leave;
use crate::api::{Failure, SignIn};
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::site::Site;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    chrome: Chrome<'a>,
    form: FormState,
    notice: Option<&'static str>,
    next: String,
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, request: &Request) -> poem::Result<Answer> {
    let query: Vec<(String, String)> =
        serde_urlencoded::from_str(request.uri().query().unwrap_or_default()).unwrap_or_default();
    let has = |name: &str| query.iter().any(|(given, _)| given == name);
    let next = next(query.iter().find(|(name, _)| name == "next").map(|(_, value)| value.as_str()));
    if let Some(secret) = site.cookie.read(request)
        && site.sessions.open(secret).await.map_err(|error| Site::broken(&error))?.is_some()
    {
        return Ok(Answer::see_other(&next));
    }
    let notice = match () {
        () if has("registered") => Some("Almost there. If a mail comes, follow its link first. Then sign in."),
        () if has("ended") => Some("Your session has ended. Sign in again to go on."),
        () if has("verified") => Some("Your address is confirmed. Sign in."),
        () if has("reset") => Some("Your password is set, and every session has ended. Sign in with the new one."),
        () if has("out") => Some("You are signed out."),
        () => None,
    };
    Ok(Answer::private(page(&site, FormState::default(), notice, next)))
}

/// A new session under a new id, whatever cookie came along; the old one is worth nothing from now on.
#[handler]
pub(crate) async fn send(site: Data<&Arc<Site>>, request: &Request, fields: FormFields) -> poem::Result<Answer> {
    let next = next(fields.get("next"));
    let signed_in = match attempt(&site, request, &fields).await {
        Ok(signed_in) => signed_in,
        Err(failure) => {
            let form = FormState::refused(fields, &failure, &["email", "password"]);
            let status = form.status;
            return Ok(Answer::private(page(&site, form, None, next)).status(status));
        }
    };
    leave(&site, request).await?;
    let secret = site.sessions.begin(signed_in.person, signed_in.tokens).await.map_err(|error| Site::broken(&error))?;
    Ok(Answer::see_other(&next).header(header::SET_COOKIE, &site.cookie.keep(&secret)))
}

async fn attempt(site: &Site, request: &Request, fields: &FormFields) -> Result<SignIn, Failure> {
    let calls = site.api.nobody(site.visitor(request))?;
    let (email, password) = (fields.get("email").unwrap_or_default(), fields.raw("password").unwrap_or_default());
    calls.sign_in(email, password, site.sessions.now_ms()).await
}

/// Only to our own dashboard: an address from elsewhere is no place to send anyone.
fn next(asked: Option<&str>) -> String {
    let plain =
        |path: &str| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_'));
    let inside = |path: &&str| *path == "/dashboard" || path.starts_with("/dashboard/");
    asked.filter(inside).filter(|path| plain(path)).unwrap_or("/dashboard").to_owned()
}

fn page(site: &Site, form: FormState, notice: Option<&'static str>, next: String) -> String {
    render(&SignInPage { chrome: Chrome::new(site, Room::Elsewhere, false), form, notice, next })
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn signing_in_leads_nowhere_else() {
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/dashboardx",
            "/dashboard/..//evil.example?x",
            "/login",
        ] {
            assert_eq!(next(Some(elsewhere)), "/dashboard", "{elsewhere}");
        }
        assert_eq!(next(Some("/dashboard/keys")), "/dashboard/keys");
    }
}
