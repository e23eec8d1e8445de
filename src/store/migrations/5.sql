-- Feeds keep archives, and what is erased leaves nothing but its names.

ALTER TABLE article ADD COLUMN erased INTEGER NOT NULL DEFAULT 0; -- withdrawn, and its content is no longer here

-- When it last came into feeds as something to read anew: on its arrival, or with its last revision.
ALTER TABLE article ADD COLUMN changed INTEGER
    GENERATED ALWAYS AS (CASE WHEN revision > 1 THEN max(arrival, updated) ELSE arrival END) VIRTUAL;
CREATE INDEX article_changed ON article (changed DESC, published DESC, id, source, revision) WHERE withdrawn IS NULL;
CREATE INDEX article_withdrawn ON article (withdrawn) WHERE withdrawn IS NOT NULL;
CREATE INDEX article_erased ON article (erased) WHERE erased = 1;

-- Archive documents (RFC 5005 section 4) as they were made, once.
CREATE TABLE archive (
    feed        TEXT NOT NULL REFERENCES feed (id) ON UPDATE CASCADE,
    number      INTEGER NOT NULL,              -- from 1, without a gap, the newest last
    atom_length INTEGER NOT NULL,              -- bytes, unpacked
    rss_length  INTEGER NOT NULL,
    atom        BLOB NOT NULL,                 -- gzip
    rss         BLOB NOT NULL,
    PRIMARY KEY (feed, number)
) STRICT;

-- Which version of an article an archive of a feed holds.
CREATE TABLE archived (
    feed     TEXT NOT NULL REFERENCES feed (id) ON UPDATE CASCADE,
    article  INTEGER NOT NULL REFERENCES article (sequence),
    revision INTEGER NOT NULL,
    archive  INTEGER NOT NULL,
    PRIMARY KEY (feed, article, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX archived_article ON archived (article);
