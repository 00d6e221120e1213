//! `_webhooks.py`: the events that the API sends, checked and typed.

use std::collections::BTreeSet;

use super::annotate::{Alternatives, Annotator, Side};
use super::imports;
use super::text::{docstring, fit, string};
use super::vocabulary::Vocabulary;
use crate::model::EventTags;

/// The module's text; `None` where the API sends nothing that has a type.
pub(super) fn write(vocabulary: &Vocabulary<'_>) -> Option<String> {
    let payloads = vocabulary.api.event_payloads();
    let mut annotator = Annotator::new(vocabulary, "models.", Side::Answer, Alternatives::Union);
    let kinds: Vec<String> = payloads.iter().map(|(_, schema)| annotator.write(schema)).collect();
    if kinds.is_empty() {
        return None;
    }
    let union = annotator.union(kinds.clone());
    let mut words: BTreeSet<&'static str> = annotator.mentions.words;
    words.extend(["Any", "Mapping", "models"]);
    let mut event = union.clone();
    if let Some(EventTags { property, values }) = vocabulary.api.event_tags() {
        words.extend(["Annotated", "Tagged"]);
        let choices: Vec<String> =
            values.iter().zip(&kinds).map(|(tag, kind)| format!("{}: {kind}", string(tag))).collect();
        event = format!("Annotated[{union}, Tagged({}, {{{}}})]", string(&property), choices.join(", "));
    }
    let mut out = docstring(0, "Deliveries of this API: checked and typed.");
    out.push_str("\nfrom __future__ import annotations\n");
    out.push_str(&imports::words(&words, ""));
    out.push_str("from ._runtime.reading import read\nfrom ._runtime.webhooks import Webhook as _Webhook\n");
    out.push_str("\n\nclass Webhook(_Webhook):\n");
    out.push_str(&docstring(4, "Verifies deliveries to one endpoint, and types them."));
    out.push('\n');
    let head = format!("def unwrap(self, body: bytes | str, headers: Mapping[str, str]) -> {union}:");
    out.push_str(&fit(4, &head));
    let about = "The event, once its signature and its time hold; raises `WebhookVerificationError`.\n\n\
                 An event that this version does not know is a plain `Model`.";
    out.push_str(&docstring(8, about));
    out.push_str(&fit(8, &format!("event: {union} = read(_kind(), self.verify(body, headers))")));
    out.push_str("        return event\n\n\ndef _kind() -> Any:\n");
    out.push_str(&fit(4, &format!("return {event}")));
    Some(out)
}
