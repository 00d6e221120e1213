//! The tag `auth`, accounts and signing in: one file an operation, one guarantee a test. A new operation is a new file here.

mod change_password;
mod contract_wallets;
mod get_me;
mod guessing;
mod login;
mod nonce;
mod refresh;
mod register;
mod reset_password;
mod verify_email;
mod verify_siwe;
mod waiting_mails;
