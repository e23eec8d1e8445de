-- Rights of sources, and when articles were last changed, for who looks for an instant that no other has.

ALTER TABLE source ADD COLUMN rights TEXT;
CREATE INDEX article_updated ON article (updated);
CREATE INDEX article_published ON article (published);                     -- what grows too old for a feed

-- What makes an article match a feed, or match it no more, without a new revision.
CREATE TRIGGER article_is_mended
AFTER UPDATE OF title, summary, html, text, author, language, attachments ON article
WHEN NEW.title IS NOT OLD.title OR NEW.summary IS NOT OLD.summary OR NEW.html IS NOT OLD.html OR NEW.text IS NOT OLD.text
  OR NEW.author IS NOT OLD.author OR NEW.language IS NOT OLD.language OR NEW.attachments IS NOT OLD.attachments BEGIN
    INSERT OR REPLACE INTO touched (article, at)
    SELECT NEW.sequence, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
END;
CREATE TRIGGER article_has_a_topic_no_more AFTER DELETE ON topic BEGIN
    INSERT OR REPLACE INTO touched (article, at)
    SELECT OLD.article, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
END;
