use super::*;
use crate::domain::ids::UserId;
use crate::domain::keys::{Algorithm, Bounds, End, Environment, Labels, SignedForm};
use crate::domain::scopes::Scope;
use crate::random::Random;
use crate::store::{keys, scratch, users};
use aws_lc_rs::hmac;
use serde_json::json;

const BASE: &str = "https://api.example.com";
const AUDIENCE: &str = "https://warehouse.example.com";
const NOW: Time = Time::from_ms(1_795_348_800_000);

/// A signed key whose pair is kept, as no server keeps it.
struct House {
    pair: KeyPair,
    key: Key,
    token: String,
}

impl House {
    async fn new(algorithm: Algorithm) -> Self {
        let pair = KeyPair::generate(algorithm).await.unwrap();
        let new = NewKey {
            owner: UserId::ADMINISTRATOR,
            name: "warehouse".to_owned(),
            description: None,
            environment: Environment::Live,
            scopes: Scopes::of(&[Scope::ReadItems]),
            tier: None,
            ends: End::Never,
            labels: Labels::default(),
            bounds: Bounds::default(),
            parent: None,
        };
        let form = SignedForm { audience: AUDIENCE.to_owned(), algorithm, claims: Default::default() };
        let draft = Draft::new(new, form, NOW, &Random::default()).unwrap();
        let jwk = pair.jwk(algorithm, draft.key_id()).unwrap().to_string();
        let header = json!({ "alg": algorithm.name(), "typ": TYPE, "kid": draft.key_id().as_str() });
        let token = pair.token(&header, &Value::Object(draft.claims(BASE, "t"))).unwrap();
        let key = draft.finish(token.clone(), jwk).0;
        Self { pair, key, token }
    }

    fn header(&self) -> Value {
        part(&self.token, 0)
    }

    fn payload(&self) -> Value {
        part(&self.token, 1)
    }

    fn takes(&self, token: &str) -> bool {
        Compact::parse(token).is_some_and(|token| is_good(&token, &self.key, BASE, NOW))
    }

    /// Whether a token of its own pair with these words is taken.
    fn takes_signed(&self, header: &Value, payload: &Value) -> bool {
        self.takes(&self.pair.token(header, payload).unwrap())
    }

    fn takes_header(&self, name: &str, value: &Value) -> bool {
        self.takes_signed(&with(self.header(), name, value), &self.payload())
    }

    fn takes_claim(&self, name: &str, value: &Value) -> bool {
        self.takes_signed(&self.header(), &with(self.payload(), name, value))
    }
}

fn part(token: &str, place: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(place).unwrap()).unwrap()).unwrap()
}

fn with(mut value: Value, name: &str, member: &Value) -> Value {
    value[name] = member.clone();
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[tokio::test]
async fn both_algorithms_verify_and_neither_for_the_other() {
    let (es, rs) = (House::new(Algorithm::Es256).await, House::new(Algorithm::Rs256).await);
    assert!(es.takes(&es.token) && rs.takes(&rs.token));
    assert!(!es.takes(&rs.token) && !rs.takes(&es.token));
    // The name of the other algorithm over a signature of its own.
    assert!(!es.takes_header("alg", &json!("RS256")) && !rs.takes_header("alg", &json!("ES256")));
}

#[tokio::test]
async fn h1_s23_no_other_algorithm_is_taken() {
    let house = House::new(Algorithm::Es256).await;
    for alg in [json!("none"), json!("None"), json!("nOnE"), json!(""), json!(["ES256"]), json!(null), json!("ES384")] {
        assert!(!house.takes_header("alg", &alg), "{alg}");
    }
    let [head, body] = [house.header(), house.payload()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    assert!(!house.takes(&format!("{head}.{body}.")));
    let none = URL_SAFE_NO_PAD.encode(with(house.header(), "alg", &json!("none")).to_string());
    assert!(!house.takes(&format!("{none}.{body}.")) && !house.takes(&format!("{none}.{body}.AA")));
}

#[tokio::test]
async fn h2_s23_the_public_key_is_no_shared_secret() {
    for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
        let house = House::new(algorithm).await;
        let jwk = house.key.signed.as_ref().unwrap().public_jwk.clone();
        let member = |name: &str| serde_json::from_str::<Value>(&jwk).unwrap()[name].as_str().map(str::to_owned);
        let bytes = |name| URL_SAFE_NO_PAD.decode(member(name).unwrap_or_default()).unwrap();
        let point = [vec![4], bytes("x"), bytes("y")].concat();
        for secret in [jwk.as_bytes(), &point, &bytes("x"), &bytes("n")] {
            for alg in ["HS256", algorithm.name()] {
                let [head, body] = [with(house.header(), "alg", &json!(alg)), house.payload()]
                    .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
                let signed = format!("{head}.{body}");
                let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
                assert!(!house.takes(&format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))), "{alg}");
            }
        }
    }
}

