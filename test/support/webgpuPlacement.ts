/**
 * The entry of a process with a software GPU (softwareGpu.ts): compiles every operation and every kind of
 * program on webgpu while ONNX Runtime logs where it places the nodes. Lines that begin with `program:` say what the log is of.
 */
import { writeSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
import { openWebGpu } from '../../src/main/engine/devices/webgpu.ts'
import { elementTypes, encodeModel, type ValueInfoMessage } from '../../src/main/engine/onnx/schema.ts'
import { programOf } from './devices.ts'
import { operationCases, valueAndGradients } from './operationCases.ts'
import { tinyPrograms } from './tinyPrograms.ts'

const device = openWebGpu('software', true)
const announce = (name: string) => writeSync(2, `\nprogram: ${name}\n`)

for (const [name, testCase] of Object.entries(operationCases)) {
  announce(name)
  await device.compile(programOf(testCase.inputs, valueAndGradients(testCase)))
}
for (const [name, program] of Object.entries(tinyPrograms)) {
  announce(name)
  await device.compile(program) // creates the session; nothing runs
}

// An operation that the WebGPU provider lacks shows that the log tells.
const row: ValueInfoMessage['type'] = {
  tensorType: { elemType: elementTypes.float32, shape: { dim: [{ dimValue: 1 }, { dimValue: 2 }] } },
}
announce('control')
await ort.InferenceSession.create(
  encodeModel({
    irVersion: 10,
    producerName: 'control',
    opsetImport: [{ domain: '', version: 21 }],
    graph: {
      name: 'control',
      node: [{ name: 'n', opType: 'Hardmax', domain: '', input: ['x'], output: ['y'], attribute: [] }],
      initializer: [],
      input: [{ name: 'x', type: row }],
      output: [{ name: 'y', type: row }],
    },
  }),
  { executionProviders: ['webgpu'], logSeverityLevel: 0 },
)
process.exit()
