use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

/// As an operator who allows nothing.
fn guard() -> Guard {
    Guard::new(Vec::new(), "https://api.gatepost.example")
}

fn allowing(blocks: &[&str]) -> Guard {
    Guard::new(blocks.iter().map(|block| block.parse().unwrap()).collect(), "http://127.0.0.1:3003")
}

/// H50, H51, H55 to H59, and every block of S95 in one form at least.
#[rustfmt::skip]
const HOSTILE: &[&str] = &[
    // loopback in every spelling
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7F.1/", "https://0177.0.0.1/", "https://0177.1/", "https://017700000001/",
    "https://127.0.0.1./", "https://127.255.255.254/", "https://１２７.0.0.1/", "https://127。0。0。1/", "https://%31%32%37.0.0.1/", "https://①②⑦.0.0.1/",
    "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::127.0.0.1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:127.0.0.1]/", "https://[::ffff:0:127.0.0.1]/",
    // unspecified
    "https://0/", "https://0.0.0.0/", "https://0.1.2.3/", "https://[::]/", "https://0x0/",
    // clouds' metadata and link-local
    "https://169.254.169.254/latest/meta-data/", "https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/", "https://169.254.43518/", "https://[::ffff:169.254.169.254]/", "https://[fd00:ec2::254]/",
    "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[fec0::1]/", "https://100.100.100.200/", "https://168.63.129.16/", "https://metadata.google.internal/",
    // private, shared, protocols, benchmarks, documentation
    "https://10.0.0.1/", "https://10.255.255.255/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.0.1/", "https://3232235521/", "https://100.64.0.1/", "https://100.127.255.254/",
    "https://192.0.0.1/", "https://192.0.0.192/", "https://192.0.2.1/", "https://192.88.99.1/", "https://198.18.0.1/", "https://198.19.255.255/", "https://198.51.100.1/", "https://203.0.113.1/",
    // multicast, reserved, broadcast
    "https://224.0.0.1/", "https://239.255.255.250/", "https://240.0.0.1/", "https://255.255.255.255/", "https://4294967295/", "https://[ff02::1]/",
    // IPv4 in IPv6: NAT64, its local form, 6to4, Teredo, ISATAP's link-local
    "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b::169.254.169.254]/", "https://[64:ff9b:1::a00:1]/", "https://[2002:7f00:1::]/", "https://[2002:a9fe:a9fe::1]/", "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "https://[2001::1]/", "https://[fe80::5efe:10.0.0.1]/",
    // the other blocks of IPv6
    "https://[100::1]/", "https://[2001:db8::1]/", "https://[2001:20::1]/", "https://[2001:2::1]/", "https://[3fff::1]/", "https://[3ffe::1]/", "https://[5f00::1]/", "https://[fc00::1]/", "https://[fdff::1]/", "https://[8000::1]/", "https://[1::1]/",
    // names that lead inside
    "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost/", "https://ｌocalhost/", "https://loc\u{ad}alhost/", "https://printer/", "https://router.local/", "https://db.internal/", "https://db.internal./", "https://nas.lan/", "https://x.home.arpa/", "https://x.onion/", "https://example.com./",
    // schemes
    "http://example.com/", "http://93.184.215.14/", "file:///etc/passwd", "gopher://example.com/", "data:text/plain,x", "unix:/run/x.sock", "ftp://example.com/", "javascript:alert(1)", "ws://example.com/", "wss://example.com/", "HTTP://example.com/", "//example.com/", "example.com", "https:example.com", "https:/example.com", "https:///example.com/",
    // ports
    "https://example.com:22/", "https://example.com:25/", "https://example.com:80/", "https://example.com:6379/", "https://example.com:5432/", "https://example.com:0/", "https://example.com:65536/", "https://example.com:-1/", "https://example.com:x/",
    // wider and stranger spellings
    "https://127.0.0.1.:443/", "https://0x7f.0x0.0x0.0x1/", "https://0177.0x0.0.01/", "https://00000177.0.0.1/", "https://[::ffff:a00:1]/", "https://[64:ff9b::10.0.0.1]/", "https://[2002:c0a8:1::1]/", "https://a.b.local/",
    // what parsers read differently
    "https://user@example.com/", "https://user:pass@example.com/", "https://:@example.com/", "https://@example.com/", "https://example.com@127.0.0.1/", "https://127.0.0.1@example.com/", "https://example.com/#fragment", "https://example.com#@127.0.0.1/",
    "https://exam\nple.com/", "https://exam\rple.com/", "https://exam\tple.com/", " https://example.com/", "https://example.com/ ", "https://example.com/\u{0}", "https:\\\\example.com\\", "https://example.com\\@127.0.0.1/", "https://exa mple.com/", "https://exa%20mple.com/", "https://[example.com]/", "https://", "https://?", "https://#", "https://.", "https://..", "",
    // our own address
    "https://api.gatepost.example/v1/keys", "https://API.gatepost.example:443/", "https://api%2egatepost.example/",
];

#[test]
fn s93_s95_every_hostile_target_is_refused() {
    assert!(HOSTILE.len() >= 150, "{}", HOSTILE.len());
    let let_through: Vec<_> = HOSTILE.iter().filter(|text| guard().target(text).is_ok()).collect();
    assert!(let_through.is_empty(), "{let_through:?}");
}