#[tokio::test]
async fn h3_h4_h36_h37_the_kid_is_the_keys_id_and_nothing_else() {
    let (house, other) = (House::new(Algorithm::Es256).await, House::new(Algorithm::Es256).await);
    let id = house.key.id.to_string();
    let more = format!("{id}\n");
    let long = "k".repeat(4096);
    let ids =
        [other.key.id.as_str(), "", "../../dev/null", "' OR 1=1--", "\0", "KEY_1", &more, &id.to_uppercase(), &long];
    for kid in ids.map(|kid| json!(kid)).into_iter().chain([json!(null), json!(1), json!([id])]) {
        assert!(!house.takes_header("kid", &kid), "{kid}");
        let token = house.pair.token(&with(house.header(), "kid", &kid), &house.payload()).unwrap();
        assert!(signed(&token).is_none() || kid == json!(other.key.id.as_str()), "{kid} leads to a look-up");
    }
    assert!(!house.takes_signed(&without(house.header(), "kid"), &house.payload()));
    assert!(!house.takes(&other.token));
}

#[tokio::test]
async fn h5_h6_keys_that_a_token_brings_along_are_not_used() {
    let (ours, theirs) = (House::new(Algorithm::Es256).await, House::new(Algorithm::Es256).await);
    let jwk: Value = serde_json::from_str(&theirs.key.signed.as_ref().unwrap().public_jwk).unwrap();
    let mut header = with(ours.header(), "jwk", &jwk);
    for name in ["jku", "x5u"] {
        header = with(header, name, &json!("http://127.0.0.1:9/jwks.json"));
    }
    assert!(!ours.takes(&theirs.pair.token(&header, &ours.payload()).unwrap()));
}

#[tokio::test]
async fn h7_what_is_declared_critical_is_refused() {
    let house = House::new(Algorithm::Es256).await;
    for (name, value) in [("crit", json!(["exp"])), ("crit", json!([])), ("b64", json!(false)), ("zip", json!("DEF"))] {
        assert!(!house.takes_header(name, &value), "{name}");
    }
}

#[tokio::test]
async fn h8_nothing_stands_there_twice() {
    let house = House::new(Algorithm::Es256).await;
    let twice = |text: String, first: &str| text.replacen('{', &format!("{{{first},"), 1);
    let sign = |header: &str, payload: &str| {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(house.pair.sign(signed.as_bytes()).unwrap()))
    };
    let (header, payload) = (house.header().to_string(), house.payload().to_string());
    assert!(house.takes(&sign(&header, &payload)));
    for first in [r#""exp":9999999999"#, r#""aud":"https://evil.example""#, r#""site":1,"site":1"#] {
        assert!(!house.takes(&sign(&header, &twice(payload.clone(), first))), "{first}");
    }
    for first in [r#""alg":"none""#, r#""kid":"a""#] {
        assert!(!house.takes(&sign(&twice(header.clone(), first), &payload)), "{first}");
    }
}

#[tokio::test]
async fn h9_h10_only_the_one_spelling_of_the_one_signature_is_taken() {
    let house = House::new(Algorithm::Es256).await;
    let (signed, signature) = house.token.rsplit_once('.').unwrap();
    let raw = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let zeros = |range: std::ops::Range<usize>| {
        let mut raw = raw.clone();
        raw[range].fill(0);
        URL_SAFE_NO_PAD.encode(raw)
    };
    let der = {
        let integer = |bytes: &[u8]| [vec![2, 33, 0], bytes.to_vec()].concat();
        let both = [integer(&raw[..32]), integer(&raw[32..])].concat();
        URL_SAFE_NO_PAD.encode([vec![0x30, u8::try_from(both.len()).unwrap()], both].concat())
    };
    // The last of 86 characters carries four bits; any other in the two beyond is the same bytes in another spelling.
    let respelt = format!("{}{}", &signature[..85], if signature.ends_with('A') { 'B' } else { 'A' });
    let short = &signature[..84];
    for bad in ["", short, &respelt, &zeros(0..32), &zeros(32..64), &zeros(0..64), &der] {
        assert!(!house.takes(&format!("{signed}.{bad}")), "{bad}");
    }
    for bad in [format!("{}=", house.token), format!("{} ", house.token), format!("{}.a.b", house.token)] {
        assert!(!house.takes(&bad));
    }
    let standard = house.token.replace('-', "+").replace('_', "/");
    assert!(standard == house.token || !house.takes(&standard));
}

