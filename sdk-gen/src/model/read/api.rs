//! The document as a whole: info, servers, tags, `x-sdk`, and the order of reading.

use indexmap::IndexMap;
use serde_json::Value;

use crate::model::{Api, Info, Operation, Origin, SdkConfig, Server, ServerVariable, Tag, TokenConfig};
use crate::names::{Case, convert};

use super::Reader;
use super::operations::Shared;
use super::values::{extensions, list, object, prose, text, texts};

impl<'d> Reader<'d> {
    pub(super) fn api(&mut self) -> Api {
        let document = self.document;
        let root = document.root();
        self.name_components();
        let security_schemes = self.security_schemes();
        let shared = Shared { schemes: &security_schemes, security: root.get("security") };
        let mut operations = self.operations(&shared);
        let webhooks = self.webhooks();
        self.read_pending();
        super::methods::name_methods(&mut operations);
        let info = info(root);
        Api {
            origin: Origin { file: document.name().to_owned(), command: String::new() },
            openapi: text(root, "openapi").unwrap_or_default(),
            servers: servers(root),
            tags: tags(root, &operations),
            config: config(root, &info),
            types: std::mem::take(&mut self.types),
            extensions: extensions(root),
            info,
            security_schemes,
            operations,
            webhooks,
        }
    }
}

fn info(root: &Value) -> Info {
    let empty = Value::Null;
    let info = root.get("info").unwrap_or(&empty);
    let contact = info.get("contact").unwrap_or(&empty);
    let license = info.get("license").unwrap_or(&empty);
    Info {
        title: prose(info, "title").unwrap_or_else(|| "API".to_owned()),
        version: prose(info, "version").unwrap_or_else(|| "0.0.0".to_owned()),
        summary: prose(info, "summary"),
        description: prose(info, "description"),
        terms_of_service: prose(info, "termsOfService"),
        contact_name: prose(contact, "name"),
        contact_url: prose(contact, "url"),
        contact_email: prose(contact, "email"),
        license_name: prose(license, "name"),
        license_identifier: prose(license, "identifier"),
        license_url: prose(license, "url"),
        extensions: extensions(info),
    }
}

/// Servers of the document, a path item or an operation.
pub(super) fn servers(holder: &Value) -> Vec<Server> {
    list(holder, "servers").iter().filter_map(server).collect()
}

fn server(value: &Value) -> Option<Server> {
    let url = text(value, "url")?;
    let found = object(value, "variables").into_iter().flatten();
    let variables: IndexMap<String, ServerVariable> = found
        .map(|(name, variable)| {
            let values = texts(variable, "enum");
            let default = text(variable, "default").or_else(|| values.first().cloned()).unwrap_or_default();
            (name.clone(), ServerVariable { default, values, description: prose(variable, "description") })
        })
        .collect();
    let filled = variables
        .iter()
        .fold(url.clone(), |url, (name, variable)| url.replace(&format!("{{{name}}}"), &variable.default));
    let default_url = filled.trim_end_matches('/').to_owned();
    Some(Server { url, default_url, description: prose(value, "description"), variables })
}

fn tags(root: &Value, operations: &[Operation]) -> Vec<Tag> {
    let used = |name: &str| operations.iter().any(|operation| operation.resource == name);
    let mut tags: Vec<Tag> = Vec::new();
    for value in list(root, "tags") {
        let Some(name) = text(value, "name").or_else(|| super::values::plain(value)) else { continue };
        if used(&name) && !tags.iter().any(|known| known.name == name) {
            tags.push(Tag {
                description: prose(value, "description"),
                display_name: prose(value, "x-displayName").or_else(|| prose(value, "summary")),
                declared: true,
                extensions: extensions(value),
                name,
            });
        }
    }
    for operation in operations {
        if !tags.iter().any(|known| known.name == operation.resource) {
            tags.push(Tag { name: operation.resource.clone(), ..Tag::default() });
        }
    }
    tags
}

fn config(root: &Value, info: &Info) -> SdkConfig {
    let empty = Value::Null;
    let said = root.get("x-sdk").unwrap_or(&empty);
    let package = |language: &str| said.get(language).and_then(|one| prose(one, "package"));
    let tokens = said.get("tokens").unwrap_or(&empty);
    let title = product(&info.title);
    let kebab = convert(&title, Case::Kebab);
    let kebab =
        if kebab.trim_matches('_').is_empty() { "api".to_owned() } else { kebab.trim_start_matches('_').to_owned() };
    SdkConfig {
        typescript_package: package("typescript").unwrap_or_else(|| kebab.clone()),
        python_package: package("python").unwrap_or_else(|| convert(&kebab, Case::Snake)),
        rust_package: package("rust").unwrap_or_else(|| format!("{kebab}-sdk")),
        environment: prose(said, "environment").unwrap_or_else(|| convert(&kebab, Case::Screaming)),
        tokens: TokenConfig {
            refresh: prose(tokens, "refresh"),
            issue: texts(tokens, "issue"),
            revoke: texts(tokens, "revoke"),
            logout: prose(tokens, "logout"),
        },
        raw: said.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect(),
    }
}

/// The title without words that say only that it is an API: `GitHub v3 REST API` is `GitHub`.
fn product(title: &str) -> String {
    let mute = ["api", "apis", "rest", "openapi", "specification", "spec", "the", "reference"];
    let version =
        |word: &str| word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let telling = title.split_whitespace().filter(|word| {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
        !mute.contains(&bare.as_str()) && !version(&bare) && !bare.is_empty()
    });
    let words: Vec<&str> = telling.take(3).collect();
    if words.is_empty() { title.to_owned() } else { words.join(" ") }
}
