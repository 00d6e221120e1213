use proptest::prelude::*;

use super::*;

fn origins(allowed: &str) -> Origins {
    Origins::parse(&[allowed]).unwrap()
}

fn allows(network: &str, address: &str) -> bool {
    Networks::parse(&[network]).unwrap().allow(Some(address.parse().unwrap()))
}

#[test]
fn s46_an_origin_is_allowed_to_the_letter_scheme_host_and_port() {
    let allowed = origins("https://a.example");
    for same in ["https://a.example", "https://A.Example", "HTTPS://a.example", "https://a.example:443"] {
        assert!(allowed.allow(Some(same)), "{same}");
    }
    for other in [
        "http://a.example",
        "https://a.example.evil",
        "https://evil.a.example",
        "https://evila.example",
        "https://a.example:8443",
        "https://a.example:80",
        "https://a.example.",
        "https://a.example@evil.example",
        "https://evil.example@a.example",
        "https://evil.example\\@a.example",
        "https://a.example/",
        "https://a.example/path",
        "https://a.example?",
        "https://a.example#",
        "https://a.example:",
        "https:a.example",
        "https:/a.example",
        "https:///a.example",
        "https:\\\\a.example",
        "https://a%2eexample",
        " https://a.example",
        "https://a.example ",
        "https://a.ex\tample",
        "https://a.example https://evil.example",
        "//a.example",
        "a.example",
        "ftp://a.example",
        "null",
        "*",
        "",
    ] {
        assert!(!allowed.allow(Some(other)), "{other:?}");
    }
    assert!(!allowed.allow(None));
}

#[test]
fn s46_a_port_that_is_said_is_part_of_it_unless_it_is_the_schemes_own() {
    let allowed = origins("http://localhost:5173");
    assert!(allowed.allow(Some("http://LOCALHOST:5173")));
    for other in ["http://localhost", "http://localhost:51730", "http://localhost:5174", "https://localhost:5173"] {
        assert!(!allowed.allow(Some(other)), "{other}");
    }
    assert_eq!(origins("http://B.example:80").to_string(), "http://b.example");
    assert!(origins("http://[::1]:8080").allow(Some("http://[0:0::1]:8080")));
    assert!(origins("https://b\u{fc}cher.example").allow(Some("https://xn--bcher-kva.example")));
}

#[test]
fn s46_what_is_no_origin_is_none_to_be_allowed_and_an_empty_list_binds_nothing() {
    for none in ["null", "*", "https://", "https://*.example", "https://a.example/", "ftp://a.example", "a.example"] {
        assert_eq!(Origins::parse(&["https://good.example", none]), Err((1, NotAllowed::Origin)), "{none}");
    }
    assert!(Origins::default().allow(None) && Origins::default().allow(Some("null")));
}

#[test]
fn an_address_of_ipv4_is_the_same_however_it_is_written() {
    for network in ["10.0.0.0/8", "10.9.9.9/8", "::ffff:10.0.0.0/104", "::ffff:0a00:0/104"] {
        assert!(allows(network, "10.1.2.3") && allows(network, "::ffff:10.1.2.3"), "{network}");
        assert!(!allows(network, "11.1.2.3") && !allows(network, "::ffff:11.1.2.3"), "{network}");
        // 10.1.2.3 in the last bits, but of IPv6: IPv4-compatible (RFC 4291, 2.5.5.1), and translated (RFC 6052).
        assert!(!allows(network, "::10.1.2.3") && !allows(network, "64:ff9b::10.1.2.3"), "{network}");
    }
    for one in ["203.0.113.9", "203.0.113.9/32", "::ffff:203.0.113.9", "::ffff:203.0.113.9/128"] {
        assert!(allows(one, "203.0.113.9") && allows(one, "::ffff:203.0.113.9"), "{one}");
        assert!(!allows(one, "203.0.113.8") && !allows(one, "203.0.113.10"), "{one}");
    }
}

#[test]
fn the_widest_network_holds_its_family_and_the_narrowest_one_address() {
    for all in ["0.0.0.0/0", "255.255.255.255/0", "::ffff:0:0/96"] {
        assert!(allows(all, "0.0.0.0") && allows(all, "255.255.255.255") && allows(all, "::ffff:1.2.3.4"), "{all}");
        assert!(!allows(all, "::1") && !allows(all, "2001:db8::1"), "{all}");
    }
    assert!(allows("::/0", "::1") && allows("::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    assert!(!allows("::/0", "1.2.3.4") && !allows("::/0", "::ffff:1.2.3.4"));
    for one in ["2001:db8::1", "2001:db8::1/128", "2001:DB8:0:0::1/128"] {
        assert!(allows(one, "2001:db8::1") && !allows(one, "2001:db8::2") && !allows(one, "2001:db8::"), "{one}");
    }
    assert!(allows("2001:db8::/32", "2001:db8:ffff::1") && !allows("2001:db8::/32", "2001:db9::1"));
    for none in [
        "",
        "1.2.3.4/33",
        "::1/129",
        "1.2.3.4/-1",
        "1.2.3",
        "01.2.3.4",
        "1.2.3.4/255.0.0.0",
        "fe80::1%eth0",
        "localhost",
    ] {
        assert_eq!(Networks::parse(&[none]), Err((0, NotAllowed::Network)), "{none}");
    }
    assert!(Networks::default().allow(None) && !Networks::parse(&["0.0.0.0/0"]).unwrap().allow(None));
}

proptest! {
    /// By arithmetic of its own: an address is in a network when the first bits are the same.
    #[test]
    fn an_address_is_in_a_network_by_its_first_bits(net: u32, address: u32, near: bool, prefix in 0_u8..=32) {
        let address = if near && prefix < 32 { net ^ (address >> prefix) } else { address };
        let inside = prefix == 0 || (net ^ address) >> (32 - u32::from(prefix)) == 0;
        let (net, address) = (std::net::Ipv4Addr::from(net), std::net::Ipv4Addr::from(address));
        let networks = Networks::parse(&[format!("{net}/{prefix}")]).unwrap();
        prop_assert_eq!(networks.allow(Some(address.into())), inside);
        prop_assert_eq!(networks.allow(Some(address.to_ipv6_mapped().into())), inside);
        prop_assert_eq!(networks.to_string().parse::<Networks>(), Ok(networks));
    }
}
