-- What items are found by: each word of title and description (domain/words.rs) with the item's id, which begins with the
-- time: so the items of a word lie newest first.
CREATE TABLE item_words (
    word TEXT NOT NULL,
    thing TEXT NOT NULL,
    PRIMARY KEY (word, thing)
) WITHOUT ROWID;
