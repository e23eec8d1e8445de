-- The press looks only at what was touched since it last looked: `touched` moves with everything that readers see of an article.
-- Each trigger deletes and inserts, because the conflict clause of the statement that fires it would take the place of its own.

CREATE TRIGGER article_is_edited AFTER UPDATE OF id, key, url, title, summary, html, text, author, source_line, published,
    "precision", zone, updated, language, images, attachments, tags, first_source, provenance, hash, arrival, first_seen, revision,
    withdrawn, erased ON article BEGIN
    DELETE FROM touched WHERE article = NEW.sequence;
    INSERT INTO touched (article, at)
    SELECT NEW.sequence, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
END;
CREATE TRIGGER article_has_its_first_topics AFTER INSERT ON classified BEGIN
    DELETE FROM touched WHERE article = NEW.article;
    INSERT INTO touched (article, at)
    SELECT NEW.article, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
END;
CREATE TRIGGER article_has_other_topics AFTER UPDATE OF topics ON classified WHEN NEW.topics <> OLD.topics BEGIN
    DELETE FROM touched WHERE article = NEW.article;
    INSERT INTO touched (article, at)
    SELECT NEW.article, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
END;

-- The newest of one source, for feeds of few sources: they do not look through the articles of all.
CREATE INDEX article_source_changed ON article (source, changed DESC, published DESC, id) WHERE withdrawn IS NULL;
