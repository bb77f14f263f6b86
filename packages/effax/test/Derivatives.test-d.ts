import {
  customJvp,
  customVjp,
  evalShape,
  hessian,
  hvp,
  jacfwd,
  jacobian,
  jacrev,
  linearTranspose,
  type NdArray,
  Numpy as np,
  ShapeDType
} from "effax"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const expect = <T extends true>(): T | undefined => undefined

type F32<S extends ReadonlyArray<number>> = NdArray.NdArray<"float32", S>
type Vector = F32<readonly [3]>
type Matrix = F32<readonly [2, 3]>
type Scalar = F32<readonly []>

declare const any: NdArray.Any
declare const vector: Vector
declare const matrix: Matrix
declare const scalar: Scalar
declare const half: NdArray.NdArray<"bfloat16", readonly [3]>

// --- Jacobians: the result's tree and axes, then the argument's -----------------------------------------------------

declare const f: (x: Vector, w: Matrix) => F32<readonly [2]>
const byColumns = jacfwd(f)(vector, matrix)
expect<Equal<typeof byColumns, F32<readonly [2, 3]>>>()
const last = jacrev(f, { argnums: -1 })(vector, matrix)
expect<Equal<typeof last, F32<readonly [2, 2, 3]>>>()
const both = jacobian(f, { argnums: [0, 1] })(vector, matrix)
expect<Equal<typeof both, [F32<readonly [2, 3]>, F32<readonly [2, 2, 3]>]>>()
// @ts-expect-error a vector is no matrix
void jacfwd(f)(vector, vector)

declare const tree: (p: { readonly w: Vector; readonly b: Scalar; readonly name: string }) => {
  readonly y: F32<readonly [2]>
  readonly loss: Scalar
}
const ofTree = jacrev(tree)({ w: vector, b: 1, name: "layer" })
expect<Equal<typeof ofTree.y.w, F32<readonly [2, 3]>>>()
expect<Equal<typeof ofTree.loss.b, Scalar>>()

// the dtype is that of the result by columns, and of the argument by rows
declare const widen: (x: NdArray.NdArray<"bfloat16", readonly [3]>) => Vector
const columns = jacfwd(widen)(half)
expect<Equal<typeof columns, F32<readonly [3, 3]>>>()
const rows = jacrev(widen)(half)
expect<Equal<typeof rows, NdArray.NdArray<"bfloat16", readonly [3, 3]>>>()

// auxiliary outputs come along, and shapes that are not known stay so
declare const withAux: (x: Vector) => readonly [Scalar, { readonly count: number }]
const [gradient, aux] = jacrev(withAux, { hasAux: true })(vector)
expect<Equal<typeof gradient, Vector>>()
expect<Equal<typeof aux, { readonly count: number }>>()
const unknown = jacfwd((x: NdArray.Any) => np.sin(x))(any)
expect<Equal<typeof unknown["shape"], ReadonlyArray<number>>>()

declare const energy: (x: Vector) => Scalar
const second = hessian(energy)(vector)
expect<Equal<typeof second, F32<readonly [3, 3]>>>()
declare const energies: (x: Vector, b: Scalar) => F32<readonly [2]>
const mixed = hessian(energies, { argnums: [0, 1] })(vector, 1)
expect<
  Equal<typeof mixed, [[F32<readonly [2, 3, 3]>, F32<readonly [2, 3]>], [F32<readonly [2, 3]>, F32<readonly [2]>]]>
>()

const product = hvp(energy, [vector], [vector])
expect<Equal<typeof product, Vector>>()
declare const loss: (w: Vector, x: Matrix) => Scalar
const still = hvp(loss, [vector, matrix], [vector, null], { argnums: [0] })
expect<Equal<typeof still, [Vector]>>()
// @ts-expect-error the tangent of a vector is a vector
void hvp(loss, [vector, matrix], [matrix, null])

// --- linearTranspose and evalShape ----------------------------------------------------------------------------------

declare const linear: (x: Vector, y: Scalar) => F32<readonly [2]>
const adjoint = linearTranspose(linear, new ShapeDType([3], "float32"), 1)
const back = adjoint(np.ones([2]))
expect<Equal<typeof back, [x: Vector, y: Scalar]>>()
// @ts-expect-error the cotangent is like the result
void adjoint(vector)
// @ts-expect-error a specification of another shape
void linearTranspose(linear, new ShapeDType([2], "float32"), scalar)

const shapes = evalShape(tree, { w: new ShapeDType([3], "float32"), b: scalar, name: "layer" })
expect<Equal<typeof shapes.y, ShapeDType<"float32", readonly [2]>>>()
const scalars = evalShape((x: Vector) => [x.shape[0] as number, true as boolean] as const, vector)
expect<Equal<(typeof scalars)[0], ShapeDType<"float32", readonly []>>>()
expect<Equal<(typeof scalars)[1], ShapeDType<"bool", readonly []>>>()

// --- custom derivatives: rules see arguments and tangents as tuples -------------------------------------------------

const scaled = customJvp((x: Vector, by: Scalar) => np.multiply(x, by), (primals, tangents) => {
  expect<Equal<typeof primals, [x: Vector, by: Scalar]>>()
  expect<Equal<typeof tangents, [x: Vector, by: Scalar]>>()
  return [primals[0], any]
})
expect<Equal<ReturnType<typeof scaled>, Vector>>()
void [scaled(vector, scalar), scaled(vector, 2)]
// @ts-expect-error a number is no vector
void scaled(2, 2)
// @ts-expect-error a rule returns a pair
void customJvp((x: Vector) => np.sum(x), ([x]) => np.sum(x))
// @ts-expect-error the tangent has the structure of the result
void customJvp((x: Vector) => ({ sum: np.sum(x) }), ([x], [dx]) => [{ sum: np.sum(x) }, np.sum(dx)])

const applied = customJvp(
  (h: (x: Vector) => Vector, x: Vector, times: number) => np.multiply(h(x), times),
  (h, times, [x], [dx]) => {
    expect<Equal<typeof h, (x: Vector) => Vector>>()
    expect<Equal<typeof times, number>>()
    return [np.multiply(h(x), times), dx]
  },
  { nondiffArgnums: [0, 2] }
)
void applied((x) => x, vector, 3)

const reversed = customVjp((p: { readonly w: Vector }, x: Vector) => np.dot(p.w, x), {
  forward: (p, x) => [np.dot(p.w, x), { w: p.w, x }],
  backward: (residuals, ct) => {
    expect<Equal<typeof residuals, { w: Vector; x: Vector }>>()
    expect<Equal<typeof ct, Scalar>>()
    return [{ w: np.multiply(ct, residuals.x) }, null]
  }
})
void reversed({ w: vector }, vector)
void customVjp((x: Vector, y: Vector) => np.dot(x, y), {
  forward: (x, y) => [np.dot(x, y), null],
  // @ts-expect-error a cotangent is missing
  backward: (_, ct) => [ct]
})
void customVjp((h: (x: Vector) => Vector, x: Vector) => h(x), {
  forward: (h, x) => [h(x), x],
  backward: (h, x, ct) => [np.multiply(h(x), ct)]
}, { nondiffArgnums: 0 })
