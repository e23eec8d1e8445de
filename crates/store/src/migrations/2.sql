-- Hosts: a turn knows its holder and counts the requests of a day; robots.txt is kept.

ALTER TABLE turn ADD COLUMN holder TEXT;
ALTER TABLE turn ADD COLUMN day_end INTEGER NOT NULL DEFAULT 0;  -- of the day that `requests` counts
ALTER TABLE turn ADD COLUMN requests INTEGER NOT NULL DEFAULT 0;

CREATE TABLE robots (
    site     TEXT PRIMARY KEY,                 -- scheme, host and port
    file     BLOB,                             -- the last answer; empty where there is none
    answered INTEGER,
    tried    INTEGER NOT NULL,
    trouble  TEXT                              -- why the last try gave no answer
) STRICT;
-- Known articles are looked at again.

ALTER TABLE source ADD COLUMN look_at INTEGER;            -- from then on its listing is looked at whatever the validators say

ALTER TABLE article ADD COLUMN revisit_at INTEGER;        -- when its page is looked at for corrections; never for what a first visit found
ALTER TABLE article ADD COLUMN teaser_title TEXT;         -- the title in the teaser that it was made from
ALTER TABLE article ADD COLUMN teaser_tries INTEGER NOT NULL DEFAULT 0; -- changes of its teaser in a row that changed no word of it
ALTER TABLE article ADD COLUMN teaser_again INTEGER;      -- no such change is followed before this

CREATE INDEX article_revisit ON article (source, revisit_at) WHERE revisit_at IS NOT NULL;
CREATE INDEX alias_article ON alias (article);

-- What an agency takes away is withdrawn.

ALTER TABLE source ADD COLUMN listed INTEGER;             -- the visit that last read its listing

ALTER TABLE article ADD COLUMN listed INTEGER;            -- the visit that last saw it listed
ALTER TABLE article ADD COLUMN rank INTEGER;              -- its place in that listing, from 0
ALTER TABLE article ADD COLUMN doubt_again INTEGER;       -- when its page is asked for, to see whether it is still there
ALTER TABLE article ADD COLUMN doubt_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE article ADD COLUMN gone_at INTEGER;           -- when its page was found gone for the first time
ALTER TABLE article ADD COLUMN gone_code INTEGER;         -- 404 or 410
ALTER TABLE article ADD COLUMN withdrawn_by_agency INTEGER NOT NULL DEFAULT 0; -- such an article may come back

CREATE INDEX article_listed ON article (source, listed);
CREATE INDEX article_doubt ON article (source, doubt_again) WHERE doubt_again IS NOT NULL;

-- A host that says "unchanged" for ever is not believed for ever.

ALTER TABLE source ADD COLUMN read_at INTEGER;            -- when its listing was last read from a whole body

ALTER TABLE source ADD COLUMN moved_to TEXT;              -- where permanent redirects led at the last visit

ALTER TABLE visit ADD COLUMN cut_short INTEGER NOT NULL DEFAULT 0; -- how often its process ended while it was under way

-- Items that were listed and have no article yet: their pages are asked for also when they have left the listing.

CREATE TABLE pending (
    source TEXT NOT NULL REFERENCES source (id) ON UPDATE CASCADE,
    key    TEXT NOT NULL,
    teaser TEXT NOT NULL,                      -- JSON
    since  INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) STRICT;
