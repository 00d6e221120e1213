//! What the method of each operation looks like, decided before anything is written.

use super::answers::{self, Answer};
use super::arguments::{self, Arguments};
use super::declarations::Declaration;
use super::reserved::RESOURCE_MEMBERS;
use super::scope::Scope;
use super::text::is_identifier;
use super::types::Uses;
use crate::diagnostics::Diagnostic;
use crate::model::{Api, Method, Operation};
use crate::names::{Case, Names};

/// One method.
pub struct Plan<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Name of the method.
    pub method: String,
    /// Name of the constant that holds the descriptor.
    pub constant: String,
    /// What the caller gives.
    pub arguments: Arguments<'a>,
    /// What the caller gets.
    pub answer: Answer,
    /// Types that the method's file refers to.
    pub uses: Uses,
    /// Types that had no name in the document and got one.
    pub declarations: Vec<Declaration>,
    /// What could not be expressed.
    pub diagnostics: Vec<Diagnostic>,
}

/// Plans all operations; names are given resource by resource.
pub fn all<'a>(api: &'a Api, scope: &mut Scope<'a>) -> Vec<Plan<'a>> {
    let tags: Vec<&str> = scope.resources.iter().map(|resource| resource.tag).collect();
    let mut plans = Vec::with_capacity(api.operations.len());
    for tag in tags {
        let mut methods = Names::new(Case::Camel, &RESOURCE_MEMBERS);
        let mut constants = Names::new(Case::Camel, &super::reserved::WORDS);
        for operation in api.operations_of(tag).filter(|operation| operation.method != Method::Trace) {
            let method = if is_identifier(&operation.name) {
                methods.take_exact(&operation.name)
            } else {
                methods.take(&operation.name)
            };
            let constant = constants.take(&operation.id);
            plans.push(plan(api, scope, operation, method, constant));
        }
    }
    plans
}

fn plan<'a>(
    api: &'a Api,
    scope: &mut Scope<'a>,
    operation: &'a Operation,
    method: String,
    constant: String,
) -> Plan<'a> {
    let mut draft = Draft { api, uses: Uses::default(), declarations: Vec::new(), diagnostics: Vec::new() };
    let arguments = arguments::plan(&mut draft, scope, operation);
    let answer = answers::plan(&mut draft, scope, operation, &arguments);
    let Draft { uses, declarations, diagnostics, .. } = draft;
    Plan { operation, method, constant, arguments, answer, uses, declarations, diagnostics }
}

/// Operations that a client over `fetch` cannot have at all, each with its reason.
pub fn left_out(api: &Api) -> Vec<Diagnostic> {
    let traces = api.operations.iter().filter(|operation| operation.method == Method::Trace);
    let reason = |operation: &Operation| {
        Diagnostic::error(
            "method-forbidden",
            &operation.pointer,
            format!("`{}` is TRACE, which `fetch` forbids", operation.id),
        )
        .remedy("It has no method here; use another HTTP method.")
        .operation(&operation.id)
    };
    traces.map(reason).collect()
}

/// What is collected while a plan is made.
pub struct Draft<'a> {
    /// The API.
    pub api: &'a Api,
    /// See [`Plan::uses`].
    pub uses: Uses,
    /// See [`Plan::declarations`].
    pub declarations: Vec<Declaration>,
    /// See [`Plan::diagnostics`].
    pub diagnostics: Vec<Diagnostic>,
}
