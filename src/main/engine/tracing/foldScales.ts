/**
 * Moves scalar factors into matrix products: c·(A B) and (c·A) B become one product with a factor `alpha`, which costs
 * nothing, instead of a pass over a whole tensor. Attention's 1/√d and the halves of GELU's gradient go this way.
 */
import type { Graph, Operation, Value } from './graph.ts'
import { sizeFromShape } from './shapes.ts'

const product = 'BatchMatMul'
const alphaOf = ({ attributes }: Operation): number => (attributes.alpha as number | undefined) ?? 1
const scaled = (operation: Operation, factor: number): Operation => ({
  ...operation,
  attributes: { ...operation.attributes, alpha: alphaOf(operation) * factor },
})

/** The tensor and the factor of a multiplication by a known number; undefined for any other operation. */
function scaling({ kernel, inputs, outputs }: Operation): { tensor: Value; factor: number } | undefined {
  if (kernel !== 'Multiply') return undefined
  const known = inputs.findIndex(({ constant, shape }) => constant && sizeFromShape(shape) === 1)
  const tensor = inputs[1 - known]
  if (known < 0 || !tensor || tensor.constant || tensor.shape.length !== outputs[0]!.shape.length)
    return undefined
  return { tensor, factor: inputs[known]!.constant![0]! }
}

export function foldScales(graph: Graph): void {
  const returned = new Set(graph.outputs.values())
  const users = new Map<Value, Operation[]>()
  for (const operation of graph.operations)
    for (const input of operation.inputs) users.set(input, [...(users.get(input) ?? []), operation])
  const onlyProductsUse = (value: Value): boolean =>
    !returned.has(value) && (users.get(value) ?? []).every(({ kernel }) => kernel === product)

  /** Multiplications that the products after them take over. */
  const absorbed = new Map<Value, { tensor: Value; factor: number }>()
  /** Where each product is, and products that take over the multiplication after them. */
  const places = new Map<Value, number>()
  const kept: Operation[] = []
  for (const original of graph.operations) {
    let operation = original
    if (operation.kernel === product) {
      for (const { factor } of operation.inputs.flatMap((input) => absorbed.get(input) ?? []))
        operation = scaled(operation, factor)
      operation = {
        ...operation,
        inputs: operation.inputs.map((input) => absorbed.get(input)?.tensor ?? input),
      }
    }
    const scale = scaling(operation)
    const place = scale && places.get(scale.tensor)
    if (
      scale &&
      place !== undefined &&
      users.get(scale.tensor)!.length === 1 &&
      !returned.has(scale.tensor)
    ) {
      kept[place] = { ...scaled(kept[place]!, scale.factor), outputs: operation.outputs }
      places.set(operation.outputs[0]!, place)
    } else if (scale && onlyProductsUse(operation.outputs[0]!)) absorbed.set(operation.outputs[0]!, scale)
    else {
      if (operation.kernel === product) places.set(operation.outputs[0]!, kept.length)
      kept.push(operation)
    }
  }
  graph.operations = kept
}