#[tokio::test]
async fn h11_s40_every_claim_is_there_and_has_its_type() {
    let house = House::new(Algorithm::Es256).await;
    for claim in ["iss", "sub", "aud", "iat", "exp", "scope", "jti"] {
        assert!(!house.takes_signed(&house.header(), &without(house.payload(), claim)), "without {claim}");
        for wrong in [json!(null), json!(true), json!([]), json!({}), json!(1.5), json!(1e300), json!(-1), json!("")] {
            assert!(!house.takes_claim(claim, &wrong), "{claim}: {wrong}");
        }
    }
    for claim in ["iat", "exp", "nbf"] {
        assert!(!house.takes_claim(claim, &json!(NOW.seconds().to_string())), "{claim} as text");
    }
    for (claim, bad) in [("iat", 31), ("nbf", 31), ("exp", 0), ("exp", 366 * 24 * 3600)] {
        assert!(!house.takes_claim(claim, &json!(NOW.seconds() + bad)), "{claim} {bad}");
    }
    assert!(!house.takes_claim("nbf", &json!(null)));
    assert!(house.takes_claim("nbf", &json!(NOW.seconds())) && house.takes_claim("site", &json!("north")));
}

#[tokio::test]
async fn h12_the_audience_is_the_recorded_one_to_the_byte() {
    let house = House::new(Algorithm::Es256).await;
    for aud in [
        json!(1),
        json!(null),
        json!({ "a": AUDIENCE }),
        json!([AUDIENCE]),
        json!(["https://other.example", AUDIENCE]),
        json!("https://Warehouse.example.com"),
        json!(format!("{AUDIENCE}/")),
        json!(BASE),
    ] {
        assert!(!house.takes_claim("aud", &aud), "{aud}");
    }
}

#[tokio::test]
async fn h13_s25_a_signed_key_says_that_it_is_one() {
    let house = House::new(Algorithm::Es256).await;
    for typ in [json!("JWT"), json!("at+jwt"), json!("APIKEY+JWT"), json!("application/apikey+jwt"), json!(null)] {
        let token = house.pair.token(&with(house.header(), "typ", &typ), &house.payload()).unwrap();
        assert!(signed(&token).is_none() && !is_meant_as_key(&token), "{typ}");
    }
    let untyped = house.pair.token(&without(house.header(), "typ"), &house.payload()).unwrap();
    assert!(signed(&untyped).is_none());
    assert!(is_meant_as_key(&house.token));
}

#[tokio::test]
async fn h15_what_is_too_large_or_too_deep_is_not_read() {
    let house = House::new(Algorithm::Es256).await;
    for size in [8 * 1024 + 1, 1024 * 1024] {
        assert!(!house.takes_claim("pad", &json!("x".repeat(size))), "{size}");
    }
    let deep = URL_SAFE_NO_PAD.encode("[".repeat(100_000));
    let head = house.token.split('.').next().unwrap();
    assert!(!house.takes(&format!("{head}.{deep}.AA")) && signed(&format!("{deep}.{deep}.AA")).is_none());
    let nested = URL_SAFE_NO_PAD.encode("[".repeat(5_000));
    assert!(!house.takes(&format!("{head}.{nested}.AA")));
}

