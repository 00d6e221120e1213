use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{on_discord, practise, service, start, stop};

/// The date of a second (since 1970) in a zone, by a library that is not the server's.
fn date(second: i64, zone: Tz) -> NaiveDate {
    DateTime::<Utc>::from_timestamp(second, 0).expect("a moment").with_timezone(&zone).date_naive()
}

/// Seconds and sessions of each date, by walking each session in steps within which no clock changes.
fn walked(sessions: &[(i64, i64)], zone: Tz) -> BTreeMap<NaiveDate, (i64, i64)> {
    let mut dates: BTreeMap<NaiveDate, (i64, i64)> = BTreeMap::new();
    for (start, end) in sessions {
        let (mut at, mut own) = (*start, BTreeMap::from([(date(*start, zone), 0)]));
        while at < *end {
            let next = (at.div_euclid(900) * 900 + 900).min(*end);
            *own.entry(date(at, zone)).or_default() += next - at;
            at = next;
        }
        for (date, seconds) in own {
            let day = dates.entry(date).or_default();
            *day = (day.0 + seconds, day.1 + 1);
        }
    }
    dates
}

fn days(stats: &Value) -> BTreeMap<String, (i64, i64)> {
    let day = |day: &Value| {
        let number = |name: &str| day[name].as_i64().expect("a number");
        (day["date"].as_str().expect("a date").to_owned(), (number("seconds"), number("sessions")))
    };
    stats["days"].as_array().expect("days").iter().map(day).collect()
}

