/**
 * `customRoot`: solvers of equations that are not differentiated through.
 */
import * as DType from "../DType.ts"
import { flatten } from "../internal/arguments/arguments.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import { jvp } from "../internal/autodiff/forward.ts"
import { modelOf, traceLike } from "../internal/autodiff/implicit.ts"
import * as node from "../internal/graph/node.ts"
import { inputs as inputsOf, Var } from "../internal/program/model.ts"
import { Program } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type { Like, Operand } from "../lax/trees.ts"
import { customJvpCall } from "../primitive/custom.ts"
import { type CustomJvp, DerivativeRule } from "../primitive/derivativeRule.ts"
import { neg } from "../primitive/elementwise.ts"
import type { CustomJvpParams } from "../primitive/params.ts"
import { zerosOf } from "../primitive/structural.ts"
import * as Tree from "../Tree.ts"
import type { LinearMap } from "./customLinearSolve.ts"
import { linearize } from "./differentiate.ts"

/** Finds an `x` with `f(x) = 0`, from a guess. @category models @since 0.1.0 */
export type RootSolver<T, R> = (f: (x: Like<T>) => Operand<T>, initialGuess: Operand<T>) => R

/** Solves `map(x) = y` for `x`, where `map` is linear. @category models @since 0.1.0 */
export type TangentSolver<T> = (map: LinearMap<T>, y: Operand<T>) => Like<T>

/**
 * Options of {@link customRoot}.
 *
 * @category models
 * @since 0.1.0
 */
export interface RootOptions<Aux extends boolean> {
  /** Whether `solve` returns a pair `[solution, auxiliary]`, whose second part is handed on and has no derivative. */
  readonly hasAux?: Aux | undefined
}

/**
 * The root of `f` that a solver finds, with the derivative that the implicit function theorem says it has: the solver is
 * not differentiated.
 *
 * **When to use**
 *
 * For fixed points, minima, implicit steps of integrators: for whatever is defined by an equation, however it is solved.
 *
 * **Details**
 *
 * `f` takes trees like `initialGuess` to trees like it, and closes over what the root depends on. There `f(m, x) = 0`, so
 * that the tangent of the root is the solution `dx` of `f_x(dx) = -f_m(dm)`: `tangentSolve` is given the linear map `f_x`,
 * which is `f` linearized at the root, and a right-hand side. It has to be linear in the latter, by operations that have
 * derivatives themselves, such as `customLinearSolve`; of scalars it is `(g, y) => np.divide(y, g(1))`. The root does not
 * depend on the guess.
 *
 * @example
 * ```ts
 * import { customRoot, grad, Lax, NdArray, Numpy as np } from "effax"
 *
 * // the square root of a, by Newton's method
 * const root = (a: NdArray.Any) =>
 *   customRoot(
 *     (x: NdArray.Any) => np.subtract(np.square(x), a),
 *     np.array(1),
 *     (_, guess) => Lax.foriLoop(0, 20, (_, x: NdArray.Any) => np.multiply(0.5, np.add(x, np.divide(a, x))), guess),
 *     (g, y) => np.divide(y, g(1))
 *   )
 * root(np.array(9)) // => 3
 * grad(root)(9) // => 0.16666667
 * ```
 *
 * @category implicit differentiation
 * @since 0.1.0
 */
export const customRoot: {
  <T, X>(
    f: (x: Operand<T>) => Like<NoInfer<T>>,
    initialGuess: T,
    solve: RootSolver<NoInfer<T>, readonly [solution: Like<NoInfer<T>>, auxiliary: X]>,
    tangentSolve: TangentSolver<NoInfer<T>>,
    options: RootOptions<true> & { readonly hasAux: true }
  ): [solution: Operand<T>, auxiliary: X]
  <T>(
    f: (x: Operand<T>) => Like<NoInfer<T>>,
    initialGuess: T,
    solve: RootSolver<NoInfer<T>, Like<NoInfer<T>>>,
    tangentSolve: TangentSolver<NoInfer<T>>,
    options?: RootOptions<false>
  ): Operand<T>
} = (
  f: unknown,
  initialGuess: unknown,
  solve: unknown,
  tangentSolve: unknown,
  options?: RootOptions<boolean>
): never => findRoot(f as AnyMap, initialGuess, solve as AnySolver, tangentSolve as AnySolver, options) as never

type AnyMap = (x: unknown) => unknown
type AnySolver = (map: AnyMap, y: unknown) => unknown

const operation = "customRoot"

const known: Known<RootOptions<boolean>> = { hasAux: true }

const findRoot = (
  f: AnyMap,
  initialGuess: unknown,
  solve: AnySolver,
  tangentSolve: AnySolver,
  options: RootOptions<boolean> = {}
): unknown => {
  const { hasAux = false } = checkOptions(operation, options, known)
  const guess = flatten(operation, "initial guess", initialGuess)
  const model = modelOf(operation, "initial guess", guess)
  const residual = traceLike(model, "result of f", f)
  const solver = traceLike(model, "result of solve", (x) => solve(f, x), { arity: 1, hasAux })
  // the map is linearized inside, so that its derivative with respect to what f closes over is known
  const tangent = traceLike(model, "result of tangentSolve", (x, y) => tangentSolve(linearize(f, x)[1] as AnyMap, y), {
    arity: 2,
    hasAux: false
  })

  const constants = [residual, solver, tangent].map(({ captures }) => captures)
  const ends = constants.map((_, i) => constants.slice(0, i + 1).flat().length)
  const count = guess.leaves.length
  const apply: CustomJvp = (_, primals, tangents) => {
    const outputs = customJvpCall(primals, params).map(node.nodeOf)
    const solution = outputs.slice(0, count)
    const dots = tangents.slice(0, ends[0]!).map((dot) => DType.isInexact(dot.dtype) ? dot : undefined)
    const change = jvp(
      residual.program,
      [...primals.slice(0, ends[0]!), ...solution],
      [...dots, ...solution.map(() => undefined)],
      true
    )
    const rhs = change.tangents.map((dot, i) => dot ?? zerosOf(solution[i]!))
    const solved = tracing.replay(tangent.program, [...primals.slice(ends[1]!, ends[2]!), ...solution, ...rhs])
    return {
      outputs,
      tangents: outputs.map((of, i) => node.nodeOf(i < count ? neg(solved[i]!) : zerosOf(of)))
    }
  }
  const params: CustomJvpParams = {
    name: "customRoot",
    callJaxpr: amongOthers(solver.program, constants[0]!, constants[2]!, constants[1]!.length),
    rule: new DerivativeRule({ jvp: "rootJvp" }, 0, apply)
  }
  const outputs = customJvpCall([...constants.flat(), ...guess.leaves], params)
  const solution = Tree.unflatten(guess.structure, outputs.slice(0, count))
  return hasAux ? [solution, Tree.unflatten(solver.auxiliary!, outputs.slice(count))] : solution
}

/** The solver's Program with parameters, before and after its own constants, that it has no use for. */
const amongOthers = (
  program: Program,
  before: ReadonlyArray<node.Node>,
  after: ReadonlyArray<node.Node>,
  own: number
): Program => {
  const unused = (of: node.Node) => new Var({ dtype: of.dtype, shape: of.shape, weak: of.weak })
  const parameters = inputsOf(program)
  return new Program({
    parameters: [...before.map(unused), ...parameters.slice(0, own), ...after.map(unused), ...parameters.slice(own)],
    equations: program.equations,
    results: program.results
  })
}
