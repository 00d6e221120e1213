-- What counts up without gaps: a number is given in the transaction that uses it, and taken back with it.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Who asks to join the collective. created_by is the account of the service that handed it in; it, the applicant and who
-- decided become null when their accounts go.
CREATE TABLE applications (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    created_by TEXT,
    applicant TEXT,
    discord_id TEXT,
    message_id TEXT,
    name TEXT NOT NULL,
    statement TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    decided_by TEXT,
    decided_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT applications_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (id),
    CONSTRAINT applications_applicant_fkey FOREIGN KEY (applicant) REFERENCES users (id),
    CONSTRAINT applications_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users (id)
);

CREATE UNIQUE INDEX applications_number ON applications (number);
CREATE UNIQUE INDEX applications_message ON applications (message_id);
CREATE INDEX applications_by_status ON applications (status, number);
CREATE INDEX applications_by_created_by ON applications (created_by);
CREATE INDEX applications_by_applicant ON applications (applicant);
CREATE INDEX applications_by_decided_by ON applications (decided_by);

-- One vote of each account, the last one.
CREATE TABLE application_votes (
    application TEXT NOT NULL,
    voter TEXT NOT NULL,
    vote TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (application, voter),
    CONSTRAINT application_votes_application_fkey FOREIGN KEY (application) REFERENCES applications (id),
    CONSTRAINT application_votes_voter_fkey FOREIGN KEY (voter) REFERENCES users (id)
);

CREATE INDEX application_votes_by_time ON application_votes (application, created_at, voter);
CREATE INDEX application_votes_by_voter ON application_votes (voter);
