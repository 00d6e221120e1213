//! `client.ts`: what this API is, and the client that holds its resources.

use super::answers::json_schema;
use super::schemes::Schemes;
use super::scope::Scope;
use super::text::{doc, list, quote};
use crate::files::{Comment, GeneratedFile};
use crate::model::{Api, Operation, Schema};
use crate::names::Case;

/// Writes the file.
pub fn file(api: &Api, scope: &Scope<'_>) -> GeneratedFile {
    let schemes = Schemes::new(api);
    let mut text = imports(api, scope);
    text.push_str(&options(api, &schemes));
    text.push_str(&profile(api, &schemes));
    text.push_str(&class(api, scope));
    GeneratedFile::new(&api.origin, Comment::Slashes, "src/client.ts", &text)
}

fn refresh(api: &Api) -> Option<&Operation> {
    api.config.tokens.refresh.as_deref().and_then(|id| api.operation(id))
}

/// What ends the session, where this API hands out tokens.
fn logout(api: &Api) -> Option<&Operation> {
    let operation = api.config.tokens.logout.as_deref().and_then(|id| api.operation(id))?;
    has_session(api, &Schemes::new(api)).then_some(operation)
}

/// Whether this API hands out tokens that the client keeps.
pub fn has_session(api: &Api, schemes: &Schemes<'_>) -> bool {
    let tokens = &api.config.tokens;
    schemes.bearer.is_some() && (tokens.refresh.is_some() || !tokens.issue.is_empty())
}

fn imports(api: &Api, scope: &Scope<'_>) -> String {
    let dealing: Vec<(&str, String)> = [refresh(api), logout(api)]
        .into_iter()
        .flatten()
        .map(|operation| (operation.resource.as_str(), constant(api, operation)))
        .collect();
    let mut text = String::new();
    for resource in &scope.resources {
        let constants: String =
            dealing.iter().filter(|(tag, _)| *tag == resource.tag).map(|(_, name)| format!(", {name}")).collect();
        text.push_str(&format!(
            "import {{ {}{constants} }} from './resources/{}.js';\n",
            resource.class, resource.file
        ));
    }
    let session = if has_session(api, &Schemes::new(api)) { ", type SessionOptions" } else { "" };
    let secret = if api.security_schemes.is_empty() { "" } else { ", type Secret" };
    text.push_str(&format!("import {{ BaseClient, type BaseOptions, type Profile{secret}{session} }} from './runtime/index.js';\nimport {{ NAME, VERSION }} from './version.js';\n\n"));
    text
}

/// As `plan.rs` names it: constants are named in the order of the operations of their resource.
fn constant(api: &Api, wanted: &Operation) -> String {
    let mut constants = crate::names::Names::new(Case::Camel, &super::reserved::WORDS);
    api.operations_of(&wanted.resource)
        .map(|operation| (constants.take(&operation.id), operation.id == wanted.id))
        .find_map(|(name, found)| found.then_some(name))
        .unwrap_or_default()
}

fn options(api: &Api, schemes: &Schemes<'_>) -> String {
    let bases = if has_session(api, schemes) { "BaseOptions, SessionOptions" } else { "BaseOptions" };
    let mut text = format!("/** What a client may be told. */\nexport interface ClientOptions extends {bases} {{\n");
    for option in &schemes.options {
        let variable =
            format!("`{}_{}` by default, as long as no credential is given.", api.config.environment, option.variable);
        text.push_str(&doc(2, &[&option.doc, &variable]));
        text.push_str(&format!("  readonly {}?: Secret | null | undefined;\n", option.name));
    }
    text.push_str("}\n\n");
    text
}

fn profile(api: &Api, schemes: &Schemes<'_>) -> String {
    let mut lines = vec![
        "name: NAME".to_owned(),
        "version: VERSION".to_owned(),
        format!("environment: {}", quote(&api.config.environment)),
    ];
    lines.extend(api.default_server().map(|url| format!("baseUrl: {}", quote(url.trim_end_matches('/')))));
    lines.push(format!("schemes: {}", schemes.table()));
    if !schemes.entries.is_empty() {
        let all: Vec<String> = schemes.entries.iter().map(|(name, _)| list(&[name])).collect();
        lines.push(format!("security: [{}]", all.join(", ")));
    }
    let secrets: Vec<String> =
        schemes.options.iter().map(|option| format!("{}: '{}'", option.name, option.variable)).collect();
    lines.push(if secrets.is_empty() {
        "secrets: {}".to_owned()
    } else {
        format!("secrets: {{ {} }}", secrets.join(", "))
    });
    lines.extend(tokens(api, schemes));
    format!("const PROFILE: Profile = {{\n  {},\n}};\n\n", lines.join(",\n  "))
}

fn tokens(api: &Api, schemes: &Schemes<'_>) -> Option<String> {
    if !has_session(api, schemes) {
        return None;
    }
    let option = schemes.bearer.as_ref()?;
    let ids = api.config.tokens.refresh.iter().chain(&api.config.tokens.issue);
    let answer = ids.filter_map(|id| api.operation(id)).find_map(|operation| json_schema(api, operation));
    let member = |schema: Option<&Schema>, wanted: &[&str; 2]| {
        let object = schema.and_then(Schema::as_object);
        let found = wanted.iter().find(|name| object.is_some_and(|object| object.property(name).is_some()));
        quote(found.or(wanted.first()).copied().unwrap_or_default())
    };
    let renew = refresh(api).map(|operation| format!(" refresh: {},", constant(api, operation))).unwrap_or_default();
    let end = logout(api).map(|operation| format!(" logout: {},", constant(api, operation))).unwrap_or_default();
    Some(format!(
        "tokens: {{ option: '{option}',{renew}{end} accessToken: {}, refreshToken: {}, expiresIn: {} }}",
        member(answer, &["accessToken", "access_token"]),
        member(answer, &["refreshToken", "refresh_token"]),
        member(answer, &["expiresIn", "expires_in"]),
    ))
}

fn class(api: &Api, scope: &Scope<'_>) -> String {
    let about = api.info.summary.as_deref().or(api.info.description.as_deref()).unwrap_or_default();
    let mut text = doc(0, &[&format!("The client of {}.", api.info.title), about]);
    text.push_str("export class Client extends BaseClient {\n");
    for resource in &scope.resources {
        let tag = api.tags.iter().find(|tag| tag.name == resource.tag);
        text.push_str(&doc(2, &[tag.and_then(|tag| tag.description.as_deref()).unwrap_or_default()]));
        text.push_str(&format!(
            "  readonly {}: {} = new {}(this);\n",
            resource.property, resource.class, resource.class
        ));
    }
    if !scope.resources.is_empty() {
        text.push('\n');
    }
    text.push_str("  constructor(options: ClientOptions = {}) {\n    super(PROFILE, { ...options });\n  }\n}\n");
    text
}

/// The package's version: the API's, if npm can read it.
pub fn version(api: &Api) -> String {
    let numbers: Vec<&str> = api.info.version.trim().trim_start_matches(['v', 'V']).splitn(3, '.').collect();
    let plain = |text: &&str| {
        !text.is_empty()
            && text.len() < 10
            && text.chars().all(|letter| letter.is_ascii_digit())
            && (*text == "0" || !text.starts_with('0'))
    };
    match numbers.as_slice() {
        [major, minor, patch] if [major, minor, patch].iter().all(|part| plain(part)) => {
            format!("{major}.{minor}.{patch}")
        }
        [major, minor] if plain(major) && plain(minor) => format!("{major}.{minor}.0"),
        [major] if plain(major) => format!("{major}.0.0"),
        _ => "0.0.0".to_owned(),
    }
}
