-- Who made an item. These makers are invented.
CREATE TABLE brands (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL
);

CREATE UNIQUE INDEX brands_slug ON brands (slug);

INSERT INTO brands (id, slug, name) VALUES
    ('brd_01kdvdna00e3vs0h76bb66ycp0', 'aldermoor', 'Aldermoor'),
    ('brd_01kdvdna00fk083g4jwrevsgnz', 'bluefen', 'Bluefen'),
    ('brd_01kdvdna00ey98y88n3kafwm9j', 'corvane', 'Corvane'),
    ('brd_01kdvdna00eagawxt8nb0apbvk', 'dunmere', 'Dunmere'),
    ('brd_01kdvdna00e33r1xx34sfdvke9', 'elstow', 'Elstow'),
    ('brd_01kdvdna00f5ss2ebf07rpmdms', 'fallowby', 'Fallowby'),
    ('brd_01kdvdna00f24bgxpa1bggavag', 'halden', 'Halden'),
    ('brd_01kdvdna00eywv5khn5e0zaqe9', 'ironwick', 'Ironwick'),
    ('brd_01kdvdna00e2gsrnmnk803y921', 'kestrel-and-sons', 'Kestrel & Sons'),
    ('brd_01kdvdna00fz5ted1ebkc5d8ef', 'lindqvist', 'Lindqvist'),
    ('brd_01kdvdna00es8a4chmxmy3pgx8', 'marrow', 'Marrow'),
    ('brd_01kdvdna00eppas6wj10zbt9vc', 'northlight', 'Northlight');
