//! Sessions that end by themselves: the API's session behind each is ended too.

use std::net::{IpAddr, Ipv4Addr};

use crate::api::{Failure, Visitor};
use crate::session::{SessionData, SessionError};
use crate::site::Site;

/// Sessions that one round ends; each is at most two calls of the API.
const MOST: usize = 50;

/// One round: oldest first, until one cannot be told.
pub(crate) async fn end_idle_sessions(site: &Site) {
    match round(site).await {
        Ok(0) => {}
        Ok(ended) => tracing::debug!(ended, "sessions that idled away are ended in the API"),
        Err(error) => tracing::warn!(%error, "sessions that idled away cannot be read; the next round tries again"),
    }
}

async fn round(site: &Site) -> Result<usize, SessionError> {
    let mut done = 0;
    for (id, data) in site.sessions.ended(MOST).await? {
        // What cannot be opened has no tokens that anybody could use.
        if let Some(data) = data
            && let Err(failure) = tell(site, &data).await
        {
            tracing::warn!(%failure, "the API was not told that a session idled away");
            if matches!(failure, Failure::Limited(_) | Failure::Broken { .. }) {
                break;
            }
        }
        site.sessions.end(&id).await?;
        done += 1;
    }
    Ok(done)
}

/// Nobody is visiting: it is the portal itself that calls.
async fn tell(site: &Site, data: &SessionData) -> Result<(), Failure> {
    let portal = Visitor { address: IpAddr::V4(Ipv4Addr::LOCALHOST), agent: None };
    match site.api.nobody(portal)?.sign_out(&data.tokens, site.sessions.now_ms()).await {
        // It was over there, too.
        Err(Failure::SignedOut | Failure::Missing(_)) => Ok(()),
        told => told,
    }
}
