//! The whole: the contract's routes over the application, the portal for the rest, the onion around both. `main` alone
//! imports it, and nobody else needs to.

use std::sync::Arc;

use poem::Endpoint;

use crate::app::App;
use crate::generated;
use crate::http::{Onion, Router};
use crate::random::NoRandomness;

/// What the world calls: the API, and `portal` for everything that the contract does not own.
///
/// # Errors
/// [`NoRandomness`] when the system's source fails.
pub fn build<P: Endpoint>(app: &Arc<App>, portal: P) -> Result<Onion<P>, NoRandomness> {
    Onion::new(Arc::clone(app), Router::new(generated::routes(app), generated::operations::ALL), portal)
}
