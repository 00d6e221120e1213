//! Every name in the package, given once: types, their modules and fields, resources.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::graph;
use super::reserved;
use crate::model::{Api, EnumBase, Kind, Location, NamedType, Operation, Schema};
use crate::names::{Case, Names, convert};

/// Longest list of values that stands in place instead of under a name of its own.
const INLINE_VALUES: usize = 6;

/// Names of a resource.
#[derive(Debug)]
pub(super) struct Resource {
    /// The tag.
    pub tag: String,
    /// Attribute of the client, and module.
    pub attribute: String,
    /// Module below `resources`.
    pub module: String,
    /// Class of the blocking form.
    pub class: String,
    /// Class of the asynchronous form.
    pub async_class: String,
}

/// All names.
pub(super) struct Vocabulary<'a> {
    /// The model, inline types named.
    pub api: &'a Api,
    /// Class or alias of each type.
    pub classes: HashMap<&'a str, String>,
    /// Types that a caller may give as a dict, and the name of that form.
    pub dicts: HashMap<&'a str, String>,
    /// Module and types of each group, in order.
    pub modules: IndexMap<String, Vec<&'a str>>,
    /// Module of each type.
    pub homes: HashMap<&'a str, String>,
    /// Python names of an object's fields, in order.
    pub fields: HashMap<&'a str, Vec<String>>,
    /// Types that are written in place.
    pub inline: HashSet<&'a str>,
    /// Resources in order.
    pub resources: Vec<Resource>,
}

impl<'a> Vocabulary<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        let inline: HashSet<&str> =
            api.types.values().filter(|named| is_inline(named)).map(|named| named.name.as_str()).collect();
        let mut types = Names::new(Case::Pascal, &reserved::types());
        let named = || api.types.values().filter(|named| !inline.contains(named.name.as_str()));
        // The document's own names first: an inline type gives way.
        let (made, own): (Vec<&NamedType>, Vec<&NamedType>) = named().partition(|named| named.hoisted);
        let mut classes = HashMap::new();
        for one in own.into_iter().chain(made) {
            classes.insert(one.name.as_str(), types.take(&one.name));
        }
        let dicts = dicts(api, &classes, &mut types);
        let (modules, homes) = modules(api, &inline, &classes);
        let fields = named().filter_map(|one| Some((one.name.as_str(), field_names(&one.schema)?))).collect();
        let resources = resources(api, &mut types);
        Self { api, classes, dicts, modules, homes, fields, inline, resources }
    }

    /// The type behind a reference that is written in place.
    pub(super) fn inlined(&self, name: &str) -> Option<&'a Schema> {
        self.inline.contains(name).then(|| self.api.types.get(name).map(|named| &named.schema)).flatten()
    }
}

/// A name without the leading underscore that would make it private.
pub(super) fn public(text: &str) -> String {
    let name = convert(text, Case::Snake);
    name.strip_prefix('_').map_or(name.clone(), |rest| format!("value_{rest}"))
}

/// Python names for names on the wire. Those that begin with a letter come first: `id` stays `id` beside `_id`.
pub(super) fn python_names(names: &mut Names, wires: &[&str]) -> Vec<String> {
    let plain = |wire: &str| wire.starts_with(|first: char| first.is_alphabetic());
    let mut found: Vec<Option<String>> =
        wires.iter().map(|wire| plain(wire).then(|| names.take_exact(&public(wire)))).collect();
    for (wire, name) in wires.iter().zip(&mut found) {
        name.get_or_insert_with(|| names.take_exact(&public(wire)));
    }
    found.into_iter().flatten().collect()
}

/// Short lists of values and unions of plain types read better where they stand.
fn is_inline(named: &NamedType) -> bool {
    if !named.hoisted {
        return false;
    }
    match &named.schema.kind {
        Kind::Enum(set) => set.values.len() <= INLINE_VALUES && set.base != EnumBase::Mixed,
        Kind::Union(union) => union.variants.iter().all(|variant| is_plain(&variant.schema.kind)),
        _ => false,
    }
}

fn is_plain(kind: &Kind) -> bool {
    match kind {
        Kind::Array(array) => is_plain(&array.items.kind),
        Kind::Any
        | Kind::Null
        | Kind::Boolean
        | Kind::String(_)
        | Kind::Integer(_)
        | Kind::Number(_)
        | Kind::Const(_) => true,
        _ => false,
    }
}

fn field_names(schema: &Schema) -> Option<Vec<String>> {
    let object = schema.as_object()?;
    let mut names = Names::new(Case::Snake, &reserved::fields());
    let wires: Vec<&str> = object.properties.iter().map(|property| property.name.as_str()).collect();
    Some(python_names(&mut names, &wires))
}

/// What callers send, where it is or holds an object.
fn dicts<'a>(api: &'a Api, classes: &HashMap<&'a str, String>, types: &mut Names) -> HashMap<&'a str, String> {
    let sent = api.operations.iter().flat_map(sent_types);
    let sent = graph::reachable(api, sent);
    let with_object = |name: &str| {
        graph::reachable(api, [name])
            .iter()
            .any(|one| api.types.get(*one).is_some_and(|named| named.schema.as_object().is_some()))
    };
    let wanted = api.types.keys().map(String::as_str).filter(|name| sent.contains(name) && with_object(name));
    wanted.filter_map(|name| Some((name, types.take_exact(&format!("{}Param", classes.get(name)?))))).collect()
}

/// Types that a caller gives to a method: those of a body's members where the body itself is taken apart.
fn sent_types(operation: &Operation) -> Vec<&str> {
    let parameters = operation.parameters.iter().filter(|one| one.location != Location::Cookie || one.required);
    let mut found: Vec<&str> = parameters.flat_map(|one| graph::references(&one.schema)).collect();
    let bodies = operation.body.iter().filter_map(|body| body.preferred()?.schema.as_ref());
    found.extend(bodies.flat_map(graph::references));
    found
}

type Modules<'a> = (IndexMap<String, Vec<&'a str>>, HashMap<&'a str, String>);

fn modules<'a>(api: &'a Api, inline: &HashSet<&'a str>, classes: &HashMap<&'a str, String>) -> Modules<'a> {
    let mut names = Names::new(Case::Snake, &reserved::modules()).folding_case();
    let mut modules = IndexMap::new();
    let mut homes = HashMap::new();
    for group in graph::groups(api, inline) {
        let Some(class) = group.first().and_then(|first| classes.get(first)) else { continue };
        let module = names.take_exact(&public(class));
        homes.extend(group.iter().map(|name| (*name, module.clone())));
        modules.insert(module, group);
    }
    modules.sort_keys();
    (modules, homes)
}

fn resources(api: &Api, types: &mut Names) -> Vec<Resource> {
    let mut attributes = Names::new(Case::Snake, &reserved::resources());
    let mut modules = Names::new(Case::Snake, &reserved::modules()).folding_case();
    let mut resource = |tag: &str| {
        let class = types.take(&format!("{tag} resource"));
        let async_class = types.take_exact(&format!("Async{class}"));
        let name = public(tag);
        Resource {
            tag: tag.to_owned(),
            attribute: attributes.take_exact(&name),
            module: modules.take_exact(&name),
            class,
            async_class,
        }
    };
    api.tags.iter().map(|tag| resource(&tag.name)).collect()
}
