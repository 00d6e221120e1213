//! Puts the names of the wire where progenitor wrote ours: parameters, and the media type of the body.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprCall, ExprLit, ExprMethodCall, Lit, LitStr, parse_quote};

use crate::model::{MediaKind, MediaType};
use crate::targets::rust::plan::Call;

/// What one operation's request is called on the wire.
pub(super) struct Wire<'a> {
    pub call: &'a Call,
    pub media: Option<&'a MediaType>,
}

impl Wire<'_> {
    fn rename(&self, argument: &mut Expr) {
        let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = argument else { return };
        if let Some((_, parameter)) = self.call.parameters.iter().find(|(name, _)| *name == text.value()) {
            *text = LitStr::new(&parameter.name, text.span());
        }
    }

    /// The media type, where it is another than the four that progenitor knows.
    fn other_media(&self) -> Option<&str> {
        let media = self.media?;
        let usual = match media.kind {
            MediaKind::Form => "application/x-www-form-urlencoded",
            MediaKind::Text => "text/plain",
            MediaKind::Bytes => "application/octet-stream",
            _ => "application/json",
        };
        // `image/*` is a choice; the caller has not made it.
        (media.name != usual && !media.name.contains('*')).then_some(media.name.as_str())
    }
}

impl VisitMut for Wire<'_> {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        let named = |name: &str| match &*call.func {
            Expr::Path(path) => path.path.segments.iter().any(|segment| segment.ident == name),
            _ => false,
        };
        if named("QueryParam") {
            call.args.first_mut().into_iter().for_each(|argument| self.rename(argument));
        } else if named("HeaderValue")
            && let (Some(media), Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. }))) =
                (self.other_media(), call.args.first_mut())
            && matches!(text.value().as_str(), "text/plain" | "application/octet-stream")
        {
            *text = LitStr::new(media, text.span());
        }
        visit_mut::visit_expr_call_mut(self, call);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if call.method == "append" {
            call.args.first_mut().into_iter().for_each(|argument| self.rename(argument));
        } else if call.method == "json"
            && let Some(media) = self.other_media()
        {
            let receiver = &call.receiver;
            call.receiver = parse_quote! { #receiver.header(reqwest::header::CONTENT_TYPE, #media) };
        }
        // reqwest has no methods of these names.
        let rare = match call.method.to_string().as_str() {
            "options" => Some(quote::format_ident!("OPTIONS")),
            "trace" => Some(quote::format_ident!("TRACE")),
            _ => None,
        };
        if let Some(rare) = rare {
            call.method = quote::format_ident!("request");
            call.args.insert(0, parse_quote! { reqwest::Method::#rare });
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }

    /// reqwest writes forms as well, and its errors are ours.
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Try(tried) = expression
            && let Expr::MethodCall(call) = &*tried.expr
            && call.method == "form_urlencoded"
        {
            let mut call = call.clone();
            call.method = quote::format_ident!("form");
            *expression = Expr::MethodCall(call);
        }
    }
}
