-- A system clock that is known to be wrong.

CREATE TABLE clock (
    id     INTEGER PRIMARY KEY CHECK (id = 1), -- at most one row; none while the clock is trusted
    time   INTEGER NOT NULL,                   -- the time of the program
    system INTEGER NOT NULL,                   -- the system clock at that time
    hosts  INTEGER NOT NULL                    -- the number of hosts that decided
) STRICT;

-- When the slot was last granted: a slot from the future was granted under a wrong clock.
ALTER TABLE turn ADD COLUMN granted INTEGER NOT NULL DEFAULT 0;
