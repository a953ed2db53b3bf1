/**
 * The entry of a process that tries one thing which may crash, hang or load a driver, and says by message how it went:
 * a tiny ONNX session on a provider, TensorFlow's backend, or the graphics controllers that the system knows.
 * probing.ts starts it.
 */
import type { InferenceSession } from 'onnxruntime-node'
import { elementTypes, encodeModel, type ValueInfoMessage } from '../../onnx/schema.ts'

export const onnxProviders = ['webgpu', 'cuda', 'dml', 'coreml'] as const
export type OnnxProvider = (typeof onnxProviders)[number]
/** What to try; `tensorflow:` is followed by the package's name. */
export type ProbeKind = OnnxProvider | 'graphics' | `tensorflow:${string}`
export type ProbeMessage =
  | { readonly works: true; readonly found: readonly string[] }
  | { readonly works: false; readonly message: string }

const vector = (name: string): ValueInfoMessage => ({
  name,
  type: { tensorType: { elemType: elementTypes.float32, shape: { dim: [{ dimValue: 2 }] } } },
})

/** y = x + x over two numbers. */
const doubling = (): Uint8Array =>
  encodeModel({
    irVersion: 10,
    producerName: 'attention-workbench',
    opsetImport: [{ domain: '', version: 21 }],
    graph: {
      name: 'probe',
      node: [{ name: 'double', opType: 'Add', domain: '', input: ['x', 'x'], output: ['y'], attribute: [] }],
      initializer: [],
      input: [vector('x')],
      output: [vector('y')],
    },
  })

function refuseWrong(doubled: ArrayLike<number>): void {
  if (doubled[0] !== 2 || doubled[1] !== 4) throw new Error(`It computed 1 + 1 = ${doubled[0]}.`)
}

async function tryProvider(provider: OnnxProvider): Promise<string[]> {
  const ort = await import('onnxruntime-node')
  const options: InferenceSession.SessionOptions = { executionProviders: [provider], logSeverityLevel: 3 }
  if (provider === 'dml') Object.assign(options, { enableMemPattern: false, executionMode: 'sequential' })
  const session = await ort.InferenceSession.create(doubling(), options)
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 2), [2]) })
  refuseWrong(y!.data as Float32Array)
  return []
}

async function tryTensorFlow(packageName: string): Promise<string[]> {
  await import(packageName)
  const tf = await import('@tensorflow/tfjs')
  if (!(await tf.setBackend('tensorflow'))) throw new Error('It registers no backend with tfjs.')
  refuseWrong(await tf.tensor([1, 2]).mul(2).data())
  return [packageName]
}

/** Names of the graphics controllers, with their vendors. */
async function listGraphics(): Promise<string[]> {
  const { graphics } = await import('systeminformation')
  const { controllers } = await graphics()
  return controllers.map(({ vendor, model }) =>
    model.includes(vendor) ? model : `${vendor} ${model}`.trim(),
  )
}

function attempt(kind: ProbeKind): Promise<string[]> {
  if (kind === 'graphics') return listGraphics()
  if (kind.startsWith('tensorflow:')) return tryTensorFlow(kind.slice('tensorflow:'.length))
  return tryProvider(kind as OnnxProvider)
}

const answer = await attempt(process.argv[2] as ProbeKind).then(
  (found): ProbeMessage => ({ works: true, found }),
  (error: unknown): ProbeMessage => ({
    works: false,
    message: error instanceof Error ? error.message : String(error),
  }),
)
process.send!(answer, undefined, undefined, () => process.exit())
