//! The webhooks that the API sends, as one union of their payloads.

use super::declarations::{Declaration, declare};
use super::scope::Scope;
use super::text::{doc, indent, key};
use super::types::{Binary, Printer, spaced};
use crate::files::{Comment, GeneratedFile};
use crate::model::{Api, Kind, Webhook};
use crate::names::{Case, convert};

/// The file of these types, without its ending.
pub const FILE: &str = "webhook-events";

/// Types of the payloads.
pub struct Events {
    /// `WebhookEvents`, `WebhookEvent` and what had no name.
    pub declarations: Vec<Declaration>,
}

/// Plans the types; nothing when the document has no webhooks.
pub fn plan<'a>(api: &'a Api, scope: &mut Scope<'a>) -> Option<Events> {
    if api.webhooks.is_empty() {
        return None;
    }
    let mut declarations = Vec::new();
    let table = scope.export("WebhookEvents");
    let mut lines = String::new();
    let mut uses = super::types::Uses::default();
    for webhook in &api.webhooks {
        let text = payload(api, scope, webhook, &mut declarations, &mut uses);
        let described =
            [webhook.summary.as_deref().unwrap_or_default(), webhook.description.as_deref().unwrap_or_default()];
        let text = spaced(&indent(&text, 2));
        lines.push_str(&format!("{}  {}:{text};\n", doc(2, &described), key(&webhook.name)));
    }
    let text =
        format!("/** Each event that the API sends, with its payload. */\nexport interface {table} {{\n{lines}}}\n");
    declarations.push(Declaration { name: table.clone(), text, uses });
    let text = format!(
        "/** Any of them: what `unwrapWebhook` answers. */\nexport type WebhookEvent = {table}[keyof {table}];\n"
    );
    declarations.push(Declaration { name: "WebhookEvent".to_owned(), text, uses: super::types::Uses::default() });
    Some(Events { declarations })
}

/// `webhooks.ts`: checks a webhook and types it; nothing when the document has no webhooks.
pub fn unwrap(api: &Api) -> Option<GeneratedFile> {
    const TEXT: &str = "import { verifyWebhook, type WebhookInput } from './runtime/webhooks.js';
import type { WebhookEvent } from './types/webhook-events.js';

/**
 * Checks a webhook and answers its event, typed by what it is. Throws a `WebhookVerificationError` whose `fault` says what is
 * wrong. An event that this version does not know comes as it is: have a `default` for it.
 */
export function unwrapWebhook(input: WebhookInput): Promise<WebhookEvent> {
  return verifyWebhook<WebhookEvent>(input);
}
";
    (!api.webhooks.is_empty()).then(|| GeneratedFile::new(&api.origin, Comment::Slashes, "src/webhooks.ts", TEXT))
}

fn payload<'a>(
    api: &'a Api,
    scope: &mut Scope<'a>,
    webhook: &'a Webhook,
    declarations: &mut Vec<Declaration>,
    uses: &mut super::types::Uses,
) -> String {
    let schema = webhook.body.as_ref().and_then(|body| body.preferred()).and_then(|media| media.schema.as_ref());
    let Some(schema) = schema else { return "unknown".to_owned() };
    if !matches!(schema.kind, Kind::Object(_)) {
        let mut printer = Printer::new(api, scope, Binary::Text);
        let text = printer.print(schema);
        uses.extend(&printer.uses);
        return text;
    }
    let name = scope.export(&format!("{}Event", convert(&webhook.name, Case::Pascal)));
    let mut printer = Printer::new(api, scope, Binary::Text);
    let text = declare(&mut printer, &name, schema);
    declarations.push(Declaration { name: name.clone(), text, uses: printer.uses });
    name
}
