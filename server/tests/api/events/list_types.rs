use crate::support::TestApp;
use crate::support::contract::CONTRACT;

#[tokio::test]
async fn every_event_of_the_contract_is_there_whatever_the_page() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let (mut names, mut next) = (Vec::new(), String::new());
    loop {
        let page = owner.get(&format!("/v1/event-types?limit=3{next}")).await.is(200).body;
        for kind in page["data"].as_array().expect("data") {
            assert_eq!(kind["example"]["type"], kind["type"]);
            assert!(kind["schema"]["properties"]["data"].is_object(), "{kind}");
            names.push(kind["type"].as_str().expect("a name").to_owned());
        }
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    let promised: Vec<&String> = CONTRACT["webhooks"].as_object().expect("webhooks").keys().collect();
    assert_eq!(names.iter().collect::<Vec<_>>(), promised);
}
