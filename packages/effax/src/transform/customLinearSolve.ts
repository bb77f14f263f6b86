/**
 * `customLinearSolve`: linear solvers that are not differentiated through.
 */
import { flatten } from "../internal/arguments/arguments.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import { modelOf, traceLike } from "../internal/autodiff/implicit.ts"
import type { Like, Operand } from "../lax/trees.ts"
import { customLinearSolveCall } from "../primitive/customLinearSolve.ts"
import * as Tree from "../Tree.ts"
import { linearTranspose } from "./linear.ts"

/**
 * A linear map from trees like `T` to themselves; dtypes and shapes of their arrays are checked.
 *
 * @category models
 * @since 0.1.0
 */
export type LinearMap<T> = (x: Like<T>) => Operand<T>

/** Solves `map(x) = b` for `x`. @category models @since 0.1.0 */
export type LinearSolver<T, R> = (map: LinearMap<T>, b: Operand<T>) => R

/**
 * Options of {@link customLinearSolve}.
 *
 * @category models
 * @since 0.1.0
 */
export interface LinearSolveOptions<T, R, Aux extends boolean = false> {
  /** Solves the equations of the transposed map, which is its argument. Reverse mode needs it. */
  readonly transposeSolve?: LinearSolver<T, R> | undefined
  /** Whether the map is its own transpose, so that `solve` also solves the transposed equations. */
  readonly symmetric?: boolean | undefined
  /** Whether solvers return a pair `[solution, auxiliary]`, whose second part is returned and has no derivative. */
  readonly hasAux?: Aux | undefined
}

/**
 * The solution `x` of `matvec(x) = b` from a given solver, with the derivative implied by the equation: the solver is
 * not differentiated.
 *
 * **When to use**
 *
 * For iterative solvers, solvers that use the structure of the matrix, and solvers without a derivative of their own.
 *
 * **Details**
 *
 * `matvec` is a linear function from trees like `b` to trees like `b`; it may close over arrays that are being
 * differentiated. The tangent of the solution solves the same equations for another right-hand side, with the same
 * `solve`; reverse mode solves the transposed equations, with `transposeSolve`, or with `solve` if `symmetric` is set.
 * Second derivatives and `vmap` follow from that. Throws a `TreeError`, `ShapeError` or `DTypeError` for functions
 * whose results are unlike `b`, and an `ArgumentError` for a `matvec` that is not linear.
 *
 * **Gotchas**
 *
 * The result is not checked against the equations: a solver that stops early has the derivative of the exact solution,
 * solved for with the same inaccuracy.
 *
 * @example
 * ```ts
 * import { customLinearSolve, grad, NdArray, Numpy as np } from "effax"
 *
 * const b = np.array([2, 8])
 * const solved = (d: NdArray.Any) =>
 *   customLinearSolve((x: NdArray.Any) => np.multiply(d, x), b, (_, b) => np.divide(b, d), { symmetric: true })
 * solved(np.array([2, 4])) // => [1, 2]
 * // the sum of b / d
 * grad((d: NdArray.Any) => np.sum(solved(d)))(np.array([2, 4])) // => [-0.5, -0.5]
 * ```
 *
 * @category implicit differentiation
 * @since 0.1.0
 */
export const customLinearSolve: {
  <T, X>(
    matvec: (x: Operand<T>) => Like<NoInfer<T>>,
    b: T,
    solve: LinearSolver<NoInfer<T>, readonly [solution: Like<NoInfer<T>>, auxiliary: X]>,
    options: LinearSolveOptions<NoInfer<T>, readonly [solution: Like<NoInfer<T>>, auxiliary: unknown], true> & {
      readonly hasAux: true
    }
  ): [solution: Operand<T>, auxiliary: X]
  <T>(
    matvec: (x: Operand<T>) => Like<NoInfer<T>>,
    b: T,
    solve: LinearSolver<NoInfer<T>, Like<NoInfer<T>>>,
    options?: LinearSolveOptions<NoInfer<T>, Like<NoInfer<T>>>
  ): Operand<T>
} = (
  matvec: unknown,
  b: unknown,
  solve: unknown,
  options?: unknown
): never => solveWith(matvec as AnyMap, b, solve as AnySolver, options as Options | undefined) as never

type AnyMap = (x: unknown) => unknown
type AnySolver = (map: AnyMap, b: unknown) => unknown
interface Options {
  readonly transposeSolve?: AnySolver
  readonly symmetric?: boolean
  readonly hasAux?: boolean
}

const operation = "customLinearSolve"

const known: Known<Options> = { transposeSolve: true, symmetric: true, hasAux: true }

const solveWith = (matvec: AnyMap, b: unknown, solve: AnySolver, options: Options = {}): unknown => {
  const { hasAux = false, symmetric = false, transposeSolve = symmetric ? solve : undefined } = checkOptions(
    operation,
    options,
    known
  )
  const rhs = flatten(operation, "right-hand side", b)
  const model = modelOf(operation, "right-hand side", rhs)
  const transpose = (): AnyMap => {
    const adjoint = linearTranspose(matvec, b as never)
    return (x) => adjoint(x as never)[0]
  }
  const vecmat = transposeSolve === undefined ? undefined : symmetric ? matvec : transpose()
  const ofMatvec = traceLike(model, "result of matvec", matvec)
  const ofVecmat = vecmat === matvec
    ? ofMatvec
    : vecmat && traceLike(model, "result of the transposed matvec", vecmat)
  const ofSolve = traceLike(model, "result of solve", (x) => solve(matvec, x), { arity: 1, hasAux })
  const ofTransposeSolve = transposeSolve &&
    traceLike(model, "result of transposeSolve", (x) => transposeSolve(vecmat!, x), { arity: 1, hasAux })
  const constants = [ofMatvec, ofVecmat, ofSolve, ofTransposeSolve].map((of) => of?.captures ?? [])
  const outputs = customLinearSolveCall([...constants.flat(), ...rhs.leaves], {
    constLengths: {
      matvec: constants[0]!.length,
      vecmat: constants[1]!.length,
      solve: constants[2]!.length,
      transposeSolve: constants[3]!.length
    },
    matvec: ofMatvec.program,
    vecmat: ofVecmat?.program ?? null,
    solve: ofSolve.program,
    transposeSolve: ofTransposeSolve?.program ?? null
  })
  const count = rhs.leaves.length
  const solution = Tree.unflatten(rhs.structure, outputs.slice(0, count))
  return hasAux ? [solution, Tree.unflatten(ofSolve.auxiliary!, outputs.slice(count))] : solution
}
