-- Prices are compared within a currency: every filter's index once more, in the order of the price. As in 0012 the ones
-- that leave the fewest rows come last.
CREATE INDEX items_by_price ON items (status, price_currency, price_amount, id);
CREATE INDEX items_by_condition_and_price ON items (condition, status, price_currency, price_amount, id);
CREATE INDEX items_by_brand_and_price ON items (brand, status, price_currency, price_amount, id);
CREATE INDEX items_by_category_and_price ON items (category, status, price_currency, price_amount, id);
CREATE INDEX items_by_seller_and_price ON items (seller, status, price_currency, price_amount, id);
CREATE INDEX items_by_currency ON items (price_currency, status, created_at, id);
