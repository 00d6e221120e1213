//! An issuer of signed keys that is none of ours: `jsonwebtoken` signs, a small server publishes and counts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use gatepost_sdk::verify::SignedKeyVerifier;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

pub const AUDIENCE: &str = "https://shop.example";

pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn new_key_id() -> String {
    let mut random = [0; 26];
    SystemRandom::new().fill(&mut random).expect("randomness");
    let letters = b"0123456789abcdefghjkmnpqrstvwxyz";
    let letter =
        |(place, byte): (usize, &u8)| char::from(letters[usize::from(*byte) % if place == 0 { 8 } else { 32 }]);
    format!("key_{}", random.iter().enumerate().map(letter).collect::<String>())
}

/// A JWT of exactly these texts, signed.
pub fn compact(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let signed = format!("{}.{}", b64(header), b64(claims));
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), key, algorithm).expect("signed");
    format!("{signed}.{signature}")
}

pub struct Key {
    pub id: String,
    pub path: String,
    pub header: Value,
    pub claims: Value,
    pub jwk: Value,
    pub algorithm: Algorithm,
    pub private: EncodingKey,
}

impl Key {
    pub fn token(&self) -> String {
        self.with(&json!({}), &json!({}))
    }

    /// The token with other members; null takes one away.
    pub fn with(&self, header: &Value, claims: &Value) -> String {
        compact(&merged(&self.header, header), &merged(&self.claims, claims), &self.private, self.algorithm)
    }
}

pub fn merged(base: &Value, change: &Value) -> String {
    let mut all = base.as_object().expect("an object").clone();
    for (name, value) in change.as_object().expect("an object") {
        all.insert(name.clone(), value.clone());
    }
    Value::Object(all).to_string()
}

/// Status, headers, body.
pub type Answer = (u16, Vec<(&'static str, String)>, String);

#[derive(Default)]
pub struct Published {
    sets: HashMap<String, Value>,
    pub fetches: Vec<(String, Option<String>)>,
    pub answer: Option<Answer>,
    gate: Option<Arc<Notify>>,
}

#[derive(Clone)]
pub struct Issuer {
    pub base: String,
    pub state: Arc<Mutex<Published>>,
}

impl Issuer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let issuer = Self { base, state: Arc::default() };
        let serving = issuer.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        issuer
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            asked.push(byte);
        }
        let text = String::from_utf8(asked).expect("text");
        let path = text.split(' ').nth(1).expect("a path").to_owned();
        let etag = text.lines().find_map(|line| line.strip_prefix("if-none-match: ")).map(str::to_owned);
        let gate = {
            let mut state = self.state.lock().expect("unpoisoned");
            state.fetches.push((path.clone(), etag.clone()));
            state.gate.clone()
        };
        if let Some(gate) = gate {
            gate.notified().await;
        }
        let (status, headers, body) = self.answer(&path, etag.as_deref());
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = if status == 304 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        let answer = format!("HTTP/1.1 {status} X\r\n{headers}{length}connection: close\r\n\r\n{body}");
        // Who hung up needs no answer.
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    fn answer(&self, path: &str, etag: Option<&str>) -> Answer {
        let state = self.state.lock().expect("unpoisoned");
        if let Some(answer) = &state.answer {
            return answer.clone();
        }
        let Some(set) = state.sets.get(path) else {
            return (404, vec![("cache-control", "max-age=30".into())], "{}".into());
        };
        let own = format!("\"{}\"", set["keys"][0]["kid"].as_str().unwrap_or_default());
        let same = etag == Some(&own);
        let headers = vec![("cache-control", "public, max-age=300".into()), ("etag", own)];
        if same { (304, headers, String::new()) } else { (200, headers, set.to_string()) }
    }

    pub fn say(&self, answer: Option<Answer>) {
        self.state.lock().expect("unpoisoned").answer = answer;
    }

    /// Holds every answer back until the gate is told.
    pub fn hold(&self) -> Arc<Notify> {
        let gate = Arc::new(Notify::new());
        self.state.lock().expect("unpoisoned").gate = Some(Arc::clone(&gate));
        gate
    }

    pub fn fetches(&self) -> Vec<String> {
        self.state.lock().expect("unpoisoned").fetches.iter().map(|(path, _)| path.clone()).collect()
    }

    pub fn forget_fetches(&self) {
        self.state.lock().expect("unpoisoned").fetches.clear();
    }

    pub fn revoke(&self, key: &Key) {
        self.state.lock().expect("unpoisoned").sets.remove(&key.path);
    }

    pub fn publish(&self, key: &Key, keys: &[Value]) {
        self.state.lock().expect("unpoisoned").sets.insert(key.path.clone(), json!({ "keys": keys }));
    }

    /// A key of its own, as Gatepost makes them.
    pub fn make(&self) -> Key {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a pair");
        let point = pair.public_key().as_ref();
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": b64(&point[1..33]), "y": b64(&point[33..]) });
        let der = pair.to_pkcs8v1().expect("PKCS#8");
        self.key(&jwk, EncodingKey::from_ec_der(der.as_ref()), Algorithm::ES256)
    }

    pub fn make_rsa(&self) -> Key {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a pair");
        let public = pair.public_key();
        let jwk = json!({
            "kty": "RSA", "n": b64(public.modulus().big_endian_without_leading_zero()),
            "e": b64(public.exponent().big_endian_without_leading_zero()),
        });
        let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().expect("PKCS#8");
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()));
        self.key(&jwk, EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a key"), Algorithm::RS256)
    }

    fn key(&self, jwk: &Value, private: EncodingKey, algorithm: Algorithm) -> Key {
        let (id, now) = (new_key_id(), Clock::machine().seconds());
        let name = format!("{algorithm:?}");
        let jwk = serde_json::from_str(&merged(jwk, &json!({ "kid": id, "use": "sig", "alg": name }))).expect("JSON");
        let key = Key {
            path: format!("/jwks/{id}/.well-known/jwks.json"),
            header: json!({ "alg": name, "typ": "apikey+jwt", "kid": id }),
            claims: json!({
                "iss": format!("{}/jwks/{id}", self.base), "sub": "usr_01k9", "aud": AUDIENCE, "iat": now,
                "exp": now + 3600, "scope": "read:items write:items", "jti": "one", "plan": "pro",
            }),
            id,
            jwk,
            algorithm,
            private,
        };
        self.publish(&key, std::slice::from_ref(&key.jwk));
        key
    }

    pub fn verifier(&self) -> SignedKeyVerifier {
        self.verifier_at(&Clock::machine())
    }

    pub fn verifier_at(&self, clock: &Clock) -> SignedKeyVerifier {
        let clock = clock.clone();
        SignedKeyVerifier::with_clock([&self.base], [AUDIENCE], move || clock.now()).expect("a verifier")
    }
}

/// A clock that the test sets.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "a test begins at the machine's time")]
    pub fn machine() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        Self(Arc::new(AtomicI64::new(i64::try_from(now).expect("this side of the year 9999"))))
    }

    pub fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.0.load(Ordering::SeqCst).unsigned_abs())
    }

    pub fn seconds(&self) -> i64 {
        self.0.load(Ordering::SeqCst) / 1000
    }

    pub fn pass(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub fn set(&self, milliseconds: i64) {
        self.0.store(milliseconds, Ordering::SeqCst);
    }
}

pub async fn code(verifier: &SignedKeyVerifier, token: &str) -> &'static str {
    verifier.verify(token).await.map_or_else(|error| error.code(), |_| "accepted")
}
