//! Parameters: of the operation and of its path, once each, path parameters always complete.

use serde_json::Value;

use crate::document::child;
use crate::model::{Kind, Location, Parameter, PathPart, Schema, Segment, StringType, Style};
use crate::names::{Case, convert};

use super::Reader;
use super::values::{extensions, flag, list, object, prose, text};

/// Where an operation stands, for the readers of its parts.
pub(super) struct Place<'a> {
    /// Address of the operation.
    pub at: &'a str,
    /// Its id.
    pub id: &'a str,
}

impl<'d> Reader<'d> {
    /// All parameters, those of the path item first where the operation does not say its own.
    pub(super) fn parameters(
        &mut self,
        item: &'d Value,
        item_at: &str,
        operation: &'d Value,
        place: &Place<'_>,
        segments: &[Segment],
    ) -> Vec<Parameter> {
        let mut found: Vec<Parameter> = Vec::new();
        for (holder, at) in [(item, item_at), (operation, place.at)] {
            let list_at = child(at, "parameters");
            for (index, value) in list(holder, "parameters").iter().enumerate() {
                let at = child(&list_at, &index.to_string());
                let Some(parameter) = self.parameter(value, &at, place.id) else { continue };
                match found
                    .iter_mut()
                    .find(|known| known.name == parameter.name && known.location == parameter.location)
                {
                    Some(known) => *known = parameter,
                    None => found.push(parameter),
                }
            }
        }
        self.complete(found, place, segments)
    }

    pub(super) fn parameter(&mut self, value: &'d Value, at: &str, id: &str) -> Option<Parameter> {
        let (value, address) = self.follow(value, at)?;
        let (Some(name), Some(place)) = (text(value, "name"), text(value, "in")) else {
            self.warn("parameter", at, "a parameter needs `name` and `in`", "It is left out.");
            return None;
        };
        let location = match place.to_ascii_lowercase().as_str() {
            "path" => Location::Path,
            "query" => Location::Query,
            "header" => Location::Header,
            "cookie" => Location::Cookie,
            other => {
                self.warn("parameter", at, format!("`in: {other}` is no place for a parameter"), "It is left out.");
                return None;
            }
        };
        if location == Location::Header && ["accept", "content-type"].contains(&name.to_ascii_lowercase().as_str()) {
            // OpenAPI says that these are ignored: the media types say them.
            return None;
        }
        let style = self.style(value, location, at);
        let (schema, content) = self.parameter_schema(
            value,
            &address,
            &format!("{}{}", convert(id, Case::Pascal), convert(&name, Case::Pascal)),
        );
        Some(Parameter {
            location,
            style,
            explode: value.get("explode").and_then(Value::as_bool).unwrap_or(style == Style::Form),
            allow_reserved: flag(value, "allowReserved"),
            required: location == Location::Path || flag(value, "required"),
            deprecated: flag(value, "deprecated"),
            description: prose(value, "description"),
            schema,
            content,
            examples: self.examples(value, &address),
            declared: true,
            extensions: extensions(value),
            pointer: address,
            name,
        })
    }

    fn style(&mut self, value: &Value, location: Location, at: &str) -> Style {
        let usual = match location {
            Location::Path | Location::Header => Style::Simple,
            Location::Query | Location::Cookie => Style::Form,
        };
        let Some(named) = text(value, "style") else { return usual };
        match parse_style(&named) {
            Some(style) if fits(style, location) => style,
            _ => {
                self.warn(
                    "style",
                    at,
                    format!("`style: {named}` does not fit `in: {}`", location.text()),
                    "The usual style is taken.",
                );
                usual
            }
        }
    }

    fn parameter_schema(&mut self, value: &'d Value, at: &str, hint: &str) -> (Schema, Option<String>) {
        if let Some(schema) = value.get("schema") {
            return (self.schema(schema, &child(at, "schema"), hint), None);
        }
        let Some((media, content)) = object(value, "content").and_then(|content| content.iter().next()) else {
            // `type` on the parameter itself, as in Swagger 2.0.
            return (if value.get("type").is_some() { self.schema(value, at, hint) } else { Schema::default() }, None);
        };
        let place = child(&child(at, "content"), media);
        let schema = content.get("schema").map(|schema| self.schema(schema, &child(&place, "schema"), hint));
        (schema.unwrap_or_default(), Some(media.clone()))
    }

