/**
 * From a request to the records of an experiment and its runs. Everything that can be refused is refused here,
 * before anything is written: checkRequest needs no dataset, planExperiment does.
 */
import { defaultRecipe, recipes } from '../../shared/catalogue/recipes.ts'
import type { ExperimentRequest, Recipe, Variant } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset, Experiment, Run, RunConfiguration, RunDataset } from '../../shared/experiment.ts'
import { configurationHash, datasetIdentity } from '../training/identity.ts'
import { knownNames, newIdentifier } from './identifiers.ts'
import { refuseDataset, refuseIdleSettings, refuseModel, refuseUnknownStatistics } from './refusals.ts'

/** A request before its dataset is there, which decides the recipe where none is named. */
export type EarlyRequest = Omit<ExperimentRequest, 'dataset' | 'recipe'> & { recipe?: string | undefined }

/** A variant with the configuration of its runs. */
interface Plan {
  variant: Variant
  configuration: RunConfiguration
}

/**
 * Refuses what no dataset could make right.
 * @param known built-in and own variants
 * @throws WorkbenchError unknown-attention, unknown-recipe, unknown-statistic, future-leak or invalid-request
 */
export function checkRequest(request: EarlyRequest, known: readonly Variant[]): void {
  const chosen = request.attentions.map((attention) => findVariant(attention, known))
  refuseDuplicates('attention variant', request.attentions)
  refuseDuplicates('seed', request.seeds)
  const possible = request.recipe === undefined ? Object.values(defaultRecipe) : [request.recipe]
  const refusals = possible.map(findRecipe).map((recipe) => {
    try {
      return void planModels(recipe, request.overrides, chosen)
    } catch (error) {
      return error
    }
  })
  if (refusals.every((refusal) => refusal !== undefined)) throw refusals[0]
}

/**
 * One run per variant and seed, in the order in which they should train: all variants of the first seed first, so
 * that a comparison exists as early as possible.
 * @throws WorkbenchError as checkRequest, and text-too-short
 */
export function planExperiment(
  request: ExperimentRequest,
  dataset: Dataset,
  { variants, versions }: { variants: readonly Variant[]; versions: Record<string, string> },
): { experiment: Experiment; runs: Run[] } {
  checkRequest(request, variants)
  const recipe = findRecipe(request.recipe)
  if (recipe.kind !== dataset.kind)
    throw new WorkbenchError(
      'invalid-request',
      `The recipe "${recipe.id}" is for ${recipe.kind}, and "${dataset.name}" holds ${dataset.kind}.`,
      `Choose a recipe for ${dataset.kind}: ${recipesFor(dataset).join(', ')}.`,
    )
  const chosen = request.attentions.map((attention) => findVariant(attention, variants))
  const plans = planModels(recipe, request.overrides, chosen)
  for (const { configuration } of plans) refuseDataset(dataset, configuration)

  const created = new Date()
  const createdAt = created.toISOString()
  const trainedOn = recordOf(dataset)
  const experiment: Experiment = {
    id: newIdentifier(),
    name: request.name ?? defaultName(dataset, request.attentions),
    dataset: dataset.id,
    recipe: recipe.id,
    attentions: request.attentions,
    seeds: request.seeds,
    tags: [],
    notes: '',
    colour: null,
    createdAt,
  }
  const runs = request.seeds.flatMap((seed, row) =>
    plans.map(({ variant, configuration }, column): Run => ({
      id: newIdentifier(),
      experiment: experiment.id,
      name: null,
      tags: [],
      notes: '',
      colour: null,
      dataset: dataset.id,
      attention: variant.id,
      axes: variant.axes,
      recipe: recipe.id,
      seed,
      state: 'queued',
      priority: 0,
      place: created.getTime() + (row * plans.length + column) / 1000, // in milliseconds, in this order
      requestedDevice: request.device,
      deviceDescription: null,
      device: request.device === 'auto' ? null : request.device,
      threads: null,
      parameters: null,
      step: 0,
      steps: configuration.steps,
      trainLoss: null,
      bestValidation: null,
      lastValidation: null,
      tokensPerSecond: null,
      imagesPerSecond: null,
      seconds: 0,
      peakBytes: null,
      operations: null,
      etaSeconds: null,
      createdAt,
      startedAt: null,
      endedAt: null,
      endReason: null,
      error: null,
      alerts: [],
      configuration,
      configurationHash: configurationHash({
        ...{ configuration, attention: variant.id, axes: variant.axes, seed },
        dataset: datasetIdentity(dataset),
      }),
      trainedOn,
      versions,
    })),
  )
  return { experiment, runs }
}

/** What a run says of the dataset that it trained on. */
export function recordOf(dataset: Dataset): RunDataset {
  const { name, kind, sha256, train, validation, split } = dataset
  const record = { name, kind, sha256, train, validation, ...(split && { split }) }
  return dataset.kind === 'text'
    ? { ...record, tokenizer: dataset.tokenizer, vocabulary: dataset.vocabulary }
    : { ...record, classes: dataset.classes }
}

/**
 * What each variant trains with: the recipe, the overrides, and last the values that make the variant what it is.
 * @throws WorkbenchError future-leak, unknown-statistic or invalid-request
 */
function planModels(
  recipe: Recipe,
  overrides: ExperimentRequest['overrides'],
  variants: readonly Variant[],
): Plan[] {
  const given = definedValues(overrides)
  refuseIdleSettings(given, recipe.kind)
  refuseUnknownStatistics(given.statistics ?? recipe.configuration.statistics)
  return variants.map((variant) => {
    const block = definedValues(variant.axes.block)
    const configuration = { ...recipe.configuration, ...given, ...block }
    refuseModel(variant, configuration, recipe.kind)
    return { variant, configuration }
  })
}

function findVariant(id: string, known: readonly Variant[]): Variant {
  const variant = known.find((candidate) => candidate.id === id)
  if (variant) return variant
  const ids = known.map((candidate) => candidate.id)
  throw new WorkbenchError('unknown-attention', `There is no attention variant "${id}".`, knownNames(id, ids))
}

/** @throws WorkbenchError unknown-recipe */
export function findRecipe(id: string): Recipe {
  const recipe = recipes.find((candidate) => candidate.id === id)
  if (recipe) return recipe
  const ids = recipes.map((candidate) => candidate.id)
  throw new WorkbenchError('unknown-recipe', `There is no recipe "${id}".`, knownNames(id, ids))
}

const recipesFor = ({ kind }: Dataset) =>
  recipes.filter((recipe) => recipe.kind === kind).map((recipe) => recipe.id)

/** How many variants a name spells out. */
const namedVariants = 4

function defaultName(dataset: Dataset, attentions: readonly string[]): string {
  const others = attentions.length - namedVariants
  const named =
    others > 1 ? `${attentions.slice(0, namedVariants).join(', ')} and ${others} more` : attentions.join(', ')
  return `${dataset.name}: ${named}`
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

/** The entries that were given: an absent value and an undefined one mean the same. */
function definedValues(values: {
  [Key in keyof RunConfiguration]?: RunConfiguration[Key] | undefined
}): Partial<RunConfiguration> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
