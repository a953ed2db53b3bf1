/**
 * The formula of a combination of axes, in TeX: what the functions of src/main/model/attention/ compute, written out
 * for a variant that nobody described by hand. Rows of Q, K and V are q_i, k_j and v_j; η = q/√d.
 */
import type { AttentionAxes } from '../attention.ts'

const tex = String.raw
const bracketed = (text: string) => tex`\left(${text}\right)`
const squaredDistance = tex`\lVert q_i-k_j\rVert^2`

/** Of one pair of tokens. */
const scores: Record<AttentionAxes['score'], string> = {
  dot: tex`\tfrac{q_i\cdot k_j}{\sqrt d}`,
  temperature: tex`e^{t}\,\tfrac{q_i\cdot k_j}{\sqrt d}`,
  cosine: tex`\tau\cos(q_i,k_j)`,
  distance: tex`-\tfrac{${squaredDistance}}{2\sqrt d}`,
  mixture: tex`\tfrac d2\log\alpha_j-\tfrac{\alpha_j}2${squaredDistance}`,
  uniform: '0',
}
/** The same for all pairs at once, where that is the customary way to write it. */
const scoreMatrices: Partial<typeof scores> = {
  dot: tex`\tfrac{QK^\top}{\sqrt d}`,
  temperature: tex`e^{t}\,\tfrac{QK^\top}{\sqrt d}`,
}

/** What is added to the score of a pair. */
function additions({ score, prior, term }: AttentionAxes): string {
  const normOfKey = score === 'mixture' ? tex`\tfrac{\alpha_j}2` : tex`\tfrac1{2\sqrt d}`
  return [
    prior === 'position' ? tex`+\log\pi_j` : '',
    prior === 'magnitude' ? tex`+${normOfKey}\lVert k_j\rVert^2` : '',
    term === 'per-component' ? tex`+\tfrac12\eta_i^\top\Sigma_j\eta_i` : '',
  ].join('')
}

/** A matrix, and what its formula leaves to be said. */
interface Parts {
  readonly text: string
  readonly where: readonly string[]
}

/** A as a function of the scores. */
function weights(axes: AttentionAxes): Parts {
  const pairs = scores[axes.score] + additions(axes)
  const isPlain = additions(axes) === '' && axes.diagonal === 'kept'
  const score = (isPlain ? scoreMatrices[axes.score] : undefined) ?? pairs
  const index = axes.diagonal === 'masked' ? tex`_{j\neq i}` : score === pairs ? '_j' : ''
  const scored = [tex`s_{ij}=${pairs}`, ...(axes.diagonal === 'masked' ? [tex`s_{ii}=-\infty`] : [])]
  const exponent = axes.columnExponent === 1 ? '' : `${axes.columnExponent}\\,`
  const forms: Record<AttentionAxes['normaliser'], () => Parts> = {
    softmax: () => ({ text: tex`\operatorname{softmax}${index}\!${bracketed(score)}`, where: [] }),
    'softmax-one': () => ({
      text: tex`\left[\tfrac{e^{s_{ij}}}{1+\sum_j e^{s_{ij}}}\right]`,
      where: scored,
    }),
    sigmoid: () => ({ text: tex`\left[\sigma(s_{ij}+b)\right]`, where: scored }),
    linear: () => ({
      text: tex`\left[\tfrac{\phi(q_i)\cdot\phi(k_j)}{\sum_j\phi(q_i)\cdot\phi(k_j)}\right]`,
      where: [tex`\phi=\operatorname{elu}+1`],
    }),
    sinkhorn: () => ({
      text: tex`\operatorname{Sinkhorn}_{${axes.sinkhornIterations}}\!\left[s_{ij}\right]`,
      where: scored,
    }),
    'column-corrected': () => ({
      text: tex`\operatorname{softmax}_j\!\left(s_{ij}-${exponent}\log\textstyle\sum_i e^{s_{ij}}\right)`,
      where: scored,
    }),
    symmetric: () => ({
      text: tex`D^{-1/2}WD^{-1/2}`,
      where: [
        tex`w_{ij}=\tfrac12\left(e^{s_{ij}}+e^{s_{ji}}\right)`,
        tex`D=\operatorname{diag}(W1)`,
        ...scored,
      ],
    }),
  }
  return forms[axes.normaliser]()
}

