/** Parsers of option values. Each throws commander's InvalidArgumentError, which is bad usage (exit code 2). */
import { InvalidArgumentError } from 'commander'
import path from 'node:path'
import { z } from 'zod'
import type { ComparisonPlace } from '../../../shared/comparison.ts'
import { runConfigurationSchema, type RunConfiguration } from '../../../shared/experiment.ts'
import { mostMergedTokens } from '../../../shared/imports.ts'
import { conditionProblem, parseCondition, type Condition } from '../../../shared/runFilter.ts'
import { seedSchema } from '../../../shared/seed.ts'
import { knownNames } from '../../workbench/identifiers.ts'

export type Settings = Partial<RunConfiguration>

const shape: Record<string, z.ZodType> = runConfigurationSchema.shape
const stepSchema = z.number('Expected best, last or a step.').int().min(0)
const vocabularySchema = z.number().int().min(257).max(mostMergedTokens)

/** `key=value` of a run's configuration, added to those given before; typed and checked by its schema. */
export function parseSetting(text: string, before: Settings = {}): Settings {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('Write it as key=value.')
  const key = text.slice(0, equals)
  const schema = shape[key]
  if (!Object.hasOwn(shape, key) || !schema)
    throw new InvalidArgumentError(`There is no setting "${key}". ${knownNames(key, Object.keys(shape))}`)
  return { ...before, [key]: check(schema, text.slice(equals + 1)) }
}

/** A whole number of optimiser steps. */
export const parseSteps = (text: string) => check(runConfigurationSchema.shape.steps, text) as number

export const parseSeed = (text: string) => check(seedSchema, text) as number

/** `0,1,2` */
export const parseSeeds = (text: string) => parseList(text).map(parseSeed)

/** A variant is named by its id, or by the path of a JSON file that describes it. */
export const isVariantFile = (text: string): boolean => /[/\\]|\.json$/i.test(text)

/** `a,b,c`; empty entries are refused. */
export function parseList(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim())
  if (entries.includes('')) throw new InvalidArgumentError('Write it as a list with commas: a,b,c.')
  return entries
}

/** The name of a kind of tokenizer, or the path of a tokenizer.json. */
export function parseTokenizer(
  text: string,
): { kind: 'character' | 'byte' | 'bpe' } | { kind: 'file'; path: string } {
  if (text === 'character' || text === 'byte' || text === 'bpe') return { kind: text }
  if (/[/\\]|\.json$/i.test(text)) return { kind: 'file', path: path.resolve(text) }
  throw new InvalidArgumentError('Expected character, byte, bpe or the path of a tokenizer.json.')
}

export const parseVocabulary = (text: string) => check(vocabularySchema, text) as number

export const parsePort = (text: string) => check(z.number().int().min(0).max(65_535), text) as number

/** `key>value`, added to those given before. */
export function parseConditions(text: string, before: Condition[] = []): Condition[] {
  const condition = parseCondition(text)
  if (condition) return [...before, condition]
  throw new InvalidArgumentError(conditionProblem(text))
}

/** Which evaluation of a run: `best`, `last`, or a step. */
export const parsePlace = (text: string): ComparisonPlace =>
  text === 'best' || text === 'last' ? text : (check(stepSchema, text) as number)

/** A value of the kind that a schema describes. */
export const parseAs =
  <Schema extends z.ZodType>(schema: Schema) =>
  (text: string) =>
    check(schema, text) as z.output<Schema>

/** The same for an argument that may be given several times. */
export const parseEach =
  <Schema extends z.ZodType>(schema: Schema) =>
  (text: string, before: z.output<Schema>[] = []) => [...before, parseAs(schema)(text)]

function check(schema: z.ZodType, text: string): unknown {
  const parsed = schema.safeParse(typed(schema, text))
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(`${parsed.error.issues[0]!.message}.`)
}

/** What is typed is a text; the schema says what it is meant to be. */
function typed(schema: z.ZodType, text: string): unknown {
  if (schema instanceof z.ZodString) return text
  if (schema instanceof z.ZodEnum) return asChoice(schema.options, text)
  return schema instanceof z.ZodBoolean ? asBoolean(text) : asNumber(text)
}

function asChoice(choices: readonly (string | number)[], text: string): string {
  if (choices.includes(text)) return text
  throw new InvalidArgumentError(`There is no choice "${text}": expected one of ${choices.join(', ')}.`)
}

function asNumber(text: string): number {
  const number = text.trim() === '' ? NaN : Number(text)
  if (Number.isNaN(number)) throw new InvalidArgumentError('Expected a number.')
  return number
}

function asBoolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('Expected true or false.')
  return text === 'true'
}
