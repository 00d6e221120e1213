//! Bytes ready to be sent: plain and compressed, with the tag that names them.

use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Below this, gzip's own header and the extra work are not worth it.
const WORTH_COMPRESSING: usize = 512;

/// A body, its compressed form, and the tag of its content. Clones share the compressed form.
#[derive(Debug, Clone)]
pub(crate) struct Representation {
    pub plain: Bytes,
    /// The SHA-256 of the plain bytes, in base64url, shortened.
    pub tag: String,
    level: Compression,
    gzip: Arc<OnceLock<Option<Bytes>>>,
}

impl Representation {
    /// Compresses as well as can be: for what is made once and sent often.
    pub fn once(plain: impl Into<Bytes>) -> Self {
        Self::with(plain.into(), Compression::best())
    }

    /// Compresses fast: for what is made for one answer.
    pub fn per_answer(plain: impl Into<Bytes>) -> Self {
        Self::with(plain.into(), Compression::new(4))
    }

    fn with(plain: Bytes, level: Compression) -> Self {
        Self { tag: tag(&plain), plain, level, gzip: Arc::default() }
    }

    /// The compressed form, made when it is asked for; `None` where compression does not help.
    pub fn gzip(&self) -> Option<&Bytes> {
        let made = || compress(&self.plain, self.level).filter(|gzip| gzip.len() < self.plain.len()).map(Bytes::from);
        self.gzip.get_or_init(made).as_ref()
    }
}

/// A short name of the content: 128 bits of its SHA-256.
pub(crate) fn tag(bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    URL_SAFE_NO_PAD.encode(digest.as_ref().get(..16).unwrap_or_default())
}

fn compress(plain: &[u8], level: Compression) -> Option<Vec<u8>> {
    if plain.len() < WORTH_COMPRESSING {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), level);
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}
