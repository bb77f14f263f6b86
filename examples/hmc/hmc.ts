/**
 * Hamiltonian Monte Carlo (Duane et al. 1987; Neal, "MCMC using Hamiltonian dynamics", 2011): samples of a distribution whose
 * density is known up to a factor, from its gradient.
 */
import { grad, Lax, type NdArray, Numpy as np, Random, vmap } from "effax"

/** The logarithm of a density at a point, `[dimensions]`, up to a constant. */
export type LogDensity = (point: NdArray.Any) => NdArray.Any

export interface Options {
  /** Of the leapfrog integrator. */
  readonly stepSize: number
  readonly steps: number
}

/** Follows the motion of a point in the potential `-logDensity`: `steps` steps of the leapfrog integrator. */
const leapfrog = (logDensity: LogDensity, { stepSize, steps }: Options, point: NdArray.Any, momentum: NdArray.Any) => {
  const force = grad(logDensity)
  const kick = (q: NdArray.Any, p: NdArray.Any, size: number) => np.add(p, np.multiply(force(q), size))
  const [q, p] = Lax.foriLoop(
    0,
    steps,
    (_: NdArray.Any, [q, p]: readonly [NdArray.Any, NdArray.Any]) => {
      const moved = np.add(q, np.multiply(p, stepSize))
      return [moved, kick(moved, p, stepSize)] as const
    },
    [point, kick(point, momentum, stepSize / 2)] as const
  )
  // the last kick was half a step too long
  return [q, kick(q, p, -stepSize / 2)] as const
}

/** One chain: `count` samples `[count, dimensions]`, and the share of proposals that were accepted. */
export const chain = (
  logDensity: LogDensity,
  options: Options,
  start: NdArray.Any,
  key: NdArray.Any,
  count: number
) => {
  const energy = (q: NdArray.Any, p: NdArray.Any) => np.subtract(np.multiply(np.sum(np.square(p)), 0.5), logDensity(q))
  const [, [samples, accepted]] = Lax.scan(
    (point: NdArray.Any, key: NdArray.Any) => {
      const [ofMomentum, ofChoice] = Random.keys(key, 2)
      const momentum = Random.normal(ofMomentum, point.shape)
      const [q, p] = leapfrog(logDensity, options, point, momentum)
      const change = np.subtract(energy(point, momentum), energy(q, p))
      const accept = np.less(np.log(Random.uniform(ofChoice)), change)
      const next = np.where(accept, q, point)
      return [next, [next, accept] as const] as const
    },
    start,
    Random.split(key, count)
  )
  return { samples, acceptance: np.mean(np.astype(accepted, "float32")) }
}

/** Many chains at once, from starts `[chains, dimensions]`: samples `[chains, count, dimensions]`. */
export const chains = (logDensity: LogDensity, options: Options, starts: NdArray.Any, key: Random.Key, count: number) =>
  vmap((start: NdArray.Any, key: NdArray.Any) => chain(logDensity, options, start, key, count))(
    starts,
    Random.split(key, starts.shape[0]!)
  )

/** A bent ridge: x is standard normal, y is normal around x^2 with deviation 1/2. */
export const banana: LogDensity = (point) => {
  const [x, y] = [np.index(point, 0), np.index(point, 1)]
  const ridge = np.subtract(y, np.square(x))
  return np.negative(np.add(np.multiply(np.square(x), 0.5), np.multiply(np.square(ridge), 2)))
}
