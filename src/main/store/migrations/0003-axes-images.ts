/**
 * Version 3: what a variant was when its run was planned, and what runs on images measure. Runs of before had one of
 * three variants, and none of the options that their configurations now name: those get the neutral values.
 */
const standard = {
  score: 'dot',
  prior: 'none',
  diagonal: 'kept',
  retrieval: 0,
  keyAdaptation: 0,
  normaliser: 'softmax',
  sinkhornIterations: 5,
  columnExponent: 1,
  operator: 'average',
  laplacianShare: 0.5,
  gamma: 0,
  filterOrder: 4,
  term: 'none',
  termRank: 4,
  readout: 'values',
  block: {},
}
const laplacian = { ...standard, operator: 'laplacian' }
const exponentialFamily = { ...standard, prior: 'position', term: 'covariance' }

const neutral = {
  activation: 'gelu',
  positions: 'learned',
  norm: 'layer',
  normPlacement: 'pre',
  residual: true,
  stepSize: 1,
  learnedStepSize: false,
  initialDeviation: 0.02,
  patchSize: 4,
  pooling: 'class-token',
  shiftPixels: 0,
  flip: false,
  smallestCrop: 1,
  sampleInterval: 0,
  sampleTokens: 0,
  samplePrompt: '\n',
  temperature: 0.8,
  topK: 200,
}

/** An SQL string; none of the objects above holds an apostrophe. */
const json = (value: object) => `'${JSON.stringify(value)}'`

export const axesImages = /* sql */ `
ALTER TABLE run ADD COLUMN axes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE run ADD COLUMN best_validation_accuracy REAL;
ALTER TABLE run ADD COLUMN last_validation_accuracy REAL;
ALTER TABLE run ADD COLUMN images_per_second REAL;

UPDATE run SET
  axes = CASE attention
    WHEN 'laplacian' THEN ${json(laplacian)}
    WHEN 'exponential-family' THEN ${json(exponentialFamily)}
    ELSE ${json(standard)}
  END,
  configuration = json_patch(configuration, ${json(neutral)});
`
