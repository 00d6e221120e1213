//! Tokens in a file that only its owner can read, replaced whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::{TokenStore, TokenStoreError, Tokens};

/// Keeps tokens in a file (mode 0600 on Unix). Several processes may share it.
#[derive(Debug, Clone)]
pub struct FileTokens {
    path: PathBuf,
}

impl FileTokens {
    /// Keeps them there. The folder is made (0700) if it is missing.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, TokenStoreError> {
        let path = self.path.clone();
        let done = tokio::task::spawn_blocking(move || work(&path)).await;
        Ok(done.map_err(TokenStoreError::new)??)
    }
}

#[async_trait]
impl TokenStore for FileTokens {
    async fn load(&self) -> Result<Option<Tokens>, TokenStoreError> {
        let text = self.run(|path| match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        });
        let Some(text) = text.await? else { return Ok(None) };
        serde_json::from_slice(&text).map(Some).map_err(TokenStoreError::new)
    }

    async fn save(&self, tokens: &Tokens) -> Result<(), TokenStoreError> {
        let text = serde_json::to_vec(tokens).map_err(TokenStoreError::new)?;
        self.run(move |path| replace(path, &text)).await
    }

    async fn clear(&self) -> Result<(), TokenStoreError> {
        self.run(|path| match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        })
        .await
    }
}

/// Writes beside the file and renames over it: a reader sees the old tokens or the new ones, never half of them.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}", crate::random::token()));
    let written = write_new(&beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What failed is the error to tell; a left-over file is harmless.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
