/**
 * Version 5: statistics of hidden states, and the hidden states that a run keeps. -1 stands for no layer and no head,
 * since a key may hold no NULL. Runs of before measured nothing, and go on so.
 */
export const statisticsProbes = /* sql */ `
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

UPDATE run SET configuration = json_patch(configuration, '${JSON.stringify({
  statistics: 'none',
  probeTokens: 1024,
  probeSequences: 2,
  probeMegabytes: 0,
})}');
`
