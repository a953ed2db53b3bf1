/** Kernels that move or select numbers without changing them. */
import type { Lowering } from '../builder.ts'
import { elementTypes } from '../schema.ts'
import { normalisedAxes, sameShape } from '../../tracing/shapes.ts'
import type { DataType } from '../../tracing/graph.ts'

/** Any WebGPU adapter lets a shader have 8 storage buffers: a Split into more parts than these fails when it runs. */
const webGpuParts = 7

const reshape: Lowering = (model, { inputs: [x], outputs: [y] }) =>
  sameShape(x!.shape, y!.shape)
    ? model.alias(y!, model.name(x!))
    : model.make([y!], 'Reshape', [model.name(x!), model.integers(y!.shape)])

export const shape: Record<string, Lowering> = {
  Reshape: reshape,
  ExpandDims: reshape,
  Transpose: (model, { inputs: [x], outputs, attributes }) =>
    model.make(outputs, 'Transpose', [model.name(x!)], { perm: attributes.perm as number[] }),
  BroadcastTo: (model, { inputs: [x], outputs: [y] }) =>
    model.make([y!], 'Expand', [model.name(x!), model.integers(y!.shape)]),
  Tile: (model, { inputs: [x], outputs, attributes }) =>
    model.make(outputs, 'Tile', [model.name(x!), model.integers(attributes.reps as number[])]),
  Concat: (model, { inputs, outputs, attributes }) =>
    model.make(
      outputs,
      'Concat',
      inputs.map((value) => model.name(value)),
      { axis: normalisedAxes(attributes.axis as number, outputs[0]!.shape.length)[0]! },
    ),
  SplitV: (model, { inputs: [x], outputs, attributes }) => {
    const axis = normalisedAxes(attributes.axis as number, x!.shape.length)[0]!
    const sizes = outputs.map((output) => output.shape[axis]!)
    if (model.target === 'webgpu' && outputs.length > webGpuParts) {
      let begin = 0
      for (const [index, output] of outputs.entries()) {
        const end = begin + sizes[index]!
        const [from, to, along] = [begin, end, axis].map((number) => model.integers([number]))
        model.make([output], 'Slice', [model.name(x!), from!, to!, along!])
        begin = end
      }
      return
    }
    model.make(outputs, 'Split', [model.name(x!), model.integers(sizes)], { axis })
  },
  Slice: (model, { inputs: [x], outputs: [y], attributes }) => {
    // of another length it may be a part
    if (model.target !== 'portable' && sameShape(x!.shape, y!.shape)) return model.alias(y!, model.name(x!))
    const begin = attributes.begin as number[]
    const end = begin.map((start, axis) => start + y!.shape[axis]!)
    model.make([y!], 'Slice', [model.name(x!), model.integers(begin), model.integers(end)])
  },
  PadV2: (model, { inputs: [x], outputs: [y], attributes }) => {
    if (sameShape(x!.shape, y!.shape)) return model.alias(y!, model.name(x!))
    const paddings = attributes.paddings as [before: number, after: number][]
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]
    model.make([y!], 'Pad', [
      model.name(x!),
      model.integers(pads),
      model.scalar(attributes.constantValue as number),
    ])
  },
  GatherV2: (model, { inputs: [x, indices], outputs, attributes }) => {
    const axis = normalisedAxes(attributes.axis as number, x!.shape.length)[0]!
    model.make(outputs, 'Gather', [model.name(x!), model.name(indices!)], { axis })
  },
  /** Equal + Cast rather than OneHot: the WebGPU provider has no OneHot (docs/decisions). */
  OneHot: (model, { inputs: [indices], outputs: [y], attributes }) => {
    const depth = attributes.depth as number
    const classes = model.constant(
      Int32Array.from({ length: depth }, (_, index) => index),
      [depth],
      'int32',
    )
    const column = model.add('Reshape', [model.name(indices!), model.integers([...indices!.shape, 1])])
    const hit = model.add('Equal', [column, classes])
    model.make([y!], 'Cast', [hit], { to: elementTypes[(attributes.dtype as DataType) ?? 'float32'] })
  },
}
