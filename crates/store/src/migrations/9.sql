-- Rights of sources, and when articles were last changed, for who looks for an instant that no other has.

ALTER TABLE source ADD COLUMN rights TEXT;
CREATE INDEX article_updated ON article (updated);
CREATE INDEX article_published ON article (published);                     -- what grows too old for a feed
