//! Signing out here: the portal's session ends first, whatever the API says, and then the API's.

use std::sync::Arc;

use poem::http::header;
use poem::web::Data;
use poem::{Request, handler};

use crate::api::Failure;
use crate::http::Answer;
use crate::session::{Session, SignedForm};
use crate::site::Site;

/// Ends the session on the server; the cookie goes too.
#[handler]
pub(crate) async fn send(site: Data<&Arc<Site>>, request: &Request, form: SignedForm) -> poem::Result<Answer> {
    end(&site, &form.session, request).await?;
    Ok(gone(&site))
}

/// Ends the session that the visitor's cookie names, if it names one.
pub(super) async fn leave(site: &Site, request: &Request) -> poem::Result<()> {
    let Some(secret) = site.cookie.read(request) else { return Ok(()) };
    match site.sessions.open(secret).await.map_err(|error| Site::broken(&error))? {
        Some(session) => end(site, &session, request).await,
        None => Ok(()),
    }
}

/// To the sign-in page, without the cookie.
pub(super) fn gone(site: &Site) -> Answer {
    Answer::see_other("/login?out").header(header::SET_COOKIE, &site.cookie.forget())
}

/// The visitor is signed out even if the API cannot be told: what is left of its session then ends by itself, and the tokens
/// that could use it are gone.
async fn end(site: &Site, session: &Session, request: &Request) -> poem::Result<()> {
    site.sessions.end(&session.id).await.map_err(|error| Site::broken(&error))?;
    if let Err(failure) = tell(site, session, request).await {
        tracing::warn!(%failure, "the API was not told that somebody signed out");
    }
    Ok(())
}

async fn tell(site: &Site, session: &Session, request: &Request) -> Result<(), Failure> {
    site.api.nobody(site.visitor(request))?.sign_out(&session.data.tokens, site.sessions.now_ms()).await
}
