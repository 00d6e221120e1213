-- What each channel of a Discord guild is for. They are the collective's, as vanishing channels are.
CREATE TABLE channel_settings (
    guild_id TEXT NOT NULL,
    key TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (guild_id, key)
);
