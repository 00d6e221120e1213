//! Calling any operation of the contract, from the document alone: its path filled in with things that exist, its body
//! from its example, and every way to break that body that its schema knows.

use reqwest::Method;
use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

use super::actor::FORM;
use super::contract::{Operation, operations, resolve};
use gatepost::domain::mail_links::Purpose;

use super::mailbox;
use super::wallet::{self, Wallet};
use super::{Actor, Answer, Credential};

/// What a request needs: a path and perhaps a body.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation.
    pub operation: Operation,
    /// The path with real ids.
    pub path: String,
    /// The body of its example, with what must be real made real.
    pub body: Option<Value>,
}

impl Call {
    /// The call of an operation on things of `owner`.
    pub async fn of(operation: Operation, owner: &Actor) -> Self {
        let mut path = operation.path.to_owned();
        if path.starts_with("/v1/vault/") {
            // Its names are chosen by whoever keeps something there.
            let service = owner.keyed(&["vault:read", "vault:write"]).await;
            service.put("/v1/vault/payments/stripe", json!({ "value": "what-the-walk-keeps" })).await.is(200);
            path = path.replace("{namespace}", "payments").replace("{name}", "stripe");
        }
        if path.starts_with("/v1/applications/by-") {
            path = by_name(path, owner).await;
        }
        if path.starts_with("/v1/discord/") {
            path = on_discord(path, owner).await;
        }
        if path == "/v1/practice/stop" {
            // Only what is under way stops.
            owner.post("/v1/practice/start", json!({})).await;
        }
        path = path.replace("{period}", "weekly");
        if path == "/v1/items/{itemId}/orders" {
            path = path.replace("{itemId}", &anothers_item(owner).await);
        }
        if path == "/v1/users/lookup" {
            path = format!("{path}?{}", known(owner).await);
        }
        if path.contains("{userId}") {
            // Who signs in reaches the own account; everybody else somebody's.
            let own = operation.callers().contains(&"user");
            let user = if own { owner.account_id() } else { somebody(owner).await };
            path = path.replace("{userId}", &user);
            if path.contains("{identityId}") {
                path = path.replace("{identityId}", &identity_of(owner, &user).await);
            }
        }
        while let Some((before, name, after)) = first_parameter(&path) {
            let collection = before.trim_end_matches('/').to_owned();
            let id = create(&collection, owner)
                .await
                .unwrap_or_else(|| panic!("{}: nothing at {collection} makes a {name}", operation.id()));
            path = format!("{before}{id}{after}");
        }
        let body = match (operation.example_body(), operation.example_form()) {
            (Some(body), _) => Some(made_real(body, owner).await),
            (None, form) => form.map(|form| form_made_real(form, owner)),
        };
        Self { operation, path, body }
    }

    /// The same call on ids that nothing has; `None` where its path takes none.
    pub fn of_nothing(operation: Operation) -> Option<Self> {
        let mut path = operation.path.to_owned();
        while let Some((before, name, after)) = first_parameter(&path) {
            let most = number_at_most(operation, name);
            let nothing = most.unwrap_or_else(|| "itm_01k9z3v8q2m4n6p8r0s2t4v6w8".to_owned());
            path = format!("{before}{nothing}{after}");
        }
        if path == operation.path {
            return None;
        }
        Some(Self { operation, path, body: operation.example_body() })
    }

    /// Sends it as `actor`.
    pub async fn by(&self, actor: &Actor) -> Answer {
        self.by_with(actor, self.body.clone()).await
    }

    /// Sends it as `actor` with another body.
    pub async fn by_with(&self, actor: &Actor, body: Option<Value>) -> Answer {
        if self.operation.form_schema().is_some() {
            let form = encoded(&body.expect("a form"));
            return actor.send_raw(self.method(), &self.path, Some(form.into_bytes()), &[FORM]).await;
        }
        if self.path == super::scanner::PATH {
            return super::scanner::report(actor, &body.unwrap_or_default()).await;
        }
        actor.send(self.method(), &self.path, body, &[]).await
    }

    /// Its method.
    pub fn method(&self) -> Method {
        self.operation.method.to_uppercase().parse().expect("a method")
    }
}

