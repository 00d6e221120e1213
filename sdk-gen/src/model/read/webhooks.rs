//! Events that the API sends: `webhooks` (3.1) and `x-webhooks` (what 3.0 documents write).

use serde_json::Value;

use crate::document::child;
use crate::model::{Method, Webhook};

use super::Reader;
use super::parameters::Place;
use super::values::{extensions, flag, object, prose, text, texts};

impl<'d> Reader<'d> {
    pub(super) fn webhooks(&mut self) -> Vec<Webhook> {
        let mut read: Vec<Webhook> = Vec::new();
        for key in ["webhooks", "x-webhooks"] {
            let list_at = child("#", key);
            for (name, item) in object(self.document.root(), key).into_iter().flatten() {
                let Some((item, at)) = self.follow(item, &child(&list_at, name)) else { continue };
                let several =
                    item.as_object().into_iter().flatten().filter(|(key, _)| method(key).is_some()).count() > 1;
                for (lower, value) in item.as_object().into_iter().flatten() {
                    let Some(method) = method(lower).filter(|_| value.is_object()) else { continue };
                    let name = if several { format!("{name}.{lower}") } else { name.clone() };
                    if !read.iter().any(|known| known.name == name) {
                        read.push(self.webhook(name, method, value, &child(&at, lower)));
                    }
                }
            }
        }
        read
    }

    fn webhook(&mut self, name: String, method: Method, value: &'d Value, at: &str) -> Webhook {
        let place = Place { at, id: &name };
        let list_at = child(at, "parameters");
        let mut parameters = Vec::new();
        for (index, parameter) in super::values::list(value, "parameters").iter().enumerate() {
            parameters.extend(self.parameter(parameter, &child(&list_at, &index.to_string()), &name));
        }
        Webhook {
            id: text(value, "operationId"),
            method,
            tags: texts(value, "tags"),
            summary: prose(value, "summary"),
            description: prose(value, "description"),
            deprecated: flag(value, "deprecated"),
            parameters,
            body: self.request_body(value, &place, "Event"),
            extensions: extensions(value),
            pointer: at.to_owned(),
            name,
        }
    }
}

fn method(key: &str) -> Option<Method> {
    Method::ALL.into_iter().find(|method| method.lower() == key)
}