    /// Path parameters in the order of the path: what the template lacks goes, what is not declared comes.
    fn complete(&mut self, found: Vec<Parameter>, place: &Place<'_>, segments: &[Segment]) -> Vec<Parameter> {
        let (mut in_path, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.location == Location::Path);
        let mut ordered: Vec<Parameter> = Vec::new();
        for name in template_names(segments) {
            let is_meant = |parameter: &Parameter| parameter.name == name || parameter.name == bare(name);
            if ordered.iter().any(is_meant) {
                continue;
            }
            match in_path.iter().position(is_meant) {
                Some(index) => ordered.push(in_path.remove(index)),
                None => {
                    self.warn(
                        "undeclared-parameter",
                        place.at,
                        format!("the path has `{{{name}}}`, no parameter declares it"),
                        "It is read as a string; declare it with `in: path`.",
                    );
                    ordered.push(undeclared(name, place.at));
                }
            }
        }
        for extra in in_path {
            self.warn(
                "unused-parameter",
                &extra.pointer,
                format!("`{}` is declared `in: path`, but the path has no `{{{}}}`", extra.name, extra.name),
                "It is left out.",
            );
        }
        ordered.extend(others);
        ordered
    }
}

fn template_names(segments: &[Segment]) -> impl Iterator<Item = &str> {
    segments.iter().flat_map(|segment| &segment.parts).filter_map(|part| match part {
        PathPart::Parameter(name) => Some(name.as_str()),
        PathPart::Literal(_) => None,
    })
}

/// The name in a template that is written as in RFC 6570 or a router: `{+path}`, `{path*}`, `{id:[0-9]+}`.
fn bare(name: &str) -> &str {
    let name = name.split(':').next().unwrap_or_default();
    name.trim_start_matches(['+', '#', '.', ';', '?', '&', '*']).trim_end_matches('*').trim()
}

/// Segments with the names that the parameters have.
pub(super) fn settle(segments: Vec<Segment>, parameters: &[Parameter]) -> Vec<Segment> {
    let known = |name: &str| parameters.iter().any(|one| one.location == Location::Path && one.name == name);
    let part = |part: PathPart| match part {
        PathPart::Parameter(name) if !known(&name) && known(bare(&name)) => PathPart::Parameter(bare(&name).to_owned()),
        other => other,
    };
    segments.into_iter().map(|segment| Segment { parts: segment.parts.into_iter().map(part).collect() }).collect()
}

fn undeclared(name: &str, at: &str) -> Parameter {
    Parameter {
        name: name.to_owned(),
        location: Location::Path,
        style: Style::Simple,
        explode: false,
        allow_reserved: false,
        required: true,
        deprecated: false,
        description: None,
        schema: Schema { pointer: at.to_owned(), ..Schema::of(Kind::String(StringType::default())) },
        content: None,
        examples: Vec::new(),
        declared: false,
        extensions: crate::model::Extensions::default(),
        pointer: at.to_owned(),
    }
}

pub(super) fn parse_style(text: &str) -> Option<Style> {
    match text {
        "matrix" => Some(Style::Matrix),
        "label" => Some(Style::Label),
        "form" => Some(Style::Form),
        "simple" => Some(Style::Simple),
        "spaceDelimited" => Some(Style::SpaceDelimited),
        "pipeDelimited" => Some(Style::PipeDelimited),
        "deepObject" => Some(Style::DeepObject),
        _ => None,
    }
}

fn fits(style: Style, location: Location) -> bool {
    match location {
        Location::Path => matches!(style, Style::Matrix | Style::Label | Style::Simple),
        Location::Query => {
            matches!(style, Style::Form | Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject)
        }
        Location::Header => style == Style::Simple,
        Location::Cookie => style == Style::Form,
    }
}

/// The path between its slashes, each piece split into text and parameters.
pub(super) fn segments(path: &str) -> Vec<Segment> {
    path.split('/').skip(1).map(segment).collect()
}

fn segment(text: &str) -> Segment {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((literal, (name, after))) =
        rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        if !literal.is_empty() {
            parts.push(PathPart::Literal(literal.to_owned()));
        }
        parts.push(PathPart::Parameter(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(PathPart::Literal(rest.to_owned()));
    }
    Segment { parts }
}
