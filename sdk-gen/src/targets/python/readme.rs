//! The README: how to begin, how to go on, and every method.

use std::fmt::Write as _;

use super::answer::Form;
use super::plan::{self, Method};
use super::schemes;
use super::text::one_line;
use super::vocabulary::{Resource, Vocabulary};
use crate::files::{Comment, GeneratedFile};
use crate::model::{Location, Method as Verb};

/// Writes the README.
pub(super) fn file(vocabulary: &Vocabulary<'_>, package: &str) -> GeneratedFile {
    let api = vocabulary.api;
    let name = super::package::distribution(api);
    let plans: Vec<(&Resource, Vec<Method<'_>>)> = vocabulary
        .resources
        .iter()
        .filter_map(|resource| {
            let tag = api.tags.iter().find(|tag| tag.name == resource.tag)?;
            Some((resource, plan::methods(vocabulary, &tag.name)))
        })
        .collect();
    let mut text = format!(
        "# {name}\n\nClient of {} for Python 3.10 and later, blocking and asynchronous, typed.\n\n",
        one_line(&api.info.title)
    );
    let _ = write!(text, "```sh\npip install {name}\n```\n\n");
    text.push_str(&first_example(vocabulary, package, &plans));
    text.push_str(&settings(vocabulary));
    text.push_str(&BEHAVIOUR.replace("PACKAGE", package));
    if api.config.tokens.refresh.is_some() {
        text.push_str(&SESSIONS.replace("PACKAGE", package));
    }
    if !api.webhooks.is_empty() {
        text.push_str(&WEBHOOKS.replace("PACKAGE", package));
    }
    text.push_str(&methods(&plans));
    GeneratedFile::new(&api.origin, Comment::Markup, "README.md", &text)
}

/// The simplest call there is: a list if possible, else a read, with nothing that must be known before.
fn first_example(vocabulary: &Vocabulary<'_>, package: &str, plans: &[(&Resource, Vec<Method<'_>>)]) -> String {
    let api = vocabulary.api;
    let easy = |method: &&Method<'_>| {
        method.operation.method == Verb::Get && method.arguments.iter().all(|argument| argument.default.is_some())
    };
    let found = plans
        .iter()
        .flat_map(|(resource, methods)| methods.iter().filter(easy).map(move |method| (resource, method)))
        .min_by_key(|(resource, method)| {
            let creates = api.operations_of(&resource.tag).any(|one| one.method == Verb::Post);
            (
                !matches!(method.answer.form, Form::Pages(_)),
                !method.operation.is_public(),
                !creates,
                method.answer.form != Form::Value,
            )
        });
    let environment = &api.config.environment;
    let from = schemes::credentials(api)
        .into_iter()
        .find_map(|one| one.variable)
        .or_else(|| schemes::has_bearer(api).then(|| "ACCESS_TOKEN".to_owned()));
    let note =
        from.map(|variable| format!("  # reads {environment}_{variable} from the environment")).unwrap_or_default();
    let base = if api.default_server().is_none() { "base_url=\"https://api.example.com\"" } else { "" };
    let mut text = format!("```python\nfrom {package} import Client\n\nclient = Client({base}){note}\n");
    if let Some((resource, method)) = found {
        let call = format!("client.{}.{}()", resource.attribute, method.name);
        let _ = match method.answer.form {
            Form::Pages(_) | Form::Stream => write!(text, "for item in {call}:\n    print(item)\n"),
            Form::Download => writeln!(text, "{call}.save(\"answer\")"),
            Form::Value => writeln!(text, "print({call})"),
        };
    }
    text.push_str("```\n\n");
    text
}

fn settings(vocabulary: &Vocabulary<'_>) -> String {
    let api = vocabulary.api;
    let environment = &api.config.environment;
    let mut text = "## Settings\n\n| argument | environment | |\n| --- | --- | --- |\n".to_owned();
    for one in schemes::credentials(api) {
        let variable = one.variable.map(|variable| format!("`{environment}_{variable}`")).unwrap_or_default();
        let _ = writeln!(text, "| `{}` | {variable} | credential of `{}` |", one.name, one.scheme);
    }
    if schemes::has_bearer(api) {
        let _ = writeln!(text, "| `access_token` | `{environment}_ACCESS_TOKEN` | a token |");
    }
    let server = api.default_server().map(|url| format!("; `{url}` where nothing is said")).unwrap_or_default();
    let _ = writeln!(text, "| `base_url` | `{environment}_BASE_URL` | where the API is{server} |");
    text.push_str("| `timeout` | | seconds for each wait, 60 where nothing is said |\n");
    text.push_str("| `max_retries` | | 2 where nothing is said |\n| `http_client` | | your own `httpx.Client` |\n\n");
    text.push_str("`request_options={\"timeout\": 5, \"max_retries\": 0, \"headers\": {…}}` changes one call, `client.with_options(…)` many.\n\n");
    text
}

