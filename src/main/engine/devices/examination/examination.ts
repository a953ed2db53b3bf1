/**
 * Whether a device can be used here, and what it is. Nothing in this folder loads tfjs or ONNX Runtime into the process
 * that asks: whatever could crash or hang is tried in a process of its own (probe.ts).
 */
export type Examination =
  | {
      readonly available: true
      /** Of the hardware, as far as it is known. */
      readonly description: string
      /** Computed by the processor: works when it is named, and is never chosen by itself. */
      readonly software?: boolean
      /** Variables to set before the device is opened, so that it is the one that was examined. */
      readonly environment?: Readonly<Record<string, string>>
    }
  | {
      readonly available: false
      /** Why, and what would make it available: whole sentences. */
      readonly reason: string
    }
