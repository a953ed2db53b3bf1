/** What is asked of a checkpoint, and what is refused before anything starts; the process that answers is played. */
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Library } from '../../../src/main/datasets/library.ts'
import type { Question, WantedText } from '../../../src/main/training/inference/messages.ts'
import { createEvents } from '../../../src/main/workbench/events.ts'
import { createInference } from '../../../src/main/workbench/inference.ts'
import type { Uploads } from '../../../src/main/workbench/uploads.ts'
import type { Dataset } from '../../../src/shared/experiment.ts'
import { aRun } from '../store/records.ts'
import { aDataset, anImageDataset } from '../../support/records.ts'

function parts({ dataset = aDataset() as Dataset | undefined } = {}) {
  const asked: Question[] = []
  const signals: AbortSignal[] = []
  const discarded: string[] = []
  const events = createEvents()
  const ask = vi.fn((question: Question, onText: (text: string) => void, signal: AbortSignal) => {
    asked.push(question)
    signals.push(signal)
    onText('ab')
    onText('c')
    return new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
  })
  const library = { dataset: () => dataset, folder: (id: string) => `/library/${id}` } as unknown as Library
  const take = (upload: string) => {
    if (upload === 'gone') throw new Error('There is no upload "gone".')
    return {
      file: `/uploads/${upload}`,
      name: `${upload}.png`,
      discard: async () => void discarded.push(upload),
    }
  }
  const uploads = { take } as unknown as Uploads
  const inference = createInference({ library, uploads, events, runsFolder: '/runs', ask: ask as never })
  return { inference, asked, signals, discarded, events }
}
const run = aRun({ id: 'run-1', device: 'cpu', threads: 3 })

describe('a text', () => {
  it('is asked for as the run samples, with its device and threads, where nothing is named', () => {
    const { inference, asked } = parts()
    void inference.sample(run, { run: run.id })
    const { samplePrompt: prompt, sampleTokens: tokens, temperature, topK } = run.configuration
    expect(asked[0]).toMatchObject({
      ...{ run: 'run-1', checkpoint: 'best', device: 'cpu', threads: 3, axes: run.axes },
      checkpoints: path.join('/runs', 'run-1'),
      wanted: { kind: 'text', prompt, tokens, temperature, topK, seed: 0 },
    })
  })

  it('is asked for as it is wanted, zeros included', () => {
    const { inference, asked } = parts()
    const wanted = { prompt: 'KING', tokens: 5, temperature: 0, topK: 0, seed: 9 }
    void inference.sample(run, { run: run.id, checkpoint: 'last', device: 'reference', ...wanted })
    expect(asked[0]).toMatchObject({ checkpoint: 'last', device: 'reference', wanted })
  })

  it('has a length of its own where the run sampled nothing', () => {
    const { inference, asked } = parts()
    const silent = aRun({ configuration: { ...run.configuration, sampleTokens: 0 } })
    void inference.sample(silent, { run: silent.id })
    expect((asked[0]!.wanted as WantedText).tokens).toBe(200)
  })

  it('is told as it grows to who named the request, and to nobody else', () => {
    const { inference, events } = parts()
    const heard: unknown[] = []
    events.subscribe('sampleProgress', (progress) => heard.push(progress))
    void inference.sample(run, { run: run.id })
    void inference.sample(run, { run: run.id, request: 'mine' })
    expect(heard).toEqual(['ab', 'c'].map((text) => ({ request: 'mine', text })))
  })
})

describe('what is being answered', () => {
  it('ends when whoever asked is gone, and only that', async () => {
    const { inference, signals } = parts()
    const gone = new AbortController()
    const first = inference.sample(run, { run: run.id }, gone.signal)
    void inference.sample(run, { run: run.id })
    gone.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  it('ends with the workbench', async () => {
    const { inference } = parts()
    const asked = inference.sample(run, { run: run.id })
    inference.close()
    await expect(asked).rejects.toMatchObject({ code: 'interrupted' })
  })
})

describe('images', () => {
  const dataset = anImageDataset()

  it('are asked for by path and by upload, which is discarded whatever comes of it', async () => {
    const { inference, asked, discarded } = parts({ dataset })
    const gone = new AbortController()
    const images = [
      { kind: 'path' as const, path: 'some/cat.png' },
      { kind: 'upload' as const, upload: 'dog' },
    ]
    const predicted = inference.predict(run, { run: run.id, images }, gone.signal)
    expect(asked[0]!.wanted).toEqual({
      kind: 'classes',
      images: [
        { path: path.resolve('some/cat.png'), name: 'some/cat.png' },
        { path: '/uploads/dog', name: 'dog.png' },
      ],
    })
    expect(discarded).toEqual([])
    gone.abort(new Error('gone'))
    await expect(predicted).rejects.toThrow('gone')
    expect(discarded).toEqual(['dog'])
  })

  it('of uploads that are not all there are not asked for, and none is left', async () => {
    const { inference, asked, discarded } = parts({ dataset })
    const images = ['dog', 'gone'].map((upload) => ({ kind: 'upload' as const, upload }))
    await expect(inference.predict(run, { run: run.id, images })).rejects.toThrow('"gone"')
    expect([asked, discarded]).toEqual([[], ['dog']])
  })
})

describe('refused before anything starts', () => {
  it.each([
    ['a text of a classifier', anImageDataset(), 'sample', 'wrong-kind', 'predict run-1'],
    ['classes of a language model', aDataset(), 'predict', 'wrong-kind', 'sample run-1'],
    ['a text where the dataset is gone', undefined, 'sample', 'unknown-dataset', 'Import'],
    ['classes where the dataset is gone', undefined, 'predict', 'unknown-dataset', 'Import'],
  ] as const)('%s', async (_, dataset, what, code, hint) => {
    const library = { dataset: () => dataset, folder: () => '/library' } as unknown as Library
    const ask = vi.fn()
    const inference = createInference({
      ...{ library, uploads: {} as Uploads, events: createEvents(), runsFolder: '/runs', ask },
    })
    const asked =
      what === 'sample'
        ? inference.sample(run, { run: run.id })
        : inference.predict(run, { run: run.id, images: [] })
    await expect(asked).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) as string })
    expect(ask).not.toHaveBeenCalled()
  })
})
