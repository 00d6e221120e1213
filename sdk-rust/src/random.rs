//! Randomness: for idempotency keys, which nobody may guess, and for jitter.

/// 128 random bits as base64url, 22 characters.
pub(crate) fn token() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes::<16>())
}

/// Uniform in 0..1.
pub(crate) fn fraction() -> f64 {
    f64::from(u32::from_le_bytes(bytes())) / (f64::from(u32::MAX) + 1.0)
}

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // AWS-LC seeds itself from the operating system and does not fail once it has; were it to, a fixed key must not
    // pass for a random one, so the address of a fresh allocation and the clock stand in.
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        use std::hash::{BuildHasher as _, RandomState};
        for chunk in bytes.chunks_mut(8) {
            let word = RandomState::new().hash_one(chunk.len()).to_le_bytes();
            for (byte, new) in chunk.iter_mut().zip(word) {
                *byte = new;
            }
        }
    }
    bytes
}
