PRAGMA user_version = 9;

CREATE TABLE experiment (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  dataset    TEXT NOT NULL,
  recipe     TEXT NOT NULL,
  attentions TEXT NOT NULL,
  seeds      TEXT NOT NULL,
  created_at TEXT NOT NULL
, tags TEXT NOT NULL DEFAULT '[]', notes TEXT NOT NULL DEFAULT '', colour TEXT, deleted_at TEXT) STRICT;

CREATE TABLE run (
  number               INTEGER PRIMARY KEY,
  id                   TEXT NOT NULL UNIQUE,
  experiment           TEXT NOT NULL REFERENCES experiment (id) ON DELETE CASCADE,
  dataset              TEXT NOT NULL,
  attention            TEXT NOT NULL,
  recipe               TEXT NOT NULL,
  seed                 INTEGER NOT NULL,
  state                TEXT NOT NULL,
  device               TEXT,
  threads              INTEGER,
  parameters           INTEGER,
  step                 INTEGER NOT NULL,
  steps                INTEGER NOT NULL,
  train_loss           REAL,
  best_validation_step INTEGER,
  best_validation_loss REAL,
  last_validation_step INTEGER,
  last_validation_loss REAL,
  tokens_per_second    REAL,
  seconds              REAL NOT NULL,
  eta_seconds          REAL,
  created_at           TEXT NOT NULL,
  started_at           TEXT,
  ended_at             TEXT,
  error_code           TEXT,
  error_message        TEXT,
  error_hint           TEXT,
  configuration        TEXT NOT NULL,
  versions             TEXT NOT NULL
, axes TEXT NOT NULL DEFAULT '{}', best_validation_accuracy REAL, last_validation_accuracy REAL, images_per_second REAL, name TEXT, tags TEXT NOT NULL DEFAULT '[]', notes TEXT NOT NULL DEFAULT '', colour TEXT, priority INTEGER NOT NULL DEFAULT 0, place REAL NOT NULL DEFAULT 0, requested_device TEXT, device_description TEXT, peak_bytes INTEGER, end_reason TEXT, configuration_hash TEXT, trained_on TEXT, operations TEXT) STRICT;

CREATE INDEX run_by_experiment ON run (experiment);

CREATE INDEX run_by_dataset ON run (dataset);

CREATE TABLE metric (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE point (
  run    INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  metric INTEGER NOT NULL REFERENCES metric (number),
  step   INTEGER NOT NULL,
  value  REAL,
  PRIMARY KEY (run, metric, step)
) STRICT, WITHOUT ROWID;

CREATE VIEW series AS
  SELECT run.id AS run, metric.name AS metric, point.step, point.value
  FROM point JOIN run ON run.number = point.run JOIN metric ON metric.number = point.metric;

CREATE TABLE alert (
  run     INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  step    INTEGER NOT NULL,
  code    TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (run, step, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE sample (
  run    INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  step   INTEGER NOT NULL,
  prompt TEXT NOT NULL,
  text   TEXT NOT NULL,
  PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE confusion (
  run    INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  step   INTEGER NOT NULL,
  counts TEXT NOT NULL,
  PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE statistic (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE tap (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE measurement (
  run       INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  step      INTEGER NOT NULL,
  layer     INTEGER NOT NULL,
  tap       INTEGER NOT NULL REFERENCES tap (number),
  head      INTEGER NOT NULL,
  statistic INTEGER NOT NULL REFERENCES statistic (number),
  value     REAL,
  PRIMARY KEY (run, statistic, tap, layer, head, step)
) STRICT, WITHOUT ROWID;

CREATE VIEW statistics AS
  SELECT run.id AS run, measurement.step, nullif(measurement.layer, -1) AS layer, tap.name AS tap,
    nullif(measurement.head, -1) AS head, statistic.name AS statistic, measurement.value
  FROM measurement
    JOIN run ON run.number = measurement.run
    JOIN tap ON tap.number = measurement.tap
    JOIN statistic ON statistic.number = measurement.statistic;

CREATE TABLE probe (
  run     INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  step    INTEGER NOT NULL,
  bytes   INTEGER NOT NULL,
  tensors BLOB NOT NULL,
  PRIMARY KEY (run, step)
) STRICT;

CREATE INDEX run_by_state ON run (state);

CREATE INDEX run_by_configuration ON run (configuration_hash);

CREATE TABLE timing (
  workload      TEXT NOT NULL,
  device        TEXT NOT NULL,
  threads       INTEGER NOT NULL,
  step_ms       REAL NOT NULL,
  evaluation_ms REAL NOT NULL,
  peak_bytes    INTEGER NOT NULL,
  source        TEXT NOT NULL,
  measured_at   TEXT NOT NULL,
  PRIMARY KEY (workload, device, threads)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reference (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  experiment TEXT NOT NULL REFERENCES experiment (id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  metric     TEXT NOT NULL,
  source     TEXT NOT NULL,
  added_at   TEXT NOT NULL
) STRICT;

CREATE INDEX reference_by_experiment ON reference (experiment);

CREATE TABLE reference_point (
  reference INTEGER NOT NULL REFERENCES reference (number) ON DELETE CASCADE,
  step      INTEGER NOT NULL,
  value     REAL NOT NULL,
  PRIMARY KEY (reference, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
  number  INTEGER PRIMARY KEY,
  run     INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  at      TEXT NOT NULL,
  step    INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;

CREATE INDEX log_by_run ON log (run);

CREATE TRIGGER log_of_states AFTER UPDATE OF state ON run WHEN old.state <> new.state BEGIN
  INSERT INTO log (run, at, step, kind, message)
  VALUES (new.number, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), new.step, new.state, coalesce(new.end_reason, ''));
END;
