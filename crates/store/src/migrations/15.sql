-- Indexes for the statements of polls and publications, whose work must not grow with what is stored.

-- Old pages, and the pages of listings, are found without reading the pages of the source.
CREATE INDEX page_fetched ON page (source, fetched);
CREATE INDEX page_of_listing ON page (source) WHERE teaser IS NULL;
-- The newest page of an address and the date that its listing item showed, without the page's body.
CREATE INDEX page_item ON page (source, asked, fetched, CASE WHEN json_valid(teaser) THEN json_extract(teaser, '$.date') END);

-- The last listed articles, in their order.
DROP INDEX article_listed;
CREATE INDEX article_listed ON article (source, listed DESC, rank) WHERE listed IS NOT NULL;

-- Articles to check. Withdrawn ones have an index of their own, because after a few checks they stay due for ever.
DROP INDEX article_doubt;
CREATE INDEX article_doubt ON article (source, doubt_again) WHERE doubt_again IS NOT NULL AND withdrawn IS NULL;
CREATE INDEX article_removed ON article (source, doubt_tries) WHERE withdrawn_by_agency = 1;

DROP INDEX article_erased;
CREATE INDEX article_erased ON article (source) WHERE erased = 1;

CREATE INDEX audit_at ON audit (at);
