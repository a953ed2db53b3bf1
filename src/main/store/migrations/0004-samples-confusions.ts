/** Version 4: what models make of a prompt and of the images of the validation split, as training goes. */
export const samplesConfusions = /* sql */ `
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
`
