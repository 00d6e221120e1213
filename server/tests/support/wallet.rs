//! A wallet: a private key of its own, and the messages that it signs.

use gatepost::domain::time::Time;
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};
use sha3::{Digest as _, Keccak256};

use super::{Actor, Answer};

/// A private key.
pub struct Wallet(SigningKey);

impl Wallet {
    /// The wallet of that number; the same number is the same wallet.
    pub fn number(number: u8) -> Self {
        Self(SigningKey::from_slice(&[number; 32]).expect("a private key"))
    }

    /// Its address, with the checksum.
    pub fn address(&self) -> String {
        let point = self.0.verifying_key().to_sec1_point(false);
        let hash = Keccak256::digest(&point.as_bytes()[1..]);
        let plain = hex::encode(&hash[12..]);
        let sum = hex::encode(Keccak256::digest(plain.as_bytes()));
        let letter = |(letter, sum): (char, char)| if sum >= '8' { letter.to_ascii_uppercase() } else { letter };
        format!("0x{}", plain.chars().zip(sum.chars()).map(letter).collect::<String>())
    }

    /// Its signature of a text (ERC-191).
    pub fn sign(&self, text: &str) -> String {
        let prefixed = format!("\u{19}Ethereum Signed Message:\n{}{text}", text.len());
        let (signature, recovery) = self.0.sign_prehash_recoverable(&Keccak256::digest(prefixed.as_bytes()));
        format!("0x{}{:02x}", hex::encode(signature.to_bytes()), 27 + u8::from(recovery.is_y_odd()))
    }

    /// Signs a message, and tries to sign in with it.
    pub async fn verify(&self, application: &Actor, message: &str) -> Answer {
        application.post("/v1/auth/verify", self.body(message)).await
    }

    /// The body that `verifySiwe` takes.
    pub fn body(&self, message: &str) -> Value {
        json!({ "message": message, "signature": self.sign(message) })
    }

    /// Signs in, as one should.
    pub async fn sign_in(&self, application: &Actor, now: &str) -> Answer {
        let nonce = application.post_nothing("/v1/auth/nonce").await.is(200).text("nonce");
        self.verify(application, &message(application, self, &nonce, now)).await
    }
}

/// What links that wallet to an account: a message with a nonce of the client's own, which ends soon, and its signature.
pub fn linking(application: &Actor, wallet: &Wallet, now: Time) -> Value {
    let ends = Time::from_ms(now.ms() + 600_000).to_rfc3339();
    let nonce = format!("linking{}", now.ms());
    let message = message(application, wallet, &nonce, &now.to_rfc3339());
    wallet.body(&format!("{message}\nExpiration Time: {ends}"))
}

/// A good message of that wallet for the server that the application talks to.
pub fn message(application: &Actor, wallet: &Wallet, nonce: &str, now: &str) -> String {
    let (base, domain) = (&application.base, application.base.trim_start_matches("http://"));
    format!(
        "{domain} wants you to sign in with your Ethereum account:\n{}\n\nSign in to the market.\n\n\
         URI: {base}/login\nVersion: 1\nChain ID: 1\nNonce: {nonce}\nIssued At: {now}",
        wallet.address()
    )
}
