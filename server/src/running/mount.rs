//! The portal, told where the API is and where its sessions are kept.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost_portal::{Portal, PortalConfig, SessionKey, VouchToken};
use secrecy::SecretString;
use tokio::net::TcpListener;

use super::StartError;
use crate::app::App;
use crate::http::visitor_address;
use crate::seal;
use crate::store::portal_sessions::PortalSessions;

/// The portal, and the word by which the private listener knows it.
pub struct Mount {
    pub portal: Portal,
    pub vouch: Arc<str>,
}

/// Builds the portal for the API on `private`.
pub fn portal(app: &Arc<App>, secret_keys: &[SecretString], private: &TcpListener) -> Result<Mount, StartError> {
    let address = private.local_addr().map_err(|e| StartError::Listen(([127, 0, 0, 1], 0).into(), e))?;
    let vouch: Arc<str> = URL_SAFE_NO_PAD.encode(app.random.bytes::<32>()?).into();
    let clock = app.clock.clone();
    let portal = Portal::new(PortalConfig {
        api_url: format!("http://{address}"),
        public_url: app.public_url.clone(),
        contract: Cow::Borrowed(crate::CONTRACT),
        vouch: VouchToken::new(&*vouch),
        sessions: Arc::new(PortalSessions::new(app.db.clone())),
        session_keys: seal::keys(secret_keys, "portal sessions").into_iter().map(SessionKey).collect(),
        secure_cookies: app.public_url.starts_with("https://"),
        now_ms: Arc::new(move || clock.now().ms()),
        visitor_address: Arc::new(visitor_address),
    })?;
    Ok(Mount { portal, vouch })
}
