//! What standard OAuth and JOSE clients look for.

use crate::app::App;
use crate::auth::{Active, Issued, OWN_CLIENTS, Pair, PublicKey, RefreshError, Visitor};
use crate::domain::oauth::{Grant, OauthError, wanted};
use crate::domain::scopes::{Scope, Scopes};
use crate::domain::sessions::{RefreshSecret, TradeError};
use crate::generated::oauth::{
    IntrospectToken, Introspection, IssueToken, IssuedToken, IssuedTokenTokenType, Jwk, JwkSet, KeyJwkSet, OauthApi,
    OauthMetadata, RevokeToken,
};
use crate::problem::Problem;

impl OauthApi for App {
    async fn get_jwks(&self, _visitor: Visitor) -> Result<JwkSet, Problem> {
        Ok(JwkSet { keys: self.auth.published().iter().map(Jwk::from).collect() })
    }

    async fn get_key_jwks(&self, _visitor: Visitor, key_id: String) -> Result<KeyJwkSet, Problem> {
        super::key_jwks::published(self, &key_id).await
    }

    async fn get_oauth_metadata(&self, _visitor: Visitor) -> Result<OauthMetadata, Problem> {
        let at = |path: &str| format!("{}{path}", self.public_url);
        let methods = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let [basic, post, none] = ["client_secret_basic", "client_secret_post", "none"];
        Ok(OauthMetadata {
            issuer: self.public_url.clone(),
            token_endpoint: at("/oauth/token"),
            revocation_endpoint: at("/oauth/revoke"),
            introspection_endpoint: at("/oauth/introspect"),
            jwks_uri: at("/.well-known/jwks.json"),
            scopes_supported: Scope::ALL.to_vec(),
            response_types_supported: Vec::new(),
            grant_types_supported: Grant::ALL.iter().map(|grant| grant.name().to_owned()).collect(),
            token_endpoint_auth_methods_supported: methods(&[basic, post, none]),
            revocation_endpoint_auth_methods_supported: methods(&[basic, post, none]),
            introspection_endpoint_auth_methods_supported: methods(&[basic, post]),
            service_documentation: at("/docs"),
        })
    }

    async fn issue_token(&self, visitor: Visitor, body: IssueToken) -> Result<IssuedToken, Problem> {
        let grant = Grant::parse(&body.grant_type)?;
        let scopes = wanted(body.scope.as_deref())?;
        match grant {
            Grant::RefreshToken => self.refreshed(&visitor, body.refresh_token.as_deref(), scopes).await,
            Grant::ClientCredentials => self.token_of_client(&visitor, scopes).await,
        }
    }

    async fn revoke_token(&self, visitor: Visitor, body: RevokeToken) -> Result<(), Problem> {
        Ok(self.auth.revoke(&body.token, visitor.client(), &visitor.actor()).await?)
    }

    async fn introspect_token(&self, visitor: Visitor, body: IntrospectToken) -> Result<Introspection, Problem> {
        let client = visitor.caller.ok_or_else(Problem::client_unknown)?;
        let found = self.auth.introspect(&body.token).await?;
        let its_own = |token: &Active| token.owner == *client.owner() || token.issued_to == client.client;
        Ok(found.filter(its_own).map_or_else(inactive, |token| self.active(&token)))
    }
}

impl App {
    async fn refreshed(
        &self,
        visitor: &Visitor,
        token: Option<&str>,
        scopes: Option<Scopes>,
    ) -> Result<IssuedToken, Problem> {
        let invalid = || Problem::from(RefreshError::from(TradeError::Invalid));
        let token = RefreshSecret::parse(token.ok_or(OauthError::Missing("refresh_token"))?).ok_or_else(invalid)?;
        let session = self.auth.session_of(&token).await?.ok_or_else(invalid)?;
        self.take(&self.policy.refreshes_of(&session)).await?;
        Ok(self.auth.refresh_for(&token, &session, visitor, scopes).await?.into())
    }

    async fn token_of_client(&self, visitor: &Visitor, scopes: Option<Scopes>) -> Result<IssuedToken, Problem> {
        let key = visitor.client_key().ok_or_else(Problem::client_unknown)?;
        Ok(self.auth.token_of_key(&key, scopes).await?.into())
    }

    fn active(&self, token: &Active) -> Introspection {
        Introspection {
            active: true,
            scope: Some(token.scopes.to_string()),
            client_id: Some(token.client.map_or_else(|| OWN_CLIENTS.to_owned(), |key| key.to_string())),
            token_type: token.bearer.then(|| "Bearer".to_owned()),
            exp: token.expires_at,
            iat: token.issued_at,
            sub: Some(token.owner.to_string()),
            aud: Some(self.public_url.clone()),
            iss: Some(self.public_url.clone()),
            jti: token.token_id.clone(),
        }
    }
}

/// The same bytes for everything that is not good for this client (S21).
const fn inactive() -> Introspection {
    Introspection {
        active: false,
        scope: None,
        client_id: None,
        token_type: None,
        exp: None,
        iat: None,
        sub: None,
        aud: None,
        iss: None,
        jti: None,
    }
}

impl From<Pair> for IssuedToken {
    fn from(pair: Pair) -> Self {
        Self {
            refresh_token: Some(pair.refresh_token_text()),
            access_token: pair.access_token,
            token_type: IssuedTokenTokenType::Bearer,
            expires_in: pair.expires_in,
            scope: pair.scopes.to_string(),
        }
    }
}

impl From<Issued> for IssuedToken {
    fn from(issued: Issued) -> Self {
        Self {
            access_token: issued.access_token,
            token_type: IssuedTokenTokenType::Bearer,
            expires_in: issued.expires_in,
            scope: issued.scopes.to_string(),
            refresh_token: None,
        }
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
