import type * as NdArray from "effax/NdArray"
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
  expect<Equal<typeof leaf, Vector | NdArray.Any | number | string>>()
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
