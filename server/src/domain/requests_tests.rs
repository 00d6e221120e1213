use super::*;

fn kept(all: &[(&str, &str)]) -> String {
    headers(all.iter().map(|(name, value)| (*name, value.as_bytes())))
}

#[test]
fn s115_a_header_with_a_credential_is_named_without_its_value() {
    let sent = [("accept", "*/*"), ("authorization", "Bearer abc"), ("x-api-key", "root"), ("cookie", "a=b")];
    assert_eq!(kept(&sent), r#"[["accept","*/*"],["authorization",null],["x-api-key",null],["cookie",null]]"#);
}

#[test]
fn s115_a_header_that_is_not_known_is_left_out_name_and_all() {
    assert_eq!(
        kept(&[("x-my-secret", "hush"), ("gp_live_name", "1"), ("host", "a.example")]),
        r#"[["host","a.example"]]"#
    );
}

#[test]
fn s115_a_key_in_a_header_that_is_kept_is_masked() {
    assert_eq!(kept(&[("user-agent", "curl gp_live_0aZ x")]), r#"[["user-agent","curl [masked] x"]]"#);
    assert_eq!(kept(&[("referer", "https://a.example/p?token=x#y")]), r#"[["referer","https://a.example/p"]]"#);
}

#[test]
fn s115_every_secret_of_a_text_is_masked_and_the_rest_stays() {
    for (text, clean) in [
        ("/v1/items/itm_1", "/v1/items/itm_1"),
        ("/v1/keys/gp_live_abc", "/v1/keys/[masked]"),
        ("a=gpr_x-y_z&b=1&c=eyJh.eyJi.c", "a=[masked]&b=1&c=[masked]"),
        ("gp_test_1 gp_test_2", "[masked] [masked]"),
        ("whsec_MfKQ9r8/+==", "[masked]"),
    ] {
        assert_eq!(masked(text), clean);
    }
}

#[test]
fn text_is_cut_between_letters() {
    assert_eq!(cut("aé", 2), "a");
    assert_eq!(cut("aé", 3), "aé");
    assert_eq!(cut("", 3), "");
}

#[test]
fn a_status_is_one_or_a_class() {
    assert_eq!("404".parse(), Ok(Statuses::One(404)));
    assert_eq!("5xx".parse::<Statuses>().map(Statuses::range), Ok((500, 600)));
    for bad in ["", "6xx", "0xx", "xx", "99", "600", "4x", "+404", "404 "] {
        assert_eq!(bad.parse::<Statuses>(), Err(NotAStatus), "{bad}");
    }
}
