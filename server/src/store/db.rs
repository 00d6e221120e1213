//! The two engines. Here alone stands a match on which one it is.

#[cfg(test)]
mod explain;
mod postgres;
mod prepared;
mod readers;
mod sqlite;

use sea_query::{PostgresQueryBuilder, SqliteQueryBuilder};
use sea_query_sqlx::SqlxBinder;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::sync::watch;

pub use prepared::Prepared;
pub use readers::Readers;

use self::readers::Reader;
use super::StoreError;

/// A database, and word of what is put into its outbox.
#[derive(Debug, Clone)]
pub struct Db {
    /// Its connections.
    pub pools: Pools,
    outbox: watch::Sender<()>,
}

/// The connections: to a SQLite file with many readers and one writer, or to PostgreSQL.
#[derive(Debug, Clone)]
pub enum Pools {
    /// A file. SQLite has one writer at a time, so its queue stands here and not in the file's lock.
    Sqlite {
        /// Connections that only read.
        read: Readers,
        /// The one connection that writes.
        write: SqlitePool,
    },
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// What a statement can be read into: anything that derives `FromRow`, and tuples.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A connection to read with. [`Read`] and [`Tx`] both lend themselves as one, so that a function that reads serves both.
#[derive(Debug)]
pub struct Connection(Link);

/// A borrowed connection outside a transaction. Statements on it see each its own moment.
#[derive(Debug)]
pub struct Read(Connection);

/// A transaction that writes. Dropping it rolls back; only [`Tx::commit`] keeps.
#[derive(Debug)]
pub struct Tx {
    connection: Connection,
    outbox: watch::Sender<()>,
    wakes: bool,
}

#[derive(Debug)]
enum Link {
    Sqlite(Reader),
    SqliteTx(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

enum Engine<'c> {
    Sqlite(&'c mut sqlx::SqliteConnection),
    Postgres(&'c mut sqlx::PgConnection),
}

impl Db {
    /// Opens the database at `url` (`sqlite://path` or `postgres://…`) and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when the address is of neither kind, when SQLite is older than 3.51.3, or when a newer
    /// Gatepost has written the database; [`StoreError::Unavailable`] when it is away.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let db = Self::connect(url).await?;
        super::migrate::run(&db).await?;
        Ok(db)
    }

    /// Opens the database at `url` and leaves its tables as they are, to look at it.
    ///
    /// # Errors
    /// As [`Db::open`]; [`StoreError::Unusable`] where a SQLite file is not there.
    pub async fn open_as_it_is(url: &str) -> Result<Self, StoreError> {
        let file = url.strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//"));
        match file.and_then(|file| file.split('?').next()) {
            Some(file) if !std::path::Path::new(file).is_file() => {
                Err(StoreError::Unusable(format!("{file} is not there yet")))
            }
            _ => Self::connect(url).await,
        }
    }

    async fn connect(url: &str) -> Result<Self, StoreError> {
        let pools = if url.starts_with("sqlite:") {
            let (read, write) = sqlite::open(url).await?;
            Pools::Sqlite { read, write }
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            postgres::open(url).map(Pools::Postgres)?
        } else {
            return Err(StoreError::Unusable("a database's address begins with sqlite:// or postgres://".to_owned()));
        };
        Ok(Self { pools, outbox: watch::Sender::new(()) })
    }

    /// A connection to read with.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when none is free in time.
    pub async fn read(&self) -> Result<Read, StoreError> {
        let link = match &self.pools {
            Pools::Sqlite { read, .. } => Link::Sqlite(read.get().await?),
            Pools::Postgres(pool) => Link::Postgres(pool.acquire().await.map_err(postgres::error)?),
        };
        Ok(Read(Connection(link)))
    }

    /// A transaction to write in. On SQLite it waits its turn here, and holds the write lock from its first moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection is free in time.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        let link = match &self.pools {
            Pools::Sqlite { write, .. } => {
                Link::SqliteTx(write.begin_with("BEGIN IMMEDIATE").await.map_err(sqlite::plain_error)?)
            }
            Pools::Postgres(pool) => Link::PostgresTx(pool.begin().await.map_err(postgres::error)?),
        };
        Ok(Tx { connection: Connection(link), outbox: self.outbox.clone(), wakes: false })
    }

    /// Changes when a transaction of this process has put something into the outbox and was kept.
    #[must_use]
    pub fn outbox(&self) -> watch::Receiver<()> {
        self.outbox.subscribe()
    }

    /// Asks for nothing, to see whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read().await?.run_script("SELECT 1").await
    }

    /// `sqlite` or `postgres`, for logs and `check-config`.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite { .. } => "sqlite",
            Pools::Postgres(_) => "postgres",
        }
    }

    /// Whether the database is a file of this machine, which nobody else serves from.
    #[must_use]
    pub const fn is_embedded(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// How many connections there are.
    #[must_use]
    pub fn pools(&self) -> Vec<PoolState> {
        match &self.pools {
            Pools::Sqlite { read, write } => vec![read.state(), PoolState::of("write", write)],
            Pools::Postgres(pool) => vec![PoolState::of("all", pool)],
        }
    }

    /// Waits for what is under way and closes every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// The connections of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// What they are for: `read`, `write`, or `all`.
    pub pool: &'static str,
    /// Those that wait for work.
    pub idle: usize,
    /// Those that work.
    pub busy: usize,
}

impl PoolState {
    fn of<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> Self {
        let idle = pool.num_idle();
        Self { pool: name, idle, busy: usize::try_from(pool.size()).unwrap_or(0).saturating_sub(idle) }
    }
}

