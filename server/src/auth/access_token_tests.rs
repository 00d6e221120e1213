use super::*;
use crate::random::Random;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

const ISSUER: &str = "https://api.example.com";
const NOW: Time = Time::from_ms(1_795_348_800_000);

/// A key pair of the test's own, and what verifies with it.
struct Signer {
    pair: EcdsaKeyPair,
    tokens: AccessTokens,
}

impl Signer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
        let point = pair.public_key().as_ref()[1..].to_vec();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[..32]), URL_SAFE_NO_PAD.encode(&point[32..]));
        let verifies = HashMap::from([("key-1".to_owned(), DecodingKey::from_ec_components(&x, &y).unwrap())]);
        let signs = vec![(Time::from_ms(0), "key-1".to_owned(), EncodingKey::from_ec_der(pkcs8.as_ref()))];
        Self { pair, tokens: AccessTokens::new(ISSUER.to_owned(), signs, verifies) }
    }

    /// Any header and any payload, with a signature that is right for them.
    fn sign(&self, header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn accepts(&self, header: &Value, payload: &Value) -> bool {
        self.tokens.verify(&self.sign(&header.to_string(), &payload.to_string()), NOW).is_ok()
    }
}

fn header() -> Value {
    json!({ "alg": "ES256", "typ": "at+jwt", "kid": "key-1" })
}

fn payload() -> Value {
    let random = Random::default();
    json!({
        "iss": ISSUER, "aud": ISSUER, "sub": UserId::new(NOW, &random).unwrap().as_str(), "client_id": "gatepost",
        "iat": NOW.seconds(), "exp": NOW.seconds() + 900, "jti": "a", "sid": SessionId::new(NOW, &random).unwrap().as_str(),
        "scope": "read write",
    })
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn a_token_that_we_sign_says_what_it_was_to_say() {
    let signer = Signer::new();
    let claims = AccessClaims {
        user: UserId::ADMINISTRATOR,
        holder: Holder::Session(SessionId::new(NOW, &Random::default()).unwrap()),
        scopes: Scopes::USER,
    };
    let new = NewAccess { claims, client: "gatepost", token_id: "1".to_owned(), ends: Some(NOW.plus(LIFETIME * 2)) };
    let (token, seconds) = signer.tokens.sign(&new, NOW).unwrap();

    assert_eq!(seconds, 900);
    assert_eq!(signer.tokens.verify(&token, NOW).unwrap().claims, claims);
    assert!(signer.accepts(&header(), &payload()));
}

#[test]
fn a_token_without_a_session_is_the_keys_that_it_names() {
    let signer = Signer::new();
    let key = KeyId::new(&Random::default()).unwrap();
    let claims = AccessClaims { user: UserId::ADMINISTRATOR, holder: Holder::Key(key), scopes: Scopes::USER };
    let new = NewAccess { claims, client: key.as_str(), token_id: "1".to_owned(), ends: None };
    let (token, seconds) = signer.tokens.sign(&new, NOW).unwrap();
    let read = signer.tokens.verify(&token, NOW).unwrap();

    assert_eq!((read.claims, read.client.as_str(), seconds), (claims, key.as_str(), 900));
    let bare = without(payload(), "sid");
    assert!(signer.accepts(&header(), &with(bare.clone(), "client_id", json!(key.as_str()))));
    assert!(!signer.accepts(&header(), &bare), "a client that is no key");
    assert!(!signer.accepts(&header(), &with(bare, "sid", json!(null))));
}

#[test]
fn no_token_outlives_its_session() {
    let signer = Signer::new();
    let session = SessionId::new(NOW, &Random::default()).unwrap();
    let claims = AccessClaims { user: UserId::ADMINISTRATOR, holder: Holder::Session(session), scopes: Scopes::USER };
    let ends = NOW.plus(Duration::from_secs(60));
    let new = NewAccess { claims, client: "gatepost", token_id: "1".to_owned(), ends: Some(ends) };

    assert_eq!(signer.tokens.sign(&new, NOW).unwrap().1, 60);
}

#[test]
fn s23_only_the_algorithm_of_the_key_is_taken() {
    let signer = Signer::new();
    for alg in
        [json!("none"), json!("HS256"), json!("RS256"), json!("ES384"), json!("es256"), json!(null), json!(["ES256"])]
    {
        assert!(!signer.accepts(&with(header(), "alg", alg.clone()), &payload()), "{alg}");
    }
    assert!(!signer.accepts(&without(header(), "alg"), &payload()));
}

#[test]
fn s23_another_key_and_an_unknown_kid_are_refused() {
    let (ours, theirs) = (Signer::new(), Signer::new());
    let token = theirs.sign(&header().to_string(), &payload().to_string());
    assert!(matches!(ours.tokens.verify(&token, NOW), Err(AuthError::InvalidToken)));

    for kid in [json!("key-2"), json!(""), json!(null), json!(1), json!("' OR 1=1 --"), json!("../../etc/passwd")] {
        assert!(!ours.accepts(&with(header(), "kid", kid.clone()), &payload()), "{kid}");
    }
}

#[test]
fn s23_a_changed_token_is_refused() {
    let signer = Signer::new();
    let token = signer.sign(&header().to_string(), &payload().to_string());
    let parts: Vec<&str> = token.split('.').collect();
    let forged = URL_SAFE_NO_PAD.encode(with(payload(), "scope", json!("admin")).to_string());
    for bad in [
        format!("{}.{forged}.{}", parts[0], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.AAAA", parts[0], parts[1]),
    ] {
        assert!(matches!(signer.tokens.verify(&bad, NOW), Err(AuthError::InvalidToken)));
    }
}

#[test]
fn s24_each_claim_is_needed_and_has_its_type() {
    let signer = Signer::new();
    for claim in ["iss", "aud", "exp", "iat", "sub", "client_id", "jti", "sid", "scope"] {
        assert!(!signer.accepts(&header(), &without(payload(), claim)), "without {claim}");
        for wrong in [
            json!(null),
            json!(true),
            json!([]),
            json!([ISSUER]),
            json!({}),
            json!(1.5),
            json!(1e300),
            json!(-1),
            json!(""),
        ] {
            let is_fine = claim == "scope" && wrong == json!("");
            assert_eq!(signer.accepts(&header(), &with(payload(), claim, wrong.clone())), is_fine, "{claim}: {wrong}");
        }
    }
    for claim in ["exp", "iat"] {
        let text = json!((NOW.seconds() + 900).to_string());
        assert!(!signer.accepts(&header(), &with(payload(), claim, text)), "{claim} as text");
    }
    for claim in ["iss", "aud", "sub", "client_id", "jti", "sid", "scope"] {
        assert!(!signer.accepts(&header(), &with(payload(), claim, json!(123))), "{claim} as a number");
    }
}

#[test]
fn s24_another_issuer_or_audience_is_refused() {
    let signer = Signer::new();
    for other in ["https://api.example.com/", "https://API.example.com", "https://evil.example", "api.example.com"] {
        assert!(!signer.accepts(&header(), &with(payload(), "iss", json!(other))), "iss {other}");
        assert!(!signer.accepts(&header(), &with(payload(), "aud", json!(other))), "aud {other}");
    }
}

#[test]
fn s24_nbf_is_honoured_where_it_stands() {
    let signer = Signer::new();
    let at = |seconds: i64| with(payload(), "nbf", json!(NOW.seconds() + seconds));
    assert!(signer.accepts(&header(), &at(0)));
    assert!(!signer.accepts(&header(), &at(31)));
    assert!(!signer.accepts(&header(), &with(payload(), "nbf", json!(null))));
    assert!(!signer.accepts(&header(), &with(payload(), "nbf", json!("0"))));
}

#[test]
fn s25_only_access_tokens_are_access_tokens() {
    let signer = Signer::new();
    for typ in [json!("JWT"), json!("apikey+jwt"), json!("at+JWT2"), json!(null), json!(["at+jwt"]), json!("")] {
        assert!(!signer.accepts(&with(header(), "typ", typ.clone()), &payload()), "{typ}");
    }
    assert!(!signer.accepts(&without(header(), "typ"), &payload()));
    assert!(signer.accepts(&with(header(), "typ", json!("application/at+jwt")), &payload()));
}

#[test]
fn s26_keys_in_the_header_are_not_looked_at_and_what_is_critical_is_refused() {
    let (ours, theirs) = (Signer::new(), Signer::new());
    let point = theirs.pair.public_key().as_ref();
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]) });
    let embedded = with(with(header(), "jwk", jwk), "jku", json!("http://127.0.0.1:9/jwks.json"));
    let token = theirs.sign(&embedded.to_string(), &payload().to_string());
    assert!(ours.tokens.verify(&token, NOW).is_err());

    assert!(!ours.accepts(&with(header(), "crit", json!(["exp"])), &payload()));
    assert!(!ours.accepts(&with(header(), "crit", json!([])), &payload()));
    assert!(!ours.accepts(&with(with(header(), "b64", json!(false)), "crit", json!(["b64"])), &payload()));
}

