/**
 * The thread that decodes a Parquet file: see index.ts. It answers each message with the next part of what it was
 * started for: the header, or rows.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { errorRecord } from '../../../../../shared/errors.ts'
import { readingError } from '../../source.ts'
import { readHeader, readRows } from './decode.ts'
import type { ParquetAnswer, ParquetWork } from './index.ts'

const { path, name, positions } = workerData as ParquetWork
const port = parentPort!
const send = (answer: ParquetAnswer) => port.postMessage(answer)

const rows = positions && readRows(path, name, positions)

port.on('message', () => {
  answer().then(send, (error: unknown) => send({ error: errorRecord(readingError(error, name)) }))
})

async function answer(): Promise<ParquetAnswer> {
  if (!rows) return { header: await readHeader(path, name) }
  const next = await rows.next()
  return { rows: next.done ? null : next.value }
}
