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

-- Only what was touched since is looked at for archives: an article, and the number of changes at which it last became what a
-- feed may not hold. A table of its own, because articles are long.
CREATE TABLE touched (
    article INTEGER PRIMARY KEY REFERENCES article (sequence),
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX touched_at ON touched (at);
ALTER TABLE feed ADD COLUMN marked INTEGER;               -- up to which number all is in archives, or in `waiting`
ALTER TABLE feed ADD COLUMN mark_rule TEXT;               -- what that was true of: another query begins anew
ALTER TABLE feed ADD COLUMN waiting TEXT;                 -- JSON: articles that are shown, and in no archive yet

CREATE TRIGGER article_is_new AFTER INSERT ON article BEGIN
    INSERT OR REPLACE INTO touched (article, at)
    SELECT NEW.sequence, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
END;
CREATE TRIGGER article_is_revised AFTER UPDATE OF revision ON article WHEN NEW.revision <> OLD.revision BEGIN
    INSERT OR REPLACE INTO touched (article, at)
    SELECT NEW.sequence, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
END;
CREATE TRIGGER article_has_a_topic AFTER INSERT ON topic BEGIN
    INSERT OR REPLACE INTO touched (article, at)
    SELECT NEW.article, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
END;
CREATE TRIGGER source_is_elsewhere AFTER UPDATE OF province, agency ON source
WHEN NEW.province IS NOT OLD.province OR NEW.agency IS NOT OLD.agency BEGIN
    INSERT OR REPLACE INTO touched (article, at)
    SELECT sequence, CAST(value AS INTEGER) + 1 FROM article, meta WHERE source = NEW.id AND name = 'changes';
END;
