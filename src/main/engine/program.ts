/**
 * What the engine compiles and runs: a program is a pure function over named tensors, written with tfjs. Its state
 * (weights, moments) stays on the device between calls; its inputs are given anew at every call.
 */
import type { TensorSpecification, Tensors } from './tracing/backend.ts'
import type { Numbers } from './tracing/graph.ts'

export type { TensorSpecification, Tensors } from './tracing/backend.ts'
export type { Numbers } from './tracing/graph.ts'
export type Specifications = Readonly<Record<string, TensorSpecification>>

export interface Program {
  readonly name: string
  /** Tensors that persist on the device. */
  readonly state: Specifications
  /** Tensors given at every call. */
  readonly inputs: Specifications
  /** The function itself: what it returns as `state` replaces the tensors of those names. */
  build(state: Tensors, inputs: Tensors): { state: Tensors; results: Tensors }
}

/** Named tensors that live on a device. Programs of the same device may share one. */
export interface DeviceState {
  /** Copies of the numbers of some tensors. */
  read(names: readonly string[]): Promise<Record<string, Float32Array>>
  /** Frees its tensors; it is not used again. */
  release(): Promise<void>
}

export interface CompiledProgram {
  /** Runs once: `state` changes as the program says, and its results come back as numbers. */
  run(state: DeviceState, inputs: Readonly<Record<string, Numbers>>): Promise<Record<string, Numbers>>
  release(): Promise<void>
}

/** A place where programs run. Connectors are in devices/. */
export interface Device {
  readonly name: string
  /** Of the hardware, as far as it is known. */
  readonly description: string
  createState(
    values: Readonly<Record<string, { shape: readonly number[]; numbers: Float32Array }>>,
  ): DeviceState
  compile(program: Program): Promise<CompiledProgram>
}
