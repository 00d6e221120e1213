//! Words that a name must not be, scope by scope.

/// Words of the language.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Builtins that stand in annotations: a member of that name would take their place within its class.
const ANNOTATIONS: [&str; 5] = ["str", "int", "float", "bool", "bytes"];

/// What pydantic's base class has, or forbids.
const PYDANTIC: [&str; 28] = [
    "construct",
    "copy",
    "dict",
    "from_orm",
    "json",
    "parse_file",
    "parse_obj",
    "parse_raw",
    "schema",
    "schema_json",
    "update_forward_refs",
    "validate",
    "model_computed_fields",
    "model_config",
    "model_construct",
    "model_copy",
    "model_dump",
    "model_dump_json",
    "model_extra",
    "model_fields",
    "model_fields_set",
    "model_json_schema",
    "model_parametrized_name",
    "model_post_init",
    "model_rebuild",
    "model_validate",
    "model_validate_json",
    "model_validate_strings",
];

/// What generated modules import.
const IMPORTED: [&str; 22] = [
    "Annotated",
    "Any",
    "Date",
    "DateTime",
    "Dict",
    "Field",
    "File",
    "List",
    "Literal",
    "Mapping",
    "Model",
    "NotGiven",
    "Optional",
    "Required",
    "Sequence",
    "Tagged",
    "Tuple",
    "TypeAlias",
    "TypedDict",
    "Union",
    "Callable",
    "Arguments",
];

/// Attributes of a client.
const CLIENT: [&str; 7] = ["base_url", "close", "logout", "rate_limit", "request", "with_options", "cached_property"];

/// For files and folders.
pub(super) fn modules() -> Vec<&'static str> {
    [&KEYWORDS[..], &["main", "init"]].concat()
}

/// For classes and aliases of models, and for resource classes.
pub(super) fn types() -> Vec<&'static str> {
    [&KEYWORDS[..], &IMPORTED].concat()
}

/// For fields of models.
pub(super) fn fields() -> Vec<&'static str> {
    [&KEYWORDS[..], &ANNOTATIONS, &PYDANTIC].concat()
}

/// For arguments of methods.
pub(super) fn arguments() -> Vec<&'static str> {
    [&KEYWORDS[..], &["self", "request_options"]].concat()
}

/// For methods of resources.
pub(super) fn methods() -> Vec<&'static str> {
    [&KEYWORDS[..], &ANNOTATIONS, &["models", "with_raw_response"]].concat()
}

/// For the resources of a client.
pub(super) fn resources() -> Vec<&'static str> {
    [&KEYWORDS[..], &ANNOTATIONS, &CLIENT].concat()
}
