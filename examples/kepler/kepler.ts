/**
 * Kepler's equation `E - e sin E = M`: where a planet is, `M` being the time since perihelion in units of an orbit / 2 pi.
 * It has no closed solution. Newton's method finds one, and `customRoot` differentiates what it found by the implicit
 * function theorem, without a look at the iterations.
 */
import { customRoot, jvp, Lax, type NdArray, Numpy as np, vmap } from "effax"

/** Newton's method: steps until the equation holds to float32's precision. */
const newton = (f: (x: NdArray.Any) => NdArray.Any, guess: NdArray.Any): NdArray.Any => {
  const one = np.onesLike(guess)
  const [root] = Lax.whileLoop(
    ([, move, steps]: readonly [NdArray.Any, NdArray.Any, NdArray.Any]) =>
      np.logicalAnd(np.greater(np.abs(move), 1e-6), np.less(steps, 50)),
    ([x, , steps]) => {
      const [value, slope] = jvp(f, [x], [one])
      const move = np.divide(value, slope)
      return [np.subtract(x, move), move, np.add(steps, 1)] as const
    },
    [guess, one, np.zeros([], { dtype: "int32" })] as const
  )
  return root
}

/** The eccentric anomaly at a mean anomaly (radians), on an orbit of an eccentricity in [0, 1). Scalars. */
export const eccentricAnomaly = (mean: NdArray.Any, eccentricity: NdArray.Any): NdArray.Any =>
  customRoot(
    (anomaly: NdArray.Any) => np.subtract(np.subtract(anomaly, np.multiply(eccentricity, np.sin(anomaly))), mean),
    // pi is a start from which Newton's method converges for every eccentricity
    np.add(np.zerosLike(mean), Math.PI),
    newton,
    // the derivative of a scalar equation is a number to divide by
    (g, y) => np.divide(y, g(np.onesLike(y)))
  )

/** Positions `[count, 2]` at mean anomalies `[count]`, in units of the semi-major axis; the sun is at the origin. */
export const positions = (means: NdArray.Any, eccentricity: NdArray.Any): NdArray.Any => {
  const anomalies = vmap(eccentricAnomaly, { inAxes: [0, null] })(means, eccentricity)
  return np.stack([
    np.subtract(np.cos(anomalies), eccentricity),
    np.multiply(np.sqrt(np.subtract(1, np.square(eccentricity))), np.sin(anomalies))
  ], { axis: -1 })
}
