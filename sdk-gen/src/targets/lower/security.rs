//! Who may call: 3.0 has scopes only for OAuth 2.0 and OpenID Connect, and no client certificates.

use serde_json::{Value, json};

use super::{Lowering, Members};

impl Lowering<'_> {
    /// Moves scope lists of other schemes to `x-required-scopes` beside `security`: one list where all alternatives need
    /// the same scopes, else one for each scheme.
    pub(super) fn security(&mut self, holder: &mut Members) {
        let document = self.document;
        let kind = |name: &str| {
            document.root().pointer("/components/securitySchemes").and_then(|all| all.get(name)?.get("type")?.as_str())
        };
        let Some(Value::Array(alternatives)) = holder.get_mut("security") else { return };
        let mut moved = Members::new();
        for alternative in alternatives.iter_mut().filter_map(Value::as_object_mut) {
            alternative.retain(|name, _| kind(name) != Some("mutualTLS"));
            for (name, scopes) in alternative.iter_mut() {
                let keeps = matches!(kind(name), Some("oauth2" | "openIdConnect"));
                if !keeps && scopes.as_array().is_some_and(|scopes| !scopes.is_empty()) {
                    moved.insert(name.clone(), std::mem::replace(scopes, json!([])));
                }
            }
        }
        let mut lists = moved.values();
        let Some(first) = lists.next().cloned() else { return };
        let same = lists.all(|list| *list == first);
        let required = if same { first } else { Value::Object(moved) };
        holder.insert("x-required-scopes".to_owned(), required);
    }

    pub(super) fn schemes(&mut self, components: &mut Members) {
        let Some(Value::Object(schemes)) = components.get_mut("securitySchemes") else { return };
        let certificates: Vec<String> = schemes
            .iter()
            .filter(|(_, scheme)| scheme.get("type").and_then(Value::as_str) == Some("mutualTLS"))
            .map(|(name, _)| name.clone())
            .collect();
        for name in certificates {
            self.lost(&format!("#/components/securitySchemes/{name}"), "mutualTLS");
            schemes.shift_remove(&name);
        }
        for scheme in schemes.values_mut() {
            super::places::bare_reference(scheme);
        }
    }
}
