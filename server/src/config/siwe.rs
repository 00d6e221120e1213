//! The settings of Sign-In with Ethereum.

use std::collections::BTreeMap;

use secrecy::SecretString;
use url::Url;

use super::read::{Reader, parsed};

/// Who may sign in with a wallet, and how.
#[derive(Debug, Clone, Default)]
pub struct SiweSettings {
    /// Authorities that messages may name, besides `PUBLIC_URL`'s.
    pub domains: Vec<String>,
    /// Chains that messages may name.
    pub chains: Vec<u64>,
    /// Where contract wallets are asked, by chain. An address may hold a provider's key.
    pub rpc: BTreeMap<u64, SecretString>,
}

pub fn read(reader: &mut Reader<'_>) -> SiweSettings {
    SiweSettings {
        domains: reader.optional("SIWE_DOMAINS", domains).unwrap_or_default(),
        chains: reader.required("SIWE_CHAINS", chains, Vec::new()),
        rpc: reader.optional("ETH_RPC_URL", rpc).unwrap_or_default(),
    }
}

fn domains(text: &str) -> Result<Vec<String>, String> {
    let domain = |text: &str| {
        let url = Url::parse(&format!("https://{text}")).map_err(|e| format!("`{text}`: {e}"))?;
        let authority = url.host_str().map(|host| url.port().map_or(host.to_owned(), |port| format!("{host}:{port}")));
        // Compared to the letter with what wallets sign, so it must be written as browsers write it.
        if authority.as_deref() == Some(text) && !text.contains('*') {
            Ok(text.to_owned())
        } else {
            Err(format!("`{text}` is not a host, perhaps with a port, such as app.example.com:8443"))
        }
    };
    text.split(',').map(|each| domain(each.trim())).collect()
}

fn chains(text: &str) -> Result<Vec<u64>, String> {
    text.split(',').map(|chain| parsed(chain.trim())).collect()
}

/// `https://…` for chain 1, or several as `1=https://…,8453=https://…`. What is wrong is said without the value.
fn rpc(text: &str) -> Result<BTreeMap<u64, SecretString>, String> {
    let web = |url: &str| Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    let entry =
        |text: &str| chain_and_url(text.trim()).filter(|(_, url)| web(url)).map(|(chain, url)| (chain, url.into()));
    let fault = "it must be an http or https address for chain 1, or several as 1=https://…,8453=https://…";
    text.split(',').map(|text| entry(text).ok_or_else(|| fault.to_owned())).collect()
}

fn chain_and_url(text: &str) -> Option<(u64, &str)> {
    match text.split_once('=') {
        Some((chain, url)) if !chain.contains(':') => Some((chain.parse().ok()?, url)),
        _ => Some((1, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn a_node_is_of_chain_1_or_of_the_chain_it_names() {
        let of = |text| {
            rpc(text).map(|all| {
                all.iter().map(|(chain, url)| format!("{chain} {}", url.expose_secret())).collect::<Vec<_>>()
            })
        };
        assert_eq!(of("https://n.example/?k=v").unwrap(), ["1 https://n.example/?k=v"]);
        assert_eq!(
            of("10=http://a.example, 1=https://b.example").unwrap(),
            ["1 https://b.example", "10 http://a.example"]
        );
        for bad in ["x", "ftp://a.example", "x=https://a.example", "1="] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_domain_is_written_as_browsers_write_it() {
        assert_eq!(domains("a.example, b.example:8443").unwrap(), ["a.example", "b.example:8443"]);
        for bad in ["https://a.example", "A.example", "a.example/", "*.example.com", "a.example:443", "u@a.example"] {
            assert!(domains(bad).is_err(), "{bad}");
        }
    }
}
