/**
 * What the CPU device computes itself instead of ONNX Runtime. AdamW is a dozen passes over every weight as ONNX nodes
 * and a single one here, which is worth a tenth of a small model's step (docs/decisions/0009-host-kernels.md).
 * ../onnx/compile.ts takes such operations from the end of a graph; ../devices/hostState.ts runs them.
 */
import type { Graph, Operation, Value } from '../tracing/graph.ts'
import { adamWBytes } from './adamW.wasm.ts'

/** Where an operand is when ONNX Runtime has finished. */
export type Operand =
  | { readonly kind: 'state'; readonly name: string }
  | { readonly kind: 'given'; readonly name: string }
  | { readonly kind: 'output'; readonly name: string; readonly shape: readonly number[] }
  | { readonly kind: 'constant'; readonly value: number }

/** An AdamW update of the state tensors `weights`, `first` and `second`, in place. */
export interface HostOperation {
  readonly weights: string
  readonly first: string
  readonly second: string
  readonly gradient: Operand & { readonly kind: 'output' }
  readonly scalars: Readonly<Record<'firstGain' | 'secondGain' | 'stepSize' | 'epsilon' | 'keep', Operand>>
  readonly beta1: number
  readonly beta2: number
}

type Update = (
  ...parameters: [
    weights: number,
    first: number,
    second: number,
    gradient: number,
    bytes: number,
    beta1: number,
    beta2: number,
    firstGain: number,
    secondGain: number,
    stepSize: number,
    epsilon: number,
    keep: number,
  ]
) => void

const kernel = new WebAssembly.Module(Buffer.from(adamWBytes, 'base64'))

/** The kernel of adamW.wat over a memory; tensors are byte offsets there. */
export function instantiateAdamW(memory: WebAssembly.Memory): Update {
  return new WebAssembly.Instance(kernel, { host: { memory } }).exports.update as Update
}

/**
 * Takes the AdamW updates of state tensors out of `graph`. What they read becomes an output of it instead.
 * @param stateOf the name of the state tensor that an output of the graph replaces, if it is one
 */
export function takeHostOperations(
  graph: Graph,
  isState: (name: string) => boolean,
  stateOf: (output: string) => string | undefined,
): HostOperation[] {
  const outputNames = new Map([...graph.outputs].map(([name, value]) => [value, name]))
  const read = new Set(graph.operations.flatMap(({ inputs }) => inputs))
  const replaces = (output: Value, input: Value) =>
    !read.has(output) &&
    input.inputName !== undefined &&
    stateOf(outputNames.get(output) ?? '') === input.inputName
  const isInPlace = ({ kernel, inputs, outputs }: Operation) =>
    kernel === 'AdamW' && outputs.every((output, index) => replaces(output, inputs[index]!))

  const taken = graph.operations.filter(isInPlace)
  graph.operations = graph.operations.filter((operation) => !taken.includes(operation))
  for (const output of taken.flatMap(({ outputs }) => outputs)) graph.outputs.delete(outputNames.get(output)!)

  const operandOf = (value: Value): Operand => {
    if (value.constant) return { kind: 'constant', value: value.constant[0]! }
    if (value.inputName !== undefined)
      return { kind: isState(value.inputName) ? 'state' : 'given', name: value.inputName }
    return outputOf(value)
  }
  const outputOf = (value: Value): Operand & { kind: 'output' } => {
    const name = outputNames.get(value) ?? `host/${value.id}`
    outputNames.set(value, name)
    graph.outputs.set(name, value)
    return { kind: 'output', name, shape: value.shape }
  }
  return taken.map(({ inputs, attributes }) => {
    const [weights, first, second, gradient, firstGain, secondGain, stepSize, epsilon, keep] =
      inputs as Value[]
    return {
      weights: weights!.inputName!,
      first: first!.inputName!,
      second: second!.inputName!,
      gradient: outputOf(gradient!),
      scalars: {
        firstGain: operandOf(firstGain!),
        secondGain: operandOf(secondGain!),
        stepSize: operandOf(stepSize!),
        epsilon: operandOf(epsilon!),
        keep: operandOf(keep!),
      },
      beta1: attributes.beta1 as number,
      beta2: attributes.beta2 as number,
    }
  })
}
