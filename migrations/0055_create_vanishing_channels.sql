-- Discord channels whose messages vanish. They are the collective's: services with the scope share them, whoever made a row.
CREATE TABLE vanishing_channels (
    channel_id TEXT NOT NULL PRIMARY KEY,
    guild_id TEXT NOT NULL,
    duration_seconds BIGINT NOT NULL,
    messages_deleted BIGINT NOT NULL,
    last_vanished_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX vanishing_channels_by_guild ON vanishing_channels (guild_id, channel_id);
