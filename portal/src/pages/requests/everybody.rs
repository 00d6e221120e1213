//! Everybody's requests. For administrators; for everybody else there is no such page.

use std::sync::Arc;

use poem::web::Data;
use poem::{Request, handler};

use super::{List, answer, filters, unread};
use crate::api::{Failure, RequestPage, RequestQuery};
use crate::http::{Answer, FormFields};
use crate::pages::admin::nothing;
use crate::session::{Session, SignedIn};
use crate::site::Site;

const ADDRESS: &str = "/dashboard/admin/requests";

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let session = &who.0;
    if !session.data.person.admin {
        return Err(nothing());
    }
    let fields = FormFields::from_query(request.uri().query().unwrap_or_default());
    let outcome = match filters::read(&fields) {
        Ok(query) => find(&site, session, request, &query).await,
        Err(faults) => Err(unread(faults)),
    };
    match outcome {
        // An administrator no more, since the sign-in.
        Err(Failure::Refused(_)) => Err(nothing()),
        outcome => answer(&site, session, fields, outcome, List::empty(ADDRESS, Vec::new())).await,
    }
}

async fn find(site: &Site, session: &Session, request: &Request, query: &RequestQuery) -> Result<RequestPage, Failure> {
    site.calls(session, request).await?.all_requests(query).await
}
