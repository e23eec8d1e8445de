-- Lists of sources that are kept elsewhere: the last good copy of each, and how fetching it went.

CREATE TABLE source_list (
    url  TEXT PRIMARY KEY,
    copy TEXT NOT NULL,                         -- JSON
    validators TEXT NOT NULL                    -- JSON: what to show its host
) STRICT;
