//! The gate: who is asking (401), how often they may (429), what they may do (403), in this order and before a body is read.
//!
//! Generated adaptors take [`Admitted`] (a credential is needed) or [`Welcomed`] (it is not) as their first argument, so
//! that no route can be written that skips it.

use std::marker::PhantomData;
use std::sync::Arc;

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::client::{self, Refusal};
use super::{CallerKind, Credential, Op, Operation, RequestContext, Schemes, credentials};
use crate::auth::{self, AuthError, Caller, Identity, Presented, Visitor};
use crate::domain::keys::OwnLimits;
use crate::domain::users::Role;
use crate::limits::{Charge, Charges, LimitClass, Payer, Policy, Via};
use crate::problem::Problem;

/// A caller who passed the gate of an operation that needs a credential.
#[derive(Debug)]
pub struct Admitted<O> {
    /// Who it is.
    pub caller: Caller,
    /// `Idempotency-Key`, where the operation takes one and one was sent.
    pub(super) repeatable: Option<Repeatable>,
    of: PhantomData<fn() -> O>,
}

/// A request that may come again, and must then have the same answer.
#[derive(Debug)]
pub(super) struct Repeatable {
    pub key: String,
    pub path: String,
    pub context: Arc<RequestContext>,
}

/// Somebody who passed the gate of an operation that needs no credential.
#[derive(Debug)]
pub struct Welcomed<O> {
    /// Who it is, as far as they said.
    pub visitor: Visitor,
    of: PhantomData<fn() -> O>,
}

macro_rules! gate {
    ($type:ident, $through:path) => {
        impl<'a, O: Op> ApiExtractor<'a> for $type<O> {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
            type ParamType = ();
            type ParamRawType = ();

            fn register(registry: &mut Registry) {
                register_schemes(registry);
            }

            fn security_schemes() -> Vec<&'static str> {
                security_schemes(O::OPERATION)
            }

            fn has_security_fallback() -> bool {
                matches!(O::OPERATION.credential, Credential::Optional(_))
            }

            async fn from_request(
                request: &'a Request,
                body: &mut RequestBody,
                _: ExtractParamOptions<()>,
            ) -> poem::Result<Self> {
                let context = RequestContext::of(request)?;
                let identity = enter(context, request, body, O::OPERATION).await?;
                Ok($through(context, request, identity)?)
            }
        }
    };
}

gate!(Admitted, Admitted::through);
gate!(Welcomed, Welcomed::through);

impl<O: Op> Admitted<O> {
    fn through(context: &Arc<RequestContext>, request: &Request, identity: Option<Identity>) -> Result<Self, Problem> {
        let identity = identity.ok_or_else(Problem::unauthenticated)?;
        let key = if O::OPERATION.idempotent { credentials::idempotency_key(request.headers())? } else { None };
        let path = || request.uri().path().to_owned();
        let repeatable = key.map(|key| Repeatable { key: key.to_owned(), path: path(), context: Arc::clone(context) });
        Ok(Self { caller: caller(context, identity), repeatable, of: PhantomData })
    }
}

impl<O> Welcomed<O> {
    fn through(context: &RequestContext, request: &Request, identity: Option<Identity>) -> Result<Self, Problem> {
        let caller = identity.map(|identity| caller(context, identity));
        let user_agent = credentials::user_agent(request.headers());
        let visitor = Visitor { caller, address: context.address, request_id: context.request_id, user_agent };
        Ok(Self { visitor, of: PhantomData })
    }
}

const fn caller(context: &RequestContext, identity: Identity) -> Caller {
    Caller { identity, address: context.address, request_id: context.request_id, idempotency: None }
}

