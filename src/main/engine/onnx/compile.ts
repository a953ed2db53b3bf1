/** From a program to an ONNX model, for the devices that ONNX Runtime serves. */
import * as ort from 'onnxruntime-node'
import type { Numbers, Program, TensorSpecification } from '../program.ts'
import { trace } from '../tracing/backend.ts'
import { simplify } from '../tracing/simplify.ts'
import { lower, type Target } from './lowering/index.ts'

/** The output that carries the new value of a tensor of the state. */
export const nextOf = (name: string): string => `next/${name}`

export interface OnnxProgram {
  readonly model: Uint8Array
  /** Names of the state that the program replaces; they leave as `nextOf(name)`. */
  readonly updated: readonly string[]
  /** Names of its results. */
  readonly results: readonly string[]
}

/** Traces a program with its gradients into one graph and lowers it for `target`. */
export function compileToOnnx(program: Program, target: Target): OnnxProgram {
  let updated: string[] = []
  let results: string[] = []
  const graph = trace({ ...program.state, ...program.inputs }, (tensors) => {
    const made = program.build(tensors, tensors)
    updated = Object.keys(made.state)
    results = Object.keys(made.results)
    const next = Object.entries(made.state).map(([name, tensor]) => [nextOf(name), tensor] as const)
    return { ...Object.fromEntries(next), ...made.results }
  })
  return { model: lower(simplify(graph), target), updated, results }
}

/** Numbers of the host as a tensor to feed. */
export function hostTensor({ shape, dtype }: TensorSpecification, numbers: Numbers): ort.Tensor {
  return new ort.Tensor(dtype, numbers as Float32Array, shape)
}
