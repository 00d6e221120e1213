use serde_json::json;

use super::{hide, names, path, show};

both_engines! {
    async fn public_ones_newest_first_and_each_once_whatever_the_page(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        for number in 1..=5 {
            show(if number % 2 == 0 { &owner } else { &other }, &format!("P{number}"), &[]).await;
            hide(&owner, "Notes", &[]).await;
            app.clock.advance(std::time::Duration::from_secs(1));
        }
        for limit in [1, 2, 100] {
            for actor in [&owner, &other] {
                assert_eq!(names(actor, "/v1/projects", limit).await, ["P5", "P4", "P3", "P2", "P1"]);
            }
        }
    }

    async fn a_tag_is_found_in_any_case_and_only_as_a_whole(app) {
        let owner = app.owner().await;
        for (name, tags) in [("A", &["weaving", "art"][..]), ("B", &["art"]), ("C", &["artful"]), ("D", &["c++"])] {
            show(&owner, name, tags).await;
            app.clock.advance(std::time::Duration::from_secs(1));
        }
        hide(&owner, "Notes", &["art"]).await;
        for (tag, found) in [("ART", &["B", "A"][..]), ("weaving", &["A"]), ("c%2B%2B", &["D"]), ("ar", &[]), ("%25", &[]), ("two%20words", &[])] {
            for limit in [1, 100] {
                assert_eq!(names(&owner, &format!("/v1/projects?tag={tag}"), limit).await, found, "{tag}");
            }
        }
    }

    async fn words_are_found_in_name_description_and_tags_in_any_case_without_diacritics(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        let body = json!({ "name": "Métier à tisser", "description": "Punched cards drive it.", "tags": ["Weaving"] });
        let loom = owner.post("/v1/projects", body).await.is(201).body;
        hide(&owner, "Punched notes", &["weaving"]).await;
        show(&owner, "Card index", &[]).await;
        for (q, found) in [("METIER", 1), ("m%C3%A9tier%20cards", 1), ("weaving%20punched", 1), ("card", 1), ("cards%20index", 0), ("%22*%20OR", 0), ("...", 0)] {
            assert_eq!(names(&other, &format!("/v1/projects?q={q}"), 100).await.len(), found, "{q}");
        }
        assert_eq!(names(&owner, "/v1/users/me/projects?q=punched", 1).await.len(), 2);
        assert_eq!(names(&other, &format!("/v1/users/{}/projects?q=punched&tag=weaving", owner.account_id()), 1).await, ["Métier à tisser"]);
        owner.patch(&path(&loom), json!({ "description": "Steam drives it." })).await.is(200);
        for (q, found) in [("punched", 0), ("steam", 1), ("drives", 1)] {
            assert_eq!(names(&other, &format!("/v1/projects?q={q}"), 100).await.len(), found, "{q}");
        }
        owner.delete(&path(&loom)).await.is(204);
        assert!(names(&other, "/v1/projects?q=steam", 100).await.is_empty());
    }

    async fn a_page_goes_on_where_it_ended_while_projects_come_and_go(app) {
        let owner = app.owner().await;
        let mut made = Vec::new();
        for number in 1..=5 {
            made.push(show(&owner, &format!("P{number}"), &["art"]).await);
            app.clock.advance(std::time::Duration::from_secs(1));
        }
        for list in ["/v1/projects?limit=2", "/v1/projects?tag=art&limit=2"] {
            let first = owner.get(list).await.is(200).body;
            let cursor = first["nextCursor"].as_str().expect("a cursor");
            let new = show(&owner, "P6", &["art"]).await;
            owner.delete(&path(&first["data"][1])).await.is(204);
            let rest = names(&owner, &format!("/v1/projects?cursor={cursor}"), 100).await;
            assert_eq!(rest.first().map(String::as_str), first["data"][1]["name"].as_str().map(|name| if name == "P4" { "P3" } else { "P2" }));
            owner.delete(&path(&new)).await.is(204);
        }
    }
}
