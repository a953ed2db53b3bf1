/** batch: the very samples that a step of a run was fed. */
import { imagesPerAnswer } from '../../../shared/contract.ts'
import type { Workbench } from '../../workbench.ts'
import { formatCount } from './format.ts'
import { print, printDocument, table } from './output.ts'

/** Places in the training split, and what is there: texts, or the classes of images. */
export async function printBatch(
  { api }: Workbench,
  run: string,
  step: number,
  json: boolean,
): Promise<void> {
  const { dataset, configuration } = await api.showRun({ id: run })
  const batch = await api.readBatch({ run, step })
  const split = { id: dataset, split: 'train' as const }
  if (batch.offsets) {
    const { offsets } = batch
    const texts = await api.readTexts({ ...split, offsets, tokens: configuration.context })
    if (json) return printDocument({ ...batch, texts })
    print(`Step ${step} of run ${run} reads these sequences of the training text:`)
    const rows = offsets.map((offset, place) => ({ offset, text: texts[place]! }))
    return print(
      table(rows, [
        { title: 'from token', align: 'right', value: ({ offset }) => formatCount(offset) },
        { title: 'text', value: ({ text }) => JSON.stringify(text) },
      ]),
    )
  }
  const items = batch.items!
  const known = (await api.listDatasets({})).find(({ id }) => id === dataset)
  if (known?.kind !== 'images') throw new Error('A batch of images is of a dataset of images.')
  const classes: string[] = []
  const most = imagesPerAnswer(known)
  for (let first = 0; first < items.length; first += most) {
    const { labels } = await api.readImages({ ...split, indices: items.slice(first, first + most) })
    classes.push(...labels.map((label) => known.classNames[label]!))
  }
  if (json) return printDocument({ ...batch, classes })
  print(`Step ${step} of run ${run} reads these training images:`)
  const rows = items.map((item, place) => ({ item, label: classes[place]! }))
  print(
    table(rows, [
      { title: 'image', align: 'right', value: ({ item }) => formatCount(item) },
      { title: 'class', value: ({ label }) => label },
    ]),
  )
}
