use super::{GUILD, put, service};
use crate::support::Actor;

/// The channels that a list shows, whatever the page.
async fn channels(actor: &Actor, path: &str) -> Vec<String> {
    let (mut ids, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("{path}{next}")).await.is(200).body;
        let shown = page["data"].as_array().expect("data").iter();
        ids.extend(shown.map(|one| one["channelId"].as_str().expect("an id").to_owned()));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return ids,
        }
    }
}

both_engines! {
    async fn each_is_listed_once_whatever_the_page_and_the_guild_narrows_it(app) {
        let service = service(&app).await;
        let other = "700000000000000001";
        for number in [3, 1, 5, 2, 4] {
            let guild = if number % 2 == 0 { other } else { GUILD };
            put(&service, &format!("10432109876543210{number}0"), guild, 60).await;
        }
        let ids = |numbers: &[u8]| numbers.iter().map(|number| format!("10432109876543210{number}0")).collect::<Vec<_>>();
        for limit in [1, 2, 100] {
            let of = async |filter: &str| channels(&service, &format!("/v1/discord/vanish?limit={limit}{filter}")).await;
            assert_eq!(of("").await, ids(&[1, 2, 3, 4, 5]));
            assert_eq!(of(&format!("&guildId={GUILD}")).await, ids(&[1, 3, 5]));
            assert_eq!(of(&format!("&guildId={other}")).await, ids(&[2, 4]));
            assert!(of("&guildId=700000000000000002").await.is_empty());
        }
        service.get("/v1/discord/vanish?guildId=7").await.faults("/guildId");
    }
}
