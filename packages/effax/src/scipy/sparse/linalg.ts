/**
 * Iterative solvers of linear equations whose matrix is known by its products alone: JAX's scipy.sparse.linalg.
 */
import * as Aval from "../../Aval.ts"
import * as DType from "../../DType.ts"
import { ArgumentError, ShapeError } from "../../Errors.ts"
import { describe } from "../../internal/arguments/describe.ts"
import { dualWhere } from "../../internal/arguments/dual.ts"
import { checkInteger, checkOptions, isOptions, type Known } from "../../internal/arguments/options.ts"
import type { Behind, Last } from "../../internal/types/dataLast.ts"
import { whileLoop } from "../../lax/loops.ts"
import type { Like, Operand } from "../../lax/trees.ts"
import * as NdArray from "../../NdArray.ts"
import { type ArrayLike, promoteInexact } from "../../numpy/operands.ts"
import { mul, sub } from "../../primitive/arithmetic.ts"
import { real } from "../../primitive/complex.ts"
import { dotGeneral } from "../../primitive/contraction.ts"
import { add, and, div, eq, ge, gt, lt, max, or, select } from "../../primitive/elementwise.ts"
import { conjugate, convertTo } from "../../primitive/linalg/matrix.ts"
import { reduceSum } from "../../primitive/reduction.ts"
import { range } from "../../primitive/rule.ts"
import { full, zerosOf } from "../../primitive/structural.ts"
import { customLinearSolve } from "../../transform/customLinearSolve.ts"
import * as Tree from "../../Tree.ts"

type Any = NdArray.Any
type Leaves = ReadonlyArray<Any>
type Operator = (x: Leaves) => Leaves

/** A square matrix, or a linear function from trees of arrays to trees of the same structure. @category models @since 0.1.0 */
export type LinearOperator<T> = ArrayLike | ((x: Operand<T>) => Like<T>)

/** Options of {@link cg} and {@link bicgstab}. @category models @since 0.1.0 */
export interface IterativeOptions<T = unknown> {
  /** Where to begin; zeros by default. */
  readonly x0?: T
  /** The iteration ends where `norm(b - A x) <= max(tol * norm(b), atol)`; 1e-5 by default. */
  readonly tol?: number
  /** 0 by default. */
  readonly atol?: number
  /** 10 times the number of unknowns by default. */
  readonly maxiter?: number | null
  /** A preconditioner: a matrix or function that is nearly the inverse. */
  readonly M?: LinearOperator<T> | null
}

const known: Known<IterativeOptions> = { x0: true, tol: true, atol: true, maxiter: true, M: true }

// --- vectors that are trees -----------------------------------------------------------------------------------------

const zip = (f: (x: Any, y: Any) => Any) => (x: Leaves, y: Leaves): Leaves => x.map((of, i) => f(of, y[i]!))
const plus = zip(add)
const minus = zip(sub)
const scaled = (s: Any, x: Leaves): Leaves => x.map((of) => mul(convertTo(s, of.dtype), of))

/** `x^H y`, in a dtype. */
const inner = (x: Leaves, y: Leaves, dtype: DType.DType): Any =>
  x.map((of, i) => convertTo(reduceSum(mul(conjugate(of), y[i]!), range(of.shape.length)), dtype)).reduce(add)

const partOf = (x: Any): Any => DType.isComplex(x.dtype) ? real(x) : x

interface Problem {
  readonly a: Operator
  readonly b: Leaves
  readonly x0: Leaves
  readonly m: Operator
  readonly maxiter: number
  /** The square of the largest residual that is small enough. */
  readonly bound: Any
  readonly dtype: DType.DType
}

const squared = (x: Leaves, dtype: DType.DType): Any => partOf(inner(x, x, dtype))

const run = <C>(condition: (carry: C) => Any, body: (carry: C) => C, start: C): C =>
  whileLoop(condition as never, body as never, start as never) as never

const counter = (): Any => full(0, "int32", [])

