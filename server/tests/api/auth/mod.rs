mod get_me;
mod login;
mod refresh;
mod register;