both_engines! {
    async fn a_year_of_practice_agrees_with_an_independent_calculation_in_three_zones(app) {
        let (service, who) = (service(&app).await, json!({ "userId": app.owner().await.account_id() }));
        let mut state = 7_u64;
        let mut upto = |most: u64| {
            // Knuth's generator, so that each run tries the same.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 16) % most
        };
        let mut sessions = Vec::new();
        for _ in 0..40 {
            app.clock.advance(Duration::from_millis(upto(13 * 86_400_000)));
            start(&service, who.clone()).await;
            let began = app.clock.now().seconds();
            app.clock.advance(Duration::from_millis(upto(40 * 3_600_000)));
            stop(&service, who.clone()).await;
            sessions.push((began, app.clock.now().seconds()));
        }
        for name in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"] {
            let zone: Tz = name.parse().expect("a zone");
            let mut expected = walked(&sessions, zone);
            let mut asked = date(sessions[0].0, zone).with_day(1).expect("a day");
            while asked <= date(app.clock.now().seconds(), zone) {
                let path = |period: &str| format!("/v1/practice/stats/{period}?timeZone={name}&date={asked}&userId={}", who["userId"].as_str().expect("an id"));
                let month = service.get(&path("monthly")).await.is(200).body;
                let of_month: BTreeMap<_, _> = asked.iter_days().take_while(|day| day.month() == asked.month()).map(|day| (day.to_string(), expected.remove(&day).unwrap_or_default())).collect();
                assert_eq!(days(&month), of_month, "{name} {asked}");
                assert_eq!(month["seconds"], json!(of_month.values().map(|day| day.0).sum::<i64>()));
                let one = service.get(&path("daily")).await.is(200).body;
                assert_eq!(days(&one), of_month.into_iter().take(1).collect::<BTreeMap<_, _>>());
                asked = asked.checked_add_months(chrono::Months::new(1)).expect("a month");
            }
            assert!(expected.is_empty(), "{name}: {expected:?}");
        }
    }

    async fn days_without_practice_are_there_and_the_week_begins_on_monday(app) {
        let owner = app.owner().await;
        let stats = owner.get("/v1/practice/stats/weekly?date=2026-10-25&timeZone=Europe/Berlin").await.is(200).body;
        assert_eq!(days(&stats).into_iter().collect::<Vec<_>>(), (19..26).map(|day| (format!("2026-10-{day}"), (0, 0))).collect::<Vec<_>>());
        assert_eq!((&stats["from"], &stats["to"]), (&json!("2026-10-18T22:00:00.000Z"), &json!("2026-10-25T23:00:00.000Z")));
        assert_eq!((&stats["seconds"], &stats["sessions"], &stats["underWay"]), (&json!(0), &json!(0), &json!(false)));
    }

    async fn today_in_utc_is_the_default_and_what_is_under_way_counts_up_to_now(app) {
        let owner = service(&app).await;
        start(&owner, json!({})).await;
        let began = app.clock.now().seconds();
        app.clock.advance(Duration::from_secs(90_000));
        let (now, today) = (app.clock.now().seconds(), date(app.clock.now().seconds(), Tz::UTC));
        let stats = owner.get("/v1/practice/stats/daily").await.is(200).body;
        assert_eq!((&stats["timeZone"], &stats["userId"], &stats["underWay"]), (&json!("UTC"), &json!(owner.account_id()), &json!(true)));
        let expected = walked(&[(began, now)], Tz::UTC);
        assert_eq!(days(&stats), BTreeMap::from([(today.to_string(), expected[&today])]));
        let yesterday = today.pred_opt().expect("a day");
        let before = owner.get(&format!("/v1/practice/stats/daily?date={yesterday}")).await.is(200).body;
        assert_eq!((days(&before)[&yesterday.to_string()], &before["underWay"]), (expected[&yesterday], &json!(false)));
        let tomorrow = today.succ_opt().expect("a day");
        let after = owner.get(&format!("/v1/practice/stats/daily?date={tomorrow}")).await.is(200).body;
        assert_eq!((&after["seconds"], &after["sessions"]), (&json!(0), &json!(0)));
    }

    async fn a_service_sees_everybody_and_everybody_else_himself_alone(app) {
        let (service, owner, stranger) = (service(&app).await, app.owner().await, app.stranger().await);
        on_discord(&app, &owner, "80351110224678912").await;
        practise(&app, &service, &owner, 60).await;
        let stats = |query: String| format!("/v1/practice/stats/monthly{query}");
        let own = app.sign_in(owner.account.clone().expect("an account")).await.get(&stats(String::new())).await.is(200).body;
        for query in [format!("?userId={}", owner.account_id()), "?discordId=80351110224678912".to_owned()] {
            assert_eq!(service.get(&stats(query.clone())).await.is(200).body, own);
            let refused = stranger.get(&stats(query)).await.refuses(404, "NOT_FOUND");
            for missing in ["?userId=usr_01k9z3v8q2m4n6p8r0s2t4v6w8", "?userId=x", "?discordId=80351110224678913"] {
                let none = stranger.get(&stats(missing.to_owned())).await.refuses(404, "NOT_FOUND");
                assert_eq!(none.body["detail"], refused.body["detail"]);
                service.get(&stats(missing.to_owned())).await.refuses(404, "NOT_FOUND");
            }
        }
        let both = format!("?userId={}&discordId=80351110224678912", owner.account_id());
        service.get(&stats(both)).await.faults("/discordId");
        let reader = owner.keyed(&["practice:read"]).await;
        assert_eq!(reader.get(&stats(String::new())).await.is(200).body["seconds"], 60);
        reader.get(&stats(format!("?userId={}", stranger.account_id()))).await.refuses(404, "NOT_FOUND");
        let lookup = app.admin().get("/v1/users/lookup?platform=discord&identity=80351110224678913").await;
        lookup.refuses(404, "NOT_FOUND");
    }

    async fn what_is_no_zone_period_or_day_is_refused(app) {
        let owner = app.owner().await;
        for bad in ["Mars/Olympus", "%2B02:00", "Europe/Berlin%20", "Etc/Unknown"] {
            owner.get(&format!("/v1/practice/stats/daily?timeZone={bad}")).await.faults("/timeZone");
            owner.get(&format!("/v1/practice/leaderboard?timeZone={bad}")).await.faults("/timeZone");
            owner.get(&format!("/v1/practice/total-hours?timeZone={bad}")).await.faults("/timeZone");
        }
        for bad in ["2026-02-29", "1999-12-31", "2026-1-1", "yesterday!"] {
            owner.get(&format!("/v1/practice/stats/daily?date={bad}")).await.faults("/date");
        }
        owner.get("/v1/practice/stats/hourly").await.refuses(404, "NOT_FOUND");
        assert_eq!(owner.get("/v1/practice/stats/daily?timeZone=europe/berlin").await.is(200).body["timeZone"], "Europe/Berlin");
    }
}
