/** Places of a slider for the weight of smoothing: equal distances multiply how many points it is over. */

export const smoothingPlaces = 60
/** The slider ends at a mean over about this many points. */
const mostPoints = 10_000

/** The weight at a place from 0 (none) to smoothingPlaces: 1 − 1/n, where n points go from 1 to ten thousand. */
export const smoothingAt = (place: number): number => 1 - mostPoints ** (-place / smoothingPlaces)

/** The nearest place of a weight. */
export const smoothingPlace = (weight: number): number =>
  Math.min(smoothingPlaces, Math.round((Math.log(1 / (1 - weight)) / Math.log(mostPoints)) * smoothingPlaces))
