import { grad, jit, jvp, linearize, type NdArray, Numpy as np, Tree, valueAndGrad, vjp, vmap } from "effax"
import type * as DType from "effax/DType"
import type { Shape } from "effax/Shape"
import type { Argument } from "effax/Transform"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const expect = <T extends true>(): T | undefined => undefined

type Vector = NdArray.NdArray<"float32", readonly [3]>
type Scalar = NdArray.NdArray<"float32", readonly []>
type Floats = NdArray.NdArray<"float32">

interface Layer {
  readonly weight: Floats
  readonly bias: Scalar
}
type Model = { readonly layers: ReadonlyArray<Layer>; readonly scale: NdArray.Any; readonly name?: string }

declare const any: NdArray.Any
declare const scalar: Scalar
declare const vector: Vector
declare const matrix: NdArray.NdArray<"float32", readonly [10, 3]>
declare const ints: NdArray.NdArray<"int32", readonly [3]>
declare const floats: Floats
declare const layer: Layer
declare const model: Model

const loss = (parameters: Layer, x: NdArray.Any): NdArray.Any =>
  np.sum(np.add(np.dot(parameters.weight, x), parameters.bias))
const modelLoss = (parameters: Model, x: NdArray.Any): NdArray.Any => np.sum(np.multiply(parameters.scale, x))

// --- arguments: JavaScript scalars stand for scalar arrays ----------------------------------------------------------

expect<Equal<Argument<Scalar>, Scalar | number | bigint | boolean>>()
expect<Equal<Argument<NdArray.Any>, NdArray.Any | number | bigint | boolean>>()
expect<Equal<Argument<Vector>, Vector>>()
expect<Equal<Argument<string>, string>>()

const power = jit((x: NdArray.Any, n: Scalar) => np.power(x, n))
void [power(vector, 2), power(2, scalar), power(any, true)]
// @ts-expect-error a string is no array
void power("2", 2)
// @ts-expect-error a vector is no scalar
void power(vector, vector)
// @ts-expect-error an argument is missing
void power(vector)

const onVector = jit((x: Vector) => np.sum(x))
void onVector(vector)
// @ts-expect-error a number is no vector
void onVector(1)
// @ts-expect-error int32 is not float32
void onVector(ints)

// trees: interfaces and types, with scalars inside
const useLayer = jit((l: Layer, m: Model) => np.add(l.bias, m.scale))
void [
  useLayer(layer, model),
  useLayer({ weight: vector, bias: 0.5 }, { layers: [layer, { ...layer, bias: 1 }], scale: 2 })
]
// @ts-expect-error the bias is missing
void useLayer({ weight: vector }, model)

// --- jit ------------------------------------------------------------------------------------------------------------

expect<Equal<ReturnType<typeof onVector>, Scalar>>()
const step = jit(
  (state: { readonly layer: Layer; readonly count: Scalar }, rate: number, mode: "train" | "test") => ({
    state: { layer: state.layer, count: np.add(state.count, rate) },
    isTrained: mode === "train" ? np.equal(state.count, 0) : np.equal(state.count, 1)
  }),
  { donateArgnums: 0, staticArgnums: [1, 2] }
)
const stepped = step({ layer, count: 0 }, 0.1, "train")
expect<Equal<typeof stepped.state.layer, Layer>>()
expect<Equal<typeof stepped.isTrained, NdArray.NdArray<"bool", readonly []>>>()
// @ts-expect-error a static argument has its own type
void step({ layer, count: 0 }, 0.1, "validate")
const named = jit({ name: "double" })((x: Vector) => np.multiply(x, 2))
expect<Equal<ReturnType<typeof named>, Vector>>()

// --- grad and valueAndGrad ------------------------------------------------------------------------------------------

