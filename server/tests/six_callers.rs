//! Every operation as six kinds of caller: nobody, a stranger, the owner, a member, a service with every scope that an
//! administrator gives, and an administrator. Who may pass is read from the document alone (`security`, `x-caller`);
//! the gate must say the same. (Promises 8, 10 and 14; S63, S105, S107.)

use gatepost::domain::scopes::Scope;

use crate::contract::{Faults, caller_of};
use crate::support::contract::{Operation, operations};
use crate::support::walk::Call;
use crate::support::{Actor, Answer, Credential, TestApp};

/// What a member's token holds besides, for what members decide together.
const OF_MEMBERS: [&str; 3] = ["users:read", "applications:read", "applications:write"];

/// What an operation must say to a caller.
#[derive(Debug, PartialEq, Eq)]
enum Gate {
    /// Who are you?
    Unknown,
    /// Not with these rights.
    Refused,
    /// Come in; what is behind may still be somebody else's.
    Open,
}

/// A caller, and what the document needs to know of them.
struct Who {
    name: &'static str,
    actor: Actor,
    /// Of `any`, `user`, `service`, `member`, `admin`.
    kinds: &'static [&'static str],
    scopes: Vec<&'static str>,
}

impl Who {
    async fn all(app: &TestApp) -> Vec<Self> {
        let by_anyone = names(|scope| !scope.admin_granted());
        let of_members = [&by_anyone[..], &OF_MEMBERS].concat();
        let given = names(|scope| scope.name() != "admin");
        let who = |name, actor, kinds, scopes: &[&'static str]| Self { name, actor, kinds, scopes: scopes.to_vec() };
        vec![
            who("nobody", app.nobody(), &[], &[]),
            who("stranger", app.stranger().await, &["any", "user"], &by_anyone),
            who("owner", app.owner().await, &["any", "user"], &by_anyone),
            who("member", app.member().await, &["any", "user", "member"], &of_members),
            who("service", app.trusted(&given).await, &["any", "service"], &given),
            who("administrator", app.root(), &["any", "service", "member", "admin"], &names(|_| true)),
        ]
    }

    /// What the document says that this caller hears.
    fn meets(&self, operation: &Operation) -> Gate {
        let of_a_kind = || operation.callers().iter().any(|kind| self.kinds.contains(kind));
        let holds = || operation.scopes().iter().all(|scope| self.scopes.contains(scope));
        // A key is looked at also where only tokens are taken, since it may stand where they do; a token is not where only
        // keys are.
        let shown = match self.actor.credential {
            Credential::None => false,
            Credential::Token(_) => operation.takes("bearer"),
            _ => operation.takes("apiKey") || operation.takes("bearer"),
        };
        match (shown, operation.needs_credential()) {
            (false, false) => Gate::Open,
            (false, true) => Gate::Unknown,
            (true, _) if of_a_kind() && holds() => Gate::Open,
            (true, _) => Gate::Refused,
        }
    }
}

fn names(taken: impl Fn(&Scope) -> bool) -> Vec<&'static str> {
    Scope::ALL.iter().filter(|scope| taken(scope)).map(|scope| scope.name()).collect()
}

/// What the gate said. Behind it an operation may refuse with 403 as well, but then it is about a thing, never about
/// scopes or kinds of callers.
fn said(answer: &Answer) -> Gate {
    let detail = answer.body["detail"].as_str().unwrap_or_default();
    match answer.status {
        401 => Gate::Unknown,
        403 if answer.body["code"] == "INSUFFICIENT_SCOPE" || detail.starts_with("This is for ") => Gate::Refused,
        _ => Gate::Open,
    }
}

both_engines! {
    /// The gate opens for whom the document says and for nobody else.
    async fn each_operation_opens_for_whom_its_document_names(app) {
        let mut faults = Faults::default();
        let everybody = Who::all(&app).await;
        for operation in operations().into_iter().filter(|op| !op.takes_clients() && op.limit_class() != "auth") {
            let mut call = Call::of(operation, &caller_of(operation, &app).await).await;
            for who in &everybody {
                // Some operations end the sessions of whoever asks.
                let actor = app.refreshed(&who.actor).await;
                let (answer, expected) = (call.by(&actor).await, who.meets(&operation));
                faults.unless(said(&answer) == expected, operation, format!("{} as {}: {expected:?}, but {} {}", call.path, who.name, answer.status, answer.body));
                if answer.status < 300 && operation.method != "get" {
                    // What it is about may be gone now.
                    call = Call::of(operation, &caller_of(operation, &app).await).await;
                }
            }
        }
        faults.none();
    }
}
