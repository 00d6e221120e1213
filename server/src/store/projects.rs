//! Projects, and the tags of the public ones.

use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::{ProjectTags, Projects};
use super::words::WordTable;
use super::{Connection, StoreError, Tx};
use crate::domain::cursor::{Cursor, Ranked};
use crate::domain::ids::{ProjectId, UserId};
use crate::domain::projects::{Project, Tag, Tags, Visibility};
use crate::domain::time::Time;
use crate::domain::words::Words;

/// The words of projects, private ones too: a list leaves those out by what the project says.
const PROJECT_WORDS: WordTable = WordTable::newest("project_words");

const COLUMNS: [Projects; 9] = [
    Projects::Id,
    Projects::Owner,
    Projects::Name,
    Projects::Description,
    Projects::Url,
    Projects::Tags,
    Projects::Visibility,
    Projects::CreatedAt,
    Projects::UpdatedAt,
];

#[derive(FromRow)]
struct Row {
    id: ProjectId,
    owner: UserId,
    name: String,
    description: String,
    url: Option<String>,
    tags: Tags,
    visibility: Visibility,
    created_at: Time,
    updated_at: Time,
}

impl From<Row> for Project {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            owner: row.owner,
            name: row.name,
            description: row.description,
            url: row.url,
            tags: row.tags,
            visibility: row.visibility,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Whose projects a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's public ones.
    Everybodys,
    /// The public ones of an account.
    Anothers(UserId),
    /// All of an account.
    Own(UserId),
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS.map(|column| (Projects::Table, column))).from(Projects::Table).to_owned()
}

fn column(column: Projects) -> Expr {
    Expr::col((Projects::Table, column))
}

/// The project of that id, whoever may see it.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, id: &ProjectId) -> Result<Option<Project>, StoreError> {
    let statement = select().and_where(column(Projects::Id).eq(id)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Project::from))
}

/// As [`find`], and nobody else changes it until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, id: &ProjectId) -> Result<Option<Project>, StoreError> {
    let statement = select().and_where(column(Projects::Id).eq(id)).lock_exclusive().to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(Project::from))
}

/// What a list leaves. What is `None` lets all through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those with this tag.
    pub tag: Option<Tag>,
    /// Those with all of these words; no project has none.
    pub words: Option<Words>,
}

/// Up to `most` projects that the filter lets through, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    whose: Whose,
    filter: &Filter,
    after: Option<&Cursor<ProjectId>>,
    most: u64,
) -> Result<Vec<Project>, StoreError> {
    let mut statement = select();
    if !sought(connection, &mut statement, filter.words.as_ref()).await? {
        return Ok(Vec::new());
    }
    match whose {
        Whose::Everybodys => statement.and_where(column(Projects::Visibility).eq(Visibility::Public)),
        Whose::Anothers(owner) => statement
            .and_where(column(Projects::Owner).eq(owner))
            .and_where(column(Projects::Visibility).eq(Visibility::Public)),
        Whose::Own(owner) => statement.and_where(column(Projects::Owner).eq(owner)),
    };
    let mut order = [column(Projects::CreatedAt), column(Projects::Id)];
    if let Some(tag) = &filter.tag {
        order = tagged(&mut statement, whose, tag).unwrap_or(order);
    }
    if let Some(after) = after {
        let place = Expr::tuple(order.clone());
        statement.and_where(place.lt(Expr::tuple([after.time.into(), after.id.into()])));
    }
    for expression in order {
        statement.order_by_expr(expression, Order::Desc);
    }
    let rows: Vec<Row> = connection.fetch_all(statement.limit(most)).await?;
    Ok(rows.into_iter().map(Project::from).collect())
}

/// Leaves those with all of the words; says whether there can be one.
async fn sought(
    connection: &mut Connection,
    statement: &mut SelectStatement,
    words: Option<&Words>,
) -> Result<bool, StoreError> {
    let Some(words) = words else { return Ok(true) };
    let sought = PROJECT_WORDS.sought(connection, words).await?;
    let mut rest = sought.words.iter();
    if let Some(rarest) = rest.next().filter(|_| sought.few) {
        let few = Query::select()
            .expr(PROJECT_WORDS.thing())
            .from(PROJECT_WORDS.name)
            .and_where(PROJECT_WORDS.word().eq(rarest.as_str()))
            .to_owned();
        statement.and_where(column(Projects::Id).in_subquery(few));
    } else {
        rest = sought.words.iter();
    }
    for word in rest {
        statement.and_where(PROJECT_WORDS.holds(column(Projects::Id), word));
    }
    Ok(!words.is_empty())
}

