//! What attackers send (SECURITY.md H1–H15, H30–H37): each is refused, with the right word, and asks only the issuer.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::issuer::{AUDIENCE, Issuer, Key, b64, code, compact, new_key_id};

type Row = (String, String, &'static str);

/// Checks rows, each made for a key of its own.
async fn refused(issuer: &Issuer, make: impl Fn(&Key) -> Vec<Row>) {
    let rows = make(&issuer.make()).len();
    for row in 0..rows {
        let key = issuer.make();
        let (what, token, wanted) = make(&key).swap_remove(row);
        assert_eq!(code(&issuer.verifier(), &token).await, wanted, "{what}");
        if matches!(wanted, "malformed" | "untrusted_issuer" | "wrong_type" | "wrong_audience") {
            assert!(issuer.fetches().is_empty(), "{what}");
        }
        issuer.forget_fetches();
    }
}

fn header(key: &Key, change: &Value, wanted: &'static str) -> Row {
    (format!("header {change:.60}"), key.with(change, &json!({})), wanted)
}

fn claims(key: &Key, change: &Value, wanted: &'static str) -> Row {
    (format!("claims {change:.60}"), key.with(&json!({}), change), wanted)
}

fn texts(key: &Key, header: &str, claims: &str, wanted: &'static str) -> Row {
    (format!("{header:.40} {claims:.40}"), compact(header, claims, &key.private, key.algorithm), wanted)
}

fn without(value: &Value, name: &str) -> String {
    let mut left = value.as_object().expect("an object").clone();
    left.remove(name);
    Value::Object(left).to_string()
}

fn hmac_with(key: &Key, secret: &[u8]) -> String {
    let signed = format!(
        "{}.{}",
        b64(super::issuer::merged(&key.header, &json!({ "alg": "HS256" }))),
        b64(key.claims.to_string())
    );
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
    format!("{signed}.{}", b64(tag))
}

#[tokio::test]
async fn h1_h2_algorithms_that_are_none_another_or_an_hmac_with_the_public_key() {
    let issuer = Issuer::start().await;
    refused(&issuer, |key| {
        let algorithms = ["none", "None", "nOnE", "", "ES384", "EdDSA", "PS256"].map(Value::from);
        let odd = [json!([]), json!({}), json!(null)];
        let mut rows: Vec<Row> =
            algorithms.iter().chain(&odd).map(|alg| header(key, &json!({ "alg": alg }), "wrong_algorithm")).collect();
        rows.push(header(key, &json!({ "alg": "RS256" }), "wrong_algorithm"));
        let unsigned = format!(
            "{}.{}.",
            b64(super::issuer::merged(&key.header, &json!({ "alg": "none" }))),
            b64(key.claims.to_string())
        );
        rows.push(("unsigned".into(), unsigned, "wrong_algorithm"));
        let point = [
            URL_SAFE_NO_PAD.decode(key.jwk["x"].as_str().expect("x")),
            URL_SAFE_NO_PAD.decode(key.jwk["y"].as_str().expect("y")),
        ];
        let point: Vec<u8> =
            std::iter::once(4).chain(point.into_iter().flat_map(|part| part.expect("base64url"))).collect();
        for secret in [key.jwk.to_string().into_bytes(), point] {
            rows.push(("HS256".into(), hmac_with(key, &secret), "wrong_algorithm"));
        }
        rows
    })
    .await;
}

#[tokio::test]
async fn h3_h8_key_ids_pointers_and_members_twice() {
    let (issuer, elsewhere) = (Issuer::start().await, Issuer::start().await);
    let other = elsewhere.make();
    let pointers =
        json!({ "jku": format!("{}{}", elsewhere.base, other.path), "x5u": elsewhere.base, "jwk": other.jwk });
    refused(&issuer, |key| {
        let (head, body) = (key.header.to_string(), key.claims.to_string());
        let mut rows: Vec<Row> =
            [new_key_id(), "../../dev/null".into(), "' OR 1=1--".into(), "k".repeat(4000), "a\0b".into()]
                .map(|kid| header(key, &json!({ "kid": kid }), "unknown_key"))
                .into();
        rows.push(header(key, &json!({ "kid": "k".repeat(65_536) }), "malformed"));
        rows.push(header(key, &json!({ "kid": 1 }), "malformed"));
        rows.push(texts(key, &without(&key.header, "kid"), &body, "malformed"));
        rows.push(("another issuer".into(), other.token(), "untrusted_issuer"));
        let forged = compact(&super::issuer::merged(&key.header, &pointers), &body, &other.private, other.algorithm);
        rows.push(("jku, x5u, jwk".into(), forged, "bad_signature"));
        rows.push(header(key, &json!({ "crit": ["exp"] }), "malformed"));
        rows.push(header(key, &json!({ "b64": false }), "malformed"));
        rows.push(texts(key, &head.replacen('{', r#"{"alg":"none","#, 1), &body, "malformed"));
        rows.push(texts(key, &head.replacen('{', r#"{"\u0061lg":"none","#, 1), &body, "malformed"));
        rows.push(texts(key, &head, &body.replacen('{', r#"{"exp":1,"#, 1), "malformed"));
        rows.push(texts(key, &head, &body.replacen('{', r#"{"x":[{"a":1,"a":2}],"#, 1), "malformed"));
        rows
    })
    .await;
    assert!(elsewhere.fetches().is_empty());
}

/// The last letter of 86 carries four bits that must be zero.
fn next_spelling(signature: &str) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = signature.split_at(signature.len() - 1);
    let place = letters.find(last).expect("a letter");
    format!("{rest}{}", &letters[place + 1..place + 2])
}

#[tokio::test]
async fn h9_h10_signatures_and_forms() {
    let issuer = Issuer::start().await;
    let stranger = issuer.make();
    refused(&issuer, |key| {
        let token = key.token();
        let parts: Vec<&str> = token.split('.').collect();
        let (head, body, signature) = (parts[0], parts[1], parts[2]);
        let changed = b64(super::issuer::merged(&key.claims, &json!({ "sub": "usr_other" })));
        let forged = compact(&key.header.to_string(), &key.claims.to_string(), &stranger.private, stranger.algorithm);
        [
            ("no signature", format!("{head}.{body}"), "malformed"),
            ("an empty one", format!("{head}.{body}."), "malformed"),
            ("a cut one", format!("{head}.{body}.{}", &signature[..40]), "bad_signature"),
            ("another way to write it", format!("{head}.{body}.{}", next_spelling(signature)), "malformed"),
            ("padding", format!("{token}=="), "malformed"),
            ("plain base64", format!("{head}.{body}.ab+/"), "malformed"),
            ("letters beyond ASCII", format!("{head}.{body}.äöü"), "malformed"),
            ("space", format!(" {token}"), "malformed"),
            ("a line end", format!("{token}\n"), "malformed"),
            ("five parts", format!("{token}.{body}.{signature}"), "malformed"),
            ("JSON", key.claims.to_string(), "malformed"),
            ("nothing", String::new(), "malformed"),
            ("dots", "..".to_owned(), "malformed"),
            ("zeros", format!("{head}.{body}.{}", b64([0; 64])), "bad_signature"),
            ("ones", format!("{head}.{body}.{}", b64([255; 64])), "bad_signature"),
            ("DER", format!("{head}.{body}.{}", b64([48; 70])), "bad_signature"),
            ("a changed claim", format!("{head}.{changed}.{signature}"), "bad_signature"),
            ("another key's signature", forged, "bad_signature"),
        ]
        .map(|(what, token, wanted)| (what.to_owned(), token, wanted))
        .into()
    })
    .await;
}

#[tokio::test]
async fn h11_h12_times_and_audiences_of_other_types() {
    let issuer = Issuer::start().await;
    refused(&issuer, |key| {
        let head = key.header.to_string();
        let mut rows = Vec::new();
        for name in ["exp", "nbf", "iat"] {
            for value in [r#""1""#, "1.5", "-1", "1e300", "1e400", "null", "[]", "{}", "true"] {
                let body = without(&key.claims, name).replacen('{', &format!(r#"{{"{name}":{value},"#), 1);
                rows.push(texts(key, &head, &body, "malformed"));
            }
        }
        for missing in ["exp", "sub"] {
            rows.push(texts(key, &head, &without(&key.claims, missing), "malformed"));
        }
        rows.push(texts(key, &head, &without(&key.claims, "aud"), "wrong_audience"));
        for audience in [
            json!(1),
            json!(null),
            json!({}),
            json!([]),
            json!([AUDIENCE, 1]),
            json!("https://SHOP.example"),
            json!(format!("{AUDIENCE}/")),
            json!("https://shop.exampl"),
            json!(["https://other.example"]),
        ] {
            rows.push(claims(key, &json!({ "aud": audience }), "wrong_audience"));
        }
        rows.push(claims(key, &json!({ "sub": 1 }), "malformed"));
        rows.push(claims(key, &json!({ "scope": ["admin"] }), "malformed"));
        rows
    })
    .await;
    let two = issuer.make().with(&json!({}), &json!({ "aud": ["https://other.example", AUDIENCE] }));
    assert_eq!(code(&issuer.verifier(), &two).await, "accepted", "ours among several");
}

#[tokio::test]
async fn h13_h15_other_kinds_of_tokens_and_too_much_of_it() {
    let issuer = Issuer::start().await;
    refused(&issuer, |key| {
        let (head, body) = (key.header.to_string(), key.claims.to_string());
        let types = [
            json!("at+jwt"),
            json!("JWT"),
            json!("APIKEY+JWT"),
            json!(null),
            json!("application/apikey+jwt"),
            json!(["apikey+jwt"]),
        ];
        let mut rows: Vec<Row> = types.map(|typ| header(key, &json!({ "typ": typ }), "wrong_type")).into();
        rows.push(texts(key, &without(&key.header, "typ"), &body, "wrong_type"));
        rows.push(("a refresh token".into(), format!("gpr_{}", "a".repeat(43)), "malformed"));
        rows.push(("an API key".into(), format!("gp_live_{}", "a".repeat(38)), "malformed"));
        rows.push(claims(key, &json!({ "x": "x".repeat(8192) }), "malformed"));
        rows.push(("1 MiB".into(), "a".repeat(1 << 20), "malformed"));
        rows.push(texts(key, &head, &format!(r#"{{"a":{}{}}}"#, "[".repeat(2500), "]".repeat(2500)), "malformed"));
        rows.push(texts(
            key,
            &head,
            &body.replacen('{', &format!(r#"{{"a":{}{},"#, "[".repeat(40), "]".repeat(40)), 1),
            "malformed",
        ));
        rows.push(texts(key, &head, "[]", "malformed"));
        let broken = format!("{}.{}.AAAA", b64(&head), b64(b"{\"\xff\":1}"));
        rows.push(("no UTF-8".into(), broken, "malformed"));
        rows
    })
    .await;
}

#[tokio::test]
async fn h30_h36_issuers_that_only_look_like_ours_and_no_fetch_for_any() {
    let issuer = Issuer::start().await;
    let base = issuer.base.clone();
    refused(&issuer, |key| {
        let id = &key.id;
        let short = &id[..id.len() - 1];
        let mut rows: Vec<Row> = [
            format!("{base}@evil.example/jwks/{id}"),
            format!("{base}.evil.example/jwks/{id}"),
            format!("{base}jwks/{id}"),
            format!("{base}//jwks/{id}"),
            format!("{base}/x/../jwks/{id}"),
            format!("{base}/%2e%2e/jwks/{id}"),
            format!("{base}/jwks;/{id}"),
            format!("{base}\\jwks\\{id}"),
            format!("{base}/jwks/{id}/"),
            format!("{base}/jwks/{}", id.to_uppercase()),
            format!("{base}/jwks/{{{id}}}"),
            format!("{base}/jwks/{short}\u{661}"),
            format!("{base}/jwks/{short}u"),
            format!("{base}/jwks/key_8{}", &id[5..]),
            format!("{base}/jwks/{id}\n"),
            format!("{}/jwks/{id}", base.replace("http:", "https:")),
            format!("{base}0/jwks/{id}"),
            format!("{}/jwks/{id}", base.replace("http", "HTTP")),
        ]
        .map(|iss| claims(key, &json!({ "iss": iss }), "untrusted_issuer"))
        .into();
        rows.push(claims(key, &json!({ "iss": [format!("{base}/jwks/{id}")] }), "untrusted_issuer"));
        rows.push(texts(key, &key.header.to_string(), &without(&key.claims, "iss"), "untrusted_issuer"));
        rows
    })
    .await;
}

#[tokio::test]
async fn h37_a_key_id_of_another_tenant_needs_that_tenants_signature() {
    let issuer = Issuer::start().await;
    let victim = issuer.make();
    refused(&issuer, |key| {
        let forged = key.with(&json!({ "kid": victim.id }), &json!({ "iss": victim.claims["iss"] }));
        vec![
            ("all of the victim's".into(), forged, "bad_signature"),
            header(key, &json!({ "kid": victim.id }), "unknown_key"),
        ]
    })
    .await;
}

#[tokio::test]
async fn nothing_of_an_issuer_that_is_not_listed_is_ever_fetched() {
    let (listed, stranger) = (Issuer::start().await, Issuer::start().await);
    let verifier = listed.verifier();
    for _ in 0..5 {
        assert_eq!(code(&verifier, &stranger.make().token()).await, "untrusted_issuer");
    }
    assert!(listed.fetches().is_empty() && stranger.fetches().is_empty());
}
