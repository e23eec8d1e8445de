-- Further keys of articles: the form in which an own key is compared with others where the two
-- differ, and the keys under which listings showed an article later.
CREATE TABLE article_key (
    source  TEXT NOT NULL REFERENCES source (id) ON UPDATE CASCADE,
    key     TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES article (sequence),
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- An article that arrives under a new key may be a known one.
CREATE INDEX article_hash ON article (source, hash);

-- The body of an article, folded and hashed: articles with one body and different titles come from
-- an error page. Absent for articles stored before.
ALTER TABLE article ADD COLUMN body_hash TEXT;
CREATE INDEX article_body ON article (source, body_hash) WHERE body_hash IS NOT NULL;

-- Whether an article was taken from a page that did not show what its listing item announced. Any
-- page that does may replace it at once.
ALTER TABLE article ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0;

-- The addresses of articles, across sources, in the form in which they are compared.
CREATE TABLE article_address (
    address TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES article (sequence),
    PRIMARY KEY (address, article)
) STRICT, WITHOUT ROWID;

-- The sources that show an article of another source.
CREATE TABLE carrier (
    article INTEGER NOT NULL REFERENCES article (sequence),
    source  TEXT NOT NULL REFERENCES source (id) ON UPDATE CASCADE,
    PRIMARY KEY (article, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX carrier_source ON carrier (source, article);

-- Pages that are held back: the content that was found, and since when it has been the same.
ALTER TABLE rejection ADD COLUMN evidence TEXT;
ALTER TABLE rejection ADD COLUMN since INTEGER;

-- The query parameters of a source whose values change although the page is the same.
ALTER TABLE source ADD COLUMN volatile TEXT;              -- JSON
