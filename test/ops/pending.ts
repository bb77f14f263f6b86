/**
 * Primitives that a backend does not compute yet, by the name of the backend. A check of an entry that uses one passes there
 * if it fails with an `UnsupportedError` of that primitive. `pending.test.ts` and its neighbour on the GPU name those that have been
 * computed meanwhile, so that the lists only get shorter.
 */
import { NdArray, Numpy as np } from "effax"
import * as Aval from "effax/Aval"
import type { Backend } from "effax/Backend"
import type { DType } from "effax/DType"
import { UnsupportedDTypeError, UnsupportedError } from "effax/Errors"
import type { Params, Primitive } from "effax/Primitive"
import { type PrimitiveName, primitives } from "effax/Primitives"
import { call, Program, Var } from "effax/Program"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"

const linearAlgebra: ReadonlyArray<PrimitiveName> = ["eig", "schur"]

export interface Pending {
  /** For all dtypes. */
  readonly primitives: ReadonlyArray<PrimitiveName>
  /** For complex dtypes. */
  readonly complex: ReadonlyArray<PrimitiveName>
}

export const pending: { readonly [backend: string]: Pending } = {
  "cpu-wasm": { primitives: linearAlgebra, complex: linearAlgebra },
  webgpu: { primitives: linearAlgebra, complex: linearAlgebra }
}

/** An application of each primitive that may be pending. */
const samples: {
  readonly [N in PrimitiveName]?: { readonly shapes: ReadonlyArray<ReadonlyArray<number>>; readonly params?: object }
} = {
  triangular_solve: {
    shapes: [[2, 2], [2, 1]],
    params: { leftSide: true, lower: true, transposeA: false, conjugateA: false, unitDiagonal: false }
  },
  cholesky: { shapes: [[2, 2]] },
  lu: { shapes: [[2, 2]] },
  lu_pivots_to_permutation: { shapes: [[2]], params: { permutationSize: 2 } },
  geqrf: { shapes: [[2, 2]] },
  householder_product: { shapes: [[2, 2], [2]] },
  eigh: { shapes: [[2, 2]], params: { lower: true, sortEigenvalues: true } },
  svd: { shapes: [[2, 2]], params: { fullMatrices: true, computeUv: true } },
  eig: {
    shapes: [[2, 2]],
    params: { computeLeftEigenvectors: false, computeRightEigenvectors: false, enableEigvecDerivs: false }
  },
  hessenberg: { shapes: [[2, 2]] },
  schur: { shapes: [[2, 2]], params: { computeSchurVectors: true } },
  tridiagonal: { shapes: [[2, 2]], params: { lower: true } },
  tridiagonal_solve: { shapes: [[2], [2], [2], [2, 1]] }
}

/** A Program with one equation, called on ones. */
const apply = (name: PrimitiveName, dtype: DType): ReadonlyArray<NdArray.Any> => {
  const { params = {}, shapes } = samples[name]!
  const primitive = primitives[name] as unknown as Primitive
  const given = name === "lu_pivots_to_permutation" ? "int32" : dtype
  const parameters = shapes.map((shape) => new Var(Aval.make(given, shape)))
  const outputs = primitive.abstract(parameters.map((v) => v.aval), params as Params).map((aval) => new Var(aval))
  const program = new Program({
    parameters,
    equations: [{ primitive, params: params as Params, inputs: parameters, outputs }],
    results: outputs
  })
  return call(program, shapes.map((shape) => np.ones(shape, { dtype: given })))
}

/** The pending primitives that a backend computes nevertheless. */
export const computed = async (name: string, layer: Layer.Layer<Backend, unknown>): Promise<ReadonlyArray<string>> => {
  const { complex, primitives } = pending[name]!
  const tries = [
    ...primitives.map((of) => [of, "float32"] as const),
    ...complex.filter((of) => of !== "lu_pivots_to_permutation").map((of) => [of, "complex64"] as const)
  ]
  const run = Effect.forEach(tries, ([of, dtype]) =>
    Effect.map(
      Effect.exit(NdArray.evaluate(apply(of, dtype))),
      (exit) => Exit.isFailure(exit) && isPending(name, Cause.squash(exit.cause)) ? [] : [`${of} of ${dtype}`]
    ))
  return (await Effect.runPromise(Effect.provide(run, layer))).flat()
}

const none: Pending = { primitives: [], complex: [] }

/** Whether a failure is that of a primitive that the backend does not compute yet. */
const isPending = (backend: string, error: unknown): boolean => {
  const { complex, primitives } = pending[backend] ?? none
  const has = (names: ReadonlyArray<string>, name: string): boolean => names.includes(name)
  return error instanceof UnsupportedError
    ? has(primitives, error.operation)
    : error instanceof UnsupportedDTypeError && has(complex, error.operation)
}

/** A check that passes where it fails for a primitive that is still to come. */
export const orPending = <E, R>(
  backend: string,
  check: Effect.Effect<ReadonlyArray<string>, E, R>
): Effect.Effect<ReadonlyArray<string>, E, R> =>
  Effect.flatMap(
    Effect.exit(check),
    (exit) => Exit.isFailure(exit) && isPending(backend, Cause.squash(exit.cause)) ? Effect.succeed([]) : exit
  )
