//! Projects: their owners show, change and delete them; private ones are theirs alone.

use super::accounts;
use super::nullable::nullable;
use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::cursor::{Cursor, Ranked};
use crate::domain::events::{ProjectCreatedData, ProjectUpdatedData};
use crate::domain::ids::ProjectId;
use crate::domain::projects::{self as domain, Change, Draft, Project, ProjectError, Tag, Tags, Visibility};
use crate::domain::users::UserError;
use crate::domain::words::Words;
use crate::generated::projects::{
    CreateProject, Project as Shown, ProjectPage, ProjectTag, ProjectTagPage, ProjectsApi, UpdateProject,
};
use crate::problem::Problem;
use crate::store::projects::{self, Filter, Whose};
use crate::store::{Connection, events, idempotency, users};

impl ProjectsApi for App {
    async fn list_projects(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
        tag: Option<String>,
        q: Option<String>,
    ) -> Result<ProjectPage, Problem> {
        listed(&mut *self.db.read().await?, Whose::Everybodys, (tag, q), (limit, cursor)).await
    }

    async fn create_project(&self, caller: Caller, body: CreateProject) -> Result<Shown, Problem> {
        let draft = Draft {
            name: body.name,
            description: body.description,
            url: body.url.map(domain::url).transpose()?,
            tags: Tags::parse(body.tags.iter().map(String::as_str))?,
            visibility: body.visibility.map_or(Visibility::Public, Into::into),
        };
        let now = self.clock.now();
        let project = Project::shown(ProjectId::new(now, &self.random)?, *caller.owner(), draft, now);
        let mut tx = self.db.write().await?;
        projects::insert(&mut tx, &project).await?;
        let what = ProjectCreatedData {
            project_id: project.id.to_string(),
            name: project.name.clone(),
            visibility: project.visibility.to_string(),
        };
        events::tell(&mut tx, (now, &self.random), &project.owner, &what).await?;
        let answer = shown(project);
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn list_popular_tags(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
    ) -> Result<ProjectTagPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Ranked::parse)?);
        let mut found = projects::popular(&mut *self.db.read().await?, after.as_ref(), page.wanted()).await?;
        let next = page.cut(&mut found).map(|(tag, count)| Ranked { count: *count, name: tag.clone() }.to_text());
        let data = found.into_iter().map(|(tag, projects)| ProjectTag { tag, projects });
        Ok(ProjectTagPage { data: data.collect(), next_cursor: next })
    }

    async fn get_project(&self, caller: Caller, project_id: String) -> Result<Shown, Problem> {
        let found = projects::find(&mut *self.db.read().await?, &id(&project_id)?).await?;
        Ok(shown(found.ok_or(ProjectError::NotFound)?.seen_by(*caller.owner())?))
    }

    async fn update_project(&self, caller: Caller, project_id: String, body: UpdateProject) -> Result<Shown, Problem> {
        let change = Change {
            name: body.name,
            description: body.description,
            url: nullable(body.url).map(|url| url.map(domain::url).transpose()).transpose()?,
            tags: body.tags.map(|tags| Tags::parse(tags.iter().map(String::as_str))).transpose()?,
            visibility: body.visibility.map(Into::into),
        };
        let (id, now) = (id(&project_id)?, self.clock.now());
        let mut tx = self.db.write().await?;
        let found = projects::lock(&mut tx, &id).await?.ok_or(ProjectError::NotFound)?;
        let before = found.obeying(*caller.owner(), caller.is_admin())?;
        let after = before.clone().changed(change, now);
        if after == before {
            return Ok(shown(before));
        }
        projects::update(&mut tx, &before, &after).await?;
        let what = ProjectUpdatedData {
            project_id: after.id.to_string(),
            name: after.name.clone(),
            visibility: after.visibility.to_string(),
        };
        events::tell(&mut tx, (now, &self.random), &after.owner, &what).await?;
        tx.commit().await?;
        Ok(shown(after))
    }

    async fn delete_project(&self, caller: Caller, project_id: String) -> Result<(), Problem> {
        let id = id(&project_id)?;
        let mut tx = self.db.write().await?;
        let found = projects::lock(&mut tx, &id).await?.ok_or(ProjectError::NotFound)?;
        let project = found.obeying(*caller.owner(), caller.is_admin())?;
        projects::delete(&mut tx, &project).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn list_user_projects(
        &self,
        caller: Caller,
        user_id: String,
        limit: i32,
        cursor: Option<String>,
        tag: Option<String>,
        q: Option<String>,
    ) -> Result<ProjectPage, Problem> {
        let owner = accounts::id(&caller, &user_id)?;
        let mut connection = self.db.read().await?;
        users::find(&mut connection, &owner).await?.ok_or(UserError::NotFound)?;
        let whose = if owner == *caller.owner() { Whose::Own(owner) } else { Whose::Anothers(owner) };
        listed(&mut connection, whose, (tag, q), (limit, cursor)).await
    }
}

async fn listed(
    connection: &mut Connection,
    whose: Whose,
    (tag, q): (Option<String>, Option<String>),
    (limit, cursor): (i32, Option<String>),
) -> Result<ProjectPage, Problem> {
    let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Cursor::parse)?);
    let Ok(tag) = tag.as_deref().map(str::parse::<Tag>).transpose() else {
        // What cannot be a tag is one that no project has.
        return Ok(ProjectPage { data: Vec::new(), next_cursor: None });
    };
    let filter = Filter { tag, words: q.as_deref().map(Words::sought) };
    let mut found = projects::list(connection, whose, &filter, after.as_ref(), page.wanted()).await?;
    let next = page.cut(&mut found).map(|last| Cursor { time: last.created_at, id: last.id }.to_text());
    Ok(ProjectPage { data: found.into_iter().map(shown).collect(), next_cursor: next })
}

/// A path's id; what cannot be one names nothing.
fn id(text: &str) -> Result<ProjectId, ProjectError> {
    text.parse().map_err(|_| ProjectError::NotFound)
}

fn shown(project: Project) -> Shown {
    Shown {
        id: project.id.to_string(),
        owner_id: project.owner.to_string(),
        name: project.name,
        description: project.description,
        url: project.url,
        tags: project.tags.iter().map(ToString::to_string).collect(),
        visibility: project.visibility.into(),
        created_at: project.created_at,
        updated_at: project.updated_at,
    }
}
