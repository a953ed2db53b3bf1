/** Derivation mode over the library and the variants of a person: what can be refused without computing is refused here. */
import os from 'node:os'
import type { CallInput, Variant } from '../../shared/contract.ts'
import { standardAxes } from '../../shared/attention.ts'
import {
  derivationRequestSchema,
  mlpOnly,
  type Derivation,
  type DerivationSettings,
} from '../../shared/derivation.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { ImageDataset } from '../../shared/experiment.ts'
import { requireKind } from '../datasets/format.ts'
import type { Library } from '../datasets/library.ts'
import { deriveApart } from '../derivation/process.ts'
import type { NamedAxes } from '../derivation/derive.ts'
import { threadsPerRun } from '../training/queue.ts'
import { knownNames } from './identifiers.ts'

export interface Derivations {
  /**
   * @param signal ends the work
   * @throws WorkbenchError unknown-attention, unknown-dataset, wrong-kind, invalid-request, interrupted where it was
   *   cancelled, or derivation-failed
   */
  derive(request: CallInput<'derive'>, signal?: AbortSignal): Promise<Derivation>
  /** Ends the derivation of that request, which then fails with `interrupted`; of no effect where it has ended. */
  cancel(request: string): Record<string, never>
  /** Ends what is being derived. */
  close(): void
}

export function createDerivations(parts: {
  readonly library: Library
  /** The ones that can be chosen at this moment. */
  readonly variants: () => readonly Variant[]
}): Derivations {
  const { library, variants } = parts
  const closing = new AbortController()
  const underWay = new Map<string, AbortController>()

  function axesOf(id: string, known: readonly Variant[]): NamedAxes {
    if (id === mlpOnly) return { id, axes: standardAxes, mlpOnly: true }
    const variant = known.find((candidate) => candidate.id === id)
    if (variant) return { id, axes: variant.axes }
    const ids = known.map((candidate) => candidate.id)
    throw new WorkbenchError('unknown-attention', `There is no variant "${id}".`, knownNames(id, ids))
  }

  function imagesOf({ source }: DerivationSettings): ImageDataset | null {
    if (source.kind === 'points') return null
    const dataset = library.dataset(source.dataset)
    if (!dataset)
      throw new WorkbenchError(
        'unknown-dataset',
        `There is no dataset "${source.dataset}".`,
        knownNames(
          source.dataset,
          library.datasets().map(({ id }) => id),
        ),
      )
    requireKind(dataset, 'images')
    return dataset
  }

  /** Does some work until it is cancelled by the name of its request, the workbench closes, or `signal` says so. */
  async function cancellable<Answer>(
    request: string | undefined,
    signal: AbortSignal | undefined,
    work: (until: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const cancel = new AbortController()
    const until = AbortSignal.any([closing.signal, cancel.signal, ...(signal ? [signal] : [])])
    if (request === undefined) return work(until)
    if (underWay.has(request))
      throw new WorkbenchError(
        'invalid-request',
        `A derivation with the request "${request}" is under way.`,
        'Give every derivation a request of its own.',
      )
    underWay.set(request, cancel)
    try {
      return await work(until)
    } finally {
      underWay.delete(request)
    }
  }

  return {
    async derive(input, signal) {
      const { attentions, request, ...settings } = derivationRequestSchema.parse(input)
      const known = variants()
      const images = imagesOf(settings)
      const task = {
        variants: attentions.map((id) => axesOf(id, known)),
        settings,
        datasetFolder: images && library.folder(images.id),
        threads: threadsPerRun(os.availableParallelism(), 1),
      }
      const { labels, items, derivation } = await cancellable(request, signal, (until) =>
        deriveApart(task, until),
      )
      return { settings, labels, items, classNames: images?.classNames ?? null, derivation }
    },
    cancel(request) {
      underWay
        .get(request)
        ?.abort(new WorkbenchError('interrupted', 'The derivation was cancelled.', 'Start it again.'))
      return {}
    },
    close: () =>
      closing.abort(
        new WorkbenchError('interrupted', 'The derivation was still running.', 'Start it again.'),
      ),
  }
}
