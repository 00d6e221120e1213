-- What the parties of an order write to each other. The sender is a party, not an account: the order says who that is.
CREATE TABLE messages (
    order_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    id TEXT NOT NULL,
    sender TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, number),
    CONSTRAINT messages_order_fkey FOREIGN KEY (order_id) REFERENCES orders (id)
);

CREATE UNIQUE INDEX messages_id ON messages (id);
