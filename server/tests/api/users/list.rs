use std::time::Duration;

use serde_json::Value;

use super::{on_discord, service};
use crate::support::Actor;
use crate::support::wallet::Wallet;

/// The ids that a list shows, whatever the page.
async fn ids(actor: &Actor, path: &str) -> Vec<String> {
    let (mut ids, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("{path}{next}")).await.is(200).body;
        ids.extend(
            page["data"].as_array().expect("data").iter().filter_map(|one| one["id"].as_str().map(str::to_owned)),
        );
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return ids,
        }
    }
}

both_engines! {
    async fn every_account_is_listed_once_and_members_alone_where_they_are_asked_for(app) {
        let service = service(&app).await;
        let mut members = Vec::new();
        for number in 0..3 {
            service.post("/v1/users/resolve", on_discord(&(number + 1).to_string())).await.is(200);
            members.push(app.member().await.account_id());
            app.clock.advance(Duration::from_millis(number % 2));
        }
        let whole = ids(&service, "/v1/users?limit=100").await;
        // The built-in administrator is there from the first start.
        assert_eq!(whole.len(), 8);
        members.push(app.admin().account_id());
        members.sort_unstable();
        for limit in [1, 2, 7] {
            assert_eq!(ids(&service, &format!("/v1/users?limit={limit}")).await, whole);
            let mut listed = ids(&service, &format!("/v1/members?limit={limit}")).await;
            listed.sort_unstable();
            assert_eq!(listed, members);
            assert_eq!(ids(&service, &format!("/v1/users?role=member&limit={limit}")).await.len(), 3);
        }
    }

    async fn lists_show_no_whole_wallet_and_no_address_of_mail(app) {
        let (service, wallet) = (service(&app).await, Wallet::number(7));
        let application = app.owner().await.keyed(&[]).await;
        let user = wallet.sign_in(&application, &app.clock.now().to_rfc3339()).await.is(200).text("userId");
        let page = service.get("/v1/users?limit=100").await.is(200).body;
        assert!(!page.to_string().contains(&wallet.address()) && !page.to_string().contains('@'), "{page}");
        let shown: Vec<&Value> = page["data"].as_array().expect("data").iter().filter(|one| one["id"] == user.as_str()).collect();
        let masked = format!("{}…{}", &wallet.address()[..6], &wallet.address()[38..]);
        assert_eq!(shown[0]["identities"][0]["identity"], masked.as_str());
        let one = service.get(&format!("/v1/users/{user}")).await.is(200).body;
        assert_eq!(one["identities"][0]["identity"], wallet.address().as_str());
    }

    async fn members_see_the_people_and_others_do_not(app) {
        let member = app.member().await;
        for path in ["/v1/users", "/v1/members", "/v1/users/me"] {
            member.get(path).await.is(200);
            app.stranger().await.get(path).await.refuses(403, "INSUFFICIENT_SCOPE");
        }
    }
}
