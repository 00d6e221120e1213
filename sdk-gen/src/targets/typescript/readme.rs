//! The README: how to begin, and every method.

use std::fmt::Write as _;

use super::client::has_session;
use super::plan::Plan;
use super::schemes::Schemes;
use super::scope::Scope;
use super::text::is_identifier;
use crate::files::{Comment, GeneratedFile};
use crate::model::{Api, Method};

/// Writes the README.
pub fn file(api: &Api, scope: &Scope<'_>, plans: &[Plan<'_>]) -> GeneratedFile {
    let schemes = Schemes::new(api);
    let name = &api.config.typescript_package;
    let mut text = format!(
        "# {name}\n\nClient of {} for TypeScript and JavaScript: Node 20+, browsers, workers. No dependencies.\n\n",
        api.info.title.trim()
    );
    let _ = write!(text, "```sh\nnpm install {name}\n```\n\n{}", first_example(api, &schemes, scope, plans));
    text.push_str(&credentials(api, &schemes));
    text.push_str(&fill(BEHAVIOUR, name));
    if has_session(api, &schemes) {
        text.push_str(&fill(SESSIONS, name));
    }
    if !api.webhooks.is_empty() {
        text.push_str(&fill(WEBHOOKS, name));
    }
    text.push_str(&methods(scope, plans));
    GeneratedFile::new(&api.origin, Comment::Markup, "README.md", &text)
}

fn fill(text: &str, name: &str) -> String {
    text.replace("PACKAGE", name)
}

/// The simplest call there is: a list if possible, else a read, with nothing that must be known before.
fn first_example(api: &Api, schemes: &Schemes<'_>, scope: &Scope<'_>, plans: &[Plan<'_>]) -> String {
    let easy = |plan: &&Plan<'_>| {
        let needed = plan.arguments.params.as_ref().is_some_and(|params| params.required)
            || plan.arguments.body.as_ref().is_some_and(|body| body.required);
        plan.operation.method == Method::Get && plan.arguments.path.is_empty() && !needed && is_identifier(&plan.method)
    };
    // What can be made as well as listed is what the API is about.
    let is_made = |plan: &Plan<'_>| {
        plans.iter().any(|other| other.operation.method == Method::Post && other.operation.path == plan.operation.path)
    };
    let found = plans
        .iter()
        .filter(easy)
        .min_by_key(|plan| (plan.answer.paging.is_none(), !is_made(plan), !plan.operation.is_public()));
    let mut text = format!("```ts\nimport {{ Client }} from '{}';\n\n", api.config.typescript_package);
    let base = if api.default_server().is_none() { "{ baseUrl: 'https://api.example.com' }" } else { "" };
    let comment = schemes
        .options
        .first()
        .map(|option| format!(" // reads {}_{} from the environment", api.config.environment, option.variable))
        .unwrap_or_default();
    let _ = write!(text, "const client = new Client({base});{comment}\n\n");
    if let Some((plan, resource)) =
        found.and_then(|plan| scope.resource(&plan.operation.resource).map(|resource| (plan, resource)))
    {
        let call = format!("client.{}.{}()", resource.property, plan.method);
        let _ = match plan.answer.paging {
            Some(_) => writeln!(text, "for await (const item of {call}) {{\n  console.log(item);\n}}"),
            None => writeln!(text, "console.log(await {call});"),
        };
    }
    text.push_str("```\n\n");
    text
}

fn credentials(api: &Api, schemes: &Schemes<'_>) -> String {
    let mut text = String::from("## Settings\n\n| option | environment | |\n| --- | --- | --- |\n");
    let prefix = &api.config.environment;
    let server = api
        .default_server()
        .map(|url| format!("where the API is; `{url}` by default"))
        .unwrap_or_else(|| "where the API is".to_owned());
    let _ = writeln!(text, "| `baseUrl` | `{prefix}_BASE_URL` | {server} |");
    for option in &schemes.options {
        let _ = writeln!(text, "| `{}` | `{prefix}_{}` | {} |", option.name, option.variable, option.sent);
    }
    text.push_str("| `timeoutMs` | | milliseconds for one attempt; 60,000 by default |\n| `maxRetries` | | 2 by default |\n| `fetch`, `headers` | | your own `fetch`; headers for every call |\n\n");
    text
}

const BEHAVIOUR: &str = "## What it does for you