impl Connection {
    /// The first row of the answer, if it has one.
    ///
    /// # Errors
    /// [`StoreError`] as its variants say.
    pub async fn fetch_optional<T: Record>(
        &mut self,
        statement: &(impl SqlxBinder + Sync),
    ) -> Result<Option<T>, StoreError> {
        let answer = match self.engine()? {
            Engine::Sqlite(connection) => {
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                let row = sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_optional(&mut *connection).await;
                sqlite::checked(row, connection).await
            }
            Engine::Postgres(connection) => {
                let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
                let row = sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_optional(connection).await;
                row.map_err(postgres::error)
            }
        };
        self.answered(answer)
    }

    /// Every row of the answer. The statement says how many there can be.
    ///
    /// # Errors
    /// [`StoreError`] as its variants say.
    pub async fn fetch_all<T: Record>(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<Vec<T>, StoreError> {
        let answer = match self.engine()? {
            Engine::Sqlite(connection) => {
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                let rows = sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_all(&mut *connection);
                let rows = sqlite::in_one_go(rows).await;
                sqlite::checked(rows, connection).await
            }
            Engine::Postgres(connection) => {
                let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
                let rows = sqlx::query_as_with(AssertSqlSafe(sql), values).fetch_all(connection).await;
                rows.map_err(postgres::error)
            }
        };
        self.answered(answer)
    }

    /// Runs plain SQL that comes from the house itself, never with a value in it.
    pub(super) async fn run_script(&mut self, sql: &str) -> Result<(), StoreError> {
        let script = sqlx::raw_sql(AssertSqlSafe(sql));
        let answer = match self.engine()? {
            Engine::Sqlite(connection) => {
                let done = script.execute(&mut *connection).await;
                sqlite::checked(done.map(drop), connection).await
            }
            Engine::Postgres(connection) => script.execute(connection).await.map(drop).map_err(postgres::error),
        };
        self.answered(answer)
    }

    /// Whether SQLite answers: what PostgreSQL plans well in one way is at times better said to SQLite in another.
    #[must_use]
    pub const fn is_embedded(&self) -> bool {
        matches!(self.0, Link::Sqlite(_) | Link::SqliteTx(_))
    }

    fn engine(&mut self) -> Result<Engine<'_>, StoreError> {
        Ok(match &mut self.0 {
            Link::Sqlite(reader) => Engine::Sqlite(reader.ask()?),
            Link::SqliteTx(transaction) => Engine::Sqlite(transaction),
            Link::Postgres(connection) => Engine::Postgres(connection),
            Link::PostgresTx(transaction) => Engine::Postgres(transaction),
        })
    }

    /// Hands on what an engine answered. A reader that failed is looked at before it reads again.
    fn answered<T>(&mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let (Link::Sqlite(reader), Ok(_)) = (&mut self.0, &answer) {
            reader.has_answered();
        }
        answer
    }
}

impl Tx {
    /// Runs a statement that changes rows, and says how many it changed.
    ///
    /// # Errors
    /// [`StoreError`] as its variants say; [`StoreError::Conflict`] names the unique rule.
    pub async fn execute(&mut self, statement: &(impl SqlxBinder + Sync)) -> Result<u64, StoreError> {
        match self.connection.engine()? {
            Engine::Sqlite(connection) => {
                let (sql, values) = statement.build_sqlx(SqliteQueryBuilder);
                let done = sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut *connection).await;
                sqlite::checked(done.map(|done| done.rows_affected()), connection).await
            }
            Engine::Postgres(connection) => {
                let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
                let done = sqlx::query_with(AssertSqlSafe(sql), values).execute(connection).await;
                done.map(|done| done.rows_affected()).map_err(postgres::error)
            }
        }
    }

    /// Has this process's dispatchers look into the outbox once this is kept.
    pub const fn wake_dispatchers(&mut self) {
        self.wakes = true;
    }

    /// Keeps what was done. On return it is on the disk.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database went away; then nobody knows whether it was kept.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.connection.0 {
            Link::SqliteTx(transaction) => transaction.commit().await.map_err(sqlite::plain_error)?,
            Link::PostgresTx(transaction) => transaction.commit().await.map_err(postgres::error)?,
            // `Db::write` alone makes a `Tx`, always around a transaction.
            Link::Sqlite(_) | Link::Postgres(_) => {}
        }
        if self.wakes {
            self.outbox.send_replace(());
        }
        Ok(())
    }

    /// Takes the lock under which processes that start together migrate and make their first keys one after another.
    /// SQLite's write transactions stand in one queue anyway.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn lock_start_up(&mut self) -> Result<(), StoreError> {
        if self.connection.is_embedded() {
            return Ok(());
        }
        self.connection.run_script(postgres::START_UP_LOCK).await
    }

    /// The words of a shared migration in this engine's dialect.
    pub(super) const fn dialect(&self) -> Dialect {
        if self.connection.is_embedded() {
            return Dialect { suffix: ".sqlite.sql", text: "TEXT" };
        }
        // Text sorts by byte on both engines.
        Dialect { suffix: ".postgres.sql", text: "TEXT COLLATE \"C\"" }
    }
}

/// What differs between the engines in a migration.
pub(super) struct Dialect {
    /// How the files end that are for this engine alone.
    pub suffix: &'static str,
    /// How a column of text is declared.
    pub text: &'static str,
}

impl std::ops::Deref for Read {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl std::ops::DerefMut for Read {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

impl std::ops::Deref for Tx {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}
