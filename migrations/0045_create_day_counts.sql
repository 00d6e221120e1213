-- How much of the UTC day an account or a key has used, so that a restart gives nobody a new day.
CREATE TABLE day_counts (
    kind TEXT NOT NULL,
    -- the id as the limiter knows it: hexadecimal of 32 bytes, padded with zeros
    subject TEXT NOT NULL,
    -- when the day began
    day BIGINT NOT NULL,
    used BIGINT NOT NULL,
    CONSTRAINT day_counts_pkey PRIMARY KEY (kind, subject)
);

CREATE INDEX day_counts_by_day ON day_counts (day);
