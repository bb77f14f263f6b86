/**
 * Iterative solvers. They end when the residual is small enough: what they give is as exact as that.
 */
import { type NdArray, Numpy as np, Scipy } from "effax"
import { f32, f64 } from "./inputs.ts"
import { matrix } from "./matrices.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const { linalg } = Scipy.sparse
const entry = entries("Scipy.sparse.linalg")

const symmetric = (x: X): X => np.add(x, np.matrixTranspose(x) as X) as X

const systems: ReadonlyArray<Arguments> = [
  [matrix([3, 3]), f32([3])],
  [matrix([4, 4], "float64"), f64([4])],
  [matrix([1, 1]), f32([1])]
]

const close: Options = {
  derivatives: 1,
  numeric: false,
  tolerance: { float32: { rtol: 1e-4, atol: 1e-4 }, float64: { rtol: 1e-8, atol: 1e-8 } },
  derivativeTolerance: { float32: { rtol: 1e-3, atol: 1e-3 }, float64: { rtol: 1e-7, atol: 1e-7 } }
}

export const scipySparse = [
  entry(
    "cg",
    (a: X, b: X) => linalg.cg(symmetric(a), b, { tol: 1e-9, maxiter: 20 })[0],
    "jax.scipy.sparse.linalg.cg(x + x.T, y, tol=1e-9, maxiter=20)[0]",
    systems,
    close
  ),
  entry(
    "cg of a function, preconditioned",
    (a: X, b: X) =>
      linalg.cg((x: X) => np.matmul(symmetric(a), x) as X, b, {
        x0: np.ones([3]),
        M: (x: X) => np.divide(x, np.diagonal(symmetric(a)) as X) as X,
        tol: 1e-9
      })[0],
    "jax.scipy.sparse.linalg.cg(lambda v: (x + x.T) @ v, y, x0=jnp.ones(3), M=lambda v: v / jnp.diagonal(x + x.T), tol=1e-9)[0]",
    systems.slice(0, 1),
    close
  ),
  entry(
    "bicgstab",
    (a: X, b: X) => linalg.bicgstab(a, b, { tol: 1e-6, atol: 1e-10 })[0],
    "jax.scipy.sparse.linalg.bicgstab(x, y, tol=1e-6, atol=1e-10)[0]",
    systems,
    {
      ...close,
      tolerance: { float32: { rtol: 1e-4, atol: 1e-4 }, float64: { rtol: 1e-4, atol: 1e-4 } },
      derivativeTolerance: { float32: { rtol: 1e-3, atol: 1e-3 }, float64: { rtol: 1e-3, atol: 1e-3 } }
    }
  )
]
