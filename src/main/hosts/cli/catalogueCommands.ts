/** The commands about what there is to choose from: devices, variants, recipes; and variants applied without learning. */
import { Option, type Command } from 'commander'
import { derivationSettingsSchema } from '../../../shared/derivation.ts'
import { parseAs, parseList } from './arguments.ts'
import {
  addVariant,
  describeVariant,
  printDevices,
  printRecipes,
  printVariants,
  showVariant,
  variantsOf,
} from './catalogue.ts'
import { derive } from './derive.ts'
import { common, jsonOnly, type CommonOptions } from './options.ts'
import { print, printDocument } from './output.ts'

export function deriveCommand(program: Command): void {
  const { source, count, scale, steps, norm, normPlacement, stepSize, seed } = derivationSettingsSchema.shape
  const { weights, initialDeviation, mlpRatio, components, beta } = derivationSettingsSchema.shape
  const [points, images] = source.options
  common(program.command('derive'))
    .description('apply variants without learning to a cloud of points or images, step by step')
    .requiredOption(
      '--attention <variants>',
      'attention variants, JSON files of them, and with random weights mlp-only: a,b,c',
      parseList,
    )
    .addOption(
      new Option('--points <shape>', 'points in two dimensions (default: clusters)')
        .choices(points.shape.shape.options)
        .conflicts(['dataset', 'width']),
    )
    .option('--dataset <dataset>', 'images instead of points: an id in the library, a sample or a path')
    .option(
      '--width <channels>',
      'of an image as a token; 0: its pixels (default: 64)',
      parseAs(images.shape.width.unwrap()),
    )
    .option('--count <tokens>', 'points or images (default: 200)', parseAs(count.unwrap()))
    .option(
      '--scale <scale>',
      'root mean square of the first coordinates (default: 1)',
      parseAs(scale.unwrap()),
    )
    .option('--steps <steps>', 'how often the variant is applied (default: 8)', parseAs(steps.unwrap()))
    .addOption(new Option('--norm <norm>', '(default: none)').choices(norm.unwrap().options))
    .addOption(
      new Option(
        '--norm-placement <placement>',
        'before attention, or after each step (default: pre)',
      ).choices(normPlacement.unwrap().options),
    )
    .option(
      '--step-size <factor>',
      'what is multiplied with what attention reads (default: 1)',
      parseAs(stepSize.unwrap()),
    )
    .option('--no-residual', 'tokens become what attention reads')
    .addOption(
      new Option(
        '--weights <weights>',
        'identity maps and no MLP, or an untrained block of the models (default: identity)',
      ).choices(weights.unwrap().options),
    )
    .option(
      '--initial-deviation <deviation>',
      'of random weights; 0: 1/√(3 · inputs) (default: 0)',
      parseAs(initialDeviation.unwrap()),
    )
    .option(
      '--mlp-ratio <ratio>',
      'hidden channels of the MLP with random weights, as a multiple of width; 0: none (default: 4)',
      parseAs(mlpRatio.unwrap()),
    )
    .option(
      '--components <k>',
      'dimensions compared with PCA and with the graph, 2 to 10 (default: 2)',
      parseAs(components.unwrap()),
    )
    .option('--beta <beta>', 'of the stationary tokens (default: 0.1)', parseAs(beta.unwrap()))
    .option(
      '--seed <seed>',
      'of points, images, projection and random weights (default: 0)',
      parseAs(seed.unwrap()),
    )
    .option('--out <file.svg>', 'draw the clouds of every step')
    .action(derive)
}

export function catalogueCommands(program: Command): void {
  jsonOnly(program.command('devices'))
    .description('list what can train, and why the others cannot')
    .action((options: CommonOptions) => printDevices(options.json ?? false))
  const variants = common(program.command('variants'))
    .description('list the attention variants, or show, add or remove one')
    .enablePositionalOptions()
    .action((options: CommonOptions) => printVariants(options))
  common(variants.command('show'))
    .description('show the formula, the parameters and the source of a variant')
    .argument('<id>')
    .action((id: string, options: CommonOptions) => showVariant(id, options))
  common(variants.command('add'))
    .description('add a variant of your own: a JSON file that names a combination of axes')
    .argument('<file>')
    .action((file: string, { home, json }: CommonOptions) => {
      const variant = addVariant(file, home)
      if (json) printDocument({ variant })
      else print(describeVariant(variant))
    })
  common(variants.command('remove'))
    .description('remove a variant of your own; runs keep what it was')
    .argument('<id>')
    .action((id: string, { home, json }: CommonOptions) => {
      variantsOf(home).remove(id)
      if (json) printDocument({ removed: id })
      else print(`Removed ${id}.`)
    })
  jsonOnly(program.command('recipes'))
    .description('list the recipes')
    .action((options: CommonOptions) => printRecipes(options.json ?? false))
}
