//! The signed-in visitor as a handler's argument; who is not signed in is sent to sign in.

use poem::http::Method;
use poem::{FromRequest, Request, RequestBody};

use super::Session;
use crate::http::{Answer, FormFields};
use crate::site::Site;

/// A page's argument: whoever is signed in.
pub(crate) struct SignedIn(pub Session);

/// As [`SignedIn`], for what a page's script asks by itself: it does not count as use of the session.
pub(crate) struct Looking(pub Session);

/// A form's argument: whoever is signed in, and what they sent with their session's own token.
pub(crate) struct SignedForm {
    pub session: Session,
    pub fields: FormFields,
}

impl<'a> FromRequest<'a> for SignedIn {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        let site = Site::of(request)?;
        let Some(secret) = site.cookie.read(request) else { return Err(sign_in_first(request)) };
        match site.sessions.open(secret).await {
            Ok(Some(session)) => Ok(Self(session)),
            Ok(None) => Err(sign_in_first(request)),
            Err(error) => Err(Site::broken(&error)),
        }
    }
}

impl<'a> FromRequest<'a> for Looking {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        let site = Site::of(request)?;
        let Some(secret) = site.cookie.read(request) else { return Err(sign_in_first(request)) };
        match site.sessions.look(secret).await {
            Ok(Some(session)) => Ok(Self(session)),
            Ok(None) => Err(sign_in_first(request)),
            Err(error) => Err(Site::broken(&error)),
        }
    }
}

impl<'a> FromRequest<'a> for SignedForm {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let SignedIn(session) = SignedIn::from_request(request, body).await?;
        let fields = FormFields::from_request(request, body).await?;
        if fields.get("csrf").is_some_and(|token| session.data.owns_form(token)) {
            return Ok(Self { session, fields });
        }
        Err(Site::refusal(
            poem::http::StatusCode::FORBIDDEN,
            "This form is out of date. Go back, reload the page and send it again.",
        ))
    }
}

fn sign_in_first(request: &Request) -> poem::Error {
    let path = request.uri().path();
    let back = *request.method() == Method::GET && path.starts_with("/dashboard");
    Answer::see_other(&if back { format!("/login?next={path}") } else { "/login".to_owned() }).into()
}
