//! A page for each `type` that the API's errors point to: what it means and what to do.
//!
//! What an error is comes from the contract's shared answers, by their examples; what to do about it stands here, for the codes
//! that are known.

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::chrome::{Chrome, Room};
use super::docs::DocLink;
use crate::html::render;
use crate::http::Answer;
use crate::reference::{Text, pretty};
use crate::site::Site;

/// One kind of error.
struct Problem {
    slug: String,
    code: String,
    title: String,
    status: String,
    description: Text,
    example: String,
    remedy: Text,
}

#[derive(Template)]
#[template(path = "docs/problem.html")]
struct ProblemPage<'a> {
    chrome: Chrome<'a>,
    links: Vec<DocLink>,
    problem: Problem,
}

#[handler]
pub(crate) fn show(site: Data<&Arc<Site>>, Path(name): Path<String>, request: &Request) -> poem::Result<Answer> {
    let problem = problems(&site).into_iter().find(|problem| problem.slug == name).or_else(|| beyond(&name));
    let Some(problem) = problem else {
        return Err(site.refusal(
            StatusCode::NOT_FOUND,
            "There is no error of this name. An error's `code` and `detail` say what happened.",
        ));
    };
    let page = ProblemPage { chrome: site.chrome(request, Room::Docs), links: site.guides.links("errors"), problem };
    Ok(Answer::public(render(&page)))
}

/// The address of every kind that the contract shows.
pub(crate) fn addresses(site: &Site) -> Vec<String> {
    problems(site).into_iter().map(|problem| format!("/docs/errors/{}", problem.slug)).collect()
}

/// Every kind that the contract's answers show, by the `type` in their examples.
fn problems(site: &Site) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for response in site.reference.api.operations.iter().flat_map(|operation| &operation.responses) {
        for example in response.content.iter().flat_map(|media| &media.examples) {
            let text = |name: &str| example.value.get(name).and_then(|value| value.as_str());
            let Some(slug) = text("type").and_then(|kind| kind.strip_prefix("/docs/errors/")) else { continue };
            if found.iter().any(|problem| problem.slug == slug) {
                continue;
            }
            found.push(Problem {
                slug: slug.to_owned(),
                code: text("code").unwrap_or_default().to_owned(),
                title: text("title").unwrap_or(slug).to_owned(),
                status: response.status.text(),
                description: Text::of(response.description.as_deref()),
                example: pretty(&example.value),
                remedy: Text::of(remedy(slug)),
            });
        }
    }
    found
}

/// Kinds that the server knows and no example of the contract shows.
fn beyond(slug: &str) -> Option<Problem> {
    let (title, status, description) = match slug {
        "invalid-credentials" => (
            "Wrong e-mail or password",
            "401",
            "The e-mail address is unknown, or the password is not its. The two are not told apart.",
        ),
        "method-not-allowed" => {
            ("Method not allowed", "405", "The address is right, and takes other methods; `Allow` names them.")
        }
        "not-acceptable" => ("Not acceptable", "406", "The API answers `application/json` alone."),
        "request-timeout" | "timeout" => ("Timeout", "408", "The request did not arrive in time."),
        "idempotency-mismatch" => {
            ("Idempotency key used again", "422", "The `Idempotency-Key` was sent before, with another body.")
        }
        "idempotency-in-flight" => {
            ("Still under way", "409", "A request with this `Idempotency-Key` is still under way.")
        }
        "expired" => ("Expired", "401", "The credential has ended."),
        "quota-exceeded" => ("Quota used up", "429", "The day's quota is used up; it begins anew at midnight UTC."),
        _ => return None,
    };
    let code = slug.replace('-', "_").to_uppercase();
    let example = pretty(
        &serde_json::json!({ "type": format!("/docs/errors/{slug}"), "title": title, "status": status.parse::<u16>().ok(), "code": code }),
    );
    let (slug, title, status) = (slug.to_owned(), title.to_owned(), status.to_owned());
    let remedy = Text::of(remedy(&slug));
    Some(Problem { code, title, status, description: Text::of(Some(description)), example, remedy, slug })
}

fn remedy(slug: &str) -> Option<&'static str> {
    Some(match slug {
        "malformed" => {
            "Check that the body is valid JSON and the query is well formed. `detail` says where reading stopped."
        }
        "unauthenticated" | "expired" => {
            "Send a key as `X-API-Key: …` or `Authorization: Bearer …`. If you sent one, it may be revoked, expired, disabled or mistyped: look at it under [your keys](/dashboard/keys)."
        }
        "invalid-credentials" => "Check the address and the password.",
        "insufficient-scope" | "forbidden" => {
            "`requiredScopes` names what the operation needs, `grantedScopes` what your credential has. Add the missing scope under [your keys](/dashboard/keys); it holds from the next request on."
        }
        "not-found" => "Check the id. What belongs to another account looks like what does not exist.",
        "conflict" => {
            "Read the thing again and decide anew; its state has changed. Repeating the same request will not help."
        }
        "too-large" => "Send less at once; a body may have 1 MiB.",
        "unsupported-media-type" => "Send `Content-Type: application/json`.",
        "invalid" => "`errors` names each fault with a JSON pointer to it. Correct them and send again.",
        "rate-limited" | "quota-exceeded" => {
            "Wait for the seconds in `Retry-After`, then go on. The SDKs do that for you. [Limits](/docs/limits) tells how they are counted."
        }
        "internal" => "It is our fault and in our log. Try again; if it stays, tell us the `requestId`.",
        "unavailable" => "Try again after the seconds in `Retry-After`.",
        "idempotency-mismatch" => "Use a new `Idempotency-Key` for each different request.",
        "idempotency-in-flight" => {
            "Wait for the first request's answer, then send again with the same key: you get the same answer."
        }
        _ => return None,
    })
}
