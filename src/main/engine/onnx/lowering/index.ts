/** From a traced graph to an ONNX model. */
import type { Graph } from '../../tracing/graph.ts'
import { ModelBuilder, type Lowering, type Target } from '../builder.ts'
import { encodeModel, type ModelMessage } from '../schema.ts'
import { elementwise } from './elementwise.ts'
import { matrix } from './matrix.ts'
import { named } from './named.ts'
import { reduction } from './reduction.ts'
import { shape } from './shape.ts'

export type { Target } from '../builder.ts'

const lowerings: Readonly<Record<string, Lowering>> = {
  ...elementwise,
  ...matrix,
  ...named,
  ...reduction,
  ...shape,
}

export const lower = (graph: Graph, target: Target): Uint8Array => encodeModel(lowered(graph, target))

/** The same before it is encoded. */
export function lowered(graph: Graph, target: Target): ModelMessage {
  const model = new ModelBuilder(graph, target)
  for (const operation of graph.operations) {
    const lowering = lowerings[operation.kernel]
    if (!lowering)
      throw new Error(
        `The operation ${operation.kernel} has no ONNX lowering: add it in src/main/engine/onnx/lowering/.`,
      )
    lowering(model, operation)
  }
  return model.message(graph)
}
