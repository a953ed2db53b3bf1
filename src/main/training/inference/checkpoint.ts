/** The weights of a run's checkpoint, read without changing anything: the run may be training. */
import fs from 'node:fs/promises'
import path from 'node:path'
import { WorkbenchError } from '../../../shared/errors.ts'
import { sameShape } from '../../engine/tracing/shapes.ts'
import { stateOf, type Kept } from '../../model/parameters.ts'
import { readCheckpoint, type Checkpoint } from '../checkpoint.ts'
import { bestFile, isRegular } from '../checkpoints.ts'
import type { HostTensors } from '../safetensors.ts'

/** A run that trains removes old checkpoints: what was listed may be gone a moment later. */
const attempts = 3

/**
 * The best checkpoint in `folder`, or the latest that is whole.
 * @throws WorkbenchError no-checkpoint
 */
export async function loadCheckpoint(
  folder: string,
  which: 'best' | 'last',
  { run }: { readonly run: string },
): Promise<Checkpoint> {
  const reasons = new Map<string, string>()
  for (let attempt = 0; attempt < attempts; attempt++) {
    const names = await fs.readdir(folder).catch(() => []) // no folder yet: no checkpoints
    const wanted =
      which === 'best' ? names.filter((name) => name === bestFile) : names.filter(isRegular).sort()
    for (const name of wanted.toReversed()) {
      if (reasons.has(name)) continue
      try {
        return await readCheckpoint(path.join(folder, name))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') reasons.set(name, (error as Error).message)
      }
    }
  }
  throw noCheckpoint(run, which, reasons)
}

function noCheckpoint(
  run: string,
  which: 'best' | 'last',
  reasons: ReadonlyMap<string, string>,
): WorkbenchError {
  if (reasons.size === 0)
    return new WorkbenchError(
      'no-checkpoint',
      `Run ${run} has no checkpoint yet.`,
      'Wait until it has trained for a moment; a run that never trained has none.',
    )
  const said = [...reasons].map(([file, reason]) => `${file}: ${reason}`).join('; ')
  return new WorkbenchError(
    'no-checkpoint',
    `Run ${run} has no ${which} checkpoint that can be read (${said}).`,
    `Try --checkpoint ${which === 'best' ? 'last' : 'best'}, or train the run again.`,
  )
}

/**
 * What a forward pass reads: a checkpoint to continue from also holds the moments of the optimiser.
 * @throws WorkbenchError no-checkpoint where the tensors are not those of the model
 */
export function weightsIn(
  { tensors }: Checkpoint,
  model: Kept,
  { run }: { readonly run: string },
): HostTensors {
  const wanted = Object.entries(stateOf(model))
  const misfit = wanted.find(([name, { shape }]) => !tensors[name] || !sameShape(tensors[name].shape, shape))
  if (misfit)
    throw new WorkbenchError(
      'no-checkpoint',
      `The checkpoint of run ${run} is of another model: its ${misfit[0]} is not [${misfit[1].shape.join(', ')}].`,
      'Train the run again with this version of the workbench.',
    )
  return Object.fromEntries(wanted.map(([name]) => [name, tensors[name]!]))
}