/// `/a/{b}/c` as (`/a/`, `b`, `/c`).
fn first_parameter(path: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = path.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// A number that nothing else of the test has.
fn unique(owner: &Actor) -> String {
    let random = &owner.inside.as_ref().expect("a test's own application").random;
    // An id that begins with a nought is none.
    format!("1{}", u32::from_le_bytes(random.bytes().expect("randomness")))
}

/// Somebody new, as an administrator's service gets to know them.
async fn resolved(owner: &Actor, identity: &str) -> String {
    let body = json!({ "platform": "discord", "identity": identity });
    let made = owner.with_key(super::ROOT_KEY).post("/v1/users/resolve", body).await.is(200);
    made.body["user"]["id"].as_str().expect("an id").to_owned()
}

/// A new item of an administrator: nobody orders his own.
async fn anothers_item(owner: &Actor) -> String {
    let made = owner.with_key(super::ROOT_KEY).create_item().await;
    made["id"].as_str().expect("an id").to_owned()
}

/// The identity of a new account, as a query names it.
async fn known(owner: &Actor) -> String {
    let identity = unique(owner);
    resolved(owner, &identity).await;
    format!("platform=discord&identity={identity}")
}

/// A new account.
async fn somebody(owner: &Actor) -> String {
    resolved(owner, &unique(owner)).await
}

/// A new identity of an account.
async fn identity_of(owner: &Actor, user: &str) -> String {
    let body = json!({ "platform": "discord", "identity": unique(owner) });
    let path = format!("/v1/users/{user}/identities");
    owner.with_key(super::ROOT_KEY).post(&path, body).await.is(201).text("id")
}

/// The greatest number that a parameter of the path may be, where it is a number.
fn number_at_most(operation: Operation, name: &str) -> Option<String> {
    let mut parameters = operation.object["parameters"].as_array()?.iter().map(resolve);
    let schema = &parameters.find(|one| one["name"] == name)?["schema"];
    (schema["type"] == "integer").then(|| schema["maximum"].to_string())
}

/// The path to a channel that is there: they are put, under the ids that Discord gave them.
async fn on_discord(path: String, owner: &Actor) -> String {
    const GUILD: &str = "613425648685547541";
    let service = owner.with_key(super::ROOT_KEY);
    // As long as an id of Discord's.
    let channel = format!("{:0<18}", unique(owner));
    let vanishing = json!({ "guildId": GUILD, "durationSeconds": 60 });
    service.put(&format!("/v1/discord/vanish/{channel}"), vanishing).await.is(200);
    let setting = format!("/v1/discord/channels/{GUILD}/practice");
    service.put(&setting, json!({ "channelId": channel })).await.is(200);
    path.replace("{channelId}", &channel).replace("{guildId}", GUILD).replace("{key}", "practice")
}

/// The path of a new application, by its message or its number.
async fn by_name(path: String, owner: &Actor) -> String {
    let message = unique(owner);
    let body = json!({ "name": "Ada", "statement": "Looms.", "messageId": message });
    let made = owner.post("/v1/applications", body).await.is(201).body;
    path.replace("{messageId}", &message).replace("{number}", &made["number"].to_string())
}

/// Makes a thing by the POST on its collection, from that operation's example; where there is none, the first that is
/// listed there.
async fn create(collection: &str, owner: &Actor) -> Option<String> {
    if collection == "/jwks" {
        return Some(owner.create_signed_key("https://elsewhere.example").await["id"].as_str()?.to_owned());
    }
    if let Some(webhook) = collection.strip_suffix("/deliveries").filter(|path| path.starts_with("/v1/webhooks/")) {
        return Some(owner.post_nothing(&format!("{webhook}/test")).await.is(200).text("id"));
    }
    // An endpoint is sent any event of its owner.
    let collection = if collection.starts_with("/v1/webhooks/") && collection.ends_with("/events") {
        "/v1/events"
    } else {
        collection
    };
    if collection == "/v1/requests" {
        return Some(owner.get("/v1/me").await.is(200).header("x-request-id")?.to_owned());
    }
    if collection == "/v1/orders" {
        let path = format!("/v1/items/{}/orders", anothers_item(owner).await);
        return Some(owner.post(&path, json!({})).await.is(201).text("id"));
    }
    let Some(operation) = operations().into_iter().find(|op| op.method == "post" && op.path == collection) else {
        let listed = owner.get(collection).await.is(200);
        return listed.body["data"][0]["id"].as_str().map(ToOwned::to_owned);
    };
    let body = Box::pin(made_real(operation.example_body()?, owner)).await;
    let answer = owner.post(collection, body).await.is(operation.success());
    Some(answer.text("id"))
}

/// An example's tokens and secrets are made up; these are the owner's real ones.
async fn made_real(mut body: Value, owner: &Actor) -> Value {
    if let Some(object) = body.as_object_mut() {
        if object.contains_key("refreshToken") {
            object.insert("refreshToken".into(), json!(owner.refresh_token));
        }
        if object.contains_key("userId") {
            object.insert("userId".into(), json!(owner.account_id()));
        }
        if object.contains_key("visibility") || object.contains_key("tags") {
            // What everybody may see, nobody is refused.
            object.insert("visibility".into(), json!("private"));
        }
        if object.contains_key("key") {
            object.insert("key".into(), owner.create_key(&["read"]).await["secret"].clone());
        }
        for account in ["sourceId", "targetId"] {
            if object.contains_key(account) {
                object.insert(account.to_owned(), json!(somebody(owner).await));
            }
        }
        if object.contains_key("platform") && object.contains_key("signature") {
            let now = owner.inside.as_ref().expect("a test's own application").clock.now();
            let mut signed = wallet::linking(owner, &Wallet::number(201), now);
            signed["platform"] = json!("evm");
            return signed;
        }
        if object.contains_key("platform") && object.contains_key("identity") {
            object.insert("identity".into(), json!(unique(owner)));
        }
        if object.contains_key("signature") {
            let keyed = matches!(owner.credential, Credential::Key(_));
            let application = if keyed { owner.clone() } else { owner.keyed(&[]).await };
            let now = owner.inside.as_ref().expect("a test's own application").clock.now().to_rfc3339();
            let nonce = application.post_nothing("/v1/auth/nonce").await.is(200).text("nonce");
            let wallet = Wallet::number(200);
            return wallet.body(&wallet::message(&application, &wallet, &nonce, &now));
        }
        if let (Some(current), Some(account)) = (object.get_mut("currentPassword"), &owner.account) {
            *current = json!(account.password);
        }
        if object.contains_key("token")
            && let Some(app) = &owner.inside
        {
            let reset = object.contains_key("password");
            let purpose = if reset { Purpose::ResetPassword } else { Purpose::VerifyEmail };
            let account = owner.account.as_ref().filter(|_| reset).map(|account| account.email.clone());
            let email = account.unwrap_or_else(|| format!("{}@example.com", app.clock.now().ms()));
            object.insert("token".into(), json!(mailbox::link(app, &email, purpose).await));
            return body;
        }
        if object.contains_key("password")
            && let Some(account) = &owner.account
        {
            if object.contains_key("email") {
                object.insert("email".into(), json!(account.email));
            }
            object.insert("password".into(), json!(account.password));
        }
    }
    body
}

/// A form as it is sent.
pub fn encoded(form: &Value) -> String {
    let texts = form.as_object().into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_str()?)));
    Serializer::new(String::new()).extend_pairs(texts).finish()
}

