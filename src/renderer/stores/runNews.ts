/** Tells of runs that ended while something else was looked at. */
import { workbench } from '../api/index.ts'
import { formatPlural } from '../logic/format.ts'
import { createRunNews, type RunNews } from '../logic/runNews.ts'
import { useCatalogue } from './catalogue.ts'
import { useExperiment } from './experiment.ts'
import { useNotifications } from './notifications.ts'
import { usePlace } from './place.ts'

/** Follows all runs; what waits already is read once. */
export async function followRunNews(): Promise<void> {
  const [catalogue, experiment] = [useCatalogue(), useExperiment()]
  const [notifications, place] = [useNotifications(), usePlace()]
  const hear = createRunNews()

  function tell(news: RunNews): void {
    const id = news.kind === 'failed' ? news.run.experiment : news.experiment
    const name = experiment.experiments.find((entry) => entry.id === id)?.name ?? id
    const told =
      news.kind === 'failed'
        ? {
            kind: 'problem' as const,
            title: `${catalogue.variantName(news.run.attention)}, seed ${news.run.seed}, ${news.run.state}`,
            detail: news.run.error?.message ?? news.run.endReason ?? `A run of “${name}”`,
          }
        : {
            kind: 'news' as const,
            title: `“${name}” has ended`,
            detail: [
              `${formatPlural(news.finished, 'run')} finished`,
              ...(news.failed > 0 ? [`${formatPlural(news.failed, 'run')} failed`] : []),
            ].join(', '),
          }
    notifications.tellDesktop(told.title, told.detail)
    const isSeen =
      place.shows('runs') ||
      (place.shows('experiment') && experiment.currentId === id) ||
      (news.kind === 'failed' && place.runId === news.run.id)
    if (isSeen) return
    notifications.tell({
      ...told,
      about: `${news.kind} ${id}`,
      action: { label: 'Show', run: () => experiment.open(id) },
    })
  }

  workbench.subscribe('runChanged', (run) => hear(run).forEach(tell))
  for (const run of (await workbench.readQueue({})).runs) hear(run)
}
