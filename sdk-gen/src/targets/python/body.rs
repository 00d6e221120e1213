//! How a request body is given and sent.

use super::text::string;
use super::vocabulary::Vocabulary;
use crate::model::{MediaKind, MediaType, Property, RequestBody, Schema, Style};

/// A body that a method sends.
pub(super) struct Sent<'a> {
    pub kind: MediaKind,
    pub required: bool,
    pub schema: Option<&'a Schema>,
    /// Its members, where they are arguments of their own.
    pub members: Option<Vec<&'a Property>>,
    /// What it is, in one line.
    pub about: String,
    media: &'a MediaType,
}

/// The body in the media type that is sent.
pub(super) fn of<'a>(vocabulary: &Vocabulary<'a>, body: &'a RequestBody) -> Option<Sent<'a>> {
    let media = body.preferred()?;
    let schema = media.schema.as_ref();
    let apart = matches!(media.kind, MediaKind::Json | MediaKind::Form | MediaKind::Multipart);
    let members = schema.filter(|_| apart).and_then(|schema| members(vocabulary, schema));
    let about = body.description.as_deref().map(super::text::one_line).unwrap_or_default();
    Some(Sent { kind: media.kind, required: body.required, schema, members, about, media })
}

/// Members of an object that is never null.
fn members<'a>(vocabulary: &Vocabulary<'a>, schema: &'a Schema) -> Option<Vec<&'a Property>> {
    if vocabulary.api.is_nullable(schema) {
        return None;
    }
    let object = vocabulary.api.resolve(schema)?.as_object()?;
    let members: Vec<&Property> = object.properties.iter().filter(|property| !property.schema.read_only).collect();
    (!members.is_empty()).then_some(members)
}

impl Sent<'_> {
    /// The expression that makes its encoder; `of` is its type as an expression.
    pub(super) fn encoder(&self, of: Option<&str>) -> (&'static str, String) {
        let mut arguments: Vec<String> = of.map(|of| format!("lambda: {of}")).into_iter().collect();
        let name = self.media.name.split(';').next().unwrap_or_default().trim();
        let media = |usual: &str| (name != usual && !name.contains('*')).then(|| format!("media={}", string(name)));
        let class = match self.kind {
            MediaKind::Json => {
                arguments.extend(media("application/json"));
                "JsonBody"
            }
            MediaKind::JsonLines => {
                arguments.extend(media("application/x-ndjson"));
                "LinesBody"
            }
            MediaKind::Form => {
                arguments.extend(self.styles());
                "FormBody"
            }
            MediaKind::Multipart => {
                arguments.extend(self.part_types());
                "MultipartBody"
            }
            MediaKind::Text | MediaKind::Bytes | MediaKind::EventStream => {
                let concrete = if name.contains('*') { "application/octet-stream" } else { name };
                arguments = vec![string(concrete)];
                "RawBody"
            }
        };
        (class, format!("{class}({})", arguments.join(", ")))
    }

    fn part_types(&self) -> Option<String> {
        let named =
            self.media.encoding.iter().filter_map(|(name, encoding)| Some((name, encoding.content_type.as_deref()?)));
        let one = named.filter(|(_, media)| !media.contains([',', '*']));
        let pairs: Vec<String> = one.map(|(name, media)| format!("{}: {}", string(name), string(media))).collect();
        (!pairs.is_empty()).then(|| format!("media_types={{{}}}", pairs.join(", ")))
    }

    fn styles(&self) -> Option<String> {
        let pairs: Vec<String> = self
            .media
            .encoding
            .iter()
            .filter(|(_, encoding)| encoding.style.is_some() || encoding.explode.is_some())
            .map(|(name, encoding)| {
                let style = encoding.style.unwrap_or(Style::Form);
                let explode = encoding.explode.unwrap_or(style == Style::Form);
                format!(
                    "{}: {}",
                    string(name),
                    super::descriptor::style(style, explode, encoding.allow_reserved, false, None)
                )
            })
            .collect();
        (!pairs.is_empty()).then(|| format!("styles={{{}}}", pairs.join(", ")))
    }
}
