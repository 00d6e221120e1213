use std::time::Duration;

use super::rules::{Refusal, Rules, own_nonce_end};
use super::*;

const NOW: &str = "2026-11-22T12:00:00.000Z";

fn message() -> String {
    "app.example.com wants you to sign in with your Ethereum account:\n\
     0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n\nGood day: see https://app.example.com/terms\n\n\
     URI: https://app.example.com/login\nVersion: 1\nChain ID: 1\nNonce: 32891757abc\n\
     Issued At: 2026-11-22T12:00:00.000Z\nExpiration Time: 2026-11-22T12:10:00.000Z"
        .to_owned()
}

fn without(line: &str) -> String {
    let all = message();
    all.lines().filter(|each| !each.starts_with(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn s45_every_form_of_the_grammar_is_read_and_written_alike() {
    let end = "Expiration Time: 2026-11-22T12:10:00.000Z";
    for good in [
        message(),
        format!("https://{}", message()),
        message().replacen("\nGood day: see https://app.example.com/terms\n", "\n", 1),
        without("Expiration"),
        message().replace("12:00:00.000Z", "14:00:00.000001+02:00"),
        message().replace("12:00:00.000Z", "12:00:00Z"),
        message().replace("app.example.com wants", "user@[2001:db8::1]:8443 wants"),
        message().replace(
            end,
            &format!("{end}\nNot Before: {NOW}\nRequest ID: a%20b;c=d:@\nResources:\n- ipfs://Qme7\n- urn:x:y"),
        ),
        format!("{}\nRequest ID: ", message()),
        format!("{}\nResources:", message()),
    ] {
        let read = Message::parse(&good).unwrap_or_else(|error| panic!("{error}: {good}"));
        assert_eq!(read.to_string(), good);
    }
}

#[test]
fn s45_what_the_grammar_does_not_say_is_refused() {
    let of = |from: &str, to: &str| message().replacen(from, to, 1);
    let mut bad = vec![
        String::new(),
        of(" wants", "  wants"),
        of("app.example.com wants", " wants"),
        of("app.example.com wants", "app.example.com/ wants"),
        of("app.example.com wants", "app example.com wants"),
        of("0x5aAeb", "0x5aaeb"),
        of("0x5aAeb", "5aAeb"),
        of("ed\n\n", "ed\n"),
        of("ed\n\n", "ed\n\n\n"),
        of("Good day", "Good\nday"),
        of("Good day", "Good day\r\nURI: https://evil.example"),
        of("Good day", "Guten Tag, schöner"),
        of("Good day", "\"Good day\""),
        of("https://app.example.com/login", "/login"),
        of("https://app.example.com/login", "https://app.example.com\\@evil.example/"),
        of("https://app.example.com/login", "https://app.example.com/a b"),
        of("Version: 1", "Version: 2"),
        of("Version: 1", "version: 1"),
        of("Chain ID: 1", "Chain ID: 01"),
        of("Chain ID: 1", "Chain ID: +1"),
        of("Chain ID: 1", "Chain ID: 18446744073709551616"),
        of("Chain ID: 1", "Chain ID: 0x1"),
        of("Nonce: 32891757abc", "Nonce: 1234567"),
        of("Nonce: 32891757abc", "Nonce: 1234567-8"),
        of("Issued At: 2026-11-22T12:00:00.000Z", "Issued At: Sun Nov 22 2026 12:00:00 GMT"),
        of("Issued At: 2026-11-22T12:00:00.000Z", "Issued At: 2026-11-22"),
        of("Issued At: 2026-11-22T12:00:00.000Z", "Issued At: 2026-11-31T12:00:00Z"),
        of("12:10:00.000Z", "12:10:00.000Z\nExpiration Time: 2026-11-22T12:10:00.000Z"),
        of("12:10:00.000Z", "12:10:00.000Z\nRequest ID: a/b"),
        of("12:10:00.000Z", "12:10:00.000Z\nResources:\n- nothing"),
        of("12:10:00.000Z", "12:10:00.000Z\nResources:\n- a:b - c d"),
        of("12:10:00.000Z", "12:10:00.000Z\nResources:\n- a:b\nRequest ID: x"),
        format!("{}\n", message()),
        format!("{}\n\n", message()),
        message().replace('\n', "\r\n"),
    ];
    bad.extend(["URI: ", "Version", "Chain", "Nonce", "Issued", "0x"].map(without));
    let (nonce, issued) = ("Nonce: 32891757abc\n", "Issued At: 2026-11-22T12:00:00.000Z\n");
    bad.push(of(&format!("{nonce}{issued}"), &format!("{issued}{nonce}")));
    for bad in bad {
        assert!(Message::parse(&bad).is_err(), "{bad}");
    }
}

fn checked(text: &str, now: &str) -> Result<(), Refusal> {
    let domains = ["app.example.com".to_owned(), "127.0.0.1:3003".to_owned()];
    let message = Message::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    Rules { domains: &domains, chains: &[1, 10] }.check(&message, Time::parse_rfc3339(now).unwrap())
}

#[test]
fn s46_only_the_domain_itself_and_its_uris_are_taken() {
    let of = |domain: &str, uri: &str| {
        let text = message().replacen("app.example.com wants", &format!("{domain} wants"), 1);
        checked(&text.replacen("https://app.example.com/login", uri, 1), NOW)
    };
    let good = "app.example.com";
    for uri in ["https://app.example.com", "https://app.example.com?a", "https://app.example.com#a"] {
        assert_eq!(of(good, uri), Ok(()), "{uri}");
    }
    assert_eq!(of("127.0.0.1:3003", "http://127.0.0.1:3003/x"), Ok(()));
    assert_eq!(of("https://app.example.com", "https://app.example.com/"), Ok(()));
    for h41_h43_h44 in [
        "evilapp.example.com",
        "app.example.com.evil.example",
        "x.app.example.com",
        "user@app.example.com",
        "app.example.com:443",
        "app.example.com:8443",
        "APP.example.com",
        "127.0.0.1",
    ] {
        assert_eq!(of(h41_h43_h44, "https://app.example.com/"), Err(Refusal::Domain), "{h41_h43_h44}");
    }
    for h42 in [
        "https://app.example.com.evil.example/",
        "https://app.example.com@evil.example/",
        "https://evil.example/app.example.com",
        "https://app.example.com:8443/",
        "http://app.example.com/",
        "HTTPS://app.example.com/",
        "urn:app.example.com",
    ] {
        assert_eq!(of(good, h42), Err(Refusal::Uri), "{h42}");
    }
    assert_eq!(of("http://app.example.com", "https://app.example.com/"), Err(Refusal::Uri));
    let none = Rules { domains: &[], chains: &[1] };
    let text = message();
    let now = Time::parse_rfc3339(NOW).unwrap();
    assert_eq!(none.check(&Message::parse(&text).unwrap(), now), Err(Refusal::Domain), "no domain is none allowed");
}

#[test]
fn h47_only_listed_chains_are_taken() {
    let of = |chain: &str| checked(&message().replacen("Chain ID: 1", &format!("Chain ID: {chain}"), 1), NOW);

    assert_eq!(
        (of("10"), of("11"), of("0"), of("18446744073709551615")),
        (Ok(()), Err(Refusal::Chain), Err(Refusal::Chain), Err(Refusal::Chain))
    );
}

#[test]
fn s47_h48_only_what_was_made_just_now_is_taken() {
    for (text, now, expected) in [
        (message(), "2026-11-22T12:09:59.999Z", Ok(())),
        (message(), "2026-11-22T11:59:00.000Z", Ok(())),
        (message(), "2026-11-22T11:58:59.999Z", Err(Refusal::IssuedAt)),
        (message(), "2026-11-22T12:10:00.000Z", Err(Refusal::Expired)),
        (without("Expiration"), "2026-11-22T12:10:00.000Z", Ok(())),
        (without("Expiration"), "2026-11-22T12:10:00.001Z", Err(Refusal::IssuedAt)),
        (message().replace("2026-11-22T12:10", "9999-12-31T12:10"), "2026-11-22T12:10:00.001Z", Err(Refusal::IssuedAt)),
        (without("Expiration"), "2027-11-22T12:00:00.000Z", Err(Refusal::IssuedAt)),
        (format!("{}\nNot Before: 2026-11-22T12:00:00.001Z", message()), NOW, Err(Refusal::NotYet)),
        (format!("{}\nNot Before: 2026-11-22T13:00:00.000+01:00", message()), NOW, Ok(())),
    ] {
        assert_eq!(checked(&text, now), expected, "{now}: {text}");
    }
}

#[test]
fn promise_7_a_nonce_of_the_clients_needs_an_end_within_fifteen_minutes() {
    let now = Time::parse_rfc3339(NOW).unwrap();
    let of = |text: &str| own_nonce_end(&Message::parse(text).unwrap(), now);

    assert_eq!(of(&message()), Ok(now.plus(Duration::from_secs(600))));
    assert_eq!(of(&message().replace("12:10:00", "12:15:00")), Ok(now.plus(Duration::from_secs(900))));
    assert_eq!(of(&message().replace("12:10:00.000", "12:15:00.001")), Err(Refusal::Nonce));
    assert_eq!(of(&without("Expiration")), Err(Refusal::Nonce));
}
