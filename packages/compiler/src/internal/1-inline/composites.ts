/**
 * Primitives that are made of others: each is one function, written once for every device that a Plan runs on.
 */
import * as DType from "effax/DType"
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import type { ParamsOf, PrimitiveName } from "effax/Primitives"
import type { Equation, Program } from "effax/Program"
import { makeProgram, ShapeDType } from "effax/Transform"
import { fft } from "./composites/fft.ts"
import { incompleteBeta } from "./composites/incompleteBeta.ts"
import { igamma, igammac, igammaGradA, randomGammaGrad } from "./composites/incompleteGamma.ts"
import { eigh, svd } from "./composites/linalg/jacobi.ts"
import { lu, pivotsToPermutation } from "./composites/linalg/lu.ts"
import { geqrf, householderProduct } from "./composites/linalg/qr.ts"
import { cholesky, triangularSolve } from "./composites/linalg/triangular.ts"
import { hessenberg, tridiagonal, tridiagonalSolve } from "./composites/linalg/tridiagonal.ts"
import { polygamma, zeta } from "./composites/zeta.ts"

type Any = NdArray.Any

/** What a primitive is of its operands. */
type Composite<N extends PrimitiveName> = (operands: ReadonlyArray<Any>, params: ParamsOf<N>) => ReadonlyArray<Any>

/**
 * A function of elements, for operands of one dtype, float32 or float64, and one shape. Scalars stand beside arrays, and half
 * precision is computed in float32.
 */
const elementwise =
  (f: (...operands: ReadonlyArray<Any>) => Any) => (operands: ReadonlyArray<Any>): ReadonlyArray<Any> => {
    const { dtype } = operands[0]!
    const shape = operands.find((x) => x.shape.length > 0)?.shape ?? []
    const lane = DType.itemSize(dtype) === 2 ? "float32" : dtype
    const whole = operands.map((x) =>
      Lax.convertElementType(x.shape.length === shape.length ? x : Lax.broadcast(x, shape), lane)
    )
    return [Lax.convertElementType(f(...whole), dtype)]
  }

const two = (f: (x: Any, y: Any) => Any) => elementwise((x, y) => f(x!, y!))

const composites = {
  igamma: two(igamma),
  igammac: two(igammac),
  igamma_grad_a: two(igammaGradA),
  random_gamma_grad: two(randomGammaGrad),
  regularized_incomplete_beta: elementwise((a, b, x) => incompleteBeta(a!, b!, x!)),
  zeta: two(zeta),
  polygamma: two(polygamma),
  fft: ([x], params) => [fft(x!, params)],
  cholesky: ([a]) => [cholesky(a!)],
  triangular_solve: ([a, b], params) => [triangularSolve(a!, b!, params)],
  lu: ([a]) => lu(a!),
  lu_pivots_to_permutation: ([pivots], { permutationSize }) => [pivotsToPermutation(pivots!, permutationSize)],
  geqrf: ([a]) => geqrf(a!),
  householder_product: ([a, taus]) => [householderProduct(a!, taus!)],
  eigh: ([a], params) => eigh(a!, params),
  svd: ([a], params) => svd(a!, params),
  hessenberg: ([a]) => hessenberg(a!),
  tridiagonal: ([a], params) => tridiagonal(a!, params),
  tridiagonal_solve: ([dl, d, du, b]) => [tridiagonalSolve(dl!, d!, du!, b!)]
} as const satisfies { readonly [N in PrimitiveName]?: Composite<N> }

/** The name of a primitive that is made of others. */
export type CompositeName = keyof typeof composites

const isComposite = (name: string): name is CompositeName => Object.hasOwn(composites, name)

/** Programs by the equations that they stand for: an equation is looked at to count its operations, and again to inline it. */
const programs = new WeakMap<Equation, Program>()

/** The Program of a primitive that is made of others. */
export const compositeOf = (equation: Equation): Program | undefined => {
  const { inputs, params, primitive } = equation
  const { name } = primitive
  if (!isComposite(name)) return undefined
  const known = programs.get(equation)
  if (known !== undefined) return known
  const composite = composites[name] as (operands: ReadonlyArray<Any>, params: unknown) => ReadonlyArray<Any>
  const types = inputs.map(({ aval: { dtype, shape } }) => new ShapeDType(shape, dtype))
  const program = makeProgram((...operands: ReadonlyArray<Any>) => composite(operands, params))(...types)
  programs.set(equation, program)
  return program
}
