-- What the market's members sell.
CREATE TABLE items (
    id TEXT NOT NULL PRIMARY KEY,
    seller TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    -- minor units
    price_amount BIGINT NOT NULL,
    price_currency TEXT NOT NULL,
    condition TEXT NOT NULL,
    status TEXT NOT NULL,
    category TEXT,
    brand TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT items_seller_fkey FOREIGN KEY (seller) REFERENCES users (id),
    CONSTRAINT items_category_fkey FOREIGN KEY (category) REFERENCES categories (id),
    CONSTRAINT items_brand_fkey FOREIGN KEY (brand) REFERENCES brands (id)
);

-- Every list is of one status and newest first: each filter has an index that ends in the order of the list. SQLite, which
-- has no statistics at first, takes the last of several that fit: so the ones that leave the fewest rows come last.
CREATE INDEX items_by_status ON items (status, created_at, id);
CREATE INDEX items_by_condition ON items (condition, status, created_at, id);
CREATE INDEX items_by_brand ON items (brand, status, created_at, id);
CREATE INDEX items_by_category ON items (category, status, created_at, id);
CREATE INDEX items_by_seller ON items (seller, status, created_at, id);
