-- What items are found by, once more for lists by price: the words of 0060 with the item's price, so that the items of a
-- word lie in its order. Both tables are filled from the items after this.
DELETE FROM item_words;
CREATE TABLE item_words_by_price (
    word TEXT NOT NULL,
    currency TEXT NOT NULL,
    -- minor units
    amount BIGINT NOT NULL,
    thing TEXT NOT NULL,
    PRIMARY KEY (word, currency, amount, thing)
);