/** Hestenes and Stiefel 1952, preconditioned (Golub and Van Loan, algorithm 11.5.1). */
const conjugateGradients = ({ a, b, bound, dtype, m, maxiter, x0 }: Problem): Leaves => {
  interface Carry {
    readonly x: Leaves
    readonly r: Leaves
    readonly gamma: Any
    readonly p: Leaves
    readonly k: Any
  }
  const r0 = minus(b, a(x0))
  const p0 = m(r0)
  const of = (x: Leaves, y: Leaves): Any => partOf(inner(x, y, dtype))
  return run<Carry>(
    ({ k, r }) => and(gt(squared(r, dtype), bound), lt(k, maxiter)),
    ({ gamma, k, p, r, x }) => {
      const ap = a(p)
      const alpha = div(gamma, of(p, ap))
      const next = minus(r, scaled(alpha, ap))
      const z = m(next)
      const following = of(next, z)
      return {
        x: plus(x, scaled(alpha, p)),
        r: next,
        gamma: following,
        p: plus(z, scaled(div(following, gamma), p)),
        k: add(k, 1)
      }
    },
    { x: x0, r: r0, gamma: of(r0, p0), p: p0, k: counter() }
  ).x
}

/** H. van der Vorst, "Bi-CGSTAB", 1992. */
const stabilized = ({ a, b, bound, dtype, m, maxiter, x0 }: Problem): Leaves => {
  interface Carry {
    readonly x: Leaves
    readonly r: Leaves
    readonly alpha: Any
    readonly omega: Any
    readonly rho: Any
    readonly p: Leaves
    readonly q: Leaves
    /** Negative where the method breaks down. */
    readonly k: Any
  }
  const shadow = minus(b, a(x0))
  const one = full(1, dtype, [])
  return run<Carry>(
    ({ k, r }) => and(and(gt(squared(r, dtype), bound), lt(k, maxiter)), ge(k, 0)),
    (at) => {
      const rho = inner(shadow, at.r, dtype)
      const beta = div(mul(div(rho, at.rho), at.alpha), at.omega)
      const p = plus(at.r, scaled(beta, minus(at.p, scaled(at.omega, at.q))))
      const direction = m(p)
      const q = a(direction)
      const alpha = div(rho, inner(shadow, q, dtype))
      const s = minus(at.r, scaled(alpha, q))
      const early = lt(squared(s, dtype), bound)
      const correction = m(s)
      const t = a(correction)
      const omega = div(inner(t, s, dtype), inner(t, t, dtype))
      const half = plus(at.x, scaled(alpha, direction))
      const choose = zip((x, y) => select(early, x, y))
      const brokenDown = or(eq(omega, 0), eq(alpha, 0))
      return {
        x: choose(half, plus(half, scaled(omega, correction))),
        r: choose(s, minus(s, scaled(omega, t))),
        alpha,
        omega,
        rho,
        p,
        q,
        k: select(eq(rho, 0), -10, select(brokenDown, -11, add(at.k, 1)))
      }
    },
    { x: x0, r: shadow, alpha: one, omega: one, rho: one, p: shadow, q: shadow, k: counter() }
  ).x
}

// --- the solvers ----------------------------------------------------------------------------------------------------

/** A matrix as a function of vectors, or a function as it is. */
const mapOf = (operation: string, operator: unknown): (x: unknown) => unknown => {
  if (typeof operator === "function") return operator as (x: unknown) => unknown
  if (!NdArray.isNdArray(operator) && !Array.isArray(operator) && typeof operator !== "number") {
    throw new ArgumentError({
      operation,
      message: `${operation}: expected a square matrix or a linear function, got ${describe(operator)}`
    })
  }
  const matrix = promoteInexact(operation, [operator as ArrayLike])[0]!
  if (matrix.shape.length !== 2 || matrix.shape[0] !== matrix.shape[1]) {
    throw new ShapeError({
      operation,
      message: `${operation}: expected a square matrix or a linear function, got ${Aval.format(matrix)}`
    })
  }
  return (x) => dotGeneral(matrix, x as Any, { lhsContracting: [1], rhsContracting: [0] })
}

