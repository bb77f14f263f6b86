/**
 * A matrix product over a mesh of eight devices: every device multiplies its blocks, and those along "y" add up what they have.
 */
import { Lax, Mesh, type NdArray, Numpy as np, P, shardMap } from "effax"

export const mesh = Mesh.make({ x: 4, y: 2 })

/** `[m, k] x [k, n] -> [m, n]`, for `m` a multiple of 4 and `k` a multiple of 2. */
export const matmul = shardMap(
  // on a device: `[m / 4, k / 2] x [k / 2, n]`, whose sum over "y" is the same for both devices of a row
  (a: NdArray.Any, b: NdArray.Any) => Lax.psum(np.matmul(a, b), "y"),
  { mesh, inSpecs: [P("x", "y"), P("y", null)], outSpecs: P("x", null) }
)

/** The gradient of a mean loss when every device has a part of the batch and all have the parameters. */
export const dataParallel = <W>(loss: (parameters: W, x: NdArray.Any, y: NdArray.Any) => NdArray.Any) =>
  shardMap(
    (parameters: W, x: NdArray.Any, y: NdArray.Any) => Lax.pmean(loss(parameters, x, y), ["x", "y"]),
    { mesh, inSpecs: [P(), P(["x", "y"]), P(["x", "y"])], outSpecs: P() }
  )
