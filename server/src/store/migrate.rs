//! Brings the tables up to date: the plain SQL files of `migrations/`, each applied once, in the order of their names.

use rust_embed::Embed;
use sea_query::{Expr, ExprTrait as _, Order, Query};

use super::tables::SchemaMigrations;
use super::{Db, StoreError, Tx};

#[derive(Embed)]
#[folder = "../migrations"]
struct Files;

const OWN_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT NOT NULL PRIMARY KEY)";

/// Applies what is missing, all in one transaction: a start that fails leaves the database as it was. Processes that
/// start together wait for each other, and the later ones find nothing to do.
///
/// # Errors
/// [`StoreError::Unusable`] when the database knows a migration that this program does not; or the store's failure.
pub(super) async fn run(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.write().await?;
    tx.lock_start_up().await?;
    tx.run_script(OWN_TABLE).await?;
    let applied = applied(&mut tx).await?;
    let dialect = tx.dialect();
    let known = for_engine(dialect.suffix);
    if let Some(unknown) = applied.iter().find(|name| !known.iter().any(|file| migration(file) == name.as_str())) {
        return Err(StoreError::Unusable(format!(
            "the database was written by a newer Gatepost: this one does not know its migration {unknown}"
        )));
    }
    for file in known.iter().filter(|file| !applied.iter().any(|name| name == migration(file))) {
        tx.run_script(&script(file, dialect.text)?).await?;
        if migration(file) == "0076_order_item_words_by_price" {
            super::items::words::fill(&mut tx).await?;
        }
        let insert = Query::insert()
            .into_table(SchemaMigrations::Table)
            .columns([SchemaMigrations::Name])
            .values_panic([migration(file).into()])
            .to_owned();
        tx.execute(&insert).await?;
        tracing::info!(migration = migration(file), "applied");
    }
    tx.commit().await
}

async fn applied(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let select = Query::select()
        .column(SchemaMigrations::Name)
        .from(SchemaMigrations::Table)
        .and_where(Expr::col(SchemaMigrations::Name).is_not_null())
        .order_by(SchemaMigrations::Name, Order::Asc)
        .to_owned();
    let rows: Vec<(String,)> = tx.fetch_all(&select).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// The shared files and those for the engine at hand, in order.
fn for_engine(suffix: &str) -> Vec<String> {
    let mut files: Vec<String> =
        Files::iter().map(|name| name.into_owned()).filter(|name| name.ends_with(suffix) || is_shared(name)).collect();
    files.sort_unstable();
    files
}

fn is_shared(file: &str) -> bool {
    file.ends_with(".sql") && file.split('.').nth(2).is_none()
}

/// The migration's name, the same on both engines: `0001_create_users`.
fn migration(file: &str) -> &str {
    file.split('.').next().unwrap_or(file)
}

fn script(file: &str, text: &str) -> Result<String, StoreError> {
    let missing = || StoreError::Unusable(format!("the migration {file} cannot be read"));
    let embedded = Files::get(file).ok_or_else(missing)?;
    let sql = std::str::from_utf8(&embedded.data).map_err(|_| missing())?;
    Ok(sql.replace(" TEXT", &format!(" {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_stands_for_both_engines_under_one_name() {
        let names = |suffix| for_engine(suffix).iter().map(|file| migration(file).to_owned()).collect::<Vec<_>>();

        let sqlite = names(".sqlite.sql");
        assert!(!sqlite.is_empty());
        assert_eq!(sqlite, names(".postgres.sql"));
        let mut once = sqlite.clone();
        once.dedup();
        assert_eq!(sqlite, once);
    }
}
