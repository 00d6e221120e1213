//! JSON pointers (RFC 6901) and references.

use serde_json::Value;

use super::{Document, Target};

/// References followed on the way to one place before it counts as a cycle.
const MAX_HOPS: usize = 32;

/// One token of a pointer, escaped.
#[must_use]
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// The address of a member or element.
#[must_use]
pub fn child(address: &str, token: &str) -> String {
    let mut at = String::with_capacity(address.len() + token.len() + 1);
    at.push_str(address);
    at.push('/');
    if token.contains(['~', '/']) {
        at.push_str(&escape(token));
    } else {
        at.push_str(token);
    }
    at
}

/// The tokens of an address's pointer, unescaped.
#[must_use]
pub fn split(address: &str) -> Vec<String> {
    let pointer = address.split_once('#').map_or(address, |(_, pointer)| pointer);
    pointer.split('/').skip(1).map(unescape).collect()
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// A pointer in a `$ref` is part of a URI: percent escapes come first.
fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn lookup<'a>(document: &'a Document, reference: &str, hops: usize) -> Target<'a> {
    if reference.contains("://") || reference.starts_with("//") {
        return Target::Remote;
    }
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    let (Some(root), false) = (document.value_of(file), hops > MAX_HOPS) else { return Target::Missing };
    let pointer = percent_decode(pointer);
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Target::Missing;
    }
    let mut at = root;
    let mut address = format!("{file}#");
    for token in pointer.split('/').skip(1).map(unescape) {
        match step(document, at, &address, &token, hops) {
            Some((value, place)) => (at, address) = (value, place),
            None => return Target::Missing,
        }
    }
    Target::Found(at, address)
}

/// One token further; where the member is not there but a `$ref` is, from what that leads to.
fn step<'a>(
    document: &'a Document,
    at: &'a Value,
    address: &str,
    token: &str,
    hops: usize,
) -> Option<(&'a Value, String)> {
    let direct = match at {
        Value::Object(members) => members.get(token),
        Value::Array(items) => token.parse::<usize>().ok().and_then(|index| items.get(index)),
        _ => None,
    };
    if let Some(value) = direct {
        return Some((value, child(address, token)));
    }
    let reference = at.get("$ref")?.as_str()?;
    match lookup(document, reference, hops + 1) {
        Target::Found(value, place) if hops < MAX_HOPS => step(document, value, &place, token, hops + 1),
        _ => None,
    }
}
