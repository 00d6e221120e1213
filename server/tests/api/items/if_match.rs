use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Answer};

fn path(item: &Value) -> String {
    format!("/v1/items/{}", item["id"].as_str().expect("an id"))
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").expect("a tag").to_owned()
}

async fn change(actor: &Actor, path: &str, title: &str, known: &str) -> Answer {
    actor.send(Method::PATCH, path, Some(json!({ "title": title })), &[("if-match", known)]).await
}

both_engines! {
    async fn every_answer_with_one_item_names_its_state(app) {
        let seller = app.owner().await;
        let made = seller.post("/v1/items", crate::support::actor::item()).await.is(201);
        let path = path(&made.body);
        let got = app.nobody().get(&path).await.is(200);
        assert_eq!(tag(&got), tag(&made));
        let changed = seller.patch(&path, json!({ "title": "Camera" })).await.is(200);
        assert_ne!(tag(&changed), tag(&got));
        assert_eq!(tag(&app.nobody().get(&path).await), tag(&changed));

        let again = app.nobody().get(&path).await;
        let known = reqwest::Client::new().get(format!("{}{path}", app.base)).header("if-none-match", tag(&again));
        assert_eq!(known.send().await.expect("an answer").status().as_u16(), 304);
    }

    async fn a_change_of_what_somebody_else_changed_meanwhile_is_refused_and_changes_nothing(app) {
        let seller = app.owner().await;
        let path = path(&seller.create_item().await);
        let seen = tag(&app.nobody().get(&path).await);

        let first = change(&seller, &path, "First", &seen).await.is(200);
        change(&app.admin(), &path, "Second", &seen).await.refuses(412, "PRECONDITION_FAILED");
        let delete = |known: String| {
            let (seller, path) = (seller.clone(), path.clone());
            async move { seller.send(Method::DELETE, &path, None, &[("if-match", &known)]).await }
        };
        delete(seen.clone()).await.refuses(412, "PRECONDITION_FAILED");
        assert_eq!(app.nobody().get(&path).await.is(200).body, first.body);

        let second = change(&seller, &path, "Second", &format!("{seen}, {}", tag(&first))).await.is(200);
        change(&seller, &path, "Third", &format!("W/{}", tag(&second))).await.refuses(412, "PRECONDITION_FAILED");
        let third = change(&seller, &path, "Third", "*").await.is(200);
        delete(tag(&third)).await.is(204);
        change(&seller, &path, "Fourth", "*").await.refuses(404, "NOT_FOUND");
    }

    async fn what_is_no_list_of_tags_is_refused(app) {
        let seller = app.owner().await;
        let path = path(&seller.create_item().await);
        for bad in ["x", "\"a", "\"a\" \"b\""] {
            change(&seller, &path, "Camera", bad).await.faults("/If-Match");
        }
    }

    async fn s105_a_stranger_learns_no_more_by_a_precondition(app) {
        let path = path(&app.owner().await.create_item().await);
        for known in ["*", "\"x\""] {
            change(&app.stranger().await, &path, "Mine", known).await.refuses(403, "FORBIDDEN");
        }
    }

    async fn of_ten_changes_of_one_state_one_is_made(app) {
        let seller = app.owner().await;
        let path = path(&seller.create_item().await);
        let seen = tag(&app.nobody().get(&path).await);
        let calls: Vec<_> = (0..10)
            .map(|number| {
                let (seller, path, seen) = (seller.clone(), path.clone(), seen.clone());
                tokio::spawn(async move { change(&seller, &path, &format!("Title {number}"), &seen).await.status })
            })
            .collect();
        let mut statuses = Vec::new();
        for call in calls {
            statuses.push(call.await.expect("an answer"));
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [&[200][..], &[412; 9]].concat());
    }
}
