//! Forms that send: a test, one delivery again, all again that failed, any event.

use std::sync::Arc;

use poem::web::{Data, Path};
use poem::{Request, handler};

use super::{ADDRESS, delivery, endpoint};
use crate::api::{Calls, Delivery, Failure};
use crate::dates::Moment;
use crate::http::Answer;
use crate::session::{Session, SignedForm};
use crate::site::Site;

#[handler]
pub(crate) async fn test(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    match send_test(&site, &session, request, &id).await {
        Ok(delivery) => Ok(to(&delivery)),
        Err(failure) => endpoint::refused(&site, &session, request, &id, fields, failure).await,
    }
}

#[handler]
pub(crate) async fn replay(
    site: Data<&Arc<Site>>,
    Path((id, delivery)): Path<(String, String)>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let session = &form.session;
    match send_again(&site, session, request, (&id, &delivery)).await {
        Ok(delivery) => Ok(to(&delivery)),
        Err(failure) => delivery::refused(&site, session, request, (&id, &delivery), failure).await,
    }
}

#[handler]
pub(crate) async fn replay_failed(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let Some(since) = form.fields.get("since").and_then(Moment::typed) else {
        let fault = ("since", "is a time such as 2026-11-22T12:00");
        return endpoint::wrong(&site, form, request, &id, fault).await;
    };
    let SignedForm { session, fields } = form;
    match send_failed(&site, &session, request, (&id, since)).await {
        Ok((id, replayed)) => Ok(Answer::see_other(&format!("{ADDRESS}/{id}?replayed={replayed}"))),
        Err(failure) => endpoint::refused(&site, &session, request, &id, fields, failure).await,
    }
}

#[handler]
pub(crate) async fn replay_event(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let Some(event) = form.fields.get("eventId").filter(|text| is_event(text)).map(str::to_owned) else {
        let fault = ("eventId", "is evt_ and then letters and digits");
        return endpoint::wrong(&site, form, request, &id, fault).await;
    };
    match send_event(&site, &form.session, request, (&id, &event)).await {
        Ok(delivery) => Ok(to(&delivery)),
        // Where it is the endpoint that is missing, its page says so.
        Err(Failure::Missing(_)) => {
            let fault = ("eventId", "is no event of yours, or one that is kept no more");
            endpoint::wrong(&site, form, request, &id, fault).await
        }
        Err(failure) => {
            let SignedForm { session, fields } = form;
            endpoint::refused(&site, &session, request, &id, fields, failure).await
        }
    }
}

/// Whether that can be an event's id: it becomes a step of an address.
fn is_event(text: &str) -> bool {
    let rest = text.strip_prefix("evt_").unwrap_or_default();
    !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// To the delivery's page.
fn to(delivery: &Delivery) -> Answer {
    Answer::see_other(&format!("{ADDRESS}/{}/deliveries/{}", delivery.webhook, delivery.id))
}

async fn send_test(site: &Site, session: &Session, request: &Request, id: &str) -> Result<Delivery, Failure> {
    let calls = site.calls(session, request).await?;
    let delivery = calls.test_webhook(id).await?;
    settle(&calls, &delivery).await;
    Ok(delivery)
}

async fn send_again(
    site: &Site,
    session: &Session,
    request: &Request,
    (id, delivery): (&str, &str),
) -> Result<Delivery, Failure> {
    let calls = site.calls(session, request).await?;
    let delivery = calls.replay_delivery(id, delivery).await?;
    settle(&calls, &delivery).await;
    Ok(delivery)
}

async fn send_event(
    site: &Site,
    session: &Session,
    request: &Request,
    (id, event): (&str, &str),
) -> Result<Delivery, Failure> {
    let calls = site.calls(session, request).await?;
    let delivery = calls.replay_event(id, event).await?;
    settle(&calls, &delivery).await;
    Ok(delivery)
}

/// It is on its way: whether its page can wait for it is no matter.
async fn settle(calls: &Calls, delivery: &Delivery) {
    if let Err(failure) = calls.attempt_after(delivery).await {
        tracing::debug!(%failure, "a delivery was not waited for");
    }
}

/// The endpoint's id as the API has it, and how many are sent again.
async fn send_failed(
    site: &Site,
    session: &Session,
    request: &Request,
    (id, since): (&str, Moment),
) -> Result<(String, i64), Failure> {
    let calls = site.calls(session, request).await?;
    let replayed = calls.replay_failed(id, since).await?;
    Ok((calls.webhook(id).await?.id, replayed))
}
