/** What the measurements of images mean for training on them: one plain sentence each, with what to do. */
import type { ImageDataset } from '../../../shared/experiment.ts'
import type { Finding, IdenticalImages } from '../../../shared/health.ts'
import { noteFindings } from './notes.ts'
import { countOf, plural, shareOf } from './words.ts'

/** The largest class over the smallest, in training: from here on worth knowing, from there on a danger. */
const uneven = 3
const veryUneven = 10
/** With fewer validation images than this, one image is half a percent of the accuracy or more. */
const fewValidationImages = 200
/** A share of validation images known from training from which on an accuracy says little about new ones. */
const muchKnown = 0.01
/** Classes that are named in a sentence. */
const named = 5

export function imageFindings(dataset: ImageDataset, identical: IdenticalImages): Finding[] {
  return [
    ...identicalFindings(dataset, identical),
    ...classFindings(dataset),
    ...sizeFindings(dataset),
    ...noteFindings(dataset),
  ].sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'))
}

function identicalFindings(dataset: ImageDataset, identical: IdenticalImages): Finding[] {
  const { examined, examinedValidation, acrossSplits, withinTrain, withinValidation, conflicting, constant } =
    identical
  const found: Finding[] = []
  if (acrossSplits > 0)
    found.push({
      code: 'validation-in-training',
      severity: acrossSplits / examinedValidation >= muchKnown ? 'warning' : 'info',
      message: `${plural(acrossSplits, 'validation image')} (${shareOf(acrossSplits, examinedValidation)}) ${acrossSplits === 1 ? 'is a training image' : 'are training images'} too, pixel by pixel.`,
      advice: 'Remove one of each pair: what was memorised counts as learned in the validation accuracy.',
    })
  if (conflicting > 0)
    found.push({
      code: 'conflicting-labels',
      severity: 'warning',
      message: `${plural(conflicting, 'image')} ${conflicting === 1 ? 'has' : 'have'} an identical one of another class.`,
      advice: 'Correct their labels: no model can be right about both.',
    })
  const repeated = withinTrain + withinValidation
  if (repeated > 0)
    found.push({
      code: 'repeated-images',
      severity: repeated / examined >= 0.05 ? 'warning' : 'info',
      message: `${plural(repeated, 'image')} (${shareOf(repeated, examined)}) ${repeated === 1 ? 'repeats' : 'repeat'} another of the same split: ${countOf(withinTrain)} in training, ${countOf(withinValidation)} in validation.`,
      advice: 'Remove the copies unless they are meant: they count several times.',
    })
  if (constant > 0)
    found.push({
      code: 'constant-images',
      severity: constant / examined >= 0.01 ? 'warning' : 'info',
      message: `${plural(constant, 'image')} ${constant === 1 ? 'is' : 'are'} of one colour all over.`,
      advice: 'Look whether they are empty or damaged, and remove them unless they are meant.',
    })
  if (examined < dataset.train + dataset.validation)
    found.push({
      code: 'examined-in-part',
      severity: 'info',
      message: `Identical images were looked for among ${countOf(examined)} of ${countOf(dataset.train + dataset.validation)} images.`,
      advice: 'The shares are those of the images that were examined.',
    })
  return found
}

function classFindings({ classNames, trainPerClass, validationPerClass }: ImageDataset): Finding[] {
  const found: Finding[] = []
  const without = (counts: readonly number[]) => classNames.filter((_, label) => counts[label] === 0)
  const untrained = without(trainPerClass)
  if (untrained.length > 0)
    found.push({
      code: 'class-without-training',
      severity: 'warning',
      message: `${plural(untrained.length, 'class', 'classes')} ${untrained.length === 1 ? 'has' : 'have'} no training image: ${listed(untrained)}.`,
      advice: 'Add images of them or leave these classes out: no model can learn them.',
    })
  const unmeasured = without(validationPerClass)
  if (unmeasured.length > 0)
    found.push({
      code: 'class-without-validation',
      severity: 'warning',
      message: `${plural(unmeasured.length, 'class', 'classes')} ${unmeasured.length === 1 ? 'has' : 'have'} no validation image: ${listed(unmeasured)}.`,
      advice: 'Use a larger validation share: how well these are learned is not measured.',
    })
  const [largest, smallest] = [Math.max(...trainPerClass), Math.min(...trainPerClass)]
  const ratio = largest / smallest
  if (smallest > 0 && ratio >= uneven)
    found.push({
      code: 'uneven-classes',
      severity: ratio >= veryUneven ? 'warning' : 'info',
      message: `The largest class, ${classNames[trainPerClass.indexOf(largest)]}, has ${ratio.toFixed(ratio < 10 ? 1 : 0)} times the training images of the smallest, ${classNames[trainPerClass.indexOf(smallest)]}: ${countOf(largest)} to ${countOf(smallest)}.`,
      advice:
        'Compare accuracies with the share of the largest class, and look at the recall of every class.',
    })
  return found
}

function sizeFindings({ validation, originals, width, height }: ImageDataset): Finding[] {
  const found: Finding[] = []
  if (validation < fewValidationImages)
    found.push({
      code: 'small-validation',
      severity: 'warning',
      message: `The validation split has only ${plural(validation, 'image')}: one of them is ${shareOf(1, validation)} of the accuracy.`,
      advice: 'Use more images or a larger validation share, and several seeds.',
    })
  if (originals && originals.smaller > 0)
    found.push({
      code: 'enlarged-images',
      severity: 'info',
      message: `${plural(originals.smaller, 'image')} of ${countOf(originals.images)} ${originals.smaller === 1 ? 'was' : 'were'} smaller than ${width} x ${height} pixels and enlarged.`,
      advice: 'Import them again with a smaller image size if many are: enlarging adds no detail.',
    })
  return found
}

const listed = (names: readonly string[]) =>
  names.slice(0, named).join(', ') +
  (names.length > named ? ` and ${countOf(names.length - named)} more` : '')