fn methods(plans: &[(&Resource, Vec<Method<'_>>)]) -> String {
    let mut text = "## Methods\n\n".to_owned();
    for (resource, methods) in plans {
        let _ = writeln!(text, "**`client.{}`**\n", resource.attribute);
        for method in methods {
            let path: Vec<&str> = method
                .arguments
                .iter()
                .filter(|one| one.location == Some(Location::Path))
                .map(|one| one.name.as_str())
                .collect();
            let more = if path.len() < method.arguments.len() { "…" } else { "" };
            let given: Vec<&str> = path.into_iter().chain(Some(more).filter(|more| !more.is_empty())).collect();
            let about =
                method.operation.summary.as_deref().map(|text| format!(": {}", one_line(text))).unwrap_or_default();
            let _ = writeln!(text, "- `{}({})`{about}", method.name, given.join(", "));
        }
        text.push('\n');
    }
    text
}

const BEHAVIOUR: &str = r#"## Asynchronous

```python
import asyncio

from PACKAGE import AsyncClient


async def main() -> None:
    async with AsyncClient() as client:
        ...  # the same methods: `await` them, and `async for` over lists


asyncio.run(main())
```

## What it does for you

- **Errors** are classes by status, all below `PACKAGE.APIError`: `NotFoundError`, `RateLimitError`, `PermissionDeniedError`
  (`required_scopes`), … with `status`, `code`, `detail`, `errors`, `request_id` and `retry_after`.
- **Retries**: connection errors, 408, 425, 429 and 5xx, twice, with jitter; `Retry-After` is honoured. A POST that may have worked is repeated
  only under an idempotency key, which is made where the API takes one.
- **Lists** fetch further pages while you iterate; `page.data`, `page.has_next_page()` and `page.next_page()` turn them by hand.
- **Left out or cleared**: an argument that is not given is not sent, `None` is sent as `null`.
- **Newer servers**: fields and values that this version does not know are kept (`model_extra`), never refused.
- **Raw answers**: `client.things.with_raw_response.get(…)` has `status`, `headers`, `content`, `rate_limit` and `parse()`.
- **Limits**: `client.rate_limit` is what the last answer said of them, every `APIStatusError` and raw answer has its own: `limit`, `remaining`,
  `reset_seconds`, `policy` and `window_seconds` of the tightest window, `windows` with all of them; `None` where an API does not tell.
- **Anything else**: `client.request("GET", "/path", query={…})`.
- **No telemetry.** Every request says this package's version in `User-Agent`, and nothing else.

"#;

const SESSIONS: &str = r#"## Sessions

After a sign-in the client keeps the tokens and acts as that user. It refreshes them before they end, and once after a 401, one refresh for all
threads or tasks that wait. `Client(token_store=FileTokenStore("tokens.json"))` keeps them over runs; a store of your own has `load` and `save`.
`client.logout()` signs out: it ends the session on the server and forgets the tokens here, even when the server cannot be reached.

"#;

const WEBHOOKS: &str = r#"## Webhooks

```python
from PACKAGE import Webhook, WebhookVerificationError

webhook = Webhook("whsec_…")
try:
    event = webhook.unwrap(request_body_bytes, request_headers)
except WebhookVerificationError as error:
    print(error.cause)  # "too_old", "wrong_secret", …
```

Give it the body's bytes as they came, before any parsing. `cause` is `missing_header`, `invalid_timestamp`, `too_old`, `too_new`, `no_signature`, `wrong_secret`, `body_changed`,
`mismatch` (one of those two, where no `Content-Digest` tells which), `invalid_secret`, `body_not_raw` or `invalid_body`. `Webhook([new, old])` takes several
secrets while one is rotated; `webhook.signed_headers(body)` makes headers for your own tests.

"#;
