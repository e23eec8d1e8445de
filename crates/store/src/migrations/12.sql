-- What pages are read with is a readable record, in which no version of the program is. The text
-- that stood there before cannot be compared with it, so it is unknown until the next time that
-- feeds.toml is taken over, and nothing is forgotten for that.

ALTER TABLE source DROP COLUMN recipe;
ALTER TABLE source ADD COLUMN extraction_config TEXT;     -- JSON; absent while it is unknown
ALTER TABLE backfill DROP COLUMN recipe;
ALTER TABLE backfill ADD COLUMN extraction_config TEXT;   -- the same, of the pages that it walked

-- The extraction rules that rejected what is in `rejection`.
INSERT INTO meta (name, value) VALUES ('rules_version', '1');
