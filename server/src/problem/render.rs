//! The body of a problem, as the contract's schema `Problem` has it.

use serde::Serialize;

use super::{Fault, Problem};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    errors: &'a [Fault],
    #[serde(skip_serializing_if = "Option::is_none")]
    required_scopes: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted_scopes: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    violated_policies: &'a [&'static str],
}

impl Problem {
    /// The JSON body, for the answer to the request of that id.
    #[must_use]
    pub fn body(&self, request_id: &str) -> Vec<u8> {
        let about_scopes = !self.required_scopes.is_empty();
        let body = Body {
            r#type: format!("/docs/errors/{}", self.kind.slug),
            title: self.kind.title,
            status: self.kind.status,
            detail: &self.detail,
            code: self.kind.code,
            request_id,
            errors: &self.errors,
            required_scopes: about_scopes.then(|| self.required_scopes.to_names()),
            granted_scopes: about_scopes.then(|| self.granted_scopes.to_names()),
            violated_policies: &self.violated_policies,
        };
        // Strings and numbers alone: this cannot fail.
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scopes::{Scope, Scopes};
    use serde_json::{Value, json};

    #[test]
    fn a_scope_problem_names_what_is_needed_and_what_is_there_even_if_that_is_nothing() {
        let body = Problem::insufficient_scope(Scopes::of(&[Scope::WriteItems]), Scopes::NONE).body("req_1");
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            json!({
                "type": "/docs/errors/insufficient-scope", "title": "Scope missing", "status": 403,
                "detail": "This needs the scope write:items.", "code": "INSUFFICIENT_SCOPE", "requestId": "req_1",
                "requiredScopes": ["write:items"], "grantedScopes": [],
            })
        );
    }

    #[test]
    fn each_fault_says_its_place_and_pointer() {
        let body = Problem::invalid(vec![Fault::body("/title", "is required"), Fault::query("limit", "is too big")]);
        let body: Value = serde_json::from_slice(&body.body("req_1")).unwrap();
        assert_eq!(body["errors"][0], json!({"in": "body", "pointer": "/title", "message": "is required"}));
        assert_eq!(body["errors"][1], json!({"in": "query", "pointer": "/limit", "message": "is too big"}));
        assert_eq!(body["detail"], "2 faults in the request.");
    }
}
