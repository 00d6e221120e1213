//! `_client.py`: the two clients, each with its resources.

use super::schemes::{self, Credential};
use super::text::{docstring, fit, string};
use super::vocabulary::{Resource, Vocabulary};
use crate::model::Api;

/// The module's text.
pub(super) fn write(vocabulary: &Vocabulary<'_>) -> String {
    let api = vocabulary.api;
    let credentials = schemes::credentials(api);
    let mut out = docstring(0, "The clients: start here.");
    out.push_str("\nfrom __future__ import annotations\n\nfrom functools import cached_property\n");
    let tuple = if credentials.iter().any(|one| one.annotation.starts_with("Tuple")) { ", Tuple" } else { "" };
    out.push_str(&format!(
        "from typing import TYPE_CHECKING, Mapping{tuple}\n\nimport httpx\n\nfrom ._contract import CONTRACT\n"
    ));
    out.push_str("from ._runtime.async_client import AsyncClient as _AsyncClient\n");
    let core = if credentials.iter().any(|one| one.variable.is_some()) { "Timeout, setting" } else { "Timeout" };
    out.push_str(&format!("from ._runtime.core import {core}\nfrom ._runtime.not_given import NOT_GIVEN\n"));
    out.push_str("from ._runtime.sync_client import SyncClient as _SyncClient\n");
    if has_tokens(api) {
        out.push_str("from ._runtime.tokens import AnyTokenStore, TokenStore\n");
    }
    if !vocabulary.resources.is_empty() {
        out.push_str("\nif TYPE_CHECKING:\n");
        for resource in sorted(&vocabulary.resources) {
            let names = [resource.async_class.as_str(), resource.class.as_str()];
            out.push_str(&fit(4, &format!("from .resources.{} import {}", resource.module, names.join(", "))));
        }
    }
    out.push_str(&class(vocabulary, &credentials, false));
    out.push_str(&class(vocabulary, &credentials, true));
    out
}

fn sorted(resources: &[Resource]) -> Vec<&Resource> {
    let mut sorted: Vec<&Resource> = resources.iter().collect();
    sorted.sort_by(|one, other| one.module.cmp(&other.module));
    sorted
}

/// Whether tokens can be kept: something issues or renews them.
fn has_tokens(api: &Api) -> bool {
    let tokens = &api.config.tokens;
    schemes::has_bearer(api) && (tokens.refresh.is_some() || !tokens.issue.is_empty())
}

fn class(vocabulary: &Vocabulary<'_>, credentials: &[Credential], asynchronous: bool) -> String {
    let api = vocabulary.api;
    let name = if asynchronous { "AsyncClient" } else { "Client" };
    let base = if asynchronous { "_AsyncClient" } else { "_SyncClient" };
    let mut out = format!("\n\nclass {name}({base}):\n");
    out.push_str(&docstring(4, &about(api, credentials, asynchronous)));
    out.push('\n');
    out.push_str(&fit(4, &format!("def __init__({}) -> None:", parameters(api, credentials, asynchronous).join(", "))));
    out.push_str(&fit(8, &format!("super().__init__({})", passed(api, credentials).join(", "))));
    for resource in &vocabulary.resources {
        let class = if asynchronous { &resource.async_class } else { &resource.class };
        out.push_str(&format!("\n    @cached_property\n    def {}(self) -> {class}:\n", resource.attribute));
        let tag = api.tags.iter().find(|tag| tag.name == resource.tag);
        let text =
            tag.and_then(|tag| tag.description.clone()).unwrap_or_else(|| format!("Operations of `{}`.", resource.tag));
        out.push_str(&docstring(8, &text));
        out.push_str(&fit(8, &format!("from .resources.{} import {class}", resource.module)));
        out.push_str(&format!("\n        return {class}(self)\n"));
    }
    out
}

fn about(api: &Api, credentials: &[Credential], asynchronous: bool) -> String {
    let kind = if asynchronous { "for asyncio" } else { "blocking, safe to use from several threads" };
    let mut lines = vec![
        format!("Client of {}, {kind}.", super::text::one_line(&api.info.title)),
        String::new(),
        "Args:".to_owned(),
    ];
    let environment = &api.config.environment;
    for one in credentials {
        let from = one
            .variable
            .as_ref()
            .map(|variable| format!("; `{environment}_{variable}` where it is left out"))
            .unwrap_or_default();
        let what = if one.annotation.starts_with("Tuple") { "name and password" } else { "credential" };
        lines.push(format!("    {}: {what} of `{}`{from}.", one.name, one.scheme));
    }
    if schemes::has_bearer(api) {
        lines.push(format!("    access_token: a token; `{environment}_ACCESS_TOKEN` where it is left out."));
    }
    if has_tokens(api) {
        lines.push("    refresh_token: trades for new tokens before the access token ends.".to_owned());
        lines.push("    token_store: keeps tokens; memory where it is left out.".to_owned());
    }
    lines.push(format!("    base_url: where the API is; `{environment}_BASE_URL` where it is left out."));
    lines.push("    timeout: seconds for each wait (60); `None` waits for ever.".to_owned());
    lines.push("    max_retries: how often a failure that may pass is tried again.".to_owned());
    lines.push("    headers: sent with every call.".to_owned());
    lines.push("    http_client: httpx's client to use; the caller closes it.".to_owned());
    lines.join("\n")
}

fn parameters(api: &Api, credentials: &[Credential], asynchronous: bool) -> Vec<String> {
    let mut parts = vec!["self".to_owned(), "*".to_owned()];
    parts.extend(credentials.iter().map(|one| format!("{}: {} = None", one.name, one.annotation)));
    if schemes::has_bearer(api) {
        parts.push("access_token: str | None = None".to_owned());
    }
    if has_tokens(api) {
        parts.push("refresh_token: str | None = None".to_owned());
        parts.push(format!("token_store: {} | None = None", if asynchronous { "AnyTokenStore" } else { "TokenStore" }));
    }
    parts.push("base_url: str | None = None".to_owned());
    parts.push("timeout: Timeout = NOT_GIVEN".to_owned());
    parts.push("max_retries: int = 2".to_owned());
    parts.push("headers: Mapping[str, str] | None = None".to_owned());
    parts.push(format!("http_client: httpx.{} | None = None", if asynchronous { "AsyncClient" } else { "Client" }));
    parts
}

fn passed(api: &Api, credentials: &[Credential]) -> Vec<String> {
    let given = credentials.iter().map(|one| {
        let environment = one
            .variable
            .as_ref()
            .map(|variable| format!(" or setting(CONTRACT, {})", string(variable)))
            .unwrap_or_default();
        format!("{}: {}{environment}", string(&one.scheme), one.name)
    });
    let mut parts = vec!["CONTRACT".to_owned(), format!("credentials={{{}}}", given.collect::<Vec<_>>().join(", "))];
    let mut names = Vec::new();
    if schemes::has_bearer(api) {
        names.push("access_token");
    }
    if has_tokens(api) {
        names.extend(["refresh_token", "token_store"]);
    }
    names.extend(["base_url", "timeout", "max_retries", "headers", "http_client"]);
    parts.extend(names.iter().map(|name| format!("{name}={name}")));
    parts
}
