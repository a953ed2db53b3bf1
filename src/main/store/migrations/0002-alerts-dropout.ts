/** Version 2: alerts of runs. Runs of before dropout existed trained without it. */
export const alertsDropout = /* sql */ `
CREATE TABLE alert (
  run     INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  step    INTEGER NOT NULL,
  code    TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (run, step, code)
) STRICT, WITHOUT ROWID;

UPDATE run SET configuration = json_set(configuration, '$.dropout', 0);
`
