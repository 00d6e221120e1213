//! What breaks on purpose: processes killed, stores gone.

mod kill;
mod stop;
