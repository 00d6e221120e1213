//! What breaks on purpose: processes killed, stores gone.

mod kill;
mod refresh;
mod rotation;
mod rotation_load;
mod stop;
mod two;
mod usage;
