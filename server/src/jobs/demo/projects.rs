//! What people make.

use serde::Deserialize;

use super::{Stage, named, rows};
use crate::domain::ids::ProjectId;
use crate::domain::projects::{Draft, Project, Tags, url};
use crate::problem::Problem;
use crate::store::{Tx, projects};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Made {
    owner: String,
    name: String,
    description: String,
    url: Option<String>,
    tags: Vec<String>,
    visibility: String,
    days_ago: u64,
}

pub(super) async fn fill(stage: &Stage<'_>, tx: &mut Tx) -> Result<(), Problem> {
    for one in rows::<Made>(include_str!("projects.json"))? {
        let draft = Draft {
            name: one.name,
            description: one.description,
            url: one.url.map(url).transpose()?,
            tags: Tags::parse(one.tags.iter().map(String::as_str))?,
            visibility: named(&one.visibility)?,
        };
        let (at, owner) = (stage.days_ago(one.days_ago), stage.who(&one.owner)?);
        let project = Project::shown(ProjectId::new(at, &stage.app.random)?, owner, draft, at);
        projects::insert(tx, &project).await?;
    }
    Ok(())
}
