/** Removes from a traced graph what need not be computed: repeated operations, what no output depends on, scalings. */
import { foldScales } from './foldScales.ts'
import type { Graph, Operation, Value } from './graph.ts'

/** Known scalars are the same where their numbers are; tfjs makes a new one at every use. */
const operandKey = ({ id, constant, dtype, shape }: Value): string =>
  constant?.length === 1 ? `${dtype}[${shape}]=${constant[0]}` : String(id)

const key = ({ kernel, inputs, attributes }: Operation): string =>
  `${kernel}(${inputs.map(operandKey).join()})${JSON.stringify(attributes)}`

/** Common subexpression elimination, in order, so that operands are already replaced when their users are met. */
function shareRepeated(graph: Graph): void {
  const replacements = new Map<Value, Value>()
  const seen = new Map<string, Operation>()
  const current = (value: Value): Value => replacements.get(value) ?? value
  graph.operations = graph.operations.flatMap((operation) => {
    const rewritten: Operation = { ...operation, inputs: operation.inputs.map(current) }
    const twin = seen.get(key(rewritten))
    if (!twin) {
      seen.set(key(rewritten), rewritten)
      return [rewritten]
    }
    rewritten.outputs.forEach((output, index) => replacements.set(output, twin.outputs[index]!))
    return []
  })
  for (const [name, value] of graph.outputs) graph.outputs.set(name, current(value))
}

function dropUnused(graph: Graph): void {
  const needed = new Set<Value>(graph.outputs.values())
  graph.operations = graph.operations
    .toReversed()
    .filter(({ inputs, outputs }) => {
      if (!outputs.some((output) => needed.has(output))) return false
      for (const input of inputs) needed.add(input)
      return true
    })
    .toReversed()
}

export function simplify(graph: Graph): Graph {
  shareRepeated(graph)
  dropUnused(graph)
  foldScales(graph)
  return graph
}
