//! What restarts and balancers ask: is it alive, is traffic welcome. One file an operation.

mod get_health;
mod get_readiness;
