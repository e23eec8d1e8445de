-- The names that feeds have and had, each for as long as the store lives: a name of the past is answered 410.

CREATE TABLE feed_name (
    name    TEXT PRIMARY KEY,
    private INTEGER NOT NULL,                  -- whether only some might read it: nobody else is told that it was there
    gone    INTEGER,                           -- when feeds.toml was first read without it; absent while it has it
    cleared INTEGER NOT NULL DEFAULT 0         -- whether its documents were taken away since
) STRICT, WITHOUT ROWID;

INSERT INTO feed_name (name, private) SELECT id, 0 FROM feed;
