use super::{hide, names, show};

both_engines! {
    async fn all_of_ones_own_and_the_public_ones_of_others(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        show(&owner, "Loom", &["weaving"]).await;
        app.clock.advance(std::time::Duration::from_secs(1));
        hide(&owner, "Notes", &["weaving", "art"]).await;
        show(&other, "Another's", &["weaving"]).await;
        let of_owner = format!("/v1/users/{}/projects", owner.account_id());
        for limit in [1, 100] {
            for own in ["/v1/users/me/projects", &of_owner] {
                assert_eq!(names(&owner, own, limit).await, ["Notes", "Loom"]);
                assert_eq!(names(&owner, &format!("{own}?tag=Weaving"), limit).await, ["Notes", "Loom"]);
                assert_eq!(names(&owner, &format!("{own}?tag=art"), limit).await, ["Notes"]);
            }
            for actor in [&other, &app.admin()] {
                assert_eq!(names(actor, &of_owner, limit).await, ["Loom"]);
                assert_eq!(names(actor, &format!("{of_owner}?tag=art"), limit).await, [""; 0]);
            }
        }
    }
}
