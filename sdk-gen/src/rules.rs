//! The contract rules.
