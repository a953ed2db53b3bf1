/**
 * The event files of TensorBoard: records of TFRecord framing that hold an Event each (tensorflow/core/util/event.proto,
 * tensorflow/core/framework/summary.proto). A record is its length (uint64, little-endian), the masked CRC-32C of
 * the length, the bytes, and the masked CRC-32C of the bytes.
 */
import protobuf from 'protobufjs'
import { maskedCrc32c } from './crc32c.ts'

const field = (id: number, type: string) => ({ id, type })
const root = protobuf.Root.fromJSON({
  nested: {
    /** DataClass of summary.proto: 1 is a scalar, which TensorBoard draws against the step. */
    PluginData: { fields: { pluginName: field(1, 'string'), content: field(2, 'bytes') } },
    SummaryMetadata: {
      fields: {
        pluginData: field(1, 'PluginData'),
        displayName: field(2, 'string'),
        summaryDescription: field(3, 'string'),
        dataClass: field(4, 'int32'),
      },
    },
    Dimension: { fields: { size: field(1, 'int64') } },
    TensorShape: { fields: { dim: { id: 2, type: 'Dimension', rule: 'repeated' } } },
    Tensor: {
      fields: {
        dtype: field(1, 'int32'),
        tensorShape: field(2, 'TensorShape'),
        tensorContent: field(4, 'bytes'),
        floatVal: { id: 5, type: 'float', rule: 'repeated' },
        doubleVal: { id: 6, type: 'double', rule: 'repeated' },
      },
    },
    Value: {
      fields: {
        tag: field(1, 'string'),
        simpleValue: field(2, 'float'),
        tensor: field(8, 'Tensor'),
        metadata: field(9, 'SummaryMetadata'),
      },
      oneofs: { value: { oneof: ['simpleValue', 'tensor'] } },
    },
    Summary: { fields: { value: { id: 1, type: 'Value', rule: 'repeated' } } },
    Event: {
      fields: {
        wallTime: field(1, 'double'),
        step: field(2, 'int64'),
        fileVersion: field(3, 'string'),
        summary: field(5, 'Summary'),
      },
    },
  },
})
const eventType = root.lookupType('Event')

export interface EventMessage {
  /** Seconds since 1970, UTC. */
  wallTime?: number
  step?: number | protobuf.Long
  /** Of the first record: `brain.Event:2`. */
  fileVersion?: string
  summary?: { value?: ValueMessage[] }
}
export interface ValueMessage {
  tag?: string
  simpleValue?: number
  /** What newer writers have in the place of a simple value: DataType 1 float, 2 double, one number. */
  tensor?: { dtype?: number; tensorContent?: Uint8Array; floatVal?: number[]; doubleVal?: number[] }
}

export const encodeEvent = (event: EventMessage): Uint8Array => eventType.encode(event).finish()
/** @throws Error where the bytes are no Event */
export const decodeEvent = (bytes: Uint8Array): EventMessage =>
  eventType.decode(bytes) as unknown as EventMessage

/** The bytes around the data of a record. */
export const headerBytes = 12
export const footerBytes = 4

/** One record. */
export function framed(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(headerBytes + data.length + footerBytes)
  const view = new DataView(record.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true)
  record.set(data, headerBytes)
  view.setUint32(headerBytes + data.length, maskedCrc32c(data), true)
  return record
}
