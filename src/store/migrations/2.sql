-- Known articles are looked at again.

ALTER TABLE source ADD COLUMN look_at INTEGER;            -- from then on its listing is looked at whatever the validators say

ALTER TABLE article ADD COLUMN revisit_at INTEGER;        -- when its page is looked at for corrections; never for what a first visit found
ALTER TABLE article ADD COLUMN teaser_title TEXT;         -- the title in the teaser that it was made from
ALTER TABLE article ADD COLUMN teaser_tries INTEGER NOT NULL DEFAULT 0; -- changes of its teaser in a row that changed no word of it
ALTER TABLE article ADD COLUMN teaser_again INTEGER;      -- no such change is followed before this

CREATE INDEX article_revisit ON article (source, revisit_at) WHERE revisit_at IS NOT NULL;
CREATE INDEX alias_article ON alias (article);
