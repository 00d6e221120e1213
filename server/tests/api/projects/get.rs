use super::{hide, path, show};

both_engines! {
    /// Promise 8 and S105: administrators are somebody else, too.
    async fn a_private_project_is_the_404_of_a_missing_one_for_everybody_else(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        let (public, private) = (show(&owner, "Loom", &[]).await, hide(&owner, "Notes", &[]).await);
        let missing = "/v1/projects/prj_01k9z3v8q2m4n6p8r0s2t4v6w8";
        for actor in [other, app.member().await, app.admin()] {
            actor.get(&path(&public)).await.is(200);
            let hidden = actor.get(&path(&private)).await.refuses(404, "NOT_FOUND").body["detail"].clone();
            assert_eq!(hidden, actor.get(missing).await.refuses(404, "NOT_FOUND").body["detail"]);
        }
        assert_eq!(owner.get(&path(&private)).await.is(200).body, private);
        assert_eq!(owner.keyed(&["projects:read"]).await.get(&path(&private)).await.is(200).body, private);
    }
}
