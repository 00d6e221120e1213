use super::*;

const NOW: Time = Time::from_ms(1_000_000);

fn session() -> Session {
    let random = Random::default();
    Session::begin(UserId::ADMINISTRATOR, Origin::default(), NOW, &random).unwrap()
}

fn used_at(used_at: Option<Time>) -> Generation {
    Generation { number: 3, expires_at: NOW.plus(IDLE), used_at }
}

#[test]
fn s4_the_retry_window_is_ten_seconds_from_the_first_use() {
    let token = used_at(Some(NOW));
    let inside = NOW.plus(RETRY);
    let outside = NOW.plus(RETRY + Duration::from_millis(1));

    assert_eq!(session().trade(&token, false, None, inside), Ok(Trade::Repeat));
    assert_eq!(session().trade(&token, false, None, outside), Err(TradeError::Reused));
}

#[test]
fn s4_a_parent_whose_successor_was_used_is_reuse() {
    assert_eq!(session().trade(&used_at(Some(NOW)), true, None, NOW), Err(TradeError::Reused));
}

#[test]
fn s5_a_use_by_another_client_is_reuse() {
    let random = Random::default();
    let mine = KeyId::new(&random).unwrap();
    let bound = Session { origin: Origin { client: Some(mine), ..Origin::default() }, ..session() };

    assert_eq!(bound.trade(&used_at(None), false, Some(mine), NOW), Ok(Trade::Rotate));
    assert_eq!(bound.trade(&used_at(None), false, None, NOW), Err(TradeError::Reused));
    assert_eq!(session().trade(&used_at(None), false, Some(mine), NOW), Err(TradeError::Reused));
    assert_eq!(bound.trade(&used_at(None), false, None, NOW.plus(IDLE)), Err(TradeError::Invalid));
    assert_eq!(bound.trade(&used_at(Some(NOW)), false, None, NOW), Err(TradeError::Reused));
}

#[test]
fn s6_an_unused_token_ends_after_30_days_and_the_session_after_90() {
    let session = session();
    let token = used_at(None);
    assert_eq!(session.trade(&token, false, None, NOW.plus(IDLE)), Err(TradeError::Invalid));

    let day_89 = NOW.plus(ABSOLUTE - Duration::from_secs(24 * 3600));
    assert_eq!(session.idle_end(day_89), NOW.plus(ABSOLUTE));
    let late = Generation { expires_at: NOW.plus(2 * ABSOLUTE), ..token };
    assert_eq!(session.trade(&late, false, None, NOW.plus(ABSOLUTE)), Err(TradeError::Invalid));
}

#[test]
fn what_a_client_calls_itself_is_cleaned_and_cut() {
    assert_eq!(user_agent("curl/8\r\n\u{1b}[31mred"), Some("curl/8[31mred".to_owned()));
    assert_eq!(user_agent(" \u{0} "), None);
    assert_eq!(user_agent(&"é".repeat(300)).map(|agent| agent.chars().count()), Some(256));
}

#[test]
fn an_ended_session_trades_nothing() {
    let ended = Session { revoked_at: Some(NOW), ..session() };

    assert_eq!(ended.trade(&used_at(None), false, None, NOW), Err(TradeError::Invalid));
    assert_eq!(ended.trade(&used_at(Some(NOW)), false, None, NOW), Err(TradeError::Invalid));
}

#[test]
fn s10_a_refresh_token_has_256_random_bits_and_reads_back() {
    let secret = RefreshSecret::make(&Random::default()).unwrap();
    let text = secret.secret().expose_secret().to_owned();

    assert_eq!(text.len(), 47);
    assert_eq!(RefreshSecret::parse(&text).map(|read| read.hash()), Some(secret.hash()));
    for bad in ["", "gpr_", &text[1..], &format!("{text}a"), &text.replace("gpr_", "gpx_")] {
        assert!(RefreshSecret::parse(bad).is_none(), "{bad}");
    }
}
