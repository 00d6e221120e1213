//! Usage: every answered call is counted, by minute, account, key, operation, status and latency.
//!
//! What it is for: [`Recorder::record`] takes a call without waiting for anything; [`Recorder::flush`] writes what has
//! gathered, in small batches, each in a transaction of its own. It must not know requests or answers. Who asks for usage
//! reads the tables (`store::usage`). To count by something more: a field of `Call` and `CallKey`, a column, a group.
//! [`RequestLog`] keeps the requests themselves; under more load than the database takes it loses some, and says how many,
//! where counts lose none.
//!
//! Nothing is counted twice: a batch carries its name into the transaction, so that one whose commit was never
//! acknowledged can be tried again. Nothing is lost at a stop that waits for the last flush.

mod log;
mod recorder;

pub use log::RequestLog;
pub use recorder::{Call, Recorder, Written};
