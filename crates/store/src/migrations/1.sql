-- The first shape of the store. Instants are milliseconds since 1970-01-01T00:00:00Z; lists and maps are JSON.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
    id            TEXT PRIMARY KEY,
    scope         TEXT NOT NULL UNIQUE,        -- the name that its articles' ids are made with, for ever
    title         TEXT NOT NULL,
    home          TEXT NOT NULL,
    feed          TEXT,
    province      TEXT,
    province_name TEXT,
    agency        TEXT,
    agency_name   TEXT,
    language      TEXT NOT NULL,
    active        INTEGER NOT NULL,            -- whether feeds.toml names it now
    timetable     TEXT NOT NULL,
    next_visit    INTEGER NOT NULL,
    failures      INTEGER NOT NULL DEFAULT 0,  -- in a row
    etag          TEXT,
    last_modified TEXT,
    wire_hash     TEXT,
    recipe        TEXT NOT NULL DEFAULT '',    -- what its pages are read with: a new one looks at everything again
    incomplete    INTEGER NOT NULL DEFAULT 0,  -- some of its pages wait: the next visit looks whatever the validators say
    settled       INTEGER,                     -- when its first listing had been read to the end: what comes later is news
    last_success  INTEGER,
    lease_worker  TEXT,
    lease_until   INTEGER,
    lease_visit   INTEGER                      -- kept when the lease ends without a commit: the next visit resumes it
) STRICT;
CREATE INDEX source_due ON source (next_visit) WHERE active = 1;

CREATE TABLE feed (
    id    TEXT PRIMARY KEY,
    scope TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE visit (
    id       INTEGER PRIMARY KEY,
    source   TEXT NOT NULL REFERENCES source (id) ON UPDATE CASCADE,
    started  INTEGER NOT NULL,
    finished INTEGER,
    outcome  TEXT                              -- JSON
) STRICT;
CREATE INDEX visit_source ON visit (source, id);

CREATE TABLE page (
    id            INTEGER PRIMARY KEY,
    source        TEXT NOT NULL REFERENCES source (id) ON UPDATE CASCADE,
    visit         INTEGER NOT NULL,            -- history is pruned, pages are not: no reference
    asked         TEXT NOT NULL,
    url           TEXT NOT NULL,
    media         TEXT NOT NULL,
    coding        TEXT NOT NULL,
    wire          BLOB NOT NULL,
    validators    TEXT NOT NULL,
    fetched       INTEGER NOT NULL,
    teaser        TEXT,
    UNIQUE (source, asked)
) STRICT;
CREATE INDEX page_visit ON page (visit);

CREATE TABLE article (
    sequence         INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT NOT NULL UNIQUE,
    source           TEXT NOT NULL REFERENCES source (id) ON UPDATE CASCADE,
    key              TEXT NOT NULL,
    url              TEXT NOT NULL,
    title            TEXT NOT NULL,
    summary          TEXT,
    html             TEXT NOT NULL,
    text             TEXT NOT NULL,
    author           TEXT,
    source_line      TEXT,
    published        INTEGER NOT NULL,
    "precision"      TEXT NOT NULL,
    zone             TEXT NOT NULL,
    updated          INTEGER NOT NULL,
    language         TEXT NOT NULL,
    images           TEXT NOT NULL,
    attachments      TEXT NOT NULL,
    topics           TEXT NOT NULL,
    provenance       TEXT NOT NULL,
    hash             TEXT NOT NULL,
    teaser           TEXT NOT NULL,            -- fingerprint of the teaser that it was made from
    arrival          INTEGER NOT NULL,         -- when it came into our feeds; its own date for what a first visit found
    first_seen       INTEGER NOT NULL,
    last_seen        INTEGER NOT NULL,
    revision         INTEGER NOT NULL,
    withdrawn        INTEGER,
    withdrawn_reason TEXT,
    UNIQUE (source, key)
) STRICT;
CREATE INDEX article_arrival ON article (arrival DESC, published DESC, id) WHERE withdrawn IS NULL;
CREATE INDEX article_source_arrival ON article (source, arrival DESC, published DESC, id) WHERE withdrawn IS NULL;

-- Every address that a listing ever showed an article under.
CREATE TABLE alias (
    source  TEXT NOT NULL REFERENCES source (id) ON UPDATE CASCADE,
    url     TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES article (sequence),
    PRIMARY KEY (source, url)
) STRICT, WITHOUT ROWID;

-- What an article was before it was revised.
CREATE TABLE revision (
    article  INTEGER NOT NULL REFERENCES article (sequence),
    number   INTEGER NOT NULL,
    title    TEXT NOT NULL,
    summary  TEXT,
    html     TEXT NOT NULL,
    text     TEXT NOT NULL,
    hash     TEXT NOT NULL,
    updated  INTEGER NOT NULL,
    replaced INTEGER NOT NULL,
    PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID;

-- Pages that could not be made an article, so that an agency is not asked for them at every visit.
CREATE TABLE rejection (
    source TEXT NOT NULL REFERENCES source (id) ON UPDATE CASCADE,
    key    TEXT NOT NULL,
    teaser TEXT NOT NULL,
    reason TEXT NOT NULL,
    tries  INTEGER NOT NULL,
    again  INTEGER NOT NULL,                   -- not asked for before this, unless its teaser changes
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- Whose turn it is at a host or an address: obeyed by every process.
CREATE TABLE turn (
    place      TEXT PRIMARY KEY,
    free_from  INTEGER NOT NULL,
    held_until INTEGER                         -- set while a request is under way
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason  TEXT NOT NULL
) STRICT;

INSERT INTO meta (name, value) VALUES ('changes', '0');
