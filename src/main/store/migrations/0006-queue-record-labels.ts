/**
 * Version 6: the order of the queue, the whole record of a run, what a person says of runs and experiments, measured
 * times of steps, and settings of the home. Runs of before keep the order in which they were created.
 */
export const queueRecordLabels = /* sql */ `
ALTER TABLE experiment ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE experiment ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE experiment ADD COLUMN colour TEXT;
ALTER TABLE experiment ADD COLUMN deleted_at TEXT;

ALTER TABLE run ADD COLUMN name TEXT;
ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE run ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN colour TEXT;
ALTER TABLE run ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN place REAL NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN requested_device TEXT;
ALTER TABLE run ADD COLUMN device_description TEXT;
ALTER TABLE run ADD COLUMN peak_bytes INTEGER;
ALTER TABLE run ADD COLUMN end_reason TEXT;
ALTER TABLE run ADD COLUMN configuration_hash TEXT;
ALTER TABLE run ADD COLUMN trained_on TEXT;
UPDATE run SET place = number;
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
`
