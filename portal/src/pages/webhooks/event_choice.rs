//! The kinds of events of a form: by what they are about, ticked as they were, and a field for patterns that no box is for.

use sdk_gen::Api;

/// Kinds of events to choose from.
pub(crate) struct EventChoice {
    pub groups: Vec<EventGroup>,
    /// Patterns that no box stands for, one a line.
    pub others: String,
    ticked: Vec<String>,
}

/// Kinds that begin alike.
pub(crate) struct EventGroup {
    /// `key`.
    pub name: String,
    /// `key.*`.
    pub pattern: String,
    pub events: Vec<EventLine>,
}

/// One kind.
#[derive(Debug, Clone)]
pub(crate) struct EventLine {
    pub name: String,
    pub summary: String,
}

impl EventChoice {
    /// `chosen` are patterns as an endpoint has them, or as they were ticked and typed.
    pub fn of(api: &Api, chosen: &[String]) -> Self {
        let groups = groups(api);
        let is_box = |pattern: &str| {
            let one = |group: &EventGroup| {
                (group.has_several() && group.pattern == pattern)
                    || group.events.iter().any(|event| event.name == pattern)
            };
            pattern == "*" || groups.iter().any(one)
        };
        let (ticked, others): (Vec<String>, Vec<String>) =
            chosen.iter().cloned().partition(|pattern| is_box(pattern.as_str()));
        Self { groups, others: others.join("\n"), ticked }
    }

    pub fn is_ticked(&self, pattern: &str) -> bool {
        self.ticked.iter().any(|ticked| ticked == pattern)
    }
}

impl EventGroup {
    /// Whether its pattern says more than its only kind, and has a box.
    pub const fn has_several(&self) -> bool {
        self.events.len() > 1
    }
}

/// Every kind of the contract, those that begin alike together, in the contract's order.
pub(crate) fn groups(api: &Api) -> Vec<EventGroup> {
    let mut groups: Vec<EventGroup> = Vec::new();
    for webhook in &api.webhooks {
        let begin = webhook.name.split('.').next().unwrap_or(&webhook.name);
        let event = EventLine { name: webhook.name.clone(), summary: summary(webhook.summary.as_deref()) };
        if let Some(group) = groups.iter_mut().find(|group| group.name == begin) {
            group.events.push(event);
            continue;
        }
        groups.push(EventGroup { name: begin.to_owned(), pattern: format!("{begin}.*"), events: vec![event] });
    }
    groups
}

fn summary(summary: Option<&str>) -> String {
    summary.unwrap_or_default().trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = r"
openapi: 3.1.1
info: { title: X, version: '1' }
paths: {}
webhooks:
  key.created: { post: { operationId: onKeyCreated, summary: A key was made., responses: { 2XX: { description: Taken. } } } }
  item.sold: { post: { operationId: onItemSold, summary: Sold, responses: { 2XX: { description: Taken. } } } }
  key.revoked: { post: { operationId: onKeyRevoked, summary: A key was revoked, responses: { 2XX: { description: Taken. } } } }
";

    #[test]
    fn kinds_stand_together_and_what_no_box_is_for_stays_in_the_field() {
        let api = sdk_gen::from_text("x.yaml", CONTRACT).unwrap().api;
        let chosen = ["key.*", "item.sold", "gone.event", "item.*", "*"].map(str::to_owned);
        let choice = EventChoice::of(&api, &chosen);
        let names: Vec<(&str, usize)> =
            choice.groups.iter().map(|group| (group.pattern.as_str(), group.events.len())).collect();
        assert_eq!(names, [("key.*", 2), ("item.*", 1)]);
        assert_eq!(choice.groups[0].events[0].summary, "A key was made");
        assert!(choice.is_ticked("key.*") && choice.is_ticked("item.sold") && choice.is_ticked("*"));
        assert!(!choice.is_ticked("key.created"));
        assert_eq!(choice.others, "gone.event\nitem.*", "a kind that stands alone has no box for its pattern");
    }
}
