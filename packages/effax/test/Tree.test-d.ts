import type { DType } from "effax/DType"
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import * as Random from "effax/Random"
import type { Shape } from "effax/Shape"
import * as Tree from "effax/Tree"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const expect = <T extends true>(): T | undefined => undefined

type Vector = NdArray.NdArray<"float32", readonly [3]>

interface Layer {
  readonly weight: Vector
  readonly bias: NdArray.Any | null
}
interface Model {
  readonly layers: ReadonlyArray<Layer>
  readonly head: readonly [Layer, { readonly scale: number }]
  readonly note?: string
}
type Nested = NdArray.Any | ReadonlyArray<Nested> | { readonly [name: string]: Nested }

class Linear {
  readonly weight: Vector
  readonly activation: string
  constructor(weight: Vector, activation: string) {
    this.weight = weight
    this.activation = activation
  }
  [Tree.symbol]() {
    const { activation, weight } = this
    return Tree.parts({ weight }, activation, (children) => new Linear(children.weight, activation))
  }
}

declare const model: Model
declare const nested: Nested
declare const linear: Linear

// leaves
expect<Equal<Tree.LeafOf<Vector>, Vector>>()
expect<Equal<Tree.LeafOf<null>, never>>()
expect<Equal<Tree.LeafOf<Layer>, Vector | NdArray.Any>>()
expect<Equal<Tree.LeafOf<Model>, Vector | NdArray.Any | number | string>>()
expect<Equal<Tree.LeafOf<Nested>, NdArray.Any>>()
expect<Equal<Tree.LeafOf<Linear>, Vector>>()
expect<Equal<Tree.LeafOf<{ readonly a: Float32Array; readonly b: () => void }>, Float32Array | (() => void)>>()

// mapping keeps the structure: optional members, tuples, null
expect<Equal<Tree.Map<Layer, number>, { readonly weight: number; readonly bias: number | null }>>()
expect<
  Equal<
    Tree.Map<readonly [Vector, { readonly a: Vector; readonly b?: Vector }], 0>,
    readonly [0, { readonly a: 0; readonly b?: 0 }]
  >
>()
expect<Equal<Tree.Map<Linear, number>, Linear>>()

const mapped = Tree.map(model, (leaf) => {
  expect<Equal<typeof leaf, NdArray.NdArray<DType, Tree.LeafShape> | number | string>>()
  return 1
})
expect<Equal<typeof mapped.layers[number]["bias"], number | null>>()
expect<Equal<typeof mapped.head[1]["scale"], number>>()
Tree.map({ a: 1, b: [2, null] }, (n) => n.toFixed()).b[0]?.trim()
Tree.map(nested, (x) => x.shape)
Tree.map((x: number) => `${x}`)({ a: 1, b: [2] }).a.trim()
// @ts-expect-error a string among the leaves
Tree.map((x: number) => `${x}`)({ a: 1, b: ["2"] })
// @ts-expect-error leaves are numbers
Tree.map({ a: 1 }, (s: string) => s)

// several trees
Tree.map2({ a: 1 }, { a: "x" }, (n, s) => {
  expect<Equal<typeof n, number>>()
  expect<Equal<typeof s, string>>()
  return n + s.length
}).a.toFixed()
// where the first has a leaf, the others may have more
Tree.map2({ a: 1 }, { a: { b: "x" } }, (_, rest) => rest.b)
Tree.mapMany([{ a: 1 }, { a: "x" }, { a: true }], (n, s, b) => {
  expect<Equal<[typeof n, typeof s, typeof b], [number, string, boolean]>>()
  return s
})

// generic code
const double = <P extends Tree.Tree<NdArray.Any>>(params: P, f: (x: NdArray.Any) => NdArray.Any) =>
  Tree.map(params, (leaf) => f(leaf))
const doubled = double({ a: linear.weight, b: [linear.weight] }, (x) => x)
expect<Equal<typeof doubled, { a: NdArray.Any; b: Array<NdArray.Any> }>>()

// constraints on leaves accept interfaces and types alike
declare const norm: <T>(tree: T & Tree.Of<T, NdArray.Any>) => number
declare const layer: Layer
norm(layer)
norm({ a: layer, b: [layer, linear, null] })
norm(nested)
// @ts-expect-error a number and a string among the leaves
norm(model)

// flattening
expect<Equal<ReturnType<typeof Tree.leaves<Layer>>[number], Vector | NdArray.Any>>()
const axes = Tree.broadcastPrefix([0, null], [1, { a: 2 }], { noneIsLeaf: true })
expect<Equal<typeof axes[number], number | null | undefined>>()
expect<Equal<Tree.LeafOf<[number, null]>, number>>()

// --- shapes stay with their leaves ----------------------------------------------------------------------------------

type F32<S extends Shape> = NdArray.NdArray<"float32", S>
type Params = { w: F32<readonly [3, 2]>; b: F32<readonly [2]> }
interface Dense {
  readonly w: F32<readonly [3, 2]>
  readonly b: F32<readonly [2]> | null
}
declare let params: Params
declare const grads: Params
declare let dense: Dense
declare const stack: readonly [F32<readonly [3]>, { readonly last: F32<readonly [1]> }]
declare const masks: { w: NdArray.NdArray<"bool", readonly [3, 2]>; b: NdArray.NdArray<"bool", readonly [2]> }
declare const key: Random.Key

