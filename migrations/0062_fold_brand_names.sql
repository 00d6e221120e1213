-- A brand's name as it is searched: in small letters. Brands come by migrations alone, and their names are ASCII.
ALTER TABLE brands ADD COLUMN search TEXT NOT NULL DEFAULT '';

UPDATE brands SET search = lower(name);

CREATE INDEX brands_by_search ON brands (search, slug);
