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
    /// A form that was sent and not taken.
    pub fn refused(typed: FormFields, failure: &Failure, known: &[&str]) -> Self {
        let (status, words) = match failure {
            // The visitor may have the form, and not what it asks for.
            Failure::Refused(detail) => (StatusCode::UNPROCESSABLE_ENTITY, detail.clone()),
            other => told(other),
        };
        let faults = if let Failure::Invalid { faults, .. } = failure { faults.clone() } else { Vec::new() };
        let mut form = Self { typed, faults, summary: Some(words), status };
        form.tell_the_homeless(known);
        form
    }

    /// A form in which we ourselves found a fault.
    pub fn wrong(typed: FormFields, field: &str, message: &str) -> Self {
        Self::unread(typed, vec![Fault { field: field.to_owned(), message: message.to_owned() }])
    }

    /// A form in which we ourselves found faults.
    pub fn unread(typed: FormFields, faults: Vec<Fault>) -> Self {
        let words =
            if faults.len() == 1 { "Please look at the marked field." } else { "Please look at the marked fields." };
        Self { typed, faults, summary: Some(words.to_owned()), status: StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// A form with nothing wrong, as it was sent.
    pub fn typed(typed: FormFields) -> Self {
        Self { typed, ..Self::default() }
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

    /// A fault of a field that the form does not have must not be lost: the summary says it.
    fn tell_the_homeless(&mut self, known: &[&str]) {
        let homeless = self.faults.iter().filter(|fault| !known.contains(&fault.field.as_str()));
        let words: Vec<String> = homeless.map(|fault| format!("{}: {}.", fault.field, fault.message)).collect();
        if let Some(summary) = &mut self.summary
            && !words.is_empty()
        {
            summary.push(' ');
            summary.push_str(&words.join(" "));
        }
    }
}