const solver =
  (operation: string, solve: (problem: Problem) => Leaves, symmetric: boolean) =>
  (operator: unknown, rhs: unknown, given: IterativeOptions = {}): never => {
    const options = checkOptions(operation, given, known)
    const { atol = 0, maxiter, tol = 1e-5 } = options
    const a = mapOf(operation, operator)
    const m = options.M === undefined || options.M === null ? undefined : mapOf(operation, options.M)
    const isTree = typeof rhs === "object" && rhs !== null && !NdArray.isNdArray(rhs) && !ArrayBuffer.isView(rhs) &&
      !(Array.isArray(rhs) && rhs.every((x) => typeof x === "number"))
    const b = isTree ? rhs : promoteInexact(operation, [rhs as ArrayLike])[0]!
    const structure = Tree.structure(b)
    const leaves = Tree.leaves(b) as Leaves
    const start = options.x0 === undefined ? leaves.map(zerosOf) : Tree.leaves(options.x0) as Leaves
    if (start.length !== leaves.length || start.some((x, i) => !Aval.sameShape(x.shape, leaves[i]!.shape))) {
      throw new ShapeError({
        operation,
        message: `${operation}: x0 must have the arrays of b, ${leaves.map(Aval.format).join(", ")}, got ${
          start.map(Aval.format).join(", ")
        }`
      })
    }
    const most = maxiter ?? 10 * leaves.reduce((sum, x) => sum + Aval.size(x), 0)
    checkInteger(operation, "maxiter", most, 0)
    const dtype = DType.promoteTyped(leaves).dtype
    const onLeaves = (map: (x: unknown) => unknown): Operator => (x) =>
      Tree.leaves(map(Tree.unflatten(structure, x))) as Leaves
    const iterate = (map: (x: unknown) => unknown, y: unknown): unknown => {
      const given = Tree.leaves(y) as Leaves
      const size = squared(given, dtype)
      const solution = solve({
        a: onLeaves(map),
        b: given,
        x0: start.map((x, i) => convertTo(x, given[i]!.dtype)),
        m: m === undefined ? (x) => x : onLeaves(m),
        maxiter: most,
        bound: max(mul(size, tol ** 2), atol ** 2),
        dtype
      })
      return Tree.unflatten(structure, solution)
    }
    const x = customLinearSolve(a as never, b as never, iterate as never, {
      transposeSolve: iterate as never,
      symmetric: symmetric && leaves.every((x) => !DType.isComplex(x.dtype))
    })
    return [x, null] as never
  }

/** A right-hand side may be an object, and look like options, beside a function only. */
const hasData = (args: ReadonlyArray<unknown>): boolean =>
  typeof args[0] === "function" || (args.length > 1 && !isOptions(args[1]))

/** The solution, in the place of `b`, and `null`, where SciPy says whether it converged. @category models @since 0.1.0 */
export type Solved<T> = readonly [x: T extends Any ? Any : T, info: null]

/**
 * The solution of `A x = b` by conjugate gradients, for a Hermitian positive definite `A`: a matrix or a function.
 *
 * **Details**
 *
 * `b` is an array or a tree of arrays. Derivatives solve the same equations for another right-hand side, so that the
 * iteration is not differentiated. The second result is `null`, as in JAX.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [x] = Scipy.sparse.linalg.cg(np.array([[4, 1], [1, 3]]), np.array([5, 4]))
 * np.round(x, { decimals: 3 }) // => [1, 1]
 * ```
 *
 * @category iterative solvers
 * @since 0.1.0
 */
export const cg: {
  <T>(b: T, options?: Behind<IterativeOptions<T>>): Last<T, (A: LinearOperator<T>) => Solved<T>>
  <T>(A: LinearOperator<T>, b: T, options?: IterativeOptions<T>): Solved<T>
} = dualWhere(hasData, solver("cg", conjugateGradients, true))

/**
 * The solution of `A x = b` by the stabilized biconjugate gradient method, for any square `A`: a matrix or a function.
 *
 * **Details**
 *
 * As {@link cg}, without symmetry. Where the method breaks down, the last iterate is given.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * const [x] = Scipy.sparse.linalg.bicgstab(np.array([[4, 1], [2, 3]]), np.array([5, 5]))
 * np.round(x, { decimals: 3 }) // => [1, 1]
 * ```
 *
 * @category iterative solvers
 * @since 0.1.0
 */
export const bicgstab: {
  <T>(b: T, options?: Behind<IterativeOptions<T>>): Last<T, (A: LinearOperator<T>) => Solved<T>>
  <T>(A: LinearOperator<T>, b: T, options?: IterativeOptions<T>): Solved<T>
} = dualWhere(hasData, solver("bicgstab", stabilized, false))
