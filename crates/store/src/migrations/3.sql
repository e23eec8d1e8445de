-- What an agency calls its categories are tags; topics are found by our rules.

ALTER TABLE article RENAME COLUMN topics TO tags;

-- A table of its own, because it is written anew for all articles when the rules change, and articles are long.
CREATE TABLE classified (
    article INTEGER PRIMARY KEY REFERENCES article (sequence),
    version TEXT NOT NULL,                     -- of the rules; empty while its text has not been looked at
    topics  TEXT NOT NULL                      -- the surest first
) STRICT;
CREATE INDEX classified_version ON classified (version);
INSERT INTO classified SELECT sequence, '', '[]' FROM article;

-- The same by topic, for queries.
CREATE TABLE topic (
    topic   TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES article (sequence),
    PRIMARY KEY (topic, article)
) STRICT, WITHOUT ROWID;
