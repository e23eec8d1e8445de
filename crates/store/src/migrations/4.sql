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

-- Backfills: how far the listing of a source was walked back. It is no visit, and nothing here is looked at by one.

CREATE TABLE backfill (
    id      INTEGER PRIMARY KEY AUTOINCREMENT, -- its pages are kept under the negative of this
    source  TEXT NOT NULL UNIQUE REFERENCES source (id) ON UPDATE CASCADE,
    recipe  TEXT NOT NULL,                     -- what the pages are read with: under another one it begins anew
    started INTEGER NOT NULL,
    next    TEXT                               -- JSON; how the page after the newest is asked for
) STRICT;

CREATE TABLE backfill_page (
    backfill INTEGER NOT NULL REFERENCES backfill (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    name     TEXT NOT NULL,                    -- of its request: none is made twice
    items    TEXT NOT NULL,                    -- fingerprint
    newest   INTEGER,
    missed   TEXT NOT NULL,                    -- JSON; the items whose pages did not come
    PRIMARY KEY (backfill, number)
) STRICT, WITHOUT ROWID;