/// What a project is found by.
fn words(project: &Project) -> Words {
    Words::of(&[&project.name, &project.tags.to_string(), &project.description])
}

/// The tags with a space around each.
fn spaced(tags: &Tags) -> String {
    format!(" {tags} ")
}

/// Leaves those of a tag. Among everybody's, the tags' index gives the order; of one account the projects are few, and its
/// private ones are not in that index.
fn tagged(statement: &mut SelectStatement, whose: Whose, tag: &Tag) -> Option<[Expr; 2]> {
    if whose != Whose::Everybodys {
        // A tag has no sign that LIKE would take for another.
        statement.and_where(column(Projects::Tags).like(format!("% {tag} %")));
        return None;
    }
    let of = |name: ProjectTags| Expr::col((ProjectTags::Table, name));
    statement
        .inner_join(ProjectTags::Table, of(ProjectTags::Project).eq(column(Projects::Id)))
        .and_where(of(ProjectTags::Tag).eq(tag.as_str()));
    Some([of(ProjectTags::CreatedAt), of(ProjectTags::Project)])
}

/// Up to `most` tags with how many public projects have each, those of the most first, after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn popular(
    connection: &mut Connection,
    after: Option<&Ranked>,
    most: u64,
) -> Result<Vec<(String, i64)>, StoreError> {
    let count = || Expr::col(ProjectTags::Project).count();
    let mut statement = Query::select();
    statement.column(ProjectTags::Tag).expr(count()).from(ProjectTags::Table).group_by_col(ProjectTags::Tag);
    if let Some(after) = after {
        let later = count().eq(after.count).and(Expr::col(ProjectTags::Tag).gt(after.name.as_str()));
        statement.and_having(count().lt(after.count).or(later));
    }
    statement.order_by_expr(count(), Order::Desc).order_by(ProjectTags::Tag, Order::Asc).limit(most);
    connection.fetch_all(&statement).await
}

/// Keeps a new project.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, project: &Project) -> Result<(), StoreError> {
    let values: [Expr; 9] = [
        project.id.into(),
        project.owner.into(),
        project.name.as_str().into(),
        project.description.as_str().into(),
        project.url.clone().into(),
        spaced(&project.tags).into(),
        project.visibility.into(),
        project.created_at.into(),
        project.updated_at.into(),
    ];
    let statement = Query::insert().into_table(Projects::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await?;
    PROJECT_WORDS.change(tx, &[project.id.into()], &Words::default(), &words(project)).await?;
    insert_tags(tx, project).await
}

/// Keeps what can be changed of a project that was `before`. Its row is locked.
///
/// # Errors
/// The store's failure.
pub async fn update(tx: &mut Tx, before: &Project, project: &Project) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Projects::Table)
        .value(Projects::Name, project.name.as_str())
        .value(Projects::Description, project.description.as_str())
        .value(Projects::Url, project.url.clone())
        .value(Projects::Tags, spaced(&project.tags))
        .value(Projects::Visibility, project.visibility)
        .value(Projects::UpdatedAt, project.updated_at)
        .and_where(Expr::col(Projects::Id).eq(project.id))
        .to_owned();
    tx.execute(&statement).await?;
    PROJECT_WORDS.change(tx, &[project.id.into()], &words(before), &words(project)).await?;
    delete_tags(tx, &project.id).await?;
    insert_tags(tx, project).await
}

/// Removes a project. Its row is locked.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, project: &Project) -> Result<(), StoreError> {
    let id = project.id;
    delete_tags(tx, &id).await?;
    PROJECT_WORDS.change(tx, &[id.into()], &words(project), &Words::default()).await?;
    let statement = Query::delete().from_table(Projects::Table).and_where(Expr::col(Projects::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

async fn insert_tags(tx: &mut Tx, project: &Project) -> Result<(), StoreError> {
    if project.visibility == Visibility::Private || project.tags.iter().next().is_none() {
        return Ok(());
    }
    let mut statement = Query::insert();
    statement.into_table(ProjectTags::Table).columns([ProjectTags::Project, ProjectTags::Tag, ProjectTags::CreatedAt]);
    for tag in project.tags.iter() {
        statement.values_panic([project.id.into(), tag.as_str().into(), project.created_at.into()]);
    }
    tx.execute(&statement).await.map(drop)
}

async fn delete_tags(tx: &mut Tx, id: &ProjectId) -> Result<(), StoreError> {
    let statement =
        Query::delete().from_table(ProjectTags::Table).and_where(Expr::col(ProjectTags::Project).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}
