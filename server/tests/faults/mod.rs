//! What breaks on purpose: processes killed, stores gone.

mod kill;
mod refresh;
mod rotation;
mod stop;
mod two;
