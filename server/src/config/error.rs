//! What can be wrong with the settings, each with the remedy.

use thiserror::Error;

/// A fault in the settings. Values of secret settings are never in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// A name that is not in the table.
    #[error("{origin}: there is no setting {name}.{hint} `gatepost check-config` lists them all.")]
    Unknown {
        /// Where it was set.
        origin: String,
        /// The name as written.
        name: String,
        /// A near name, or nothing.
        hint: String,
    },
    /// A value that does not fit.
    #[error("{origin}: {name} is wrong: {reason}.")]
    Bad {
        /// Where it was set.
        origin: String,
        /// The setting.
        name: &'static str,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// A settings file that cannot be read.
    #[error("{path}: {reason}.")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}
