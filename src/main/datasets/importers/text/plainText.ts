/** A plain text file, compressed with gzip or not, as one document. */
import { workOn } from '../importer.ts'
import type { Candidate } from '../importer.ts'
import { readContent } from '../source.ts'
import { oneDocument } from './source.ts'
import type { TextSource } from './source.ts'
import { decodeUtf8 } from './utf8.ts'

export function textFile(file: Candidate): TextSource {
  return {
    read: (options) => oneDocument(decodeUtf8(readContent(file, workOn([file], options)(file)), file.name)),
    notes: () => [],
  }
}
