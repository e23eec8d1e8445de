-- What a listing without selectors taught us of itself.

ALTER TABLE source ADD COLUMN learned TEXT;               -- JSON; where its news stood at the last visit that read it

-- What aggregates bring was published somewhere else first.

ALTER TABLE article ADD COLUMN first_source TEXT;         -- JSON

-- Items of aggregates whose entry is an article already, because it came by another way: they are made no second one.
CREATE TABLE repeated (
    source  TEXT NOT NULL REFERENCES source (id) ON UPDATE CASCADE,
    key     TEXT NOT NULL,
    teaser  TEXT NOT NULL,                     -- fingerprint of the teaser that was looked at
    article INTEGER NOT NULL REFERENCES article (sequence),
    hash    TEXT,                              -- of the article then; absent where the article is one of ours
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