#[test]
fn s27_duplicate_members_are_refused() {
    let signer = Signer::new();
    let twice = payload().to_string().replacen('{', r#"{"sub":"usr_00000000000000000000000001","#, 1);
    assert!(signer.tokens.verify(&signer.sign(&header().to_string(), &twice), NOW).is_err());

    let unknown_twice = payload().to_string().replacen('{', r#"{"extra":1,"extra":2,"#, 1);
    assert!(signer.tokens.verify(&signer.sign(&header().to_string(), &unknown_twice), NOW).is_err());

    let head_twice = header().to_string().replacen('{', r#"{"alg":"none","#, 1);
    assert!(signer.tokens.verify(&signer.sign(&head_twice, &payload().to_string()), NOW).is_err());

    let once = with(payload(), "extra", json!(1));
    assert!(signer.accepts(&header(), &once));
}

#[test]
fn s27_only_the_compact_form_of_bounded_size_is_read() {
    let signer = Signer::new();
    let token = signer.sign(&header().to_string(), &payload().to_string());
    let long = signer.sign(&header().to_string(), &with(payload(), "pad", json!("x".repeat(8 * 1024))).to_string());
    for bad in [
        String::new(),
        "..".to_owned(),
        format!("{token}="),
        format!(" {token}"),
        format!("{token}.{token}"),
        format!("{token}.a.b"),
        token.replace('.', ","),
        r#"{"payload":"","signatures":[]}"#.to_owned(),
        long,
    ] {
        assert!(matches!(signer.tokens.verify(&bad, NOW), Err(AuthError::InvalidToken)));
    }
    assert!(signer.tokens.verify(&token, NOW).is_ok());
}

#[test]
fn s31_a_token_ends_exactly_and_clocks_may_be_half_a_minute_apart() {
    let signer = Signer::new();
    let token = signer.sign(&header().to_string(), &payload().to_string());
    let end = NOW.plus(LIFETIME);
    assert!(signer.tokens.verify(&token, end.minus(Duration::from_millis(1))).is_ok());
    assert!(matches!(signer.tokens.verify(&token, end), Err(AuthError::ExpiredToken)));

    assert!(signer.tokens.verify(&token, NOW.minus(Duration::from_secs(30))).is_ok());
    assert!(matches!(signer.tokens.verify(&token, NOW.minus(Duration::from_secs(31))), Err(AuthError::InvalidToken)));
}
