"""The tables of a run store. A later version of them is reached by migrations, one after the other.

A reading is known by the SHA-256 of its file, its page, its field and its row, on any machine. What people
said of it stands in `entry`; `settled`, `value` and `settled_by` of the reading follow from that. New tables
(samples, certificates) come with a migration of their own.
"""

APPLICATION_ID = 0x4469674F  # "DigO", by which a run store is told from other SQLite files

_FIRST = """
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,      -- SHA-256 of the model, the options and the templates
  version TEXT NOT NULL,                 -- of digitocr
  model TEXT NOT NULL,
  folder TEXT NOT NULL,                  -- from which the options' paths are
  model_path TEXT, engine TEXT NOT NULL, -- null: the built-in model
  card TEXT NOT NULL,                    -- the model's card
  options TEXT NOT NULL                  -- JSON
);
CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,                    -- as it was named
  path TEXT NOT NULL UNIQUE,             -- absolute
  position INTEGER NOT NULL,             -- order in exports
  size INTEGER, mtime_ns INTEGER, sha256 TEXT,
  run INTEGER REFERENCES run,            -- null: not read yet
  forgotten INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE page (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  number INTEGER NOT NULL,               -- 0: the whole file, where that failed
  width INTEGER, height INTEGER, rotation REAL, layout TEXT, template TEXT,
  error TEXT, reason TEXT, reason_code TEXT,  -- of a page that could not be read
  turned INTEGER NOT NULL DEFAULT 0,     -- quarter turns clockwise in which a person looks at it
  UNIQUE (source, number)
);
CREATE INDEX page_failed ON page (source) WHERE error IS NOT NULL;
CREATE TABLE reading (
  id INTEGER PRIMARY KEY,
  page INTEGER NOT NULL REFERENCES page ON DELETE CASCADE,
  position INTEGER NOT NULL,             -- reading order on the page
  field TEXT NOT NULL, "row" INTEGER NOT NULL,
  "left" INTEGER NOT NULL, top INTEGER NOT NULL, "right" INTEGER NOT NULL, bottom INTEGER NOT NULL,
  text TEXT NOT NULL, status TEXT NOT NULL, confidence REAL NOT NULL, reason TEXT NOT NULL,
  reason_code TEXT NOT NULL, raw TEXT NOT NULL, written TEXT NOT NULL,
  alternatives TEXT NOT NULL,            -- JSON: [[text, probability], ...]
  added INTEGER NOT NULL DEFAULT 0,      -- 1: a person found it
  value TEXT, settled TEXT,              -- what people said: the text, and value, blank, struck_out, ...
  settled_by TEXT NOT NULL DEFAULT '',   -- person, double_entry
  disputed INTEGER NOT NULL DEFAULT 0,   -- 1: two people differ
  questioned INTEGER NOT NULL DEFAULT 0, -- 1: a person saw that it is not as it was read
  state TEXT NOT NULL GENERATED ALWAYS AS (
    CASE WHEN settled_by <> '' THEN settled_by WHEN disputed THEN 'disputed'
      WHEN questioned THEN 'review' ELSE status END
  ) VIRTUAL
);
CREATE INDEX reading_page ON reading (page, position);
CREATE INDEX reading_state ON reading (state, id);
CREATE TABLE digit (
  reading INTEGER NOT NULL REFERENCES reading ON DELETE CASCADE,
  position INTEGER NOT NULL,
  text TEXT NOT NULL, confidence REAL NOT NULL,
  "left" INTEGER NOT NULL, top INTEGER NOT NULL, "right" INTEGER NOT NULL, bottom INTEGER NOT NULL,
  verified INTEGER NOT NULL DEFAULT 0,   -- 1: a person looked at it
  PRIMARY KEY (reading, position)
) WITHOUT ROWID;
CREATE INDEX digit_group ON digit (text, confidence) WHERE verified = 0;
CREATE TABLE crop (
  reading INTEGER PRIMARY KEY REFERENCES reading ON DELETE CASCADE,
  jpeg BLOB NOT NULL
);
CREATE TABLE entry (
  reading INTEGER NOT NULL REFERENCES reading ON DELETE CASCADE,
  pass INTEGER NOT NULL,                 -- 1: review; 2: double entry; 3: who decides
  who TEXT NOT NULL, at TEXT NOT NULL,
  settled TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (reading, pass)
) WITHOUT ROWID;
CREATE TABLE lease (
  reading INTEGER PRIMARY KEY REFERENCES reading ON DELETE CASCADE,
  holder TEXT NOT NULL,                  -- a browser's window
  until REAL NOT NULL                    -- seconds since 1970
);
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
  source INTEGER, sha256 TEXT, page INTEGER, field TEXT, "row" INTEGER,
  detail TEXT NOT NULL                   -- JSON
);
CREATE INDEX event_what ON event (what, at);
CREATE TABLE tally (state TEXT PRIMARY KEY, readings INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER reading_came AFTER INSERT ON reading BEGIN
  INSERT INTO tally VALUES (new.state, 1) ON CONFLICT DO UPDATE SET readings = readings + 1;
END;
CREATE TRIGGER reading_went AFTER DELETE ON reading BEGIN
  UPDATE tally SET readings = readings - 1 WHERE state = old.state;
END;
CREATE TRIGGER reading_changed AFTER UPDATE ON reading WHEN new.state <> old.state BEGIN
  UPDATE tally SET readings = readings - 1 WHERE state = old.state;
  INSERT INTO tally VALUES (new.state, 1) ON CONFLICT DO UPDATE SET readings = readings + 1;
END;
"""

# The log is only ever added to; `forget` alone takes this away, for as long as it takes values out.
LOG_GUARD = """
CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""

_ORIGIN = """
ALTER TABLE reading ADD COLUMN origin TEXT NOT NULL DEFAULT 'ink';  -- or text_layer, form_field
"""

# Where a form's field has a box for each digit, `digit.position` is the number of the box, and a box in which
# nothing was read is a digit whose `text` is empty.
_CELLS = """
ALTER TABLE reading ADD COLUMN cells INTEGER NOT NULL DEFAULT 0;  -- boxes of its field, if read one by one
ALTER TABLE reading ADD COLUMN region TEXT;  -- JSON: the box that its picture shows; null: its own
ALTER TABLE digit ADD COLUMN said TEXT;      -- what a person saw in its place; null: nobody said
"""

MIGRATIONS: tuple[str, ...] = (_FIRST + LOG_GUARD, _ORIGIN, _CELLS)
