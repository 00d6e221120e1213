//! What progenitor wrote, taken apart: the types and, for each operation, how its request is made.

use std::collections::HashMap;

use syn::{Expr, Fields, File, GenericArgument, ImplItem, Item, ItemImpl, ItemMod, PathArguments, Stmt, Type};

/// What progenitor wrote.
#[derive(Default)]
pub(super) struct Parsed {
    /// Structs and enums by name.
    pub types: HashMap<String, Item>,
    /// What is implemented for each.
    pub impls: HashMap<String, Vec<ItemImpl>>,
    /// Builders of operations by name.
    pub calls: HashMap<String, CallSource>,
}

/// How one operation's request is made.
pub(super) struct CallSource {
    /// Parameters and body: name and type, `Option` for those that may be left out.
    pub fields: Vec<(String, Type)>,
    /// What `send` answers.
    pub answer: Type,
    /// Statements before the request: address and headers.
    pub before: Vec<Stmt>,
    /// The request, as a `Result` with `?` at its end.
    pub request: Expr,
}

impl Parsed {
    pub(super) fn read(file: &File) -> Self {
        let mut parsed = Self::default();
        for item in module(&file.items, "types").into_iter().flatten() {
            parsed.take_type(item);
        }
        let builders: Vec<&Item> = module(&file.items, "builder").into_iter().flatten().collect();
        for item in &builders {
            if let Item::Struct(item) = item
                && let Some(source) = call_source(item, &builders)
            {
                parsed.calls.insert(item.ident.to_string(), source);
            }
        }
        parsed
    }

    fn take_type(&mut self, item: &Item) {
        match item {
            Item::Struct(each) => {
                self.types.insert(each.ident.to_string(), item.clone());
            }
            Item::Enum(each) => {
                self.types.insert(each.ident.to_string(), item.clone());
            }
            Item::Impl(each) => {
                if let Some(name) = last_name(&each.self_ty) {
                    self.impls.entry(name).or_default().push(each.clone());
                }
            }
            _ => {}
        }
    }
}

fn module<'a>(items: &'a [Item], name: &str) -> Option<&'a Vec<Item>> {
    items.iter().find_map(|item| match item {
        Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) if ident == name => Some(items),
        _ => None,
    })
}

fn call_source(item: &syn::ItemStruct, items: &[&Item]) -> Option<CallSource> {
    let send = items.iter().find_map(|other| match other {
        Item::Impl(block) if last_name(&block.self_ty).is_some_and(|name| item.ident == name) => method(block, "send"),
        _ => None,
    })?;
    let Fields::Named(named) = &item.fields else { return None };
    let fields = named
        .named
        .iter()
        .filter_map(|field| Some((field.ident.as_ref()?.to_string(), first_argument(&field.ty)?.clone())));
    let syn::ReturnType::Type(_, returned) = &send.sig.output else { return None };
    let answer = first_argument(first_argument(returned)?)?.clone();
    let (mut before, mut request) = (Vec::new(), None);
    let mut at_address = false;
    for statement in &send.block.stmts {
        match local_name(statement).as_deref() {
            Some("request") => {
                request = local_value(statement);
                break;
            }
            Some("url") => at_address = true,
            _ => {}
        }
        if at_address && !names_api_version(statement) {
            before.push(statement.clone());
        }
    }
    let mut request = request?;
    // A map of headers that stays empty is left out.
    if !before.iter().any(|statement| text_of(statement).contains(". append (")) {
        before.retain(|statement| local_name(statement).as_deref() != Some("header_map"));
        drop_headers(&mut request);
    }
    Some(CallSource { fields: fields.filter(|(name, _)| name != "client").collect(), answer, before, request })
}

fn method<'a>(block: &'a ItemImpl, name: &str) -> Option<&'a syn::ImplItemFn> {
    block.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == name => Some(function),
        _ => None,
    })
}

fn local_name(statement: &Stmt) -> Option<String> {
    let Stmt::Local(local) = statement else { return None };
    match &local.pat {
        syn::Pat::Ident(name) => Some(name.ident.to_string()),
        _ => None,
    }
}

fn local_value(statement: &Stmt) -> Option<Expr> {
    let Stmt::Local(local) = statement else { return None };
    local.init.as_ref().map(|init| (*init.expr).clone())
}

/// progenitor sends the API's version with each request, for a server of its own make.
fn names_api_version(statement: &Stmt) -> bool {
    text_of(statement).contains("\"api-version\"")
}

fn text_of(statement: &Stmt) -> String {
    use quote::ToTokens as _;
    statement.to_token_stream().to_string()
}

/// Takes `.headers(header_map)` out of a chain of calls.
fn drop_headers(expression: &mut Expr) {
    match expression {
        Expr::MethodCall(call) if call.method == "headers" => *expression = (*call.receiver).clone(),
        Expr::MethodCall(call) => drop_headers(&mut call.receiver),
        Expr::Try(tried) => drop_headers(&mut tried.expr),
        _ => {}
    }
}

/// The last name of a path type.
pub(super) fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The first type argument, for example `T` of `Option<T>`.
pub(super) fn first_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `T`, if the type is `name<T>`.
pub(super) fn inside<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    if last_name(ty)? == name { first_argument(ty) } else { None }
}
