//! A form between two answers: what was typed, and what is wrong with it.

use poem::http::StatusCode;

use crate::api::{Failure, Fault};
use crate::http::FormFields;

use super::error::told;

/// What a form shows again.
#[derive(Debug, Clone, Default)]
pub(crate) struct FormState {
    typed: FormFields,
    faults: Vec<Fault>,
    /// What is wrong with the whole.
    pub summary: Option<String>,
    /// What the page with this form answers: 200 where nothing is wrong.
    pub status: StatusCode,
}

impl FormState {
    /// A form that was sent and not taken. A fault of a field that the form does not have must not be lost: the summary
    /// tells it.
    pub fn refused(typed: FormFields, failure: &Failure, known: &[&str]) -> Self {
        let (status, words) = match failure {
            // The visitor may have the form, and not what it asks for.
            Failure::Refused(detail) => (StatusCode::UNPROCESSABLE_ENTITY, detail.clone()),
            other => told(other),
        };
        let faults = if let Failure::Invalid { faults, .. } = failure { faults.clone() } else { Vec::new() };
        let (at_home, homeless): (Vec<&Fault>, Vec<&Fault>) =
            faults.iter().partition(|fault| known.contains(&fault.field.as_str()));
        let words = if at_home.is_empty() { words } else { look_at(at_home.len()).to_owned() };
        let summary =
            homeless.iter().fold(words, |words, fault| format!("{words} {}: {}.", fault.field, fault.message));
        Self { typed, faults, summary: Some(summary), status }
    }

    /// A form in which we ourselves found a fault.
    pub fn wrong(typed: FormFields, field: &str, message: &str) -> Self {
        Self::unread(typed, vec![Fault { field: field.to_owned(), message: message.to_owned() }])
    }

    /// A form in which we ourselves found faults.
    pub fn unread(typed: FormFields, faults: Vec<Fault>) -> Self {
        let summary = Some(look_at(faults.len()).to_owned());
        Self { typed, faults, summary, status: StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// A form with nothing wrong, as it was sent.
    pub fn typed(typed: FormFields) -> Self {
        Self { typed, ..Self::default() }
    }

    /// All that was typed.
    pub const fn fields(&self) -> &FormFields {
        &self.typed
    }

    /// What was typed into a field.
    pub fn value(&self, name: &str) -> &str {
        self.typed.get(name).unwrap_or_default()
    }

    /// The values of the boxes that were ticked.
    pub fn values(&self, name: &str) -> Vec<String> {
        self.typed.all(name).map(str::to_owned).collect()
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == name).map(|fault| fault.message.as_str())
    }

    pub fn is_wrong(&self, name: &str) -> bool {
        self.error(name).is_some()
    }
}

const fn look_at(faults: usize) -> &'static str {
    if faults == 1 { "Please look at the marked field." } else { "Please look at the marked fields." }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(fields: &[&str]) -> String {
        let fault = |field: &&str| Fault { field: (*field).to_owned(), message: "is wrong".to_owned() };
        let failure =
            Failure::Invalid { detail: "The API says no.".to_owned(), faults: fields.iter().map(fault).collect() };
        FormState::refused(FormFields::default(), &failure, &["name", "scopes"]).summary.unwrap()
    }

    #[test]
    fn a_fault_of_a_field_that_the_form_does_not_have_is_told_above_it() {
        assert_eq!(refused(&["name"]), "Please look at the marked field.");
        assert_eq!(refused(&["name", "scopes"]), "Please look at the marked fields.");
        assert_eq!(refused(&["name", "owner"]), "Please look at the marked field. owner: is wrong.");
        assert_eq!(refused(&["owner"]), "The API says no. owner: is wrong.");
        assert_eq!(refused(&[]), "The API says no.");
    }
}