const gradients = {
  vector: grad((x: Vector) => np.sum(x))(vector),
  any: grad(np.tanh)(2),
  tree: grad(loss)(layer, vector),
  type: grad(modelLoss)(model, 3),
  second: grad(loss, { argnums: 1 })(layer, vector),
  last: grad(loss, { argnums: -1 })(layer, vector),
  both: grad(loss, { argnums: [0, 1] })(layer, vector),
  twice: grad(grad((x: Scalar) => np.multiply(x, x)))(2)
}
expect<Equal<typeof gradients.vector, Vector>>()
expect<Equal<typeof gradients.any, NdArray.Any>>()
expect<Equal<typeof gradients.tree, Layer>>()
expect<Equal<typeof gradients.type, Model>>()
expect<Equal<typeof gradients.second, NdArray.Any>>()
expect<Equal<typeof gradients.last, NdArray.Any>>()
expect<Equal<typeof gradients.both, [Layer, NdArray.Any]>>()
const [gradient, auxiliary] = grad((x: Vector) => [np.sum(x), { ints, x }] as const, { hasAux: true })(vector)
expect<Equal<typeof gradient, Vector>>()
expect<Equal<typeof auxiliary, { readonly ints: typeof ints; readonly x: Vector }>>()
expect<Equal<typeof gradients.twice, Scalar>>()

const valued = {
  plain: valueAndGrad(loss)(layer, vector),
  both: valueAndGrad(loss, { argnums: [1, 0] })(layer, vector),
  aux: valueAndGrad((x: Vector) => [np.sum(x), ints] as const, { hasAux: true })(vector)
}
expect<Equal<typeof valued.plain, [value: NdArray.Any, gradient: Layer]>>()
expect<Equal<typeof valued.both, [value: NdArray.Any, gradient: [NdArray.Any, Layer]]>>()
expect<Equal<typeof valued.aux, [value: [Scalar, typeof ints], gradient: Vector]>>()

// --- jvp, linearize and vjp -----------------------------------------------------------------------------------------

const pushed = jvp((x: Vector, s: Scalar) => ({ y: np.multiply(x, s) }), [vector, 2], [vector, 1])
expect<Equal<typeof pushed[0], { y: Vector }>>()
expect<Equal<typeof pushed[1], { y: Vector }>>()
// @ts-expect-error a tangent is missing
void jvp((x: Vector, s: Scalar) => np.multiply(x, s), [vector, 2], [vector])

const [value, tangentMap] = linearize((x: Vector) => np.sum(x), vector)
expect<Equal<typeof value, Scalar>>()
expect<Equal<ReturnType<typeof tangentMap>, Scalar>>()

const [output, pullback] = vjp((x: Vector, s: Scalar) => np.multiply(x, s), vector, 2)
expect<Equal<typeof output, Vector>>()
expect<Equal<ReturnType<typeof pullback>, [x: Vector, s: Scalar]>>()
void pullback(vector)
// @ts-expect-error the cotangent has the shape of the output
void pullback(scalar)

// --- vmap -----------------------------------------------------------------------------------------------------------

const predict = (w: NdArray.Any, b: NdArray.Any, x: NdArray.Any) => np.add(np.dot(w, x), b)
const mapped = {
  any: vmap(predict, { inAxes: [null, null, 0] })(vector, 1, matrix),
  known: vmap((x: Vector) => np.sum(x))(matrix),
  last: vmap((x: Vector) => np.multiply(x, 2), { inAxes: 1, outAxes: -1 })(np.ones([3, 10])),
  shared: vmap((x: Vector, s: Scalar) => ({ total: np.sum(x), s }), {
    inAxes: [0, null],
    outAxes: { total: 0, s: null }
  })(
    matrix,
    2
  ),
  tree: vmap(loss, { inAxes: [{ weight: 0, bias: null }, 0] })({ weight: floats, bias: 1 }, matrix),
  curried: vmap({ inAxes: [0, null] })((x: Vector, y: NdArray.Any) => np.dot(x, y))(matrix, vector),
  twice: vmap(vmap((x: Scalar) => np.sin(x)))(matrix),
  gradients: vmap(grad((x: Scalar) => np.sin(x)))(vector)
}
expect<Equal<typeof mapped.any.shape, Shape>>()
expect<Equal<typeof mapped.known, NdArray.NdArray<"float32", readonly [number]>>>()
expect<Equal<typeof mapped.last, NdArray.NdArray<"float32", readonly [3, number]>>>()
expect<Equal<typeof mapped.shared.total, NdArray.NdArray<"float32", readonly [number]>>>()
expect<Equal<typeof mapped.shared.s, Scalar>>()
expect<Equal<typeof mapped.tree, NdArray.Any>>()
expect<Equal<typeof mapped.curried.shape, Shape>>()
expect<Equal<typeof mapped.twice, NdArray.NdArray<"float32", readonly [number, number]>>>()
expect<Equal<typeof mapped.gradients, NdArray.NdArray<"float32", readonly [number]>>>()
// @ts-expect-error a batch of vectors is a matrix
void vmap((x: Vector) => np.sum(x))(vector)
// @ts-expect-error a number has no batch axis
void vmap((x: NdArray.Any) => np.sum(x))(1)
// @ts-expect-error an axis is a number or null
void vmap(predict, { inAxes: ["0", null, null] })

