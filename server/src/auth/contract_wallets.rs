//! Wallets that are contracts: whether they accept a signature is asked of a node (EIP-1271), also of those that are yet
//! to be deployed (ERC-6492). Only `eth_call` is used, nothing is sent to the chain, and any failure is a no (S49).

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::{Client, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use thiserror::Error;

use crate::domain::wallets::Address;
use crate::domain::wallets::contract::{Question, question};

const PATIENCE: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 16 * 1024;

/// The nodes that can be asked, by chain.
#[derive(Debug)]
pub struct ContractWallets {
    http: Client,
    nodes: BTreeMap<u64, SecretString>,
}

/// Why a node gave no answer.
#[derive(Debug, Error)]
enum Unanswered {
    #[error("the node cannot be reached, or is too slow")]
    Unreachable,
    #[error("the node answered {0}")]
    Status(u16),
    #[error("the node's answer is too long, or not JSON")]
    Unreadable,
    #[error("the call was reverted")]
    Reverted,
}

impl ContractWallets {
    /// With these nodes.
    #[must_use]
    pub fn new(nodes: &BTreeMap<u64, SecretString>) -> Self {
        let http = Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).no_proxy().build();
        Self { http: http.unwrap_or_default(), nodes: nodes.clone() }
    }

    /// Whether the account's contract accepts the signature; nothing where there is no node of that chain.
    pub async fn accepts(&self, chain: u64, account: &Address, hash: &[u8; 32], signature: &[u8]) -> Option<bool> {
        let node = self.nodes.get(&chain)?;
        let Some(question) = question(account, hash, signature) else { return Some(false) };
        let answer = self.ask(node, &question).await;
        if let Err(error) = &answer {
            tracing::info!(%error, chain, %account, "a contract wallet's signature could not be checked");
        }
        Some(answer.is_ok_and(|bytes| question.is_yes(&bytes)))
    }

    async fn ask(&self, node: &SecretString, question: &Question) -> Result<Vec<u8>, Unanswered> {
        let call = json!({ "to": question.to.to_string(), "data": format!("0x{}", hex::encode(&question.data)) });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [call, "latest"] });
        let request = self.http.post(node.expose_secret()).json(&body);
        let mut response = request.send().await.map_err(|_| Unanswered::Unreachable)?;
        if !response.status().is_success() {
            return Err(Unanswered::Status(response.status().as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| Unanswered::Unreachable)? {
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(Unanswered::Unreadable);
            }
            bytes.extend_from_slice(&chunk);
        }
        let answer: Value = serde_json::from_slice(&bytes).map_err(|_| Unanswered::Unreadable)?;
        let result = answer.get("result").and_then(Value::as_str).ok_or(Unanswered::Reverted)?;
        hex::decode(result.trim_start_matches("0x")).map_err(|_| Unanswered::Unreadable)
    }
}
