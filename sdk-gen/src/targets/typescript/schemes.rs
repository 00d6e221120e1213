//! Security schemes as options of the client. `x-sdk: {username, password}` on a scheme of kind Basic renames its two.

use super::reserved::CLIENT_OPTIONS;
use super::text::{key, quote};
use crate::model::{Api, ApiKeyPlace, SchemeKind, SecurityScheme};
use crate::names::{Case, Names, convert};

/// One option that holds a secret.
pub struct SecretOption {
    /// Name of the option.
    pub name: String,
    /// End of its environment variable.
    pub variable: String,
    /// What it is, for its comment.
    pub doc: String,
    /// How it travels, as a phrase.
    pub sent: String,
}

/// How the schemes of a document become options.
pub struct Schemes<'a> {
    api: &'a Api,
    /// Options in the order of the schemes, each once.
    pub options: Vec<SecretOption>,
    /// Scheme and the object that tells the runtime.
    pub entries: Vec<(&'a str, String)>,
    /// The option that takes an access token.
    pub bearer: Option<String>,
}

impl<'a> Schemes<'a> {
    /// Names the options: `accessToken` for every bearer token, `apiKey` where there is one, the scheme's own name elsewhere.
    pub fn new(api: &'a Api) -> Self {
        let mut schemes = Self { api, options: Vec::new(), entries: Vec::new(), bearer: None };
        let mut names = Names::new(Case::Camel, &CLIENT_OPTIONS);
        let is_key = |scheme: &&SecurityScheme| matches!(scheme.kind, SchemeKind::ApiKey { .. });
        let only_key = api.security_schemes.values().filter(is_key).count() == 1;
        for (name, scheme) in &api.security_schemes {
            let text = schemes.entry(&mut names, name, scheme, only_key);
            schemes.entries.push((name, text));
        }
        schemes
    }

    fn entry(&mut self, names: &mut Names, name: &str, scheme: &SecurityScheme, only_key: bool) -> String {
        let described = scheme.description.as_deref();
        match &scheme.kind {
            SchemeKind::ApiKey { place, name: wire } => {
                let place = match place {
                    ApiKeyPlace::Header => "header",
                    ApiKeyPlace::Query => "query",
                    ApiKeyPlace::Cookie => "cookie",
                };
                let option = self.option(
                    names,
                    if only_key { "apiKey" } else { name },
                    described,
                    &format!("sent as {place} `{wire}`"),
                );
                format!("{{ kind: 'apiKey', in: '{place}', name: {}, option: '{option}' }}", quote(wire))
            }
            SchemeKind::Bearer { .. } | SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect { .. } => {
                // On the wire they are all the same header, so one token serves them all.
                let option = match &self.bearer {
                    Some(option) => option.clone(),
                    None => self.option(names, "accessToken", described, "sent as `Authorization: Bearer …`"),
                };
                self.bearer = Some(option.clone());
                format!("{{ kind: 'bearer', option: '{option}' }}")
            }
            SchemeKind::Basic => {
                let own = |part: &'static str| {
                    scheme.extensions.get("x-sdk").and_then(|own| own.get(part)?.as_str()).unwrap_or(part)
                };
                let username = self.option(names, own("username"), described, "sent as `Authorization: Basic …`");
                let password = self.option(names, own("password"), None, "sent as `Authorization: Basic …`");
                format!("{{ kind: 'basic', username: '{username}', password: '{password}' }}")
            }
            SchemeKind::Http { scheme } => {
                let option = self.option(
                    names,
                    name,
                    described,
                    &format!("the whole value of `Authorization` (scheme `{scheme}`)"),
                );
                format!("{{ kind: 'authorization', option: '{option}' }}")
            }
            SchemeKind::MutualTls => "{ kind: 'none' }".to_owned(),
        }
    }

    fn option(&mut self, names: &mut Names, wanted: &str, described: Option<&str>, sent: &str) -> String {
        let name = names.take(wanted);
        let doc = format!("{}\n\nIt is {sent}.", described.unwrap_or_default().trim());
        self.options.push(SecretOption {
            variable: convert(&name, Case::Screaming),
            name: name.clone(),
            doc,
            sent: sent.to_owned(),
        });
        name
    }

    /// Whether the document declares that scheme.
    pub fn knows(&self, name: &str) -> bool {
        self.api.security_schemes.contains_key(name)
    }

    /// The table for the runtime.
    pub fn table(&self) -> String {
        if self.entries.is_empty() {
            return "{}".to_owned();
        }
        let lines: String = self.entries.iter().map(|(name, text)| format!("    {}: {text},\n", key(name))).collect();
        format!("{{\n{lines}  }}")
    }
}
