//! Sign-In with Ethereum (EIP-4361): the message that a wallet signs, read by its grammar and in no other way.

pub mod nonce;
pub mod rules;
#[cfg(test)]
mod tests;

use std::fmt;

use fluent_uri::Uri;
use thiserror::Error;

use crate::domain::time::Time;
use crate::domain::wallets::Address;

const INVITATION: &str = " wants you to sign in with your Ethereum account:";

/// A message. Its texts are those of the message, to the byte.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    /// Where the site stands, if the message says so: `https`.
    pub scheme: Option<&'a str>,
    /// The site that asks, an authority such as `app.example.com:8443`.
    pub domain: &'a str,
    /// The account that signs.
    pub address: Address,
    /// What the person reads.
    pub statement: Option<&'a str>,
    /// What the signing is about.
    pub uri: &'a str,
    /// The chain that the account is on.
    pub chain_id: u64,
    /// What makes the message unique.
    pub nonce: &'a str,
    /// When it was made.
    pub issued_at: Moment<'a>,
    /// When it ends.
    pub expires_at: Option<Moment<'a>>,
    /// When it begins.
    pub not_before: Option<Moment<'a>>,
    /// The site's own reference.
    pub request_id: Option<&'a str>,
    /// What else the signature is about; `None` where the message has no such list.
    pub resources: Option<Vec<&'a str>>,
}

/// A time as it was written, and when that is.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    text: &'a str,
    /// When it is.
    pub time: Time,
}

/// Where a message breaks the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is no EIP-4361 message: {0}")]
pub struct NotAMessage(&'static str);

impl<'a> Message<'a> {
    /// Reads a message by the grammar of EIP-4361, each field by the rules of its own standard (S45).
    ///
    /// # Errors
    /// [`NotAMessage`] names the first thing that is not as it must be.
    pub fn parse(text: &'a str) -> Result<Self, NotAMessage> {
        let mut lines = Lines { rest: Some(text) };
        let (scheme, domain) = site(lines.take().unwrap_or_default())?;
        let address = lines.take().and_then(|line| line.parse().ok()).ok_or(NotAMessage("the address (EIP-55)"))?;
        let message = Self {
            scheme,
            domain,
            address,
            statement: statement(&mut lines)?,
            uri: lines.field("URI: ").filter(|text| is_uri(text)).ok_or(NotAMessage("URI"))?,
            chain_id: {
                lines.field("Version: ").filter(|text| *text == "1").ok_or(NotAMessage("Version"))?;
                lines.field("Chain ID: ").and_then(|text| text.parse().ok()).ok_or(NotAMessage("Chain ID"))?
            },
            nonce: lines.field("Nonce: ").filter(|text| is_nonce(text)).ok_or(NotAMessage("Nonce"))?,
            issued_at: moment(lines.field("Issued At: ")).ok().flatten().ok_or(NotAMessage("Issued At"))?,
            expires_at: moment(lines.field("Expiration Time: ")).map_err(|()| NotAMessage("Expiration Time"))?,
            not_before: moment(lines.field("Not Before: ")).map_err(|()| NotAMessage("Not Before"))?,
            request_id: lines.field("Request ID: "),
            resources: resources(&mut lines)?,
        };
        if message.request_id.is_some_and(|text| !is_request_id(text)) {
            return Err(NotAMessage("Request ID"));
        }
        // What was read must be all that is there: written again it is the same text (leading zeros, further lines).
        if lines.rest.is_none() && message.to_string() == text { Ok(message) } else { Err(NotAMessage("its form")) }
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(scheme) = self.scheme {
            write!(f, "{scheme}://")?;
        }
        write!(f, "{}{INVITATION}\n{}\n\n", self.domain, self.address)?;
        if let Some(statement) = self.statement {
            writeln!(f, "{statement}")?;
        }
        write!(f, "\nURI: {}\nVersion: 1\nChain ID: {}", self.uri, self.chain_id)?;
        write!(f, "\nNonce: {}\nIssued At: {}", self.nonce, self.issued_at.text)?;
        let optional = [
            ("Expiration Time", self.expires_at.map(|moment| moment.text)),
            ("Not Before", self.not_before.map(|moment| moment.text)),
            ("Request ID", self.request_id),
        ];
        for (name, text) in optional {
            text.map_or(Ok(()), |text| write!(f, "\n{name}: {text}"))?;
        }
        let Some(resources) = &self.resources else { return Ok(()) };
        f.write_str("\nResources:")?;
        resources.iter().try_for_each(|resource| write!(f, "\n- {resource}"))
    }
}

/// The lines of a message. Only a line feed ends one.
struct Lines<'a> {
    rest: Option<&'a str>,
}

impl<'a> Lines<'a> {
    fn take(&mut self) -> Option<&'a str> {
        let (line, rest) = self.rest?.split_once('\n').map_or((self.rest?, None), |(line, rest)| (line, Some(rest)));
        self.rest = rest;
        Some(line)
    }

    /// The rest of the next line, if that begins so; otherwise the line stays.
    fn field(&mut self, name: &str) -> Option<&'a str> {
        let before = self.rest;
        let value = self.take().and_then(|line| line.strip_prefix(name));
        if value.is_none() {
            self.rest = before;
        }
        value
    }
}

/// `[scheme "://"] authority`
fn site(line: &str) -> Result<(Option<&str>, &str), NotAMessage> {
    let fault = NotAMessage("its first line");
    let site = line.strip_suffix(INVITATION).ok_or(fault)?;
    let (scheme, domain) = site.split_once("://").map_or((None, site), |(scheme, domain)| (Some(scheme), domain));
    let whole = format!("{}://{domain}", scheme.unwrap_or("https"));
    let read = Uri::parse(whole.as_str()).ok().filter(|uri| uri.path().as_str().is_empty() && !domain.is_empty());
    let same = read.and_then(|uri| uri.authority()).is_some_and(|authority| authority.as_str() == domain);
    if same { Ok((scheme, domain)) } else { Err(fault) }
}

/// An empty line, then perhaps a statement, then an empty line.
fn statement<'a>(lines: &mut Lines<'a>) -> Result<Option<&'a str>, NotAMessage> {
    let empty = |line: Option<&str>| line == Some("");
    if !empty(lines.take()) {
        return Err(NotAMessage("the empty line under the address"));
    }
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || " -._~:/?#[]@!$&'()*+,;=".contains(letter);
    match lines.take() {
        Some("") => Ok(None),
        Some(line) if line.chars().all(allowed) && empty(lines.take()) => Ok(Some(line)),
        _ => Err(NotAMessage("the statement")),
    }
}

fn resources<'a>(lines: &mut Lines<'a>) -> Result<Option<Vec<&'a str>>, NotAMessage> {
    if lines.field("Resources:").is_none() {
        return Ok(None);
    }
    let mut all = Vec::new();
    while let Some(resource) = lines.field("- ") {
        all.push(resource);
    }
    if all.iter().all(|resource| is_uri(resource)) { Ok(Some(all)) } else { Err(NotAMessage("Resources")) }
}

fn moment(text: Option<&str>) -> Result<Option<Moment<'_>>, ()> {
    let read = |text| Time::parse_rfc3339(text).map(|time| Moment { text, time }).map_err(|_| ());
    text.map(read).transpose()
}

fn is_uri(text: &str) -> bool {
    Uri::parse(text).is_ok()
}

fn is_nonce(text: &str) -> bool {
    text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `*pchar`: what may stand in one piece of a path.
fn is_request_id(text: &str) -> bool {
    !text.contains(['/', '?', '#']) && is_uri(&format!("x:/{text}"))
}
