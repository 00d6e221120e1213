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

#[test]
fn s56_a_key_is_idle_exactly_when_its_time_unused_is_over() {
    let (key, _) = make(End::Never).unwrap();
    let key = Key { bounds: Bounds { max_idle_ms: Some(1_000), ..Bounds::default() }, ..key };
    let after = |ms| NOW.plus(Duration::from_millis(ms));

    assert_eq!((key.status(after(999)), key.status(after(1_000))), (KeyStatus::Active, KeyStatus::Idle));
    assert_eq!(key.status_if_used(Some(after(500)), after(1_499)), KeyStatus::Active);
    let disabled = Key { disabled_at: Some(NOW), ..key };
    assert_eq!(disabled.status(after(1_000)), KeyStatus::Idle);
}

proptest! {
    /// However uses fall, a key whose uses are noted once in a while only is never taken for alive longer than it is, and
    /// never for idle more than that while too early.
    #[test]
    fn s57_throttled_notes_err_on_the_safe_side_and_by_a_bound(
        max_idle_ms in 1_000_i64..10_000_000,
        steps in proptest::collection::vec(0.0_f64..0.999, 1..40),
        wait in 0.0_f64..1.2,
    ) {
        let (key, _) = make(End::Never).unwrap();
        let key = Key { bounds: Bounds { max_idle_ms: Some(max_idle_ms), ..Bounds::default() }, ..key };
        let part = |share: f64| Duration::from_millis((max_idle_ms as f64 * share) as u64);
        let (mut used, mut noted) = (NOW, NOW);
        for step in steps {
            used = used.plus(part(step));
            if noted.plus(key.noted_within()) <= used {
                noted = used;
            }
        }
        let now = used.plus(part(wait));
        let as_noted = Key { last_used_at: Some(noted), ..key.clone() }.status(now);
        let as_used = |at| Key { last_used_at: Some(used), ..key.clone() }.status(at);

        prop_assert!(key.noted_within() <= Duration::from_secs(30));
        prop_assert!(as_noted == KeyStatus::Idle || as_used(now) == KeyStatus::Active);
        prop_assert!(as_noted == KeyStatus::Active || as_used(now.plus(key.noted_within())) == KeyStatus::Idle);
    }
}

#[test]
fn a_line_is_as_good_as_its_worst_and_may_what_all_may() {
    let (parent, _) = make(End::In(Duration::from_secs(10))).unwrap();
    let parent = Key { scopes: Scopes::of(&[Scope::Read]), tier: Some(Tier::Pro), ..parent };
    let (child, _) = make(End::Never).unwrap();
    let child = Key { scopes: Scopes::of(&[Scope::ReadItems, Scope::WriteItems]), ..child };
    let above = [parent.clone()];

    assert_eq!(line::scopes(&child, &above), Scopes::of(&[Scope::ReadItems]));
    assert_eq!(line::end(&child, &above), parent.expires_at);
    assert_eq!(line::tier(&child, &above), Some((Tier::Pro, parent.id)));
    assert_eq!(line::status(&child, &above, None, NOW), KeyStatus::Active);
    for (worse, state) in [
        (Key { disabled_at: Some(NOW), ..parent.clone() }, KeyStatus::Disabled),
        (Key { expires_at: Some(NOW), ..parent.clone() }, KeyStatus::Expired),
        (Key { revoked_at: Some(NOW), ..parent }, KeyStatus::Revoked),
    ] {
        assert_eq!(line::status(&child, &[worse], None, NOW), state);
    }
}

#[test]
fn a_grace_never_lengthens_a_life() {
    let rotate = |key: &Key, seconds, from_first_use| {
        let (made, _) = Key::make(key.successor(NOW)?, NOW, &Random::default())?;
        key.clone().replaced_by(made, Grace { lasts: Duration::from_secs(seconds), from_first_use }, NOW)
    };
    let (key, _) = make(End::In(Duration::from_secs(10))).unwrap();
    let end = key.expires_at;

    assert_eq!(rotate(&key, 60, false).unwrap().old.expires_at, end);
    let mut waits = rotate(&key, 60, true).unwrap().old;
    assert_eq!(waits.expires_at, end);
    waits.end_grace_after(NOW);
    assert_eq!((waits.expires_at, waits.lineage.grace_ms), (end, None));
    let turned = rotate(&key, 0, false).unwrap();
    assert_eq!((turned.old.expires_at, turned.new.expires_at), (Some(NOW), end));
    assert_eq!(rotate(&turned.old, 0, false).err(), Some(KeyError::Dead(KeyStatus::Expired)));
    assert_eq!(rotate(&waits, 0, false).err(), Some(KeyError::Replaced(waits.lineage.rotated_to.unwrap())));
}
