//! S49: wallets that are contracts, and the node that is asked about them.

use serde_json::json;

use crate::support::node::{Node, http};
use crate::support::wallet::{Wallet, message};
use crate::support::{Answer, Engine, TestApp};

const YES: &str = "0x1626ba7e00000000000000000000000000000000000000000000000000000000";

/// A message of an address that is no private key's, with a signature that only a contract understands.
async fn verify(app: &TestApp, signature: &str) -> Answer {
    let (root, contract) = (app.root(), Wallet::number(31));
    let nonce = root.post_nothing("/v1/auth/nonce").await.is(200).text("nonce");
    let text = message(&root, &contract, &nonce, &app.clock.now().to_rfc3339());
    root.post("/v1/auth/verify", json!({ "message": text, "signature": signature })).await
}

async fn asking(node: &Node) -> TestApp {
    TestApp::with_settings(Engine::Sqlite, &[("ETH_RPC_URL", &node.url)]).await
}

#[tokio::test]
async fn s49_a_contract_that_says_the_magic_word_signs_in() {
    let mut node = Node::saying(YES).await;
    let app = asking(&node).await;
    let answer = verify(&app, "0x010203").await.is(200);
    assert_eq!(answer.text("address"), Wallet::number(31).address());

    let call = node.asked.recv().await.expect("a call");
    assert_eq!((&call["method"], &call["params"][0]["to"]), (&json!("eth_call"), &json!(Wallet::number(31).address())));
    assert!(call["params"][0]["data"].as_str().is_some_and(|data| data.starts_with("0x1626ba7e")));
}

#[tokio::test]
async fn s49_whatever_else_a_node_says_is_a_refusal() {
    let huge = json!({ "jsonrpc": "2.0", "id": 1, "result": format!("{YES}{}", "00".repeat(40_000)) }).to_string();
    let reverted =
        json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": 3, "message": "execution reverted" } }).to_string();
    let moved =
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_owned();
    for node in [
        Node::saying("0x").await,
        Node::saying("0x1626ba7e").await,
        Node::saying("0xffffffff00000000000000000000000000000000000000000000000000000000").await,
        Node::saying("garbage").await,
        Node::answering(Some(http(&reverted))).await,
        Node::answering(Some(http("garbage"))).await,
        Node::answering(Some(http(&huge))).await,
        Node::answering(Some(moved)).await,
        Node::answering(Some(http(YES).replace("200 OK", "500 Oops"))).await,
        Node::answering(None).await,
    ] {
        verify(&asking(&node).await, "0x010203").await.refuses(401, "SIWE_SIGNATURE");
    }
}

#[tokio::test]
async fn s49_without_a_node_of_the_chain_the_refusal_says_what_is_missing() {
    let node = Node::saying(YES).await;
    let other = format!("10={}", node.url);
    for settings in [&[][..], &[("ETH_RPC_URL", other.as_str())]] {
        let app = TestApp::with_settings(Engine::Sqlite, settings).await;
        let refused = verify(&app, "0x010203").await.refuses(401, "SIWE_SIGNATURE");
        assert!(refused.text("detail").contains("ETH_RPC_URL"), "{}", refused.body);
    }
}
