//! Signing in with a wallet keeps the tokens, and logging out forgets them.

use gatepost_sdk::auth::{MemoryTokens, TokenStore as _};
use k256::ecdsa::SigningKey;
use sha3::{Digest as _, Keccak256};
use std::sync::Arc;

use crate::client;

struct Wallet(SigningKey);

impl Wallet {
    fn address(&self) -> String {
        // Without the byte that says "uncompressed"; the last 20 bytes of the hash.
        let point: Vec<u8> = self.0.verifying_key().to_sec1_point(false).as_bytes().iter().skip(1).copied().collect();
        let plain = hex::encode(Keccak256::digest(point).iter().skip(12).copied().collect::<Vec<u8>>());
        let sum = hex::encode(Keccak256::digest(plain.as_bytes()));
        let letter = |(letter, sum): (char, char)| if sum >= '8' { letter.to_ascii_uppercase() } else { letter };
        format!("0x{}", plain.chars().zip(sum.chars()).map(letter).collect::<String>())
    }

    /// ERC-191.
    fn sign(&self, text: &str) -> String {
        let prefixed = format!("\u{19}Ethereum Signed Message:\n{}{text}", text.len());
        let (signature, recovery) = self.0.sign_prehash_recoverable(&Keccak256::digest(prefixed.as_bytes()));
        format!("0x{}{:02x}", hex::encode(signature.to_bytes()), 27 + u8::from(recovery.is_y_odd()))
    }
}

#[tokio::test]
async fn signing_in_with_a_wallet_keeps_the_tokens_until_logout() {
    let store = Arc::new(MemoryTokens::new());
    let client = client().with_tokens(Arc::clone(&store));
    let wallet = Wallet(SigningKey::from_slice(&[7; 32]).expect("a private key"));
    let (base, nonce) = (client.base_url(), client.create_nonce().send().await.expect("a nonce").into_inner().nonce);
    let now = time::OffsetDateTime::now_utc().format(&time::format_description::well_known::Rfc3339).expect("a time");
    let message = format!(
        "{} wants you to sign in with your Ethereum account:\n{}\n\n\nURI: {base}/login\nVersion: 1\nChain ID: 1\nNonce: {nonce}\nIssued At: {now}",
        base.trim_start_matches("http://"),
        wallet.address()
    );
    let signature = wallet.sign(&message);
    let pair = client.verify_siwe().body_map(|body| body.message(message).signature(signature)).send().await;
    let pair = pair.expect("signed in");
    assert_eq!(pair.address, wallet.address());

    let me = client.get_me().send().await.expect("the tokens were kept");
    assert_eq!((&me.id, me.address.as_deref()), (&pair.user_id, Some(pair.address.as_str())));
    client.logout().await.expect("signed out");
    assert!(store.load().await.expect("memory").is_none());
    let dead = client.with_access_token(&pair.access_token).expect("a token");
    assert!(dead.get_me().send().await.expect_err("ended").is_unauthenticated());
}
