-- Which workers came and went is asked of the newest events of this kind, however many others came since.
CREATE INDEX events_of_workers ON events (position) WHERE kind > 'engine.' AND kind < 'engine/';
