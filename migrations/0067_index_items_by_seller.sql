-- One's own items of every state, newest first.
CREATE INDEX items_by_seller_and_time ON items (seller, created_at, id);
