/**
 * A Parquet file as a table. It is decoded in a thread with a limited memory, which is ended where it is cancelled or
 * does not answer: whatever the file makes the decoder do, this process goes on.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { thrownFrom } from '../../../../../shared/errors.ts'
import type { ErrorRecord } from '../../../../../shared/experiment.ts'
import { parquetWorkerFile } from '../../../../paths.ts'
import { isGzip } from '../../gzip.ts'
import type { Candidate, ImportOptions } from '../../importer.ts'
import { limits } from '../../limits.ts'
import type { Limits } from '../../limits.ts'
import { openSource, throwIfCancelled } from '../../source.ts'
import { unixNewlines } from '../../text/decode.ts'
import { damagedTable } from '../table.ts'
import type { Cell, Table } from '../table.ts'
import { classNamesIn } from './classNames.ts'
import type { ParquetHeader } from './decode.ts'

const magic = new TextEncoder().encode('PAR1')
export const isParquet = (head: Uint8Array): boolean =>
  head.length >= magic.length && magic.every((byte, index) => head[index] === byte)

/** What the thread is started with. */
export interface ParquetWork {
  path: string
  name: string
  /** Of the columns whose rows are wanted; without them the header is. */
  positions?: readonly number[]
}
export type ParquetAnswer = { header: ParquetHeader } | { rows: Cell[][] | null } | { error: ErrorRecord }

/** A row group takes seconds; what takes so long will not end. */
const answerMilliseconds = 300_000

/** Throws WorkbenchError 'file-missing', 'file-unreadable', 'file-damaged' or 'interrupted'. */
export async function openParquet(
  file: Candidate,
  { signal }: ImportOptions,
  { heapMegabytes }: Limits = limits,
): Promise<Table> {
  await using decoder = startDecoder({ path: file.path, name: file.name }, heapMegabytes, signal)
  const answer = await decoder.ask()
  if (!('header' in answer)) throw new Error('The thread gave no header.')
  const { columns, huggingFace, rows: total } = answer.header
  const classNames = classNamesIn(huggingFace)
  return {
    file,
    format: 'Parquet',
    columns,
    classNames: (column) => (Object.hasOwn(classNames, column) ? classNames[column] : undefined),
    sample: [],
    async *rows(positions, { newlines }, work) {
      await using own = startDecoder(
        { path: file.path, name: file.name, positions },
        heapMegabytes,
        work.signal,
      )
      let done = 0
      for (;;) {
        const answer = await own.ask()
        if (!('rows' in answer) || answer.rows === null) break
        yield newlines === 'unix' ? answer.rows.map((row) => row.map(unixCell)) : answer.rows
        done += answer.rows.length
        work.onBytes?.(Math.round((file.size * done) / Math.max(1, total)))
      }
      work.onBytes?.(file.size)
    },
    notes: () => [],
  }
}

/** A Parquet file is read from its end, which in a gzip file is known when all of it is: that is unpacked first, see ../../archive. */
export async function isCompressed(file: Candidate): Promise<boolean> {
  const source = await openSource(file)
  try {
    for await (const piece of source.pieces()) return isGzip(piece)
    return false
  } finally {
    await source.close()
  }
}

const unixCell = (cell: Cell): Cell => (typeof cell === 'string' ? unixNewlines(cell) : cell)

interface Decoder extends AsyncDisposable {
  ask(): Promise<Exclude<ParquetAnswer, { error: ErrorRecord }>>
}

function startDecoder(work: ParquetWork, heapMegabytes: number, signal: AbortSignal | undefined): Decoder {
  const worker = new Worker(parquetWorkerFile, {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  })
  let failure: Error | undefined
  worker.on('error', (error: Error) => (failure ??= error))
  return {
    async ask() {
      throwIfCancelled(signal, work.name)
      if (failure) throw endedEarly(failure, work.name)
      const late = AbortSignal.timeout(answerMilliseconds)
      const given = AbortSignal.any(signal ? [signal, late] : [late])
      worker.postMessage(null)
      try {
        const [answer] = (await once(worker, 'message', { signal: given })) as [ParquetAnswer]
        if ('error' in answer) throw thrownFrom(answer.error)
        return answer
      } catch (error) {
        throwIfCancelled(signal, work.name)
        if (late.aborted) throw damagedTable(work.name, 'decoding it as Parquet does not end')
        throw endedEarly(error, work.name)
      }
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}

function endedEarly(error: unknown, name: string): unknown {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return isMemory ? damagedTable(name, 'as Parquet it claims to hold more than fits into the memory') : error
}
