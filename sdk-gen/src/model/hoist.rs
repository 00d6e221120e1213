//! Names for inline types, for languages that have no anonymous ones.

use indexmap::IndexMap;

use super::walk::children_mut;
use super::{Api, Kind, NamedType, Schema};

/// A copy of the model in which no object, enum or union is inline.
pub(super) fn named_inlines(api: &Api) -> Api {
    let mut api = api.clone();
    let mut hoister = Hoister { types: std::mem::take(&mut api.types) };
    let names: Vec<String> = hoister.types.keys().cloned().collect();
    for name in names {
        let Some(mut schema) = hoister.types.get_mut(&name).map(|named| std::mem::take(&mut named.schema)) else {
            continue;
        };
        children_mut(&mut schema).into_iter().for_each(|inner| hoister.visit(inner));
        if let Some(named) = hoister.types.get_mut(&name) {
            named.schema = schema;
        }
    }
    api.for_each_top_mut(&mut |schema| hoister.visit(schema));
    api.types = hoister.types;
    api
}

struct Hoister {
    types: IndexMap<String, NamedType>,
}

impl Hoister {
    fn visit(&mut self, schema: &mut Schema) {
        children_mut(schema).into_iter().for_each(|inner| self.visit(inner));
        if !matches!(schema.kind, Kind::Object(_) | Kind::Enum(_) | Kind::Union(_) | Kind::Intersection(_)) {
            return;
        }
        let name = self.name(schema);
        let kind = std::mem::replace(&mut schema.kind, Kind::Ref(name.clone()));
        let inner = Schema {
            kind,
            title: schema.title.clone(),
            description: schema.description.clone(),
            hint: schema.hint.clone(),
            extensions: schema.extensions.clone(),
            pointer: schema.pointer.clone(),
            ..Schema::default()
        };
        self.types.insert(name.clone(), NamedType { name, schema: inner, hoisted: true });
    }

    /// The hint, or one that is still free; the same type from the same place (a shared answer) keeps its name.
    fn name(&self, schema: &Schema) -> String {
        let wanted = if schema.hint.is_empty() { "Inline".to_owned() } else { schema.hint.clone() };
        let same = |name: &String| {
            self.types.get(name).is_none_or(|known| {
                known.hoisted
                    && known.schema.pointer == schema.pointer
                    && known.schema.kind == schema.kind
                    && !schema.pointer.is_empty()
            })
        };
        let numbered = (2..).map(|count: usize| format!("{wanted}{count}"));
        std::iter::once(wanted.clone()).chain(numbered).find(same).unwrap_or(wanted)
    }
}
