-- What the people of the collective make. A private one is its owner's alone.
CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    url TEXT,
    -- with a space around each
    tags TEXT NOT NULL,
    -- public or private
    visibility TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT projects_owner_fkey FOREIGN KEY (owner) REFERENCES users (id)
);

CREATE INDEX projects_by_time ON projects (visibility, created_at, id);
CREATE INDEX projects_by_owner ON projects (owner, created_at, id);

-- The tags of public projects alone: what nobody else may see is in no list and no count.
CREATE TABLE project_tags (
    project TEXT NOT NULL,
    tag TEXT NOT NULL,
    -- the project's
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project, tag),
    CONSTRAINT project_tags_project_fkey FOREIGN KEY (project) REFERENCES projects (id)
);

CREATE INDEX project_tags_by_tag ON project_tags (tag, created_at, project);
