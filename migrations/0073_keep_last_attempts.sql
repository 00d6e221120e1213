-- A delivery's last attempt stands in its own row, so that most are written with one change of one row; those before it
-- stand in delivery_attempts. When it began, how long it took, and how the answer's body begins.
ALTER TABLE deliveries ADD COLUMN last_at BIGINT;
ALTER TABLE deliveries ADD COLUMN last_duration_ms BIGINT;
ALTER TABLE deliveries ADD COLUMN last_answer TEXT;

UPDATE deliveries SET
    last_at = (SELECT at FROM delivery_attempts WHERE delivery = deliveries.id AND number = deliveries.attempts),
    last_duration_ms = (SELECT duration_ms FROM delivery_attempts WHERE delivery = deliveries.id AND number = deliveries.attempts),
    last_answer = (SELECT answer FROM delivery_attempts WHERE delivery = deliveries.id AND number = deliveries.attempts)
WHERE attempts > 0;

DELETE FROM delivery_attempts
WHERE number = (SELECT attempts FROM deliveries WHERE id = delivery_attempts.delivery);
