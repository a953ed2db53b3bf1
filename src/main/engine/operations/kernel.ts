/**
 * Named kernels: composites that deserve better than tfjs's generic gradient. Each file beside this one gives the
 * formula as ordinary tfjs operations, which the eager devices run and differentiate, and a fused form with its own
 * gradient, which the tracing backend records and ../onnx/lowering/named.ts lowers. The two are independent of each
 * other, so the parity tests between devices test the fused gradients.
 */
import * as tf from '@tensorflow/tfjs'
import { registerTracedKernel } from '../tracing/backend.ts'
import type { KernelRule } from '../tracing/kernels.ts'

export type NamedKernel = (
  inputs: Record<string, tf.Tensor>,
  attributes?: Record<string, number>,
) => tf.Tensor[]

/** Registers a kernel that only the tracing backend has, and returns the function that records a call of it. */
export function defineKernel(name: string, rule: KernelRule): NamedKernel {
  registerTracedKernel(name, rule)
  return (inputs, attributes = {}) => {
    const result = tf.engine().runKernel(name, inputs, attributes) as tf.Tensor | tf.Tensor[]
    return Array.isArray(result) ? result : [result]
  }
}
