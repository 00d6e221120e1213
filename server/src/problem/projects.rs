//! What a project cannot be, on the wire.

use super::Problem;
use crate::domain::projects::ProjectError;

impl From<ProjectError> for Problem {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::NotFound => Self::not_found("There is no such project."),
            // The project is public, so there is nothing to hide.
            ProjectError::NotTheOwner => {
                Self::forbidden("The project is somebody else's; only its owner may change it.")
            }
            ProjectError::UnfitTag(place) => Self::invalid_body(format!("/tags/{place}"), error.to_string()),
            ProjectError::UnfitUrl => Self::invalid_body("/url", error.to_string()),
        }
    }
}
