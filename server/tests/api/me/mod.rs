mod get_current_user;
mod get_rate_limit;
