/** From what is asked for to the files of an export. Where they go is in save.ts. */
import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { Run } from '../../shared/experiment.ts'
import type { ExportRequest } from '../../shared/exports.ts'
import { archiveExtension } from './archive/format.ts'
import { csvOf } from './csv.ts'
import { safeFileName, type Export, type ExportedFile } from './file.ts'
import { jsonOf } from './json.ts'
import { chartsOf } from './report/charts.ts'
import { drawingOf } from './report/drawing.ts'
import { reportOf } from './report/report.ts'
import { zipped } from './save.ts'
import { runName, subjectName, type Subject } from './subject.ts'

/** What of an export needs more than the records: files of weights, made in a folder of their own. */
export interface Making {
  /** Writes the weights of a run into `folder`, and returns the names of the files. */
  writeWeights(run: Run, folder: string): Promise<string[]>
  /** A new empty folder, which is there until the export is saved. */
  newFolder(): Promise<string>
  /** The files of an archive of the experiment. */
  archiveFiles(now: Date): Promise<ExportedFile[]>
  now(): Date
}

/** @throws WorkbenchError for weights that are not there, see weights/write.ts */
export async function makeExport(
  subject: Subject,
  { format }: Pick<ExportRequest, 'format'>,
  making: Making,
): Promise<Export> {
  const name = subjectName(subject)
  const one = (extension: string, content: ExportedFile['content']): Export => ({
    ...{ layout: 'file', name },
    files: [{ name: `${name}.${extension}`, content }],
  })
  const now = making.now()
  switch (format) {
    case 'csv':
      return one('csv', () => csvOf(subject))
    case 'json':
      return one('json', () => jsonOf(subject, now.toISOString()))
    case 'tensorboard': {
      const { tensorboardFiles } = await import('./tensorboard/files.ts') // with protocol buffers
      return { layout: 'folder', name, files: tensorboardFiles(subject) }
    }
    case 'safetensors':
    case 'onnx':
      return weightFiles(subject, making)
    case 'archive': {
      const files = await making.archiveFiles(now)
      return one(archiveExtension.slice(1), () => zipped(files))
    }
    case 'charts':
      return { layout: 'folder', name, files: chartFiles(subject) }
    case 'report':
      return one('html', () => [reportOf(subject, now)])
  }
}

/** Every chart of the report as a drawing and as a picture of twice its size. */
function chartFiles(subject: Subject): ExportedFile[] {
  return chartsOf(subject).flatMap((chart) => {
    const name = safeFileName(chart.title.toLowerCase())
    const drawing = () => drawingOf(chart, subject.experiment.name)
    async function* picture() {
      const { default: sharp } = await import('sharp')
      yield await sharp(Buffer.from(drawing()), { density: 144 }).png().toBuffer()
    }
    return [
      { name: `${name}.svg`, content: () => [drawing()] },
      { name: `${name}.png`, content: picture },
    ]
  })
}

/** The files of one run, or a folder of them for every run of an experiment. */
async function weightFiles(subject: Subject, { writeWeights, newFolder }: Making): Promise<Export> {
  const name = subjectName(subject)
  const files: ExportedFile[] = []
  for (const run of subject.runs) {
    const folder = await newFolder()
    for (const file of await writeWeights(run, folder)) {
      const content = () => createReadStream(path.join(folder, file)) as AsyncIterable<Uint8Array>
      files.push({ name: subject.kind === 'run' ? file : `${runName(run)}/${file}`, content })
    }
  }
  return { layout: subject.kind === 'run' ? 'file' : 'folder', name, files }
}
