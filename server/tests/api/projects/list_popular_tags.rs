use serde_json::{Value, json};

use super::{hide, show};
use crate::support::Actor;

async fn counted(actor: &Actor, limit: usize) -> Vec<(String, i64)> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/projects/tags?limit={limit}{next}")).await.is(200).body;
        for one in page["data"].as_array().expect("data") {
            all.push((one["tag"].as_str().expect("a tag").to_owned(), one["projects"].as_i64().expect("a count")));
        }
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return all,
        }
    }
}

both_engines! {
    async fn those_of_the_most_public_projects_first_and_private_ones_count_nowhere(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        for (name, tags) in [("A", &["art", "weaving"][..]), ("B", &["art", "cards"]), ("C", &["art", "weaving"]), ("D", &["zinc"])] {
            show(&owner, name, tags).await;
        }
        for _ in 0..3 {
            hide(&owner, "Notes", &["zinc", "hidden"]).await;
        }
        let expected = [("art", 3), ("weaving", 2), ("cards", 1), ("zinc", 1)].map(|(tag, count)| (tag.to_owned(), count));
        for actor in [&owner, &other] {
            for limit in [1, 3, 100] {
                assert_eq!(counted(actor, limit).await, expected);
            }
        }
    }

    async fn what_is_no_cursor_is_pointed_at(app) {
        let owner = app.owner().await;
        for bad in ["x", "Iw", "MS5hcnQ"] {
            let answer = owner.get(&format!("/v1/projects/tags?cursor={bad}")).await;
            assert_eq!((answer.status, &answer.body["errors"][0]["pointer"]), (422, &json!("/cursor")), "{:?}", Value::from(bad));
        }
    }
}
