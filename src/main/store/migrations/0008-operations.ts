/** Version 8: how many floating-point operations a step of a run does. */
export const operations = /* sql */ `
ALTER TABLE run ADD COLUMN operations TEXT;
`
