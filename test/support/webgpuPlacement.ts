/**
 * The entry of a process with a software GPU (softwareGpu.ts): compiles every operation and the programs of every
 * attention variant on webgpu while ONNX Runtime logs where it places the nodes. Lines that begin with `program:` say what the log is of.
 */
import { writeSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
import { openWebGpu } from '../../src/main/engine/devices/webgpu.ts'
import { elementTypes, encodeModel, type ValueInfoMessage } from '../../src/main/engine/onnx/schema.ts'
import { attentionVariant } from '../../src/main/model/attention/index.ts'
import { languageModel } from '../../src/main/model/transformer.ts'
import { variants } from '../../src/shared/catalogue/variants.ts'
import { evaluationProgram, trainingProgram } from '../../src/main/training/programs.ts'
import { programOf } from './devices.ts'
import { goldenConfiguration } from './goldenTraining.ts'
import { operationCases, valueAndGradients } from './operationCases.ts'

const device = openWebGpu('software', true)
const announce = (name: string) => writeSync(2, `\nprogram: ${name}\n`)

for (const [name, testCase] of Object.entries(operationCases)) {
  announce(name)
  await device.compile(programOf(testCase.inputs, valueAndGradients(testCase)))
}
for (const { id } of variants) {
  const model = languageModel(goldenConfiguration, attentionVariant(id))
  const dropping = { ...goldenConfiguration, dropout: 0.2 }
  const programs = {
    'training step': trainingProgram(model, goldenConfiguration),
    'training step with dropout': trainingProgram(languageModel(dropping, attentionVariant(id)), dropping),
    evaluation: evaluationProgram(model, goldenConfiguration.batchSize, goldenConfiguration.context),
  }
  for (const [name, program] of Object.entries(programs)) {
    announce(`${id}, ${name}`)
    await device.compile(program) // creates the session; nothing runs
  }
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