- **Retries** after 408, 425, 429, 5xx and broken connections, with full jitter, as `Retry-After` asks. A POST is repeated only where that is harmless: with an idempotency key (made for you where the API takes one), or when it surely was not done.
- **Errors** are classes: `BadRequestError`, `UnauthenticatedError`, `PermissionDeniedError` (`requiredScopes`), `NotFoundError`, `ConflictError`, `UnprocessableError` (`errors`), `RateLimitError`, `ServerError`, all of them `ApiError` with `status`, `code`, `detail`, `requestId`, `retryAfter`; and `ConnectionError`, `TimeoutError` when no answer came.
- **Lists** are iterated item by item (`for await`), page by page (`.pages()`), or awaited for their first page.
- **Each call** takes `{ signal, timeoutMs, maxRetries, idempotencyKey, headers, query }` as its last argument.
- **The answer itself** comes with `.asResponse()` (body unread, for streams) or `.withResponse()`. `serverSentEvents(response)` and `jsonLines(response)` read streams.
- **What is new on the server** does no harm: unknown fields stay, enums are open.
- **Limits**: `client.rateLimit` is what the last answer said of them, `.withResponse()` and every `ApiError` have their own answer's: `limit`, `remaining`, `resetSeconds`, `policy` and `windowSeconds` of the tightest window, `windows` with all of them; `undefined` where an API does not tell.
- `client.request(method, path)` calls what is not described.

```ts
import { Client, NotFoundError, RateLimitError } from 'PACKAGE';

try {
  await client.request('GET', '/');
} catch (error) {
  if (error instanceof RateLimitError) console.log(`again in ${error.retryAfter} s`);
  else if (error instanceof NotFoundError) console.log(error.code, error.requestId);
  else throw error;
}
```

";

const SESSIONS: &str = "## Sessions

Signing in keeps the tokens that come back. The access token is renewed before it ends, and once after a 401, by one caller for all. Choose where tokens live:

```ts
import { Client, MemoryTokenStore } from 'PACKAGE';
import { FileTokenStore } from 'PACKAGE/node'; // Node only

const byDefault = new Client(); // localStorage in browsers, memory elsewhere
const inMemory = new Client({ tokenStore: new MemoryTokenStore() }); // out of reach of the page's other scripts
const onDisk = new Client({ tokenStore: new FileTokenStore('tokens.json') });
```

A store of your own has `load`, `save` and `clear`, plain or async. `await client.logout()` signs out: it ends the session on the server and forgets the tokens here, even when the server cannot be reached.

";

const WEBHOOKS: &str = "## Webhooks

```ts
import { unwrapWebhook, WebhookVerificationError } from 'PACKAGE';

try {
  const event = await unwrapWebhook({ body: rawBody, headers: request.headers, secret });
  console.log(event.type); // narrows `event`; one that this version does not know comes as it is
} catch (error) {
  if (error instanceof WebhookVerificationError) console.log(error.fault); // 'too_old', 'wrong_secret', …
}
```

Give it the body as it came, byte for byte, before any parsing. `fault` is `missing_header`, `invalid_timestamp`, `too_old`, `too_new`, `no_signature`, `wrong_secret`, `body_changed`, `mismatch` (one of those two, where no `Content-Digest` tells which), `invalid_secret`, `body_not_raw` or `invalid_body`. Give `secret` several while one is rotated; `signWebhook` makes headers for your own tests.

";

fn methods(scope: &Scope<'_>, plans: &[Plan<'_>]) -> String {
    let mut text = String::from("## Methods\n");
    for resource in &scope.resources {
        let _ = write!(text, "\n### `client.{}`\n\n", resource.property);
        for plan in plans.iter().filter(|plan| plan.operation.resource == resource.tag) {
            let mut names: Vec<&str> = plan.arguments.path.iter().map(|argument| argument.name.as_str()).collect();
            let body = plan.arguments.body.as_ref().map(|_| "body");
            let params = plan.arguments.params.as_ref().map(|_| "params");
            names.extend(
                if plan.arguments.params_first() { [params, body] } else { [body, params] }.into_iter().flatten(),
            );
            let about = plan
                .operation
                .summary
                .as_deref()
                .map(|text| format!(": {}", text.trim().replace('\n', " ")))
                .unwrap_or_default();
            let _ = writeln!(text, "- `{}({})`{about}", plan.method, names.join(", "));
        }
    }
    text
}
