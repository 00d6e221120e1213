//! What standard OAuth and JOSE clients look for.

use crate::app::App;
use crate::auth::{PublicKey, Visitor};
use crate::generated::oauth::{Jwk, JwkSet, KeyJwkSet, OauthApi};
use crate::problem::Problem;

impl OauthApi for App {
    async fn get_jwks(&self, _visitor: Visitor) -> Result<JwkSet, Problem> {
        Ok(JwkSet { keys: self.auth.published().iter().map(Jwk::from).collect() })
    }

    async fn get_key_jwks(&self, _visitor: Visitor, key_id: String) -> Result<KeyJwkSet, Problem> {
        super::key_jwks::published(self, &key_id).await
    }
}

impl From<&PublicKey> for Jwk {
    fn from(key: &PublicKey) -> Self {
        Self {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            use_: "sig".to_owned(),
            alg: "ES256".to_owned(),
            kid: key.kid.clone(),
            x: key.x.clone(),
            y: key.y.clone(),
        }
    }
}
