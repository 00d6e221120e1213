//! The walk: every operation of openapi.yaml does what its document says. A new operation is walked without a line here.
//! (Promises 10 and 14; S15, S16, S63, S74, S82, S105, S107.)

use gatepost::domain::scopes::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::actor::FORM;
use crate::support::contract::{Operation, operations};
use crate::support::walk::{Broken, Call, broken, encoded};
use crate::support::{Actor, Credential, TestApp};

/// What went wrong, over all operations, so that one run shows everything.
#[derive(Default)]
pub struct Faults(Vec<String>);

impl Faults {
    /// Notes what is not good.
    pub fn unless(&mut self, good: bool, operation: Operation, what: impl std::fmt::Display) {
        if !good {
            self.0.push(format!("{}: {what}", operation.id()));
        }
    }

    /// Fails with all that was noted.
    #[track_caller]
    pub fn none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

/// Who may call an operation: the signed-in owner, the administrator where it takes one, or somebody whom an administrator
/// gave a key where nobody else can.
pub async fn caller_of(operation: Operation, app: &TestApp) -> Actor {
    let given: Vec<&str> = Scope::ALL
        .iter()
        .filter(|scope| scope.admin_granted())
        .map(|scope| scope.name())
        .filter(|name| *name != "admin")
        .collect();
    if operation.callers().contains(&"admin") {
        app.admin()
    } else if operation.scopes().iter().any(|scope| given.contains(scope)) {
        app.trusted(&[&["read", "write"], &given[..]].concat()).await
    } else {
        as_it_takes(operation, app.owner().await).await
    }
}

/// The same person, with a client's credentials or a key where the operation is for services alone, or asks which
/// application calls and takes no token.
async fn as_it_takes(operation: Operation, person: Actor) -> Actor {
    let key_alone = operation.needs_credential() && !operation.takes("bearer");
    let services = operation.callers() == ["service"];
    if services && operation.takes_clients() {
        return person.client(&["read"]).await;
    }
    if key_alone || services { person.keyed(&["read", "write"]).await } else { person }
}

/// Whether the path names a place among the caller's own things, whatever is there: nobody else's can be meant by it.
fn names_ones_own(operation: &Operation) -> bool {
    ["putSecret", "listSecrets", "getPracticeStats"].contains(&operation.id())
}

/// Whether it makes what its path names, where nothing is.
fn makes_what_it_names(operation: &Operation) -> bool {
    ["putVanishingChannel", "putChannelSetting"].contains(&operation.id())
}

/// Whether it shows everybody what is public, and its owner more; or lets everybody have what another offers.
fn shows_everybody(operation: &Operation) -> bool {
    ["listUserProjects", "createOrder"].contains(&operation.id())
}

both_engines! {
    /// Each operation, called as its document's example says, by one who may, answers its success and a body that fits.
    async fn every_operation_answers_as_its_document_says(app) {
        let mut faults = Faults::default();
        for operation in operations() {
            let owner = caller_of(operation, &app).await;
            let answer = Call::of(operation, &owner).await.by(&owner).await;
            faults.unless(answer.status == operation.success(), operation, format!("{} {}", answer.status, answer.body));
            faults.unless(answer.header("x-request-id").is_some_and(|id| id.starts_with("req_")), operation, "no X-Request-Id");
        }
        faults.none();
    }

    /// S15: where a credential is needed nobody gets 401 and a challenge without an error code.
    async fn nobody_is_challenged(app) {
        let mut faults = Faults::default();
        for operation in operations().into_iter().filter(Operation::needs_credential) {
            let call = Call::of(operation, &caller_of(operation, &app).await).await;
            let answer = call.by(&app.nobody()).await;
            let challenge = answer.header("www-authenticate").unwrap_or_default().to_owned();
            faults.unless(answer.status == 401, operation, format!("{} {}", answer.status, answer.body));
            faults.unless(challenge.starts_with("Bearer realm=") && !challenge.contains("error"), operation, format!("challenge {challenge:?}"));
        }
        faults.none();
    }

    /// S16: a credential that is not good is 401, also where none is needed.
    async fn a_bad_credential_is_refused_everywhere(app) {
        let mut faults = Faults::default();
        let looked_at = |op: &Operation| op.object["security"].as_array().is_some_and(|s| !s.is_empty());
        for operation in operations().into_iter().filter(looked_at) {
            let call = Call::of(operation, &caller_of(operation, &app).await).await;
            let junk = "gp_live_00000000000000000000000000000000000000".to_owned();
            let bad = if operation.takes_clients() { Credential::Client("key_1".to_owned(), junk) } else { Credential::Key(junk) };
            let answer = call.by(&app.nobody().with(bad)).await;
            faults.unless(answer.status == 401, operation, format!("{} {}", answer.status, answer.body));
        }
        faults.none();
    }

    /// S63, S107: without the scope it is 403, and the answer names the scope; also where another scope is held.
    async fn without_the_scope_it_is_403_and_names_it(app) {
        let mut faults = Faults::default();
        let owner = app.owner().await;
        for operation in operations().into_iter().filter(|op| !op.scopes().is_empty()) {
            let call = Call::of(operation, &caller_of(operation, &app).await).await;
            let other = if operation.scopes().contains(&"usage:read") { "read:orders" } else { "usage:read" };
            for scopes in [vec![], vec![other]] {
                let answer = call.by(&owner.keyed(&scopes).await).await;
                faults.unless(answer.status == 403 && answer.body["code"] == "INSUFFICIENT_SCOPE", operation, format!("{} {}", answer.status, answer.body));
                faults.unless(answer.body["requiredScopes"] == json!(operation.scopes()), operation, &answer.body);
                faults.unless(answer.body["grantedScopes"] == json!(scopes), operation, &answer.body);
            }
        }
        faults.none();
    }

    /// A key is refused where the document asks for a signed-in user.
    async fn a_key_is_no_user(app) {
        let mut faults = Faults::default();
        for operation in operations().into_iter().filter(|op| op.callers() == ["user"]) {
            let answer = Call::of(operation, &app.owner().await).await.by(&app.root()).await;
            faults.unless(answer.status == 403, operation, format!("{} {}", answer.status, answer.body));
        }
        faults.none();
    }

    /// S105: what belongs to somebody else is refused; where nobody may know of it, it is the 404 of a missing thing, to the letter.
    async fn what_is_anothers_stays_anothers(app) {
        let mut faults = Faults::default();
        let stranger = app.stranger().await;
        let with_path = |op: &Operation| op.path.contains('{') && op.needs_credential() && !names_ones_own(op) && !shows_everybody(op);
        for operation in operations().into_iter().filter(with_path) {
            let call = Call::of(operation, &caller_of(operation, &app).await).await;
            let stranger = as_it_takes(operation, stranger.clone()).await;
            let anothers = call.by(&stranger).await;
            faults.unless(matches!(anothers.status, 403 | 404), operation, format!("{} {}", anothers.status, anothers.body));
            if anothers.status == 404 && let Some(nothing) = Call::of_nothing(operation) {
                let missing = nothing.by(&stranger).await;
                faults.unless(missing.status == 404 && missing.body["detail"] == anothers.body["detail"], operation, format!("missing: {}, another's: {}", missing.body, anothers.body));
            }
        }
        faults.none();
    }

    /// An id that nothing has is 404; what a PUT makes is called as its caller says.
    async fn what_is_not_there_is_404(app) {
        let mut faults = Faults::default();
        for call in operations().into_iter().filter(|op| !names_ones_own(op) && !makes_what_it_names(op)).filter_map(Call::of_nothing) {
            let answer = call.by(&caller_of(call.operation, &app).await).await;
            faults.unless(answer.status == 404, call.operation, format!("{} {}", answer.status, answer.body));
        }
        faults.none();
    }

    /// What cannot be parsed is 400, another media type 415, too much 413.
    async fn a_body_that_cannot_be_read_says_why(app) {
        let mut faults = Faults::default();
        for operation in operations().into_iter().filter(|op| op.body_schema().is_some()) {
            let owner = caller_of(operation, &app).await;
            let call = Call::of(operation, &owner).await;
            let json = [("content-type", "application/json")];
            for (what, body, headers, status) in [
                ("half a body", b"{\"a\":".to_vec(), &json[..], 400),
                ("no body", Vec::new(), &json[..], 400),
                ("not UTF-8", vec![b'"', 0xff, b'"'], &json[..], 400),
                ("nested too deep", "[".repeat(100_000).into_bytes(), &json[..], 400),
                ("text", b"hello".to_vec(), &[("content-type", "text/plain")][..], 415),
                ("a form", b"a=b".to_vec(), &[("content-type", "application/x-www-form-urlencoded")][..], 415),
                ("too much", vec![b' '; 1024 * 1024 + 1], &json[..], 413),
            ] {
                let answer = owner.send_raw(call.method(), &call.path, Some(body), headers).await;
                faults.unless(answer.status == status, operation, format!("{what}: {} {}", answer.status, answer.body));
            }
        }
        faults.none();
    }

    /// Each fault of a body is 422 with a pointer to it; two faults are both named.
    async fn every_fault_of_a_body_is_pointed_at(app) {
        let mut faults = Faults::default();
        for operation in operations() {
            let Some(schema) = operation.body_schema() else { continue };
            let owner = caller_of(operation, &app).await;
            let call = Call::of(operation, &owner).await;
            let good = call.body.clone().expect("an example body");
            let every = broken(schema, &good);
            for Broken { how, body, pointer } in &every {
                let answer = call.by_with(&owner, Some(body.clone())).await;
                faults.unless(answer.status == 422 && points_at(&answer.body, pointer), operation, format!("{how}: {} {}", answer.status, answer.body));
            }
            let both: Value = every.iter().filter(|b| b.how.ends_with("another type")).fold(good, |mut all, one| {
                let name = one.pointer.trim_start_matches('/').to_owned();
                if !name.contains('/') {
                    all[&name] = one.body[&name].clone();
                }
                all
            });
            let answer = call.by_with(&owner, Some(both)).await;
            for Broken { pointer, .. } in every.iter().filter(|b| b.how.ends_with("another type") && !b.pointer.trim_start_matches('/').contains('/')) {
                faults.unless(answer.status == 422 && points_at(&answer.body, pointer), operation, format!("all at once, {pointer}: {} {}", answer.status, answer.body));
            }
        }
        faults.none();
    }

    /// S11, H24: a form that cannot be read, has a parameter twice, or breaks its schema is `invalid_request`.
    async fn every_fault_of_a_form_is_refused_as_the_standard_says(app) {
        let mut faults = Faults::default();
        for operation in operations() {
            let Some(schema) = operation.form_schema() else { continue };
            let owner = caller_of(operation, &app).await;
            let call = Call::of(operation, &owner).await;
            let good = encoded(call.body.as_ref().expect("a form"));
            let json = ("content-type", "application/json");
            for (what, body, header, status) in [
                ("nothing", String::new(), FORM, 400),
                ("half an escape", format!("{good}&x=%4"), FORM, 400),
                ("a NUL", format!("{good}&x=%00"), FORM, 400),
                ("all of it twice", format!("{good}&{good}"), FORM, 400),
                ("an unknown one twice", format!("{good}&x=1&x=1"), FORM, 400),
                ("JSON", call.body.clone().expect("a form").to_string(), json, 400),
                ("too much", "x".repeat(1024 * 1024), FORM, 413),
            ] {
                let answer = owner.send_raw(call.method(), &call.path, Some(body.into_bytes()), &[header]).await;
                faults.unless(answer.status == status && answer.body["error"] == "invalid_request", operation, format!("{what}: {} {}", answer.status, answer.body));
            }
            for broken in broken(schema, call.body.as_ref().expect("a form")).iter().filter(|b| b.how.contains("without") || (!b.how.starts_with("client_") && b.how.ends_with("too long")) || b.how.ends_with("a NUL")) {
                let answer = call.by_with(&owner, Some(broken.body.clone())).await;
                faults.unless(answer.status == 400 && answer.body["error"] == "invalid_request", operation, format!("{}: {} {}", broken.how, answer.status, answer.body));
            }
        }
        faults.none();
    }

    /// A query that cannot be parsed is 400, one that breaks the schema 422; neither passes.
    async fn a_bad_query_is_refused(app) {
        let mut faults = Faults::default();
        for operation in operations() {
            let owner = caller_of(operation, &app).await;
            let path = if operation.path.contains('{') { Call::of(operation, &owner).await.path } else { operation.path.to_owned() };
            for parameter in operation.object["parameters"].as_array().into_iter().flatten().map(crate::support::contract::resolve).filter(|p| p["in"] == "query") {
                let name = parameter["name"].as_str().expect("a name");
                let schema = crate::support::contract::resolve(&parameter["schema"]);
                let mut bad = vec![];
                if schema["type"] == "integer" { bad.extend(["abc", "0", "1000000", "1.5"]); }
                if schema.get("enum").is_some() { bad.push("no-such-value"); }
                if schema["format"] == "date-time" { bad.extend(["yesterday", "2026-02-30T00:00:00Z"]); }
                if name == "cursor" { bad.push("not-a-cursor"); }
                for value in bad {
                    let answer = owner.get(&format!("{path}?{name}={value}")).await;
                    faults.unless(matches!(answer.status, 400 | 422) && points_at(&answer.body, &format!("/{name}")), operation, format!("{name}={value}: {} {}", answer.status, answer.body));
                }
            }
        }
        faults.none();
    }
}

fn points_at(problem: &Value, pointer: &str) -> bool {
    problem["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|error| error["pointer"] == pointer && error["message"].as_str().is_some_and(|m| !m.is_empty()))
}

/// S74, S77: over the limit each counted operation is 429 with `Retry-After`, under each kind of credential that it takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_counted_operation_is_limited() {
    let mut faults = Faults::default();
    for class in ["read", "write"] {
        let app = TestApp::with_limits_of(3, class).await;
        let everybody = app.everybody().await;
        let mut called = vec![0; everybody.len()];
        for operation in operations().into_iter().filter(|op| op.limit_class() == class) {
            // All windows pass.
            app.clock.advance(A_DAY);
            for (actor, called) in everybody.iter().zip(&mut called).filter(|(actor, _)| takes(operation, actor)) {
                is_limited(&app, operation, actor, &mut faults).await;
                *called += 1;
            }
        }
        for (actor, called) in everybody.iter().zip(called) {
            let none_writes_so =
                class == "write" && matches!(actor.credential, Credential::Publishable(..) | Credential::Client(..));
            assert!(called > 0 || none_writes_so, "no operation of class {class} takes {:?}", actor.credential);
        }
    }
    for operation in operations().into_iter().filter(|op| op.limit_class() == "auth") {
        let app = TestApp::with_limits_of(3, "auth").await;
        for actor in app.who_signs_in(operation).await {
            is_limited(&app, operation, &actor, &mut faults).await;
        }
    }
    faults.none();
}

const A_DAY: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// Whether the operation takes such a credential at all.
fn takes(operation: Operation, actor: &Actor) -> bool {
    match &actor.credential {
        Credential::None => !operation.needs_credential(),
        Credential::Key(_) => operation.takes("apiKey"),
        Credential::Token(_) => operation.takes("bearer"),
        Credential::Both(..) => operation.takes("apiKey") && operation.takes("bearer"),
        Credential::Publishable(..) => operation.takes("apiKey") && !operation.needs_credential(),
        Credential::Client(..) => operation.takes_clients() && operation.callers() == ["service"],
    }
}

/// Calls it once more than it may be.
async fn is_limited(app: &TestApp, operation: Operation, actor: &Actor, faults: &mut Faults) {
    let path = operation.path.replace(['{', '}'], "");
    let call = Call { operation, path, body: operation.example_body().or(operation.example_form()) };
    let signs_in = operation.limit_class() != "auth";
    // A call may end the session that it was made with.
    let each_time = operation.id().contains("Session");
    let mut actor = if signs_in { app.refreshed(actor).await } else { actor.clone() };
    let mut answers = Vec::new();
    for _ in 0..4 {
        if signs_in && each_time {
            actor = app.refreshed(&actor).await;
        }
        answers.push(call.by(&actor).await);
    }
    let last = answers.pop().expect("four answers");
    let early = answers.iter().any(|a| a.status == 429);
    let statuses: Vec<_> = answers.iter().map(|a| a.status).collect();
    faults.unless(!early, operation, format!("{:?} too early: {statuses:?}", actor.credential));
    faults.unless(last.status == 429, operation, format!("{:?}: {} {}", actor.credential, last.status, last.body));
    let retry = last.header("retry-after").and_then(|s| s.parse::<u32>().ok());
    faults.unless(retry.is_some_and(|s| s >= 1), operation, format!("Retry-After {retry:?}"));
    let named = last.body["violatedPolicies"].as_array().is_some_and(|p| !p.is_empty());
    faults.unless(named || last.body["error"] == "temporarily_unavailable", operation, &last.body);
    let told = last.header("ratelimit").is_some() && last.header("ratelimit-policy").is_some();
    faults.unless(told, operation, "no RateLimit headers");
}

/// S82: what is no operation is a problem too, with `Allow` where the method is wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_operation_is_a_problem_too() {
    let app = TestApp::sqlite().await;
    app.nobody().get("/v1/no-such-thing").await.refuses(404, "NOT_FOUND");
    for operation in operations().into_iter().filter(|op| op.path.starts_with("/v1/")) {
        let path = operation.path.replace(['{', '}'], "");
        let taken: Vec<_> =
            operations().into_iter().filter(|op| op.path == operation.path).map(|op| op.method).collect();
        let free = ["put", "post", "patch"].into_iter().find(|method| !taken.contains(method)).expect("a free method");
        let method: Method = free.to_uppercase().parse().expect("a method");
        let answer = app.nobody().send(method, &path, None, &[]).await.refuses(405, "METHOD_NOT_ALLOWED");
        assert!(
            answer.header("allow").is_some_and(|allow| allow.contains(&operation.method.to_uppercase())),
            "{path}: Allow {:?}",
            answer.header("allow")
        );
    }
}
