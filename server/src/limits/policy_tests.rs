use super::*;

fn policy() -> Policy {
    Policy::new(&LimitSettings::default())
}

fn windows(charges: &Charges) -> Vec<(&'static str, &'static str, u64)> {
    charges.iter().map(|c| (c.subject.kind(), c.window.name, c.window.limit)).collect()
}

fn account(tier: Tier, via: Via) -> Payer<'static> {
    Payer::Account { id: "usr_1", tier, via }
}

#[test]
fn a_free_account_reads_within_minute_and_day_and_writes_within_its_window_besides() {
    let read = policy().charges(account(Tier::Free, Via::Key), LimitClass::Read, "listKeys");
    assert_eq!(windows(&read), [("account", "minute", 60), ("account", "day", 1_000)]);

    let write = policy().charges(account(Tier::Free, Via::Key), LimitClass::Write, "createKey");
    assert_eq!(windows(&write), [("account", "minute", 60), ("account", "day", 1_000), ("account", "write", 20)]);
}

#[test]
fn keys_and_sessions_of_an_account_share_its_count() {
    let key = policy().charges(account(Tier::Free, Via::Key), LimitClass::Read, "listKeys");
    let session = policy().charges(account(Tier::Free, Via::Session), LimitClass::Read, "listKeys");

    assert_eq!(key, session);
}

#[test]
fn the_sessions_of_a_pro_account_have_a_window_of_their_own_besides() {
    let charges = policy().charges(account(Tier::Pro, Via::Session), LimitClass::Read, "listKeys");

    assert_eq!(
        windows(&charges),
        [("account", "minute", 1_000), ("account", "day", 100_000), ("sessions", "session", 60)]
    );
}

#[test]
fn an_administrator_and_the_service_tier_have_no_day() {
    let admin = policy().charges(account(Tier::Admin, Via::Session), LimitClass::Write, "createKey");
    assert_eq!(windows(&admin), [("account", "minute", 1_000)]);

    let service = policy().charges(Payer::Key { id: "key_1", tier: Tier::Service }, LimitClass::Write, "createKey");
    assert_eq!(windows(&service), [("key", "minute", 100)]);
}

#[test]
fn the_portal_counts_alone_and_without_a_day() {
    let charges = policy().charges(account(Tier::Free, Via::Portal), LimitClass::Write, "createKey");
    assert_eq!(windows(&charges), [("portal", "minute", 300)]);
}

#[test]
fn signing_in_is_limited_by_operation_and_address_and_by_account_and_address() {
    let address = "192.0.2.1".parse().unwrap();
    let at = |operation| policy().charges(Payer::Address(address), LimitClass::Auth, operation);

    assert_eq!(windows(&at("loginWithPassword")), [("loginWithPassword", "auth", 5)]);
    assert_eq!(windows(&at("refreshToken")), [("refreshToken", "minute", 60)]);
    assert_ne!(at("loginWithPassword")[0].subject, at("registerAccount")[0].subject);

    let one = policy().account_at("loginWithPassword", "a@example.com", address);
    let other = policy().account_at("loginWithPassword", "b@example.com", address);
    assert_ne!(one[0].subject, other[0].subject);
    assert_ne!(one[0].subject, at("loginWithPassword")[0].subject);
}

#[test]
fn nothing_is_charged_for_free_operations_or_where_there_is_no_limit() {
    assert!(policy().charges(account(Tier::Free, Via::Key), LimitClass::Free, "getHealth").is_empty());

    let open = Policy::new(&LimitSettings { anonymous_per_minute: None, ..LimitSettings::default() });
    let address = Payer::Address("192.0.2.1".parse().unwrap());
    assert!(open.charges(address, LimitClass::Read, "listItems").is_empty());
}

#[test]
fn every_subject_that_has_a_day_can_be_read_back_from_the_store() {
    let family = crate::domain::ids::KeyId::new(&crate::random::Random::default()).unwrap();
    let limit = OwnLimit { family, per_minute: None, per_day: Some(1) };
    let own = OwnLimits { each: [Some(limit), None, None], ..OwnLimits::default() };
    let tiers = [Tier::Free, Tier::Basic, Tier::Pro, Tier::Service, Tier::Admin];
    let settings = LimitSettings::read(|_, limit| limit.or(Some(1)));
    let payers = tiers.into_iter().flat_map(|tier| {
        [Via::Key, Via::Session, Via::Portal]
            .map(|via| Payer::Account { id: "usr_1", tier, via })
            .into_iter()
            .chain([Payer::Key { id: "key_1", tier }, Payer::Address([192, 0, 2, 1].into())])
    });
    let mut days = 0;
    for payer in payers {
        let mut charges = Policy::new(&settings).charges(payer, LimitClass::Write, "createKey");
        charges.extend(Policy::own(&own));
        for charge in charges.iter().filter(|charge| charge.window.span == Span::UtcDay) {
            assert_eq!(Subject::with_day(charge.subject.kind(), *charge.subject.id()), Some(charge.subject));
            days += 1;
        }
    }
    assert!(days > tiers.len());
}
