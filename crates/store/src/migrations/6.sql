-- WebSub: who is told of what, and what was told last.

CREATE TABLE hub_topic (                                      -- documents as they are on disk
    document   TEXT PRIMARY KEY,                          -- the file's name
    hash       TEXT NOT NULL                              -- BLAKE3 of its bytes
) STRICT, WITHOUT ROWID;

CREATE TABLE hub_subscription (                               -- at our own hub, verified
    topic      TEXT NOT NULL,                             -- its address, as the subscriber wrote it
    callback   TEXT NOT NULL,
    document   TEXT NOT NULL,
    host       TEXT NOT NULL,                             -- that of the callback
    secret     TEXT,
    expires    INTEGER NOT NULL,
    delivered  TEXT,                                      -- the hash of what the subscriber has; another one in `hub_topic` is owed
    failures   INTEGER NOT NULL DEFAULT 0,                -- since the last success
    due        INTEGER NOT NULL DEFAULT 0,                -- no attempt before
    PRIMARY KEY (topic, callback)
) STRICT, WITHOUT ROWID;
CREATE INDEX hub_subscription_by_host ON hub_subscription (host);

CREATE TABLE hub_intent (                                     -- what was asked of our hub and is not verified yet
    topic      TEXT NOT NULL,
    callback   TEXT NOT NULL,
    document   TEXT NOT NULL,
    host       TEXT NOT NULL,
    mode       TEXT NOT NULL,                             -- subscribe, unsubscribe, denied
    secret     TEXT,
    lease      INTEGER NOT NULL,                          -- seconds
    reason     TEXT,                                      -- why it is denied
    asked      INTEGER NOT NULL,
    failures   INTEGER NOT NULL DEFAULT 0,
    due        INTEGER NOT NULL,
    PRIMARY KEY (topic, callback, mode)
) STRICT, WITHOUT ROWID;
CREATE INDEX hub_intent_by_host ON hub_intent (host);

CREATE TABLE hub_ping (                                       -- what hubs of others were told
    hub        TEXT NOT NULL,
    document   TEXT NOT NULL,
    host       TEXT NOT NULL,
    told       TEXT,                                      -- the hash of what the hub was told of last; another one in `hub_topic` is owed
    failures   INTEGER NOT NULL DEFAULT 0,
    due        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (hub, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE followed (                                   -- feeds of others that we subscribed to, one of a source
    source     TEXT PRIMARY KEY REFERENCES source (id) ON UPDATE CASCADE,
    hub        TEXT NOT NULL,
    topic      TEXT NOT NULL,
    token      TEXT NOT NULL UNIQUE,                      -- the last part of our callback, which nobody can guess
    secret     TEXT NOT NULL,
    ending     INTEGER NOT NULL DEFAULT 0,                -- whether we want to hear no more
    asked      INTEGER,                                   -- when the hub was asked, until it has verified that
    lease_end  INTEGER,                                   -- where the hub has confirmed it
    told       INTEGER,                                   -- when the hub told of news that no visit has looked for yet
    failures   INTEGER NOT NULL DEFAULT 0,                -- requests in a row that led to nothing
    due        INTEGER NOT NULL                           -- when the hub is asked next
) STRICT, WITHOUT ROWID;
