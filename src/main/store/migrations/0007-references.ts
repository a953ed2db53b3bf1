/** Version 7: curves from elsewhere that an experiment is seen beside. */
export const references = /* sql */ `
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
`
