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

-- Articles that lost a topic, and the number of changes at which one last did: a feed of that topic held them, and its query does
-- not find them any more.
CREATE TABLE lost_topic (
    article INTEGER PRIMARY KEY REFERENCES article (sequence),
    at      INTEGER NOT NULL
) STRICT;
CREATE TRIGGER article_loses_a_topic AFTER DELETE ON topic BEGIN
    DELETE FROM touched WHERE article = OLD.article;
    INSERT INTO touched (article, at)
    SELECT OLD.article, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
    DELETE FROM lost_topic WHERE article = OLD.article;
    INSERT INTO lost_topic (article, at)
    SELECT OLD.article, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
END;

-- The newest of one source, for feeds of few sources: they do not look through the articles of all.
CREATE INDEX article_source_changed ON article (source, changed DESC, published DESC, id) WHERE withdrawn IS NULL;
