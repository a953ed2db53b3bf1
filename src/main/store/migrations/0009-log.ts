/**
 * Version 9: what a run went through. A trigger writes its changes of state, so that they are told whoever makes them and
 * in whichever process.
 */
export const log = /* sql */ `
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
`
