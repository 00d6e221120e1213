//! Projects: what the people of the collective make, and who sees and changes what.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;
use url::Url;

use crate::domain::ids::{ProjectId, UserId};
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};

/// Letters that a tag has at most.
const LONGEST_TAG: usize = 32;

/// Who sees a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Everybody who may read projects.
    Public,
    /// Its owner alone.
    Private,
}

named!(Visibility: Public = "public", Private = "private");

/// A word for what a project is about, in the one form that is kept and compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

/// The text cannot be a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("has letters, digits and + # . - alone, and a letter or a digit among them")]
pub struct NotATag;

impl Tag {
    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = NotATag;

    /// Reads what somebody typed: no space around it, lower case, NFKC.
    fn from_str(text: &str) -> Result<Self, NotATag> {
        let tag: String = text.trim().nfkc().collect::<String>().to_lowercase().nfkc().collect();
        let fits = |letter: char| letter.is_alphanumeric() || "+#.-".contains(letter) || is_mark(letter);
        let says_something = tag.chars().any(char::is_alphanumeric);
        if says_something && tag.chars().all(fits) && tag.chars().count() <= LONGEST_TAG {
            Ok(Self(tag))
        } else {
            Err(NotATag)
        }
    }
}

/// Signs that stand on a letter and have no form of one piece with it.
fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The tags of a project, each once, in the order in which they were given. No tag has a space, so that is what stands
/// between them where they are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Vec<Tag>);

impl Tags {
    /// Reads what somebody gave.
    ///
    /// # Errors
    /// [`ProjectError::UnfitTag`] with the place of the first that is none.
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, ProjectError> {
        let mut tags = Vec::new();
        for (place, text) in texts.into_iter().enumerate() {
            let tag: Tag = text.parse().map_err(|_| ProjectError::UnfitTag(place))?;
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        Ok(Self(tags))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.0.iter()
    }
}

impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<&str> = self.iter().map(Tag::as_str).collect();
        f.write_str(&texts.join(" "))
    }
}

impl FromStr for Tags {
    type Err = ProjectError;

    fn from_str(text: &str) -> Result<Self, ProjectError> {
        Self::parse(text.split_whitespace())
    }
}

/// Where a project stands, as its owner wrote it; other schemes than http and https are no place to send people to.
///
/// # Errors
/// [`ProjectError::UnfitUrl`].
pub fn url(text: String) -> Result<String, ProjectError> {
    let fits = Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if fits { Ok(text) } else { Err(ProjectError::UnfitUrl) }
}

/// What somebody says of a new project.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Project")]
pub struct Draft {
    pub name: String,
    pub description: String,
    pub url: Option<String>,
    pub tags: Tags,
    pub visibility: Visibility,
}

/// What its owner changes of a project; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Project")]
pub struct Change {
    pub name: Option<String>,
    pub description: Option<String>,
    pub url: Option<Option<String>>,
    pub tags: Option<Tags>,
    pub visibility: Option<Visibility>,
}

/// Something that somebody makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Whose it is.
    pub owner: UserId,
    /// What it is called.
    pub name: String,
    /// More about it.
    pub description: String,
    /// Where it stands.
    pub url: Option<String>,
    /// What it is about.
    pub tags: Tags,
    /// Who sees it.
    pub visibility: Visibility,
    /// When it was first shown.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// What a project cannot be, or whom it does not obey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProjectError {
    /// There is none of that id, or it is not the caller's to see.
    #[error("there is no such project")]
    NotFound,
    /// Only its owner and administrators change a public one.
    #[error("the project is somebody else's")]
    NotTheOwner,
    /// The tag at that place is none.
    #[error("{}", NotATag)]
    UnfitTag(usize),
    /// It cannot stand there.
    #[error("is no address that begins with http:// or https://")]
    UnfitUrl,
}

impl Project {
    /// A project that `owner` shows at `now`.
    #[must_use]
    pub fn shown(id: ProjectId, owner: UserId, draft: Draft, now: Time) -> Self {
        let Draft { name, description, url, tags, visibility } = draft;
        Self { id, owner, name, description, url, tags, visibility, created_at: now, updated_at: now }
    }

    /// The project, for whoever may see it.
    ///
    /// # Errors
    /// [`ProjectError::NotFound`] for a private one of somebody else: who may not see it learns nothing.
    pub fn seen_by(self, caller: UserId) -> Result<Self, ProjectError> {
        let seen = self.owner == caller || self.visibility == Visibility::Public;
        if seen { Ok(self) } else { Err(ProjectError::NotFound) }
    }

