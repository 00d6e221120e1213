-- What projects are found by: each word of name, description and tags (domain/words.rs) with the project's id.
CREATE TABLE project_words (
    word TEXT NOT NULL,
    thing TEXT NOT NULL,
    PRIMARY KEY (word, thing)
) WITHOUT ROWID;
