use super::*;
use crate::domain::ids::UserId;
use crate::domain::keys::{Bounds, Environment, Labels, Origins};
use crate::domain::scopes::{Scope, Scopes};

const NOW: Time = Time::from_ms(1_795_348_800_500);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn new(ends: End, scopes: Scopes) -> NewKey {
    NewKey {
        owner: UserId::ADMINISTRATOR,
        name: "warehouse".to_owned(),
        description: None,
        environment: Environment::Live,
        scopes,
        tier: None,
        ends,
        labels: Labels::default(),
        bounds: Bounds::default(),
        parent: None,
    }
}

fn form() -> SignedForm {
    let claims = Metadata(Map::from_iter([("site".to_owned(), json!("north"))]));
    SignedForm { audience: "https://warehouse.example.com".to_owned(), algorithm: Algorithm::Es256, claims }
}

fn draft(ends: End) -> Result<Draft, KeyError> {
    Draft::new(new(ends, Scopes::of(&[Scope::ReadItems])), form(), NOW, &Random::default())
}

fn signed(ends: End, scopes: Scopes) -> Key {
    let draft = Draft::new(new(ends, scopes), form(), NOW, &Random::default()).unwrap();
    draft.finish("a.b.c".to_owned(), "{}".to_owned()).0
}

fn object(value: &Value) -> Option<Map<String, Value>> {
    value.as_object().cloned()
}

#[track_caller]
fn unfit<T>(result: Result<T, KeyError>, at: &str) {
    let error = result.err();
    assert!(matches!(error, Some(KeyError::Unfit { pointer, .. }) if pointer == at), "{error:?} is not at {at}");
}

#[test]
fn s40_a_signed_key_lives_90_days_unless_asked_and_a_year_at_most() {
    let exp = |ends| draft(ends).map(|draft| draft.claims("", "")["exp"].as_i64().unwrap() - NOW.seconds());
    assert_eq!(exp(End::Never), Ok(90 * 24 * 3600));
    assert_eq!(exp(End::In(DAY * 365)), Ok(365 * 24 * 3600));
    assert_eq!(exp(End::At(NOW.plus(DAY))), Ok(24 * 3600));
    unfit(draft(End::In(DAY * 365 + Duration::from_millis(1))), "/expiresInSeconds");
    unfit(draft(End::At(NOW.plus(DAY * 366))), "/expiresAt");
    assert!(matches!(draft(End::At(NOW.plus(Duration::from_millis(1)))), Err(KeyError::EndsInThePast)));
}

#[test]
fn a_signed_key_ends_in_the_same_second_as_its_token() {
    let draft = draft(End::In(Duration::from_secs(60))).unwrap();
    let exp = draft.claims("https://api.example.com", "t")["exp"].as_i64().unwrap();
    let key = draft.finish("a.b.c".to_owned(), "{}".to_owned()).0;
    assert_eq!(key.expires_at, Some(Time::from_ms(exp * 1000)));
}

#[test]
fn the_token_says_what_the_design_says_and_what_its_maker_added() {
    let draft = draft(End::Never).unwrap();
    let claims = Value::Object(draft.claims("https://api.example.com", "token-1"));
    let id = draft.key_id().to_string();
    assert_eq!(
        claims,
        json!({
            "iss": format!("https://api.example.com/jwks/{id}"), "sub": UserId::ADMINISTRATOR.as_str(),
            "aud": "https://warehouse.example.com", "iat": NOW.seconds(), "exp": NOW.seconds() + 90 * 24 * 3600,
            "scope": "read:items", "jti": "token-1", "site": "north",
        })
    );
}

#[test]
fn a_signed_key_needs_an_audience_and_the_others_take_none() {
    unfit(Form::new(KeyKind::Signed, None, None, None), "/audience");
    for kind in [KeyKind::Secret, KeyKind::Publishable] {
        unfit(Form::new(kind, Some("a".to_owned()), None, None), "/audience");
        unfit(Form::new(kind, None, Some(Algorithm::Es256), None), "/algorithm");
        unfit(Form::new(kind, None, None, object(&json!({}))), "/claims");
    }
}

#[test]
fn a_maker_writes_no_registered_claim_and_2_kib_at_most() {
    let with = |claims: Value| Form::new(KeyKind::Signed, Some("a".to_owned()), None, object(&claims));
    for name in REGISTERED.map(|pointer| pointer.trim_start_matches("/claims/")) {
        unfit(with(json!({ "site": "north", name: null })), &format!("/claims/{name}"));
    }
    let padded = |length: usize| json!({ "pad": "x".repeat(length) });
    let around = json!({ "pad": "" }).to_string().len();
    assert!(with(padded(2048 - around)).is_ok());
    unfit(with(padded(2049 - around)), "/claims");
}

#[test]
fn what_stands_in_a_token_is_only_narrowed() {
    let both = Scopes::of(&[Scope::ReadItems, Scope::WriteItems]);
    let end = NOW.plus(DAY);
    let change = |change: KeyChange| signed(End::At(end), both).change(change, NOW);
    let scopes = |scopes: &[Scope]| KeyChange { scopes: Some(Scopes::of(scopes)), ..KeyChange::default() };
    let ends = |end: Option<Time>| KeyChange { expires_at: Some(end), ..KeyChange::default() };

    assert!(change(scopes(&[Scope::ReadItems])).is_ok());
    unfit(change(scopes(&[Scope::ReadItems, Scope::ReadOrders])), "/scopes");
    assert!(change(ends(Some(end.minus(DAY / 2)))).is_ok());
    unfit(change(ends(Some(end.plus(DAY)))), "/expiresAt");
    unfit(change(ends(None)), "/expiresAt");
}

#[test]
fn a_publishable_key_needs_origins_and_holds_no_scopes() {
    let random = Random::default();
    let bound = |scopes| NewKey {
        bounds: Bounds { origins: Origins::parse(&["https://app.example.com"]).unwrap(), ..Bounds::default() },
        ..new(End::Never, scopes)
    };
    unfit(Key::make_publishable(new(End::Never, Scopes::NONE), NOW, &random), "/allowedOrigins");
    unfit(Key::make_publishable(bound(Scopes::of(&[Scope::Read])), NOW, &random), "/scopes");

    let (key, secret) = Key::make_publishable(bound(Scopes::NONE), NOW, &random).unwrap();
    let gains = KeyChange { scopes: Some(Scopes::of(&[Scope::Read])), ..KeyChange::default() };
    unfit(key.clone().change(gains, NOW), "/scopes");
    let text = secret.show_once();
    assert!(regex::Regex::new("^gp_pub_[0-9A-Za-z]{38}$").unwrap().is_match(&text));
    assert_eq!((Secret::parse(&text), key.kind), (Some(key.hash), KeyKind::Publishable));
}

#[test]
fn a_successor_has_its_predecessors_form() {
    let key = signed(End::Never, Scopes::NONE);
    let Form::Signed(form) = Form::of(&key) else { panic!("not signed") };
    let had = key.signed.unwrap();
    assert_eq!((form.audience, form.algorithm.name(), form.claims), (had.audience, "ES256", had.claims));
}
