//! What breaks on purpose: processes killed, stores gone.

mod kill;
mod limits;
mod postgres;
mod refresh;
mod rotation;
mod rotation_load;
mod stop;
mod two;
mod usage;
mod webhooks_kill;
mod webhooks_receivers;
