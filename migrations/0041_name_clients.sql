-- A client is a key and whatever replaces it: the first key of its chain of rotations stands for it.
ALTER TABLE sessions ADD COLUMN client TEXT;

UPDATE sessions SET client = COALESCE((SELECT keys.family FROM keys WHERE keys.id = sessions.client_key), client_key)
WHERE client_key IS NOT NULL;
