/** A number that the workbench measures of hidden states, attention or training, and what a person should know of it. */

export interface Statistic {
  /** Whole words in kebab case; what the database, the command line and the window call it. */
  readonly id: string
  readonly name: string
  readonly family: string
  /** TeX. Tokens are the rows x_i of X (n, D); X_c is centred, C = X_cᵀX_c/n its covariance with eigenvalues λ. */
  readonly formula: string
  /** One line. */
  readonly meaning: string
  readonly range: string
  /** The value between two opposite readings, from which charts let their colours diverge; absent where there is none. */
  readonly neutral?: number | undefined
  /** What small and large values say. */
  readonly reading: string
  readonly caveat: string | null
  readonly source: string
  /**
   * What it is measured of:
   *   tokens     some hundred tokens from different sequences and positions, at one tap
   *   sequences  all tokens of one sequence at a time, at one tap
   *   branch     the output of attention or MLP, with the residual stream that it joins
   *   attention  the attention matrix of one head on one sequence, with its queries, keys, values or tokens
   *   heads      all heads of a layer together
   *   pair       two clouds of the same tokens: of two layers, variants, seeds or steps
   *   labels     tokens with a class each
   *   training   a run while it trains
   */
  readonly of: 'tokens' | 'sequences' | 'branch' | 'attention' | 'heads' | 'pair' | 'labels' | 'training'
  /** `light` is cheap enough for every evaluation of every run; `full` has it all. */
  readonly profile: 'light' | 'full'
  readonly units: string
}

/** A row of a family's file: the name of the family stands once, where the families are joined. */
export type StatisticRow = Omit<Statistic, 'family'>