/** M V as a function of A. */
function operated(axes: AttentionAxes, values: string): Parts {
  const attention = weights(axes)
  const inline = (form: (matrix: string) => string): Parts => ({ ...attention, text: form(attention.text) })
  /** For forms that name A more than once. */
  const named = (text: string, symbol = 'A'): Parts => ({
    text,
    where: [`${symbol}=${attention.text}`, ...attention.where],
  })
  const share = Math.round(100 * axes.laplacianShare)
  const forms: Record<AttentionAxes['operator'], () => Parts> = {
    average: () => inline((A) => tex`${A}\,${values}`),
    laplacian: () => inline((A) => bracketed(`${A}-I`) + values),
    'laplacian-gamma': () => inline((A) => bracketed(tex`${A}-\gamma I`) + values),
    'plus-identity': () => inline((A) => bracketed(`${A}+I`) + values),
    'laplacian-heads': () =>
      named(
        tex`\begin{cases}A${values}&\text{first heads}\\(I-A)${values}&\text{last }${share}\,\%\end{cases}`,
      ),
    'attention-scale': () => {
      const { text, where } = inline((A) => bracketed(`U+(1+w)${bracketed(`${A}-U`)}`) + values)
      return { text, where: [...where, tex`U\text{ the mean}`] }
    },
    'graph-filter': () =>
      named(bracketed(tex`A+\lambda\left(A+${axes.filterOrder - 1}(A^2-A)\right)`) + values),
    differential: () =>
      named(tex`(1-\lambda_0)\operatorname{RMSNorm}\!\left((A_1-\lambda A_2)${values}\right)`, 'A_h'),
  }
  return forms[axes.operator]()
}

const terms: Record<AttentionAxes['term'], string> = {
  none: '',
  covariance: tex`\Sigma\eta`,
  'low-rank': tex`LL^\top\eta`,
  'per-component': tex`\textstyle\sum_j a_{ij}\Sigma_j\eta_i`,
  moment: tex`\operatorname{Cov}(v,k)\,\eta`,
}

/** What moves queries and keys before they are compared. */
function movements({ retrieval, keyAdaptation }: AttentionAxes): string[] {
  return [
    ...(retrieval > 0 ? [tex`q\leftarrow\operatorname{softmax}(\beta qK^\top)K\ (${retrieval}\times)`] : []),
    ...(keyAdaptation > 0
      ? [
          tex`k_j\leftarrow\tfrac{\lambda k_j^{0}+\alpha_j\sum_i a_{ij}q_i}{\lambda+\alpha_j\sum_i a_{ij}}\ (${keyAdaptation}\times)`,
        ]
      : []),
  ]
}

/** What a head reads, as TeX; the values that the variant sets in the block around it are not part of it. */
export function formulaOf(axes: AttentionAxes): string {
  const values = axes.readout === 'tied-gradient' ? 'K' : 'V'
  const { text, where } = operated(axes, values)
  const term = terms[axes.term]
  const readings = term ? `${term}+${text}` : text
  const forms: Record<AttentionAxes['readout'], () => Parts> = {
    values: () => ({ text: readings, where }),
    'tied-gradient': () => ({ text: tex`\tfrac{1}{\sqrt d}${bracketed(readings)}W_Q^\top`, where }),
    exclusive: () => ({
      text: tex`y_i-\tfrac{y_i\cdot v_i}{\lVert v_i\rVert^2}v_i`,
      where: [`Y=${readings}`, ...where],
    }),
  }
  const readout = forms[axes.readout]()
  const naturals = `${readings}${where.join('')}`.includes(tex`\eta`) ? [tex`\eta=\tfrac{q}{\sqrt d}`] : []
  return [readout.text, ...readout.where, ...movements(axes), ...naturals].join(tex`,\quad `)
}
