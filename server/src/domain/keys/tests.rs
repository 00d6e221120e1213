use super::*;
use crate::domain::scopes::Scope;
use proptest::prelude::*;

const NOW: Time = Time::from_ms(1_000_000);

fn make(ends: End) -> Result<(Key, Secret), KeyError> {
    let random = Random::default();
    let new = NewKey {
        owner: UserId::new(NOW, &random).unwrap(),
        name: "shop".to_owned(),
        description: None,
        environment: Environment::Test,
        scopes: Scopes::NONE,
        tier: None,
        ends,
        labels: Labels::default(),
        bounds: Bounds::default(),
        parent: None,
    };
    Key::make(new, NOW, &random)
}

#[test]
fn s52_a_secret_has_the_published_form_and_is_found_by_its_hash() {
    let (key, secret) = make(End::Never).unwrap();
    let display = secret.display();
    let text = secret.show_once();

    let form = regex::Regex::new("^gp_(live|test)_[0-9A-Za-z]{38}$").unwrap();
    assert!(form.is_match(&text));
    assert_eq!(Secret::parse(&text), Some(key.hash));
    assert_eq!(display, format!("{}…{}", &text[..12], &text[42..]));
    assert!(!format!("{key:?}").contains(&text[12..42]));
}

proptest! {
    #[test]
    fn s52_one_changed_character_is_always_caught(place in 0_usize..46, letter in "[0-9A-Za-z_]") {
        let text = make(End::Never).unwrap().1.show_once();
        let mut changed = text.clone();
        changed.replace_range(place..=place, &letter);

        prop_assert_eq!(Secret::parse(&changed).is_some(), changed == text);
    }

    #[test]
    fn s52_junk_is_refused_without_a_panic(text in ".{0,60}") {
        prop_assert!(Secret::parse(&text).is_none());
    }
}

#[test]
fn s56_a_key_ends_exactly_at_its_end() {
    let (key, _) = make(End::In(Duration::from_secs(1))).unwrap();

    assert_eq!(key.status(NOW.plus(Duration::from_millis(999))), KeyStatus::Active);
    assert_eq!(key.status(NOW.plus(Duration::from_millis(1000))), KeyStatus::Expired);
}

#[test]
fn an_end_lies_ahead_and_is_said_once() {
    assert_eq!(make(End::At(NOW)).err(), Some(KeyError::EndsInThePast));
    assert_eq!(End::from_either(Some(NOW), Some(Duration::ZERO)).err(), Some(KeyError::TwoEnds));
}

#[test]
fn a_change_never_revives() {
    let (key, _) = make(End::In(Duration::from_secs(1))).unwrap();
    let longer = KeyChange { expires_at: Some(None), ..KeyChange::default() };
    let late = NOW.plus(Duration::from_secs(1));

    assert_eq!(key.clone().change(longer.clone(), late).unwrap_err(), KeyError::Dead(KeyStatus::Expired));
    let revoked = Key { revoked_at: Some(NOW), ..key };
    assert_eq!(revoked.change(longer, NOW).unwrap_err(), KeyError::Dead(KeyStatus::Revoked));
}

#[test]
fn a_disabled_key_works_again_when_told_and_keeps_what_was_left_out() {
    let (key, _) = make(End::Never).unwrap();
    let stopped = key.change(KeyChange { disabled: Some(true), ..KeyChange::default() }, NOW).unwrap();
    assert_eq!(stopped.status(NOW), KeyStatus::Disabled);

    let back = stopped.change(KeyChange { disabled: Some(false), ..KeyChange::default() }, NOW).unwrap();
    assert_eq!(back.status(NOW), KeyStatus::Active);
    assert_eq!(back.name, "shop");
}

#[test]
fn nobody_gives_what_he_does_not_hold() {
    let wanted = Scopes::of(&[Scope::UsersRead]);

    assert!(grant(Scopes::ADMIN, wanted).is_ok());
    assert!(grant(Scopes::USER, Scopes::of(&[Scope::Read])).is_ok());
    assert_eq!(grant(Scopes::USER, wanted), Err(KeyError::BeyondCaller { wanted, held: Scopes::USER }));
}
