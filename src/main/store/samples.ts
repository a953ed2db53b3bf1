/** The table `sample`: the texts that a language model makes of the prompt of its run as it trains. */
import type { Database } from 'better-sqlite3'
import type { TextSample } from '../../shared/experiment.ts'

export interface StoredSample extends TextSample {
  /** Id of the run. */
  readonly run: string
}

export interface SampleTable {
  /** All or none. One of the same step that is already there is replaced, as after a resume. */
  append(run: string, samples: readonly TextSample[]): void
  /** Of several runs, in the order in which they are named, steps ascending. */
  of(runs: readonly string[]): StoredSample[]
}

export function sampleTable(database: Database): SampleTable {
  const add = database.prepare<StoredSample>(
    `INSERT INTO sample (run, step, prompt, text)
     VALUES ((SELECT number FROM run WHERE id = :run), :step, :prompt, :text)
     ON CONFLICT DO UPDATE SET prompt = excluded.prompt, text = excluded.text`,
  )
  const ofRun = database.prepare<[string], StoredSample>(
    `SELECT run.id AS run, sample.step, prompt, text
     FROM sample JOIN run ON run.number = sample.run WHERE run.id = ? ORDER BY sample.step`,
  )
  const append = database.transaction((run: string, samples: readonly TextSample[]) => {
    for (const sample of samples) add.run({ run, ...sample })
  })
  return {
    append: (run, samples) => append.immediate(run, samples),
    of: (runs) => runs.flatMap((run) => ofRun.all(run)),
  }
}
