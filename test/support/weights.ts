/** Weights with which nothing of a model is idle. */
import { initialNumbers, type Kept } from '../../src/main/model/parameters.ts'
import type { HostTensors } from '../../src/main/training/safetensors.ts'
import { wave } from './devices.ts'

/** Every parameter and buffer of a model, away from special values such as 0. */
export const alive = ({ parameters, buffers }: Kept): HostTensors =>
  Object.fromEntries(
    [...parameters, ...buffers].map((parameter, index) => {
      const shift = wave(parameter.shape, index, 0.2).numbers
      const numbers = initialNumbers(parameter, 3).map((value, at) => value + shift[at]!)
      return [parameter.name, { shape: parameter.shape, numbers }] as const
    }),
  )
