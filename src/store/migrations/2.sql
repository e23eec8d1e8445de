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
