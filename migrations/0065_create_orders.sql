-- Who buys what from whom. What was ordered is copied here: the item may change or go once the order has ended, so there is
-- no foreign key to it. buyer and seller become null when their accounts go.
CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    item TEXT NOT NULL,
    item_title TEXT NOT NULL,
    buyer TEXT,
    seller TEXT,
    -- minor units
    price_amount BIGINT NOT NULL,
    price_currency TEXT NOT NULL,
    status TEXT NOT NULL,
    ended_by TEXT,
    ended_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT orders_buyer_fkey FOREIGN KEY (buyer) REFERENCES users (id),
    CONSTRAINT orders_seller_fkey FOREIGN KEY (seller) REFERENCES users (id)
);

-- An item is sold once: whatever else is wrong, there are never two orders of it that are under way or completed.
CREATE UNIQUE INDEX orders_item ON orders (item) WHERE status <> 'cancelled';

CREATE INDEX orders_by_buyer ON orders (buyer, created_at, id);
CREATE INDEX orders_by_seller ON orders (seller, created_at, id);
CREATE INDEX orders_by_buyer_and_status ON orders (buyer, status, created_at, id);
CREATE INDEX orders_by_seller_and_status ON orders (seller, status, created_at, id);