#[tokio::test]
async fn h30_to_h35_the_issuer_is_the_address_of_the_key_to_the_byte() {
    let house = House::new(Algorithm::Es256).await;
    let id = house.key.id.as_str();
    let (upper, braced) = (id.to_uppercase(), format!("{{{id}}}"));
    let wide = id.replace('0', "\u{ff10}").replace('1', "\u{ff11}").replace('7', "\u{ff17}");
    assert!(house.takes_claim("iss", &json!(format!("{BASE}/jwks/{id}"))));
    for iss in [
        format!("https://api.example.com@evil.example/jwks/{id}"),
        format!("https://api.example.com.evil.example/jwks/{id}"),
        format!("https://api.example.comjwks/{id}"),
        format!("{BASE}//jwks/{id}"),
        format!("{BASE}/jwks//{id}"),
        format!("{BASE}/a/../jwks/{id}"),
        format!("{BASE}/%2e%2e/jwks/{id}"),
        format!("{BASE}/jwks;a=b/{id}"),
        format!("{BASE}\\jwks\\{id}"),
        format!("{BASE}/jwks/{upper}"),
        format!("{BASE}/jwks/{braced}"),
        format!("{BASE}/jwks/{id}\n"),
        format!("{BASE}/jwks/{id}/"),
        format!("{BASE}/jwks/{id}#a"),
        format!("{BASE}/jwks/{wide}x"),
        format!("http://api.example.com/jwks/{id}"),
        format!("https://api.example.com:443/jwks/{id}"),
        format!("HTTPS://api.example.com/jwks/{id}"),
        BASE.to_owned(),
    ] {
        assert!(!house.takes_claim("iss", &json!(iss)), "{iss}");
    }
}

#[tokio::test]
async fn a_token_gives_no_more_than_it_says() {
    let mut house = House::new(Algorithm::Es256).await;
    house.key.scopes = Scopes::of(&[Scope::ReadItems, Scope::WriteItems]);
    assert!(!house.takes(&house.token));
    house.key.scopes = Scopes::NONE;
    assert!(house.takes(&house.token));
    house.key.expires_at = house.key.expires_at.map(|end| end.plus(std::time::Duration::from_secs(1)));
    assert!(!house.takes(&house.token));
}

#[tokio::test]
async fn another_kind_of_key_is_not_verified_by_a_token() {
    let house = House::new(Algorithm::Es256).await;
    let token = Compact::parse(&house.token).unwrap();
    for key in [Key { kind: KeyKind::Secret, ..house.key.clone() }, Key { signed: None, ..house.key.clone() }] {
        assert!(!is_good(&token, &key, BASE, NOW));
    }
}

#[tokio::test]
async fn s36_the_private_half_is_in_neither_the_key_nor_the_token() {
    let house = House::new(Algorithm::Es256).await;
    let scalar = house.pair.scalar();
    assert_eq!(scalar.len(), 32);
    let hex: String = scalar.iter().map(|byte| format!("{byte:02x}")).collect();
    let public = house.key.signed.as_ref().unwrap().public_jwk.clone();
    let decoded: Vec<u8> = house.token.split('.').flat_map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    for text in [house.token.clone(), public.clone(), format!("{:?} {:?}", house.key, house.pair)] {
        assert!(!text.contains(&hex) && !text.contains(&URL_SAFE_NO_PAD.encode(&scalar)));
    }
    assert!(!decoded.windows(32).any(|window| window == scalar));
    let members: Value = serde_json::from_str(&public).unwrap();
    for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        assert!(members.get(private).is_none(), "{private}");
    }
}

#[tokio::test]
async fn s36_the_private_half_is_nowhere_in_the_database_or_its_log() {
    let house = House::new(Algorithm::Es256).await;
    let scratch = scratch::sqlite().await;
    let mut tx = scratch.db.write().await.unwrap();
    users::insert_if_new(&mut tx, &crate::auth::start::administrator(NOW), None).await.unwrap();
    keys::insert(&mut tx, &house.key).await.unwrap();
    tx.commit().await.unwrap();

    let path = scratch.url.strip_prefix("sqlite://").unwrap();
    let files = ["", "-wal"].map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default()).concat();
    let holds = |needle: &[u8]| files.windows(needle.len()).any(|window| window == needle);
    let scalar = house.pair.scalar();
    let hex: String = scalar.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(holds(house.key.id.as_str().as_bytes()), "the key was written");
    assert!(!holds(&scalar) && !holds(hex.as_bytes()) && !holds(URL_SAFE_NO_PAD.encode(&scalar).as_bytes()));
    // Nor the token: its hash stands there.
    assert!(!holds(house.token.as_bytes()) && !holds(house.token.rsplit_once('.').unwrap().1.as_bytes()));
}