/// The same for a form: whatever token it is about, it is the owner's.
fn form_made_real(mut form: Value, owner: &Actor) -> Value {
    for name in ["refresh_token", "token"].into_iter().filter(|name| form.get(name).is_some()).collect::<Vec<_>>() {
        form[name] = json!(owner.refresh_token);
    }
    form
}

/// A body with one fault, and the JSON pointer to it.
#[derive(Debug, Clone)]
pub struct Broken {
    /// What was done to it.
    pub how: String,
    /// The body.
    pub body: Value,
    /// Where the fault is.
    pub pointer: String,
}

/// Every way to break `good` that its schema knows, one fault each.
pub fn broken(schema: &'static Value, good: &Value) -> Vec<Broken> {
    let mut all = Vec::new();
    let properties = schema["properties"].as_object().into_iter().flatten();
    for (name, property) in properties {
        let property = resolve(property);
        let mut with = |how: &str, value: Value| {
            all.push(Broken {
                how: format!("{name}: {how}"),
                body: replaced(good, name, value),
                pointer: format!("/{name}"),
            });
        };
        with("another type", wrong_type(property));
        if let Some(most) = property["maxLength"].as_u64() {
            with("too long", json!("x".repeat(usize::try_from(most).expect("a length") + 1)));
            with("a NUL", json!("a\u{0}b"));
        }
        if property["minLength"].as_u64().is_some_and(|least| least > 0) {
            with("too short", json!(""));
        }
        if let Some(most) = property["maximum"].as_i64() {
            with("too great", json!(most + 1));
        }
        if let Some(least) = property["minimum"].as_i64() {
            with("too small", json!(least - 1));
        }
        if property.get("enum").is_some() {
            with("not of the enum", json!("no-such-value"));
        }
        if let Some(pointer) = property["properties"].as_object().map(|_| format!("/{name}"))
            && let Some(inner) = good.get(name)
        {
            all.extend(broken(property, inner).into_iter().map(|b| Broken {
                body: replaced(good, name, b.body),
                pointer: format!("{pointer}{}", b.pointer),
                how: format!("{name}.{}", b.how),
            }));
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        all.push(Broken { how: format!("without {name}"), body: without(good, name), pointer: format!("/{name}") });
    }
    if schema["additionalProperties"] == json!(false) {
        all.push(Broken {
            how: "an unknown member".into(),
            body: replaced(good, "noSuchMember", json!(1)),
            pointer: "/noSuchMember".into(),
        });
    }
    all
}

fn wrong_type(property: &Value) -> Value {
    let types: Vec<&str> = match &property["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        Value::String(one) => vec![one],
        _ => vec![],
    };
    if types.contains(&"object") { json!("not an object") } else { json!({ "not": "this" }) }
}

fn replaced(object: &Value, name: &str, value: Value) -> Value {
    let mut map = object.as_object().cloned().unwrap_or_default();
    map.insert(name.to_owned(), value);
    Value::Object(map)
}

fn without(object: &Value, name: &str) -> Value {
    let map = object.as_object().cloned().unwrap_or_default();
    Value::Object(map.into_iter().filter(|(key, _)| key != name).collect::<Map<_, _>>())
}
