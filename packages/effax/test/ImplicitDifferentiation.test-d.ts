import { checkpoint, closureConvert, customLinearSolve, customRoot, grad, Lax, NdArray, Numpy as np } from "effax"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const expect = <T extends true>(): T | undefined => undefined

type Vector = NdArray.NdArray<"float32", readonly [3]>

declare const any: NdArray.Any
declare const vector: Vector
declare const pair: { readonly u: Vector; readonly v: NdArray.Any }

// --- checkpoint keeps what the function takes and gives -------------------------------------------------------------

const layer = checkpoint((p: { readonly w: Vector }, kind: string, x: NdArray.Any) => {
  void kind
  return { y: np.multiply(p.w, x), x }
}, { staticArgnums: 1 })
expect<Equal<ReturnType<typeof layer>["x"], NdArray.Any>>()
void layer({ w: vector }, "relu", 1)
// @ts-expect-error a string is no array
void layer({ w: "vector" }, "relu", any)
void [checkpoint({ preventCse: false })(np.sin)(any), grad(checkpoint((x: NdArray.Any) => np.sum(x)))(vector)]
expect<Equal<ReturnType<typeof Lax.optimizationBarrier<Vector>>, Vector>>()

// --- solutions are like the right-hand side, or the guess -----------------------------------------------------------

const solver = (map: (x: NdArray.Any) => NdArray.Any, b: NdArray.Any): NdArray.Any => np.subtract(b, map(b))

const x = customLinearSolve((x: NdArray.Any) => np.multiply(x, 2), vector, solver, { transposeSolve: solver })
expect<Equal<typeof x, Vector>>()

const tree = customLinearSolve(
  ({ u, v }) => ({ u: np.multiply(2, u), v: np.multiply(3, v) }),
  pair,
  (map, b) => map(b),
  { symmetric: true }
)
expect<Equal<typeof tree.u, Vector>>()

const [y, aux] = customLinearSolve((x: Vector) => x, vector, (_, b) => [b, { steps: 3 }] as const, { hasAux: true })
expect<Equal<typeof y, Vector>>()
expect<Equal<typeof aux, { readonly steps: 3 }>>()

// @ts-expect-error a map of vectors gives arrays
void customLinearSolve((x: Vector) => [x], vector, solver)

const root = customRoot((x: NdArray.Any) => np.sin(x), vector, solver, solver)
expect<Equal<typeof root, Vector>>()

const scalar = customRoot((x) => np.subtract(np.square(x), 2), 1, (_, guess) => guess, (g, y) => np.divide(y, g(1)))
expect<Equal<typeof scalar, NdArray.NdArray<"float32", readonly []>>>()

// --- closures -------------------------------------------------------------------------------------------------------

const [converted, captures] = closureConvert((x: NdArray.Any, n: Vector) => np.add(x, n), vector, vector)
expect<Equal<typeof captures, ReadonlyArray<NdArray.Any>>>()
void converted(any, vector, ...captures)
