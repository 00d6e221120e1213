//! What every page may ask for, made once at start.

use std::sync::Arc;

use poem::Request;
use poem::http::{StatusCode, header};

use crate::api::{Api, Calls, Failure, Visitor};
use crate::config::{PortalConfig, PortalError};
use crate::http::{Answer, Assets, SecurityHeaders};
use crate::pages::chrome::{Chrome, Room};
use crate::pages::contract::ContractFiles;
use crate::pages::docs::Guides;
use crate::pages::error::Refusal;
use crate::reference::{Reference, Samples};
use crate::session::{Session, SessionCookie, Sessions};

/// Everything that was made at start.
pub(crate) struct Site {
    pub public_url: String,
    pub reference: Reference,
    pub samples: Samples,
    pub contract: ContractFiles,
    pub guides: Guides,
    pub assets: Assets,
    pub sessions: Sessions,
    pub cookie: SessionCookie,
    pub security: SecurityHeaders,
    pub api: Api,
    visitor_address: crate::config::VisitorAddress,
}

impl Site {
    pub fn build(config: &PortalConfig) -> Result<Self, PortalError> {
        let loaded = Arc::new(sdk_gen::from_text("openapi.yaml", &config.contract)?);
        let public_url = config.public_url.trim_end_matches('/').to_owned();
        let guides = Guides::load(&loaded.api, &public_url);
        Ok(Self {
            samples: Samples::new(&public_url),
            contract: ContractFiles::new(&config.contract, &loaded, &guides, &public_url),
            guides,
            assets: Assets::load(),
            sessions: Sessions::new(config)?,
            cookie: SessionCookie::new(config.secure_cookies),
            security: SecurityHeaders::for_site(&public_url),
            api: Api::new(config)?,
            visitor_address: Arc::clone(&config.visitor_address),
            reference: Reference::new(loaded.api.clone()),
            public_url,
        })
    }

    /// The site that a request came to.
    pub fn of(request: &Request) -> poem::Result<&Arc<Self>> {
        request.data::<Arc<Self>>().ok_or_else(|| poem::Error::from_status(StatusCode::INTERNAL_SERVER_ERROR))
    }

    /// Who is visiting.
    pub fn visitor(&self, request: &Request) -> Visitor {
        let agent = request.header(header::USER_AGENT).map(str::to_owned);
        Visitor { address: (self.visitor_address)(request), agent }
    }

    /// The API, on behalf of whoever is signed in.
    pub async fn calls(&self, session: &Session, request: &Request) -> Result<Calls, Failure> {
        self.api.signed_in(&self.sessions, session, self.visitor(request)).await
    }

    /// What surrounds a public page. Whether somebody is signed in is taken from the cookie's presence: a page that
    /// everyone may see is not worth a question to the store.
    pub fn chrome<'a>(&'a self, request: &Request, room: Room) -> Chrome<'a> {
        Chrome::new(self, room, self.cookie.read(request).is_some())
    }

    /// A page that says no.
    pub fn refusal(status: StatusCode, words: &str) -> poem::Error {
        Refusal::new(status, words).into()
    }

    /// A page that says that something of ours broke; why goes to the log.
    pub fn broken(cause: &dyn std::error::Error) -> poem::Error {
        tracing::error!(error = %cause, "the portal could not answer");
        Self::refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something broke on our side. It is in our log; try again in a moment.",
        )
    }

    /// Sends the visitor to sign in, without the cookie that is worth nothing any more.
    pub fn signed_out(&self) -> poem::Error {
        Answer::see_other("/login?ended").header(header::SET_COOKIE, &self.cookie.forget()).into()
    }
}
