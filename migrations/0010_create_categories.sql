-- The tree that items are sorted into, with the one that the market begins with.
CREATE TABLE categories (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    parent TEXT,
    CONSTRAINT categories_parent_fkey FOREIGN KEY (parent) REFERENCES categories (id)
);

CREATE UNIQUE INDEX categories_slug ON categories (slug);

INSERT INTO categories (id, slug, name, parent) VALUES
    ('cat_01kdvdna00eccbppkjnhzk3f5j', 'cameras', 'Cameras', NULL),
    ('cat_01kdvdna00ecx9wks8kdxrc28m', 'film-cameras', 'Film cameras', 'cat_01kdvdna00eccbppkjnhzk3f5j'),
    ('cat_01kdvdna00efvbn7cyd59q8pt6', 'digital-cameras', 'Digital cameras', 'cat_01kdvdna00eccbppkjnhzk3f5j'),
    ('cat_01kdvdna00e5ysjatb6m6vsg1x', 'lenses', 'Lenses', 'cat_01kdvdna00eccbppkjnhzk3f5j'),
    ('cat_01kdvdna00fgk9mwy1tw4x3a76', 'instruments', 'Instruments', NULL),
    ('cat_01kdvdna00fbnrxxs47vx9sbx5', 'guitars', 'Guitars', 'cat_01kdvdna00fgk9mwy1tw4x3a76'),
    ('cat_01kdvdna00e2pa68x93txs5sfz', 'keyboards', 'Keyboards', 'cat_01kdvdna00fgk9mwy1tw4x3a76'),
    ('cat_01kdvdna00efwbhj7edyk0mhtk', 'effects', 'Effects', 'cat_01kdvdna00fgk9mwy1tw4x3a76'),
    ('cat_01kdvdna00fn0rrqmfexvd60e7', 'bicycles', 'Bicycles', NULL),
    ('cat_01kdvdna00e62bxchfgjrdtq12', 'road-bicycles', 'Road bicycles', 'cat_01kdvdna00fn0rrqmfexvd60e7'),
    ('cat_01kdvdna00ebbaww3e1s58y410', 'bicycle-parts', 'Bicycle parts', 'cat_01kdvdna00fn0rrqmfexvd60e7'),
    ('cat_01kdvdna00ev1bwnfa9gmpc8h0', 'books', 'Books', NULL),
    ('cat_01kdvdna00ekatzvyxzhp40wfh', 'furniture', 'Furniture', NULL),
    ('cat_01kdvdna00esj9s3grmbhx7gf1', 'lamps', 'Lamps', 'cat_01kdvdna00ekatzvyxzhp40wfh'),
    ('cat_01kdvdna00f4asx3jj842q4516', 'audio', 'Audio', NULL),
    ('cat_01kdvdna00f32vwf14j9cemj60', 'turntables', 'Turntables', 'cat_01kdvdna00f4asx3jj842q4516'),
    ('cat_01kdvdna00f1za8hgvvjvvk8s7', 'tools', 'Tools', NULL);
