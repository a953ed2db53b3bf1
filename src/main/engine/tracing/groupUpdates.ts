/**
 * Joins the AdamW updates of small tensors into one, for devices where starting a kernel costs more than the arithmetic
 * of a small tensor: flatten and concatenate, update, split and restore the shapes.
 */
import type { Graph, Operation, Value } from './graph.ts'
import { sizeFromShape } from './shapes.ts'

/** Tensors with fewer elements are small. */
const smallSize = 4096

export function groupUpdates(graph: Graph): void {
  const isSmall = ({ kernel, inputs }: Operation) =>
    kernel === 'AdamW' && sizeFromShape(inputs[0]!.shape) < smallSize
  /** Updates can be joined where everything but the tensors themselves is the same. */
  const scalarsOf = ({ inputs, attributes }: Operation): string => {
    const scalars = inputs.slice(4).map(({ id, constant }) => (constant ? `=${constant[0]}` : id))
    return JSON.stringify([scalars, attributes])
  }
  const groups = Map.groupBy(graph.operations.filter(isSmall), scalarsOf)
  graph.operations = graph.operations.filter((operation) => !isSmall(operation))
  for (const group of groups.values())
    graph.operations.push(...(group.length > 1 ? join(graph, group) : group))
}

function join(graph: Graph, group: readonly Operation[]): Operation[] {
  const operations: Operation[] = []
  const sizes = group.map(({ inputs }) => sizeFromShape(inputs[0]!.shape))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const record = (operation: Operation): readonly Value[] => {
    operations.push(operation)
    return operation.outputs
  }
  const flat = (value: Value, size: number): Value =>
    record({
      kernel: 'Reshape',
      inputs: [value],
      attributes: { shape: [size] },
      outputs: [graph.value([size], 'float32')],
    })[0]!
  /** The operands at `index` of all updates, end to end. */
  const joined = (index: number): Value =>
    record({
      kernel: 'Concat',
      inputs: group.map(({ inputs }, member) => flat(inputs[index]!, sizes[member]!)),
      attributes: { axis: 0 },
      outputs: [graph.value([total], 'float32')],
    })[0]!

  const { inputs, attributes } = group[0]!
  const updated = record({
    kernel: 'AdamW',
    inputs: [...[0, 1, 2, 3].map(joined), ...inputs.slice(4)],
    attributes,
    outputs: [0, 1, 2].map(() => graph.value([total], 'float32')),
  })
  updated.forEach((value, index) => {
    const parts = record({
      kernel: 'SplitV',
      inputs: [value],
      attributes: { numOrSizeSplits: sizes, axis: 0 },
      outputs: sizes.map((size) => graph.value([size], 'float32')),
    })
    group.forEach(({ outputs }, member) => {
      const output = outputs[index]!
      record({
        kernel: 'Reshape',
        inputs: [parts[member]!],
        attributes: { shape: output.shape },
        outputs: [output],
      })
    })
  })
  return operations
}