/// Passes the gate, or tells why not.
async fn enter(
    context: &RequestContext,
    request: &Request,
    body: &mut RequestBody,
    operation: &'static Operation,
) -> Result<Option<Identity>, Problem> {
    let identity = if operation.takes_clients() {
        charged(context, Box::pin(client::identify(context, request, body)).await).await?
    } else {
        match presented(context, request, operation)? {
            Some(presented) => {
                charged(context, context.app.auth.identify(presented).await.map_err(Refusal::Bad)).await?
            }
            None => None,
        }
    };
    if identity.is_none() && matches!(operation.credential, Credential::Required(_)) {
        return Err(Problem::unauthenticated());
    }
    if let Some(identity) = identity {
        let _ = context.identity.set(identity);
    }
    let own = identity.as_ref().map(|identity| &identity.own_limits);
    charge(context, payer(context, identity.as_ref(), operation.class), own, operation).await?;
    if let Some(identity) = &identity {
        check_rights(identity, operation)?;
    }
    Ok(identity)
}

/// What was shown of what the operation takes.
fn presented<'a>(
    context: &RequestContext,
    request: &'a Request,
    operation: &Operation,
) -> Result<Option<Presented<'a>>, Problem> {
    let (Credential::Required(schemes) | Credential::Optional(schemes)) = operation.credential else { return Ok(None) };
    let mut presented = credentials::presented(request.headers())?;
    presented.address = Some(context.address);
    if !schemes.bearer {
        // Clients send their access token with everything; here only a key says something, and where one is needed it
        // stands where the contract says.
        let welcome = matches!(operation.credential, Credential::Optional(_));
        presented.bearer = presented.bearer.filter(|token| welcome && auth::is_meant_as_key(token));
    }
    Ok((presented.api_key.is_some() || presented.bearer.is_some()).then_some(presented))
}

/// Who holds the credential. A bad one is charged to its address, so that nobody can try many; so is a form that cannot be
/// read, since it was read before anybody was counted.
async fn charged<T>(context: &RequestContext, found: Result<T, Refusal>) -> Result<T, Problem> {
    let problem = match found {
        Ok(found) => return Ok(found),
        Err(Refusal::Bad(AuthError::Store(error))) => return Err(error.into()),
        Err(Refusal::Bad(error)) => error.into(),
        Err(Refusal::Malformed(problem)) => problem,
    };
    let address = Payer::Address(context.address);
    take(context, &context.app.policy.charges(address, LimitClass::Read, "")).await?;
    Err(problem)
}

fn payer<'a>(context: &RequestContext, identity: Option<&'a Identity>, class: LimitClass) -> Payer<'a> {
    let Some(identity) = identity.filter(|_| class != LimitClass::Auth) else {
        return Payer::Address(context.address);
    };
    let session = identity.credential.session().is_some();
    if let (true, auth::Credential::ApiKey(id) | auth::Credential::Both(id, _)) =
        (identity.own_tier, &identity.credential)
    {
        let id = identity.own_limits.tier_of.as_ref().unwrap_or(id);
        return Payer::Key { id: id.as_str(), tier: identity.tier };
    }
    let via = match (session, context.by_portal) {
        (true, true) => Via::Portal,
        (true, false) => Via::Session,
        (false, _) => Via::Key,
    };
    Payer::Account { id: identity.user_id.as_str(), tier: identity.tier, via }
}

async fn charge(
    context: &RequestContext,
    payer: Payer<'_>,
    own: Option<&OwnLimits>,
    operation: &Operation,
) -> Result<(), Problem> {
    if operation.class == LimitClass::Free {
        // Where somebody may say who he is, he is told how he stands; nothing is counted.
        if operation.credential != Credential::None {
            let charges = with_own(context.app.policy.charges(payer, LimitClass::Read, operation.id), own);
            let _ = context.decision.set(context.app.limits.peek(&charges, context.now).await);
        }
        return Ok(());
    }
    take(context, &with_own(context.app.policy.charges(payer, operation.class, operation.id), own)).await
}

fn with_own(mut charges: Charges, own: Option<&OwnLimits>) -> Charges {
    charges.extend(own.into_iter().flat_map(Policy::own));
    charges
}

