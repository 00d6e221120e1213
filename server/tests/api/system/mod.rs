mod get_health;
mod get_readiness;