// --- compositions and generic code ----------------------------------------------------------------------------------

// of generic functions
const ofGeneric = [jit(np.tanh)(matrix), grad(np.tanh)(2), vmap(np.tanh)(matrix)] as const
expect<Equal<typeof ofGeneric[0], typeof matrix>>()
expect<Equal<typeof ofGeneric[1], NdArray.Any>>()
expect<Equal<typeof ofGeneric[2]["dtype"], DType.Inexact>>()

const trained = jit(vmap(valueAndGrad(loss), { inAxes: [null, 0] }))(layer, matrix)
expect<Equal<typeof trained[0], NdArray.Any>>()
expect<Equal<typeof trained[1]["weight"], Floats>>()

/** One step of gradient descent, for parameters of any structure. */
const descend = <P>(f: (parameters: P, x: NdArray.Any) => NdArray.Any, parameters: P, x: NdArray.Any): P => {
  const [at, gradient] = valueAndGrad(f)(parameters, x)
  expect<Equal<typeof at, NdArray.Any>>()
  const compiled = jit(f)
  void compiled(parameters, x)
  const same: P = gradient
  return same
}
expect<Equal<ReturnType<typeof descend<Layer>>, Layer>>()

// --- lists that functions return are tuples, however deep, without `as const` ----------------------------------------

const pair = (jit((x: Vector) => [np.sum(x), [x, { both: [x, np.argmax(x)] }]]))(vector)
expect<
  Equal<typeof pair, [Scalar, [Vector, { both: [Vector, NdArray.NdArray<"int32", readonly []>] }]]>
>()
const steps = jit((x: Vector) => {
  const next = np.multiply(x, 2)
  return [next, np.sum(next)]
}, { name: "step" })(vector)
expect<Equal<typeof steps, [Vector, Scalar]>>()
const [[rows, firsts], aux] = valueAndGrad((x: Vector) => [np.sum(x), { x, n: 1 }], { hasAux: true })(vector)
expect<Equal<typeof rows, Scalar>>()
expect<Equal<typeof firsts, { x: Vector; n: number }>>()
expect<Equal<typeof aux, Vector>>()
const pairs = vmap((x: Vector) => [x, np.sum(x)])(matrix)
expect<
  Equal<
    typeof pairs,
    [NdArray.NdArray<"float32", readonly [number, 3]>, NdArray.NdArray<"float32", readonly [number]>]
  >
>()
const many = jit((x: Vector) => [1, 2].map((n) => np.multiply(x, n)))(vector)
expect<Equal<typeof many, Array<Vector>>>()
const scaled = <D extends DType.DType>(x: NdArray.NdArray<D>) =>
  vmap((row: NdArray.NdArray<D>) => np.multiply(row, 2))(x)
expect<Equal<ReturnType<typeof scaled<"float32">>["shape"], Shape>>()
void [descend, Tree.map(layer, (leaf) => grad((x: NdArray.Any) => np.sum(x))(leaf))]
