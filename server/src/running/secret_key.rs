//! The key that seals: from the settings, or made at the first start into a file that only its owner reads.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use thiserror::Error;

use crate::config::Config;
use crate::random::{NoRandomness, Random};

const FILE: &str = "secret.key";

/// The file cannot be used.
#[derive(Debug, Error)]
pub enum SecretKeyError {
    /// Reading or writing failed.
    #[error("{0}: {1}. It holds the SECRET_KEY; give it back, or set SECRET_KEY.")]
    File(PathBuf, #[source] std::io::Error),
    /// What it holds is no key.
    #[error("{0} holds no key of at least 32 characters. Give back the one that was there, or set SECRET_KEY.")]
    Short(PathBuf),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

/// The keys of the settings, or else the one of the file, which is made if it is not there.
pub fn all(config: &Config, random: &Random) -> Result<Vec<SecretString>, SecretKeyError> {
    if !config.secret_keys.is_empty() {
        return Ok(config.secret_keys.clone());
    }
    let path = config.data_dir.join(FILE);
    make(&path, random)?;
    let text = fs::read_to_string(&path).map_err(|e| SecretKeyError::File(path.clone(), e))?;
    let key = text.trim();
    if key.chars().count() < 32 {
        return Err(SecretKeyError::Short(path));
    }
    Ok(vec![key.into()])
}

/// Makes the file unless it is there. It appears whole or not at all, also when two processes start at once.
fn make(path: &Path, random: &Random) -> Result<(), SecretKeyError> {
    if path.exists() {
        return Ok(());
    }
    let fault = |e| SecretKeyError::File(path.to_path_buf(), e);
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft).map_err(fault)?;
    let key = URL_SAFE_NO_PAD.encode(random.bytes::<32>()?);
    file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).map_err(fault)?;
    // A hard link fails where the name is taken: the other process was faster, and its key is the key.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).map_err(fault)?;
    match linked {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(fault(e)),
        _ => Ok(()),
    }
}
