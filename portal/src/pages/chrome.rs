//! What surrounds every page: brand, navigation, assets.

use crate::session::Session;
use crate::site::Site;

/// Which part of the portal a page belongs to; its link is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    Home,
    Docs,
    Reference,
    Overview,
    Keys,
    Usage,
    Webhooks,
    Sessions,
    Password,
    Audit,
    Requests,
    /// How the whole is doing.
    Admin,
    Everybody,
    /// No part that the navigation names.
    Elsewhere,
}

/// The frame of a page.
pub(crate) struct Chrome<'a> {
    pub brand: &'a str,
    pub version: &'a str,
    pub public_url: &'a str,
    pub style: &'a str,
    pub script: &'a str,
    pub icon: &'a str,
    pub room: Room,
    /// Whether to offer the dashboard or an account.
    pub signed_in: bool,
    /// The address of the page's Markdown twin.
    pub twin: Option<String>,
}

impl<'a> Chrome<'a> {
    pub fn new(site: &'a Site, room: Room, signed_in: bool) -> Self {
        Self {
            brand: &site.reference.api.info.title,
            version: &site.reference.api.info.version,
            public_url: &site.public_url,
            style: site.assets.address("portal.css"),
            script: site.assets.address("portal.js"),
            icon: site.assets.address("icon.svg"),
            room,
            signed_in,
            twin: None,
        }
    }

    pub fn with_twin(mut self, address: &str) -> Self {
        self.twin = Some(format!("{address}.md"));
        self
    }

    /// For `aria-current` in the navigation.
    pub fn is(&self, room: &str) -> bool {
        match self.room {
            Room::Home | Room::Elsewhere => false,
            Room::Docs => room == "docs",
            Room::Reference => room == "reference",
            Room::Overview => room == "dashboard" || room == "overview",
            Room::Keys => room == "dashboard" || room == "keys",
            Room::Usage => room == "dashboard" || room == "usage",
            Room::Webhooks => room == "dashboard" || room == "webhooks",
            Room::Sessions => room == "dashboard" || room == "sessions",
            Room::Password => room == "dashboard" || room == "password",
            Room::Audit => room == "dashboard" || room == "audit",
            Room::Requests => room == "dashboard" || room == "requests",
            Room::Admin | Room::Everybody => room == "dashboard" || room == "admin",
        }
    }
}

/// What a signed-in visitor's page has besides its chrome: whose page it is, and the token for its forms.
pub(crate) struct Desk {
    pub person: String,
    pub csrf: String,
    /// Whether to show what is for administrators.
    pub admin: bool,
}

impl Desk {
    pub fn new<'a>(site: &'a Site, room: Room, session: &Session) -> (Chrome<'a>, Self) {
        let data = &session.data;
        let (person, csrf) = (data.person.label().to_owned(), data.csrf.clone());
        (Chrome::new(site, room, true), Self { person, csrf, admin: data.person.admin })
    }
}
