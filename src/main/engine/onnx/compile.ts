/** From a program to an ONNX model, for the devices that ONNX Runtime serves. */
import * as ort from 'onnxruntime-node'
import { takeHostOperations, type HostOperation } from '../host/operations.ts'
import type { Numbers, Program, TensorSpecification } from '../program.ts'
import { trace } from '../tracing/backend.ts'
import { groupUpdates } from '../tracing/groupUpdates.ts'
import { simplify } from '../tracing/simplify.ts'
import { lower, type Target } from './lowering/index.ts'

/** The output that carries the new value of a tensor of the state. */
export const nextOf = (name: string): string => `next/${name}`

export interface OnnxProgram {
  readonly model: Uint8Array
  /** Names of the state that the model replaces; they leave as `nextOf(name)`. */
  readonly updated: readonly string[]
  /** What is left to the host when the model has run. */
  readonly hostOperations: readonly HostOperation[]
  /** Names of its results. */
  readonly results: readonly string[]
}

/**
 * Traces a program with its gradients into one graph and lowers it for `target`. The CPU leaves updates of its state to
 * the host; elsewhere they are part of the model.
 */
export function compileToOnnx(program: Program, target: Target): OnnxProgram {
  const stateOf = new Map(Object.keys(program.state).map((name) => [nextOf(name), name]))
  let results: string[] = []
  const graph = trace({ ...program.state, ...program.inputs }, (tensors) => {
    const made = program.build(tensors, tensors)
    results = Object.keys(made.results)
    const next = Object.entries(made.state).map(([name, tensor]) => [nextOf(name), tensor] as const)
    return { ...Object.fromEntries(next), ...made.results }
  })
  simplify(graph)
  let hostOperations: HostOperation[] = []
  if (target === 'cpu')
    hostOperations = takeHostOperations(
      graph,
      (name) => name in program.state,
      (output) => stateOf.get(output),
    )
  else groupUpdates(graph)
  const updated = [...graph.outputs.keys()].flatMap((output) => stateOf.get(output) ?? [])
  return { model: lower(graph, target), updated, results, hostOperations }
}

/** Numbers of the host as a tensor to feed. */
export function hostTensor({ shape, dtype }: TensorSpecification, numbers: Numbers): ort.Tensor {
  return new ort.Tensor(dtype, numbers as Float32Array, shape)
}
