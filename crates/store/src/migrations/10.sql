-- Strangers do not hold up who has subscribed already, and hubs of others cry wolf more slowly each time.

ALTER TABLE hub_intent ADD COLUMN known INTEGER NOT NULL DEFAULT 0; -- whether it was about a subscription that is there
UPDATE hub_intent SET known = EXISTS (SELECT 1 FROM hub_subscription s WHERE s.topic = hub_intent.topic AND s.callback = hub_intent.callback);
CREATE INDEX hub_intent_new ON hub_intent (host) WHERE mode = 'subscribe' AND known = 0;

ALTER TABLE followed ADD COLUMN in_vain INTEGER NOT NULL DEFAULT 0; -- visits in a row that its hub asked for and that found nothing
