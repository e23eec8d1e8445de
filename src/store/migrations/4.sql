-- What a listing without selectors taught us of itself.

ALTER TABLE source ADD COLUMN learned TEXT;               -- JSON; where its news stood at the last visit that read it
