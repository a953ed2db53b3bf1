/**
 * The part of the public onnx.proto schema (github.com/onnx/onnx, Apache 2.0) that our programs need, for
 * protobufjs. Field numbers are the schema's; nothing else of it is used.
 */
import protobuf from 'protobufjs'

const field = (id: number, type: string, repeated = false) => ({
  id,
  type,
  ...(repeated && { rule: 'repeated' }),
})

const root = protobuf.Root.fromJSON({
  nested: {
    OperatorSetIdProto: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    TensorProto: {
      fields: {
        dims: field(1, 'int64', true),
        dataType: field(2, 'int32'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
      },
    },
    AttributeProto: {
      fields: {
        name: field(1, 'string'),
        f: field(2, 'float'),
        i: field(3, 'int64'),
        s: field(4, 'bytes'),
        floats: field(7, 'float', true),
        ints: field(8, 'int64', true),
        type: field(20, 'int32'),
      },
    },
    NodeProto: {
      fields: {
        input: field(1, 'string', true),
        output: field(2, 'string', true),
        name: field(3, 'string'),
        opType: field(4, 'string'),
        attribute: field(5, 'AttributeProto', true),
        domain: field(7, 'string'),
      },
    },
    Dimension: { fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } },
    TensorShapeProto: { fields: { dim: field(1, 'Dimension', true) } },
    TensorTypeProto: { fields: { elemType: field(1, 'int32'), shape: field(2, 'TensorShapeProto') } },
    TypeProto: { fields: { tensorType: field(1, 'TensorTypeProto') } },
    ValueInfoProto: { fields: { name: field(1, 'string'), type: field(2, 'TypeProto') } },
    GraphProto: {
      fields: {
        node: field(1, 'NodeProto', true),
        name: field(2, 'string'),
        initializer: field(5, 'TensorProto', true),
        input: field(11, 'ValueInfoProto', true),
        output: field(12, 'ValueInfoProto', true),
      },
    },
    StringStringEntryProto: { fields: { key: field(1, 'string'), value: field(2, 'string') } },
    ModelProto: {
      fields: {
        irVersion: field(1, 'int64'),
        producerName: field(2, 'string'),
        producerVersion: field(3, 'string'),
        docString: field(6, 'string'),
        graph: field(7, 'GraphProto'),
        opsetImport: field(8, 'OperatorSetIdProto', true),
        metadataProps: field(14, 'StringStringEntryProto', true),
      },
    },
  },
})

export interface TensorMessage {
  name: string
  dims: readonly number[]
  dataType: number
  rawData: Uint8Array
}
export interface AttributeMessage {
  name: string
  type: number
  f?: number
  i?: number
  s?: Uint8Array
  floats?: readonly number[]
  ints?: readonly number[]
}
export interface NodeMessage {
  name: string
  opType: string
  domain: string
  input: readonly string[]
  output: readonly string[]
  attribute: readonly AttributeMessage[]
}
/** A size, or the name of one that is not known before the model runs. */
export type DimensionMessage = { dimValue: number } | { dimParam: string }
export interface ValueInfoMessage {
  name: string
  type: { tensorType: { elemType: number; shape: { dim: DimensionMessage[] } } }
}
export interface ModelMessage {
  irVersion: number
  producerName: string
  producerVersion?: string
  docString?: string
  /** What anyone may read of the model without running it. */
  metadataProps?: { key: string; value: string }[]
  opsetImport: { domain: string; version: number }[]
  graph: {
    name: string
    node: NodeMessage[]
    initializer: TensorMessage[]
    input: ValueInfoMessage[]
    output: ValueInfoMessage[]
  }
}

/** Element types of TensorProto.DataType. */
export const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const
/** AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const

/** The bytes of an ONNX model. */
export function encodeModel(model: ModelMessage): Uint8Array {
  return root.lookupType('ModelProto').encode(model).finish()
}
