//! OAuth clients at the gate: a key's id and the key, as `Authorization: Basic` or in the form (RFC 6749, 2.3).

use poem::{Request, RequestBody};
use secrecy::{ExposeSecret as _, SecretString};

use super::form::Form;
use super::{RequestContext, credentials};
use crate::auth::{AuthError, Identity, OWN_CLIENTS, Presented};
use crate::problem::Problem;

/// Why nobody is known by what was shown.
pub(super) enum Refusal {
    /// It cannot be read, or contradicts itself. Nothing was tried.
    Malformed(Problem),
    /// It is no good.
    Bad(AuthError),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Malformed(problem)
    }
}

/// The client that authenticates; nobody when none does.
pub(super) async fn identify(
    context: &RequestContext,
    request: &Request,
    body: &mut RequestBody,
) -> Result<Option<Identity>, Refusal> {
    let form = Form::of(context, request, body).await?;
    let shown = shown(credentials::basic(request.headers())?, form)?;
    let Some((id, secret)) = shown else { return Ok(None) };
    let presented = Presented {
        api_key: Some(secret.expose_secret()),
        bearer: None,
        origin: credentials::origin(request.headers()),
        address: Some(context.address),
    };
    let found = context.app.auth.identify_client(&id, presented).await;
    found.map(Some).map_err(Refusal::Bad)
}

/// The one id and secret that were shown. A client authenticates in one way only, and a key's id alone is no client.
fn shown(basic: Option<(String, SecretString)>, form: &Form) -> Result<Option<(String, SecretString)>, Problem> {
    let id = form.get("client_id");
    match (basic, form.get("client_secret")) {
        (Some(_), Some(_)) => Err(Problem::malformed("The client authenticates in two ways at once.")),
        (Some((name, _)), None) if id.is_some_and(|id| id != name) => {
            Err(Problem::malformed("client_id is another one than that of Authorization."))
        }
        (Some(basic), None) => Ok(Some(basic)),
        (None, Some(secret)) => {
            let id = id.ok_or_else(|| Problem::malformed("client_secret is there without client_id."))?;
            Ok(Some((id.to_owned(), secret.to_owned().into())))
        }
        (None, None) if id.is_some_and(|id| id != OWN_CLIENTS) => Err(Problem::client_unknown()),
        (None, None) => Ok(None),
    }
}