params = Tree.map2(params, grads, (p, g) => np.subtract(p, np.multiply(g, 0.1)))
dense = Tree.map2(dense, dense, (p, g) => np.subtract(p, np.multiply(g, 0.1)))
params = Tree.mapMany([params, grads, grads], (p, m, v) => np.subtract(p, np.divide(m, np.add(np.sqrt(v), 1e-8))))
params = Tree.mapWithPath(params, (_, p) => np.zerosLike(p))
params = Tree.map(params, (p) => Random.normal(key, p.shape))
params = Tree.map2(params, masks, (p, mask) => np.where(mask, p, 0))
const changed = {
  dtype: Tree.map(params, (p) => np.greater(p, 0)),
  named: Tree.map(params, np.tanh),
  sums: Tree.map(params, (p) => np.sum(p)),
  // an axis less: which one isn't known
  reduced: Tree.map(params, (p) => np.sum(p, { axis: 0 })),
  widened: Tree.map(params, (p) => np.add(p, np.ones([1]))),
  nested: Tree.map(params, (p) => ({ mean: np.zerosLike(p), count: 1 })),
  pairs: Tree.map2(params, grads, (p, g) => [p, np.equal(p, g)] as const),
  tuple: Tree.map2(stack, stack, (p, g) => np.add(p, g)),
  // leaves of one shape have it
  same: Tree.map([linear.weight, linear.weight] as const, (x) => np.dot(x, x)),
  class: Tree.map({ a: linear, b: params }, (x) => np.negative(x))
}
expect<Equal<typeof changed.dtype, typeof masks>>()
expect<Equal<typeof changed.named, Params>>()
expect<Equal<typeof changed.sums, { w: F32<readonly []>; b: F32<readonly []> }>>()
expect<Equal<typeof changed.reduced, { w: F32<Shape>; b: F32<Shape> }>>()
expect<Equal<typeof changed.widened, { w: F32<Shape>; b: F32<Shape> }>>()
expect<Equal<typeof changed.nested.w, { mean: F32<readonly [3, 2]>; count: number }>>()
expect<Equal<typeof changed.pairs.b, readonly [F32<readonly [2]>, NdArray.NdArray<"bool", readonly [2]>]>>()
expect<Equal<typeof changed.tuple, typeof stack>>()
expect<Equal<typeof changed.same, readonly [F32<readonly []>, F32<readonly []>]>>()
expect<Equal<typeof changed.class, { a: Linear; b: Params }>>()
const total = Tree.reduce(params, np.zeros([]), (sum, p) => np.add(sum, np.sum(np.square(p))))
expect<Equal<typeof total, F32<readonly []>>>()

// @ts-expect-error truth is not a parameter
params = Tree.map(params, (p) => np.greater(p, 0))
// @ts-expect-error a sum is not a parameter
params = Tree.map(params, (p) => np.sum(p))

// --- generic trees --------------------------------------------------------------------------------------------------

const sgd = <P extends Tree.Arrays<P, "float32">>(parameters: P, gradients: P): P =>
  Tree.map2(parameters, gradients, (p, g) => np.subtract(p, np.multiply(g, 0.1)))
params = sgd(params, grads)
dense = sgd(dense, dense)
const updated = [sgd(stack, stack), sgd(linear.weight, linear.weight)] as const
expect<Equal<typeof updated[0], typeof stack>>()
expect<Equal<typeof updated[1], Vector>>()
const ofTree = <P extends Tree.Tree<F32<Shape>>>(parameters: P): P => Tree.map(parameters, (p) => np.tanh(p))
params = ofTree(params)
const squares = <P extends Tree.Arrays<P, "float32">>(tree: P): F32<readonly []> =>
  Tree.reduce(tree, np.zeros([]), (sum, x) => np.add(sum, np.sum(np.square(x))))
void squares(dense)

// @ts-expect-error masks are not float32
void sgd(masks, masks)
// @ts-expect-error a number is not an array
void sgd({ w: linear.weight, rate: 1 }, { w: linear.weight, rate: 1 })
// @ts-expect-error the dtype of P is not that of the result
export const truths = <P extends Tree.Arrays<P, "float32">>(tree: P): P => Tree.map(tree, (x) => np.greater(x, 0))
// @ts-expect-error the shape of P is not that of the result
export const reduced = <P extends Tree.Arrays<P, "float32">>(tree: P): P => Tree.map(tree, (x) => np.sum(x))
export const promoted = <P extends Tree.Arrays<P>>(tree: P): P =>
  // @ts-expect-error what several dtypes give with a number isn't known
  Tree.map(tree, (x) => np.add(x, 0.5))
// @ts-expect-error leaves of any type
export const unconstrained = <P>(tree: P) => Tree.map(tree, (x) => np.tanh(x))