    /// The project, for whoever may change it.
    ///
    /// # Errors
    /// As [`Project::seen_by`]; [`ProjectError::NotTheOwner`].
    pub fn obeying(self, caller: UserId, is_admin: bool) -> Result<Self, ProjectError> {
        let project = self.seen_by(caller)?;
        if project.owner == caller || is_admin { Ok(project) } else { Err(ProjectError::NotTheOwner) }
    }

    /// The project after a change at `now`; a change that changes nothing leaves its time, too.
    #[must_use]
    pub fn changed(&self, change: Change, now: Time) -> Self {
        let after = Self {
            name: change.name.unwrap_or_else(|| self.name.clone()),
            description: change.description.unwrap_or_else(|| self.description.clone()),
            url: change.url.unwrap_or_else(|| self.url.clone()),
            tags: change.tags.unwrap_or_else(|| self.tags.clone()),
            visibility: change.visibility.unwrap_or(self.visibility),
            ..self.clone()
        };
        if after == *self { after } else { Self { updated_at: now, ..after } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn user() -> UserId {
        UserId::new(Time::from_ms(1), &Random::default()).unwrap()
    }

    fn project(owner: UserId, visibility: Visibility) -> Project {
        let draft =
            Draft { name: "Loom".to_owned(), description: String::new(), url: None, tags: Tags::default(), visibility };
        Project::shown(ProjectId::new(Time::from_ms(1), &Random::default()).unwrap(), owner, draft, Time::from_ms(1))
    }

    #[test]
    fn a_tag_has_one_form_however_it_is_typed() {
        for (typed, kept) in [
            (" Rust ", "rust"),
            ("C++", "c++"),
            ("Node.js", "node.js"),
            ("ÉLAN", "élan"),
            ("E\u{301}lan", "élan"),
            ("ﬁne-art", "fine-art"),
            ("音楽", "音楽"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(typed.parse::<Tag>().map(|tag| tag.to_string()), Ok(kept.to_owned()), "{typed}");
        }
        for bad in ["", " ", "two words", "-", "#", "a/b", "a,b", "<b>", "a\u{0}", "a\u{202e}b", &"x".repeat(33)] {
            assert_eq!(bad.parse::<Tag>(), Err(NotATag), "{bad}");
        }
    }

    #[test]
    fn tags_stand_once_in_their_order_and_read_back() {
        let tags = Tags::parse(["Weaving", "art", "WEAVING"]).unwrap();
        assert_eq!(tags.to_string(), "weaving art");
        assert_eq!(tags.to_string().parse(), Ok(tags));
        assert_eq!("".parse(), Ok(Tags::default()));
        assert_eq!(Tags::parse(["art", "two words"]), Err(ProjectError::UnfitTag(1)));
    }

    #[test]
    fn only_pages_are_places_to_send_people_to() {
        assert!(url("https://loom.example/a?b#c".to_owned()).is_ok());
        for bad in ["javascript:alert(1)", "data:text/html,x", "ftp://loom.example", "loom.example", "https://", "//x"]
        {
            assert_eq!(url(bad.to_owned()), Err(ProjectError::UnfitUrl), "{bad}");
        }
    }

    #[test]
    fn a_private_project_is_not_there_for_anybody_else_not_even_an_administrator() {
        let (owner, other) = (user(), user());
        let private = project(owner, Visibility::Private);
        assert_eq!(private.clone().seen_by(other), Err(ProjectError::NotFound));
        assert_eq!(private.clone().obeying(other, true), Err(ProjectError::NotFound));
        assert!(private.obeying(owner, false).is_ok());

        let public = project(owner, Visibility::Public);
        assert!(public.clone().seen_by(other).is_ok());
        assert_eq!(public.clone().obeying(other, false), Err(ProjectError::NotTheOwner));
        assert!(public.obeying(other, true).is_ok());
    }

    #[test]
    fn what_changes_nothing_leaves_the_time() {
        let before = project(user(), Visibility::Public);
        let same = Change { name: Some("Loom".to_owned()), ..Change::default() };
        assert_eq!(before.clone().changed(same, Time::from_ms(2)), before);
        let other = Change { visibility: Some(Visibility::Private), ..Change::default() };
        assert_eq!(before.changed(other, Time::from_ms(2)).updated_at, Time::from_ms(2));
    }
}
