/** The entry of a thread that reads and decodes image files: see threads.ts for the other end. */
import { errorRecord, WorkbenchError } from '../../../shared/errors.ts'
import type { ErrorRecord } from '../../../shared/experiment.ts'
import { answerQuestions } from '../../threads.ts'
import { decodePixels, inspectImage, readImageFile } from '../decodeImage.ts'
import type { ImageShape } from '../importers/imageWriter.ts'
import type { ImageAnswer, ImageQuestion, NamedFile } from './messages.ts'

/** What `work` makes of every file, or why it cannot. What is no fault of a file is thrown. */
const ofEach = <Result>(
  files: readonly NamedFile[],
  work: (file: NamedFile) => Promise<Result>,
): Promise<(Result | ErrorRecord)[]> =>
  Promise.all(
    files.map((file) =>
      work(file).catch((error: unknown) => {
        if (error instanceof WorkbenchError) return errorRecord(error)
        throw error
      }),
    ),
  )

const look = async ({ path, name }: NamedFile) => inspectImage(readImageFile(path, name))

async function decode(
  files: readonly NamedFile[],
  shape: ImageShape,
): Promise<Extract<ImageAnswer, { kind: 'decode' }>> {
  const found = await ofEach(files, async ({ path, name }) => decodePixels(readImageFile(path, name), shape))
  const decoded = found.filter((one) => one instanceof Uint8Array)
  const imageBytes = shape.height * shape.width * shape.channels
  const pixels = new Uint8Array(decoded.length * imageBytes)
  decoded.forEach((image, index) => pixels.set(image, index * imageBytes))
  return { kind: 'decode', pixels, errors: found.map((one) => (one instanceof Uint8Array ? null : one)) }
}

answerQuestions<ImageQuestion, ImageAnswer>(
  async (question) =>
    question.kind === 'look'
      ? { kind: 'look', found: await ofEach(question.files, look) }
      : decode(question.files, question.shape),
  (answer) => (answer.kind === 'decode' ? [answer.pixels.buffer] : []),
)