#[test]
fn s93_public_receivers_are_let_through_in_their_normal_form() {
    for (text, normal) in [
        ("https://hooks.example.com/gatepost?team=1", "https://hooks.example.com/gatepost?team=1"),
        ("HTTPS://Hooks.Example.COM:443", "https://hooks.example.com/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://hooks.example.com:8443/a/../b", "https://hooks.example.com:8443/b"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/"),
        ("https://example.com/@somebody", "https://example.com/@somebody"),
    ] {
        let target = guard().target(text).unwrap();
        assert_eq!((target.url.as_str(), target.reach), (normal, Reach::Public), "{text}");
    }
}

#[test]
fn s93_a_url_has_2048_bytes_at_most() {
    let long = |bytes: usize| format!("https://example.com/{}", "x".repeat(bytes - 20));
    assert!(guard().target(&long(2_048)).is_ok());
    assert_eq!(guard().target(&long(2_049)), Err(TargetError::TooLong));
}

#[test]
fn what_the_operator_allows_may_be_http_and_on_any_port() {
    let guard = allowing(&["127.0.0.0/8", "::1/128", "10.1.0.0/16"]);
    for text in ["http://127.0.0.1:8080/", "https://127.0.0.1/", "http://[::1]:9/", "https://10.1.2.3:22/"] {
        assert!(guard.target(text).is_ok(), "{text}");
    }
    // A name tells only where it leads.
    assert_eq!(guard.target("http://localhost:8080/").unwrap().reach, Reach::Allowed);
    assert_eq!(guard.target("https://localhost/").unwrap().reach, Reach::Public);
    let refused = [
        "http://10.2.0.1/",
        "https://10.2.0.1/",
        "http://93.184.215.14/",
        "https://93.184.215.14:22/",
        "http://0.0.0.0:8080/",
        "http://127.0.0.1:0/",
        "ftp://127.0.0.1/",
        "http://u@127.0.0.1/",
        // ourselves
        "http://127.0.0.1:3003/v1/keys",
    ];
    for text in refused {
        assert!(guard.target(text).is_err(), "{text}");
    }
}

#[test]
fn s94_an_address_is_checked_for_the_call_that_is_made() {
    let guard = allowing(&["10.1.0.0/16"]);
    let [public, allowed, mapped, private] =
        ["93.184.215.14", "10.1.0.1", "::ffff:10.1.0.1", "10.2.0.1"].map(|text| text.parse::<IpAddr>().unwrap());
    assert!(guard.permits(public, Reach::Public) && !guard.permits(public, Reach::Allowed));
    for reach in [Reach::Public, Reach::Allowed] {
        assert!(guard.permits(allowed, reach) && guard.permits(mapped, reach) && !guard.permits(private, reach));
    }
}

/// The registries, told another way than the table: what the standard library knows, and the rest by its octets.
fn is_special(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
}

fn anywhere() -> impl Strategy<Value = Ipv4Addr> {
    // The blocks' neighbourhoods come up often enough only if they are asked for.
    let firsts = prop::sample::select(vec![
        0_u8, 9, 10, 11, 100, 126, 127, 128, 169, 172, 192, 198, 203, 223, 224, 239, 240, 255,
    ]);
    let seconds = prop::sample::select(vec![0_u8, 15, 16, 18, 20, 31, 32, 51, 63, 64, 88, 127, 128, 168, 254, 255]);
    prop_oneof![
        any::<u32>().prop_map(Ipv4Addr::from_bits),
        (firsts, seconds, any::<u8>(), any::<u8>()).prop_map(|(a, b, c, d)| Ipv4Addr::new(a, b, c, d)),
    ]
}

proptest! {
    /// S95: what is let through is routed globally, in whichever form it is written.
    #[test]
    fn s95_allowed_means_public(address in anywhere()) {
        let public = is_public(IpAddr::V4(address));
        prop_assert!(!public || !is_special(address));
        for text in [format!("https://{address}/"), format!("https://{}/", address.to_bits()), format!("https://0x{:x}/", address.to_bits()), format!("https://0{:o}/", address.to_bits())] {
            prop_assert_eq!(guard().target(&text).is_ok(), public, "{}", text);
        }
    }

    /// No IPv6 form that holds an IPv4 address is let through: who translates it may lead anywhere.
    #[test]
    fn s95_no_ipv4_hides_in_ipv6(address in anywhere()) {
        let [a, b] = [address.to_bits() >> 16, address.to_bits() & 0xffff].map(|half| u16::try_from(half).unwrap());
        for hidden in [
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, a, b),
            Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, a, b),
            Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, a, b),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a, b),
            Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, a, b),
            Ipv6Addr::new(0x2002, a, b, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !a, !b),
            Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0x5efe, a, b),
        ] {
            prop_assert!(guard().target(&format!("https://[{hidden}]/")).is_err(), "{}", hidden);
        }
    }

    #[test]
    fn s95_only_global_unicast_of_ipv6_is_public(bits in any::<u128>()) {
        let address = Ipv6Addr::from_bits(bits);
        prop_assert!(!is_public(IpAddr::V6(address)) || matches!(address.segments()[0], 0x2000..=0x3fff));
    }

    /// Whatever is written: what is let through is https, without credentials, to a usual port and no private address.
    #[test]
    fn whatever_is_written_what_is_let_through_is_public(text in "(https?://)?[a-z0-9.:@/\\\\\\[\\]%#？。x]{0,30}") {
        if let Ok(Target { url, reach }) = guard().target(&text) {
            prop_assert_eq!((url.scheme(), reach), ("https", Reach::Public));
            prop_assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
            prop_assert!(matches!(url.port_or_known_default(), Some(443 | 8443)));
            // Read again it is the same: nobody checks one thing and calls another.
            prop_assert_eq!(guard().target(url.as_str()).unwrap().url, url);
        }
    }
}
