//! `example` and `examples`.

use serde_json::Value;

use crate::document::child;
use crate::model::Example;

use super::Reader;
use super::values::prose;

impl<'d> Reader<'d> {
    /// Examples of a parameter or a media type, in order. One that cannot be found is no harm: it is left out silently,
    /// since an example is no type.
    pub(super) fn examples(&mut self, value: &'d Value, at: &str) -> Vec<Example> {
        let mut found: Vec<Example> = value
            .get("example")
            .into_iter()
            .map(|value| Example { value: value.clone(), ..Example::default() })
            .collect();
        match value.get("examples") {
            Some(Value::Object(named)) => {
                let place = child(at, "examples");
                for (name, example) in named {
                    found.extend(self.example(name, example, &child(&place, name)));
                }
            }
            Some(Value::Array(values)) => {
                found.extend(values.iter().map(|value| Example { value: value.clone(), ..Example::default() }));
            }
            _ => {}
        }
        found
    }

    fn example(&mut self, name: &str, example: &'d Value, at: &str) -> Option<Example> {
        let before = self.diagnostics.len();
        let followed = self.follow(example, at);
        self.diagnostics.truncate(before);
        let (example, _) = followed?;
        let value = match example.as_object() {
            Some(members) if members.contains_key("value") => example.get("value")?,
            Some(members) if members.contains_key("externalValue") => return None,
            // A bare value where an Example Object should be.
            _ => example,
        };
        let (summary, description) = (prose(example, "summary"), prose(example, "description"));
        Some(Example { name: Some(name.to_owned()), summary, description, value: value.clone() })
    }
}