/// Counts a request that leads to no operation as a read: of whoever sent it, or of its address where that is not said or
/// not so. What is asked for in vain costs work too.
pub(super) async fn astray(context: &RequestContext, request: &Request) -> Result<(), Problem> {
    let shown = credentials::presented(request.headers()).ok();
    let identity = match shown.filter(|shown| shown.api_key.is_some() || shown.bearer.is_some()) {
        Some(shown) => {
            let shown = Presented { address: Some(context.address), ..shown };
            context.app.auth.identify(shown).await.ok().flatten()
        }
        None => None,
    };
    let charges = context.app.policy.charges(payer(context, identity.as_ref(), LimitClass::Read), LimitClass::Read, "");
    take(context, &with_own(charges, identity.as_ref().map(|identity| &identity.own_limits))).await
}

async fn take(context: &RequestContext, charges: &[Charge]) -> Result<(), Problem> {
    if charges.is_empty() {
        return Ok(());
    }
    let decision = context.app.limits.take(charges, context.now).await;
    context.app.metrics.refused(decision.violated());
    let refused = (!decision.admitted()).then(|| Problem::from(&decision));
    let _ = context.decision.set(decision);
    refused.map_or(Ok(()), Err)
}

fn check_rights(identity: &Identity, operation: &Operation) -> Result<(), Problem> {
    if identity.publishable && !is_open(operation) {
        return Err(Problem::forbidden("A publishable key only signs people in and reads what is public."));
    }
    if !identity.scopes.covers(operation.scopes) {
        return Err(Problem::insufficient_scope(operation.scopes, identity.scopes));
    }
    if operation.callers.iter().any(|kind| is(identity, *kind)) {
        return Ok(());
    }
    let who: Vec<&str> = operation.callers.iter().map(|kind| name(*kind)).collect();
    Err(Problem::forbidden(format!("This is for {}.", who.join(" and "))))
}

/// What a key that anybody may see may do: sign people in, and read what nobody needs a credential for.
fn is_open(operation: &Operation) -> bool {
    let reads = matches!(operation.class, LimitClass::Read | LimitClass::Free);
    operation.tag == "auth" || (reads && matches!(operation.credential, Credential::Optional(_)))
}

fn is(identity: &Identity, kind: CallerKind) -> bool {
    let admin = identity.is_admin();
    match kind {
        CallerKind::Any => true,
        CallerKind::User => identity.credential.session().is_some(),
        CallerKind::Service => {
            !identity.publishable && (identity.credential.session().is_none() || identity.credential.key().is_some())
        }
        CallerKind::Member => admin || identity.role != Role::Authenticated,
        CallerKind::Admin => admin,
    }
}

const fn name(kind: CallerKind) -> &'static str {
    match kind {
        CallerKind::Any => "everyone",
        CallerKind::User => "signed-in users (send an access token)",
        CallerKind::Service => "services (send an API key)",
        CallerKind::Member => "members",
        CallerKind::Admin => "administrators",
    }
}

fn security_schemes(operation: &Operation) -> Vec<&'static str> {
    let (Credential::Required(schemes) | Credential::Optional(schemes)) = operation.credential else {
        return Vec::new();
    };
    let Schemes { api_key, bearer, basic } = schemes;
    let all = [(api_key, "apiKey"), (bearer, "bearer"), (basic, "clientBasic")];
    all.into_iter().filter(|(taken, _)| *taken).map(|(_, name)| name).collect()
}

fn register_schemes(registry: &mut Registry) {
    let scheme = |ty| MetaSecurityScheme {
        ty,
        description: None,
        name: None,
        key_in: None,
        scheme: None,
        bearer_format: None,
        flows: None,
        openid_connect_url: None,
    };
    let api_key = MetaSecurityScheme { name: Some("X-API-Key"), key_in: Some("header"), ..scheme("apiKey") };
    registry.create_security_scheme("apiKey", api_key);
    let basic = MetaSecurityScheme { scheme: Some("basic"), ..scheme("http") };
    registry.create_security_scheme("clientBasic", basic);
    registry.create_security_scheme("bearer", MetaSecurityScheme { scheme: Some("bearer"), ..scheme("http") });
}
