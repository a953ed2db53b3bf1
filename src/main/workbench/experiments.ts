/**
 * From a request to the records of an experiment and its runs. Everything that can be refused is refused here,
 * before anything is written: checkRequest needs no dataset, planExperiment does.
 */
import { recipes } from '../../shared/catalogue/recipes.ts'
import { variants } from '../../shared/catalogue/variants.ts'
import type { ExperimentRequest, Recipe } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset, Experiment, Run, RunConfiguration } from '../../shared/experiment.ts'
import { knownNames, newIdentifier } from './identifiers.ts'

/** What a request asks for, whatever the dataset: the recipe and the configuration with the overrides applied. */
export interface CheckedRequest {
  recipe: Recipe
  configuration: RunConfiguration
}

/** @throws WorkbenchError unknown-attention, unknown-recipe or invalid-request */
export function checkRequest(request: Omit<ExperimentRequest, 'dataset'>): CheckedRequest {
  const known = variants.map((variant) => variant.id)
  for (const attention of request.attentions)
    if (!known.includes(attention))
      throw new WorkbenchError(
        'unknown-attention',
        `There is no attention variant "${attention}".`,
        knownNames(attention, known),
      )
  refuseDuplicates('attention variant', request.attentions)
  refuseDuplicates('seed', request.seeds)

  const recipe = recipes.find((candidate) => candidate.id === request.recipe)
  if (!recipe)
    throw new WorkbenchError(
      'unknown-recipe',
      `There is no recipe "${request.recipe}".`,
      knownNames(
        request.recipe,
        recipes.map((candidate) => candidate.id),
      ),
    )

  const configuration = { ...recipe.configuration, ...definedValues(request.overrides) }
  const { heads, width } = configuration
  if (width % heads !== 0)
    throw new WorkbenchError(
      'invalid-request',
      `A width of ${width} cannot be divided among ${heads} heads.`,
      `Choose a number of heads that divides the width, or a width that is a multiple of ${heads}.`,
    )
  return { recipe, configuration }
}

/**
 * One run per variant and seed, in the order in which they should train: all variants of the first seed first, so
 * that a comparison exists as early as possible.
 * @throws WorkbenchError as checkRequest, and invalid-request or text-too-short
 */
export function planExperiment(
  request: ExperimentRequest,
  dataset: Dataset,
  versions: Record<string, string>,
): { experiment: Experiment; runs: Run[] } {
  const { recipe, configuration } = checkRequest(request)
  if (recipe.kind !== dataset.kind)
    throw new WorkbenchError(
      'invalid-request',
      `The recipe "${recipe.id}" is for ${recipe.kind}, and "${dataset.name}" holds ${dataset.kind}.`,
      `Choose a recipe for ${dataset.kind}.`,
    )
  refuseShortText(dataset, configuration.context)

  const createdAt = new Date().toISOString()
  const experiment: Experiment = {
    id: newIdentifier(),
    name: request.name ?? `${dataset.name}: ${request.attentions.join(', ')}`,
    dataset: dataset.id,
    recipe: recipe.id,
    attentions: request.attentions,
    seeds: request.seeds,
    createdAt,
  }
  const runs = request.seeds.flatMap((seed) =>
    request.attentions.map((attention): Run => ({
      id: newIdentifier(),
      experiment: experiment.id,
      dataset: dataset.id,
      attention,
      recipe: recipe.id,
      seed,
      state: 'queued',
      device: request.device === 'auto' ? null : request.device,
      threads: null,
      parameters: null,
      step: 0,
      steps: configuration.steps,
      trainLoss: null,
      bestValidation: null,
      lastValidation: null,
      tokensPerSecond: null,
      seconds: 0,
      etaSeconds: null,
      createdAt,
      startedAt: null,
      endedAt: null,
      error: null,
      alerts: [],
      configuration,
      versions,
    })),
  )
  return { experiment, runs }
}

function refuseDuplicates(what: string, values: readonly (string | number)[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index)
  if (repeated !== undefined)
    throw new WorkbenchError(
      'invalid-request',
      `The ${what} ${repeated} is named twice.`,
      'Name each one once.',
    )
}

/** A split must hold one whole context and the token after it. */
function refuseShortText(dataset: Dataset, context: number): void {
  const shortest = dataset.train < dataset.validation ? 'training' : 'validation'
  const tokens = Math.min(dataset.train, dataset.validation)
  if (tokens > context) return
  throw new WorkbenchError(
    'text-too-short',
    `"${dataset.name}" has ${tokens} ${shortest} tokens, too few for a context of ${context}.`,
    tokens > 1 ? `Use a longer text, or a context of at most ${tokens - 1}.` : 'Use a longer text.',
  )
}

/** The entries that were given: an absent override and an undefined one mean the same. */
function definedValues(overrides: ExperimentRequest['overrides']): Partial<RunConfiguration> {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined))
}
