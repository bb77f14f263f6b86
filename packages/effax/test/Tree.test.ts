import { Reference } from "@effax/reference"
import { describe, expect, it } from "@effect/vitest"
import { TreeError } from "effax/Errors"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { grad, vmap } from "effax/Transform"
import * as Tree from "effax/Tree"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as node from "../src/internal/graph/node.ts"

class Linear {
  readonly weight: unknown
  readonly bias: unknown
  readonly activation: string
  constructor(weight: unknown, bias: unknown, activation: string) {
    this.weight = weight
    this.bias = bias
    this.activation = activation
  }
  [Tree.symbol]() {
    const { activation, bias, weight } = this
    return Tree.parts({ weight, bias }, { activation }, (c) => new Linear(c.weight, c.bias, activation))
  }
}

class Pair {
  readonly items: ReadonlyArray<unknown>
  constructor(items: ReadonlyArray<unknown>) {
    this.items = items
  }
  [Tree.symbol]() {
    return Tree.parts(this.items, undefined, (items) => new Pair(items))
  }
}

class Opaque {}

const text = (tree: unknown, options?: Tree.FlattenOptions) => Tree.structureToString(Tree.structure(tree, options))

const messageOf = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    expect(error).toBeInstanceOf(TreeError)
    return (error as TreeError).message
  }
  throw new Error("nothing was thrown")
}

describe("flatten", () => {
  it("takes record keys in sorted order", () => {
    const { leaves, structure } = Tree.flatten({ b: 1, a: 2, B: 3, "a-b": 4 })
    expect(leaves).toEqual([3, 2, 4, 1])
    expect(Tree.structureToString(structure)).toBe(`{ B: *, a: *, "a-b": *, b: * }`)
  })

  it("sees null and undefined as containers of nothing", () => {
    const { leaves, structure } = Tree.flatten([null, 1, undefined, { a: null }])
    expect(leaves).toEqual([1])
    expect(Tree.structureToString(structure)).toBe("[null, *, undefined, { a: null }]")
    expect(Tree.flatten([null, 1], { noneIsLeaf: true }).leaves).toEqual([null, 1])
    expect(Tree.flatten(null).leaves).toEqual([])
  })

  it("has arrays, scalars, functions, typed arrays and unknown instances as leaves", () => {
    const array = node.literal(1, "float32")
    const leaves = [array, 1, true, 2n, "text", () => 0, new Float32Array(2), new Opaque(), new Date(0), new Map()]
    expect(Tree.leaves(leaves)).toEqual(leaves)
    expect(Tree.leaves(array)[0]).toBe(array)
    expect(text(leaves)).toBe(`[${leaves.map(() => "*").join(", ")}]`)
  })

  it("opens instances of classes with the method", () => {
    const tree = { layer: new Linear(1, [2, 3], "relu"), pair: new Pair([4, null]) }
    const { leaves, structure } = Tree.flatten(tree)
    expect(leaves).toEqual([2, 3, 1, 4])
    expect(Tree.structureToString(structure)).toBe(
      `{ layer: Linear<{"activation":"relu"}>{ bias: [*, *], weight: * }, pair: Pair[*, null] }`
    )
    const back = Tree.unflatten(structure, [20, 30, 10, 40]) as typeof tree
    expect(back.layer).toBeInstanceOf(Linear)
    expect(back).toEqual({ layer: new Linear(10, [20, 30], "relu"), pair: new Pair([40, null]) })
  })

  it("stops at what isLeaf picks", () => {
    const pair = [1, 2]
    expect(Tree.leaves({ a: pair, b: 3 }, { isLeaf: Array.isArray })).toEqual([pair, 3])
    expect(Tree.leaves(pair, { isLeaf: () => true })[0]).toBe(pair)
  })

  it("opens records without a prototype and keeps a key named __proto__", () => {
    const record = Object.assign(Object.create(null), { a: 1 }) as object
    expect(Tree.leaves(record)).toEqual([1])
    const hostile = JSON.parse(`{"__proto__":{"a":1}}`) as object
    const back = Tree.map(hostile, (n) => n)
    expect(Object.keys(back)).toEqual(["__proto__"])
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
  })

  it("names the place of a cycle", () => {
    const inner: Record<string, unknown> = { value: 1 }
    const tree = { layers: [0, inner] }
    inner.owner = tree.layers
    expect(messageOf(() => Tree.flatten(tree))).toBe(
      "Tree.flatten: the tree contains itself: the value at `layers[1].owner` is the one at `layers`; a tree must be finite"
    )
    const shared = [1]
    expect(Tree.leaves([shared, shared])).toEqual([1, 1])
  })

  it("walks trees 10,000 levels deep", () => {
    const deep = (leaf: number): unknown => {
      let tree: unknown = leaf
      for (let i = 0; i < 10_000; i++) tree = i % 2 === 0 ? [tree] : { a: tree, b: null }
      return tree
    }
    const { leaves, structure } = Tree.flatten(deep(1))
    expect(leaves).toEqual([1])
    expect(Tree.structureEquals(structure, Tree.structure(deep(2)))).toBe(true)
    expect(structure.key).toBe(Tree.structure(deep(3)).key)
    expect(Tree.structurePaths(structure)[0]!.length).toBe(10_000)
    expect(`${structure}`.length).toBeGreaterThan(50_000)
    expect(Tree.leaves(Tree.map2(deep(1), deep(2), (a, b) => [a, b]))).toEqual([1, 2])
    expect(Tree.flatten(Tree.unflatten(structure, [7])).leaves).toEqual([7])
    expect(Tree.compose(structure, structure).leafCount).toBe(1)
  })
})

describe("structure", () => {
  const different: ReadonlyArray<unknown> = [
    1,
    null,
    undefined,
    [],
    {},
    [1],
    [null],
    [[1]],
    [1, 1],
    [[1], 1],
    [1, [1]],
    { a: 1 },
    { b: 1 },
    { a: 1, b: 1 },
    { "a,b": 1 },
    { a: [1] },
    { a: { b: 1 } },
    new Linear(1, 1, "relu"),
    new Linear(1, 1, "tanh"),
    new Linear(1, null, "relu"),
    new Pair([1, 1]),
    new Pair([1])
  ]

  it("is equal, with equal keys and hashes, exactly when containers are alike", () => {
    for (const [i, a] of different.entries()) {
      for (const [k, b] of different.entries()) {
        const left = Tree.structure(a)
        const right = Tree.structure(Tree.map(b, () => "other"))
        expect([Tree.structureEquals(left, right), left.key === right.key, Equal.equals(left, right)])
          .toEqual([i === k, i === k, i === k])
        if (i === k) expect(Hash.hash(left)).toBe(Hash.hash(right))
      }
    }
  })

  it("tells classes of one name apart", () => {
    const make = () =>
      class Same {
        [Tree.symbol]() {
          return Tree.parts([], undefined, () => this)
        }
      }
    expect(Tree.structureEquals(Tree.structure(new (make())()), Tree.structure(new (make())()))).toBe(false)
  })

  it("prints", () => {
    expect(`${Tree.structure({ a: 1, b: [1, {}, []] })}`).toBe("Structure({ a: *, b: [*, {}, []] })")
    expect(`${Tree.structure(0)}`).toBe("Structure(*)")
  })

  it("refuses another number of leaves", () => {
    expect(messageOf(() => Tree.unflatten(Tree.structure([1, 2]), [1])))
      .toBe("Tree.unflatten: [*, *] has 2 leaves, got 1")
  })
})

describe("map", () => {
  it("is dual", () => {
    const tree = { a: 1, b: [2, null] }
    const expected = { a: 10, b: [20, null] }
    expect(Tree.map(tree, (n) => n * 10)).toEqual(expected)
    expect(Tree.map((n: number) => n * 10)(tree)).toEqual(expected)
    expect(Tree.map([null], (n) => n === null, { noneIsLeaf: true })).toEqual([true])
  })

  it("gives paths", () => {
    const tree = { "x-y": [1], layers: [{ weight: 1 }, new Linear(1, 1, "relu")] }
    expect(Tree.mapWithPath(tree, (path) => Tree.formatPath(path))).toEqual({
      "x-y": [`["x-y"][0]`],
      layers: [{ weight: "layers[0].weight" }, new Linear("layers[1].weight", "layers[1].bias", "relu")]
    })
    expect(Tree.leavesWithPath([5, { a: 6 }])).toEqual([[[0], 5], [[1, "a"], 6]])
    expect(Tree.leavesWithPath(5)).toEqual([[[], 5]])
  })

  it("takes several trees, of which the first may be a prefix of the others", () => {
    expect(Tree.map2({ a: 1, b: [2] }, { a: 10, b: [20] }, (x, y) => x + y)).toEqual({ a: 11, b: [22] })
    expect(Tree.map2({ a: 10, b: [20] }, (x: number, y) => x - y)({ a: 11, b: [21] })).toEqual({ a: 1, b: [1] })
    expect(Tree.map2([1, 2], [{ a: 3 }, null], (_, sub) => sub)).toEqual([{ a: 3 }, null])
    expect(Tree.mapMany([[1], [2], [3]], (a, b, c) => a + b + c)).toEqual([6])
    expect(Tree.mapMany([[1]], (a) => a)).toEqual([1])
  })

  it("says where trees differ", () => {
    const differ = (a: unknown, b: unknown) => messageOf(() => Tree.map2(a, b, () => 0))
    expect(differ({ a: [1, 2] }, { a: [1, 2, 3] })).toBe(
      "Tree.map: trees differ at `a`: the first has an array of 2, the other has an array of 3; " +
        "structures: { a: [*, *] } and { a: [*, *, *] }"
    )
    expect(differ([1, { b: null }], [1, { b: 2 }])).toBe(
      "Tree.map: trees differ at `[1].b`: the first has null, the other has a leaf; " +
        "structures: [*, { b: null }] and [*, { b: * }]"
    )
    expect(differ({ a: 1 }, { b: 1 })).toContain(
      `differ at the root: the first has a record with keys ["a"], the other has a record with keys ["b"]`
    )
    expect(differ([[1]], [{ 0: 1 }])).toContain("differ at `[0]`")
    expect(differ(new Linear(1, 1, "relu"), new Linear(1, 1, "tanh")))
      .toContain("the first has a Linear, the other has a Linear with other static data")
    expect(differ(new Linear(1, [1], "relu"), new Linear(1, [1, 1], "relu"))).toContain("differ at `bias`")
  })
})

describe("folds", () => {
  it("reduce goes from the first leaf to the last", () => {
    expect(Tree.reduce({ b: "b", a: ["a", null, "c"] }, "", (z, s) => z + s)).toBe("acb")
    expect(Tree.reduce("", (z, s: string) => z + s)(["x", "y"])).toBe("xy")
  })

  it("all", () => {
    expect(Tree.all([1, [2]], (n) => n > 0)).toBe(true)
    expect(Tree.all((n: number) => n > 1)([1, [2]])).toBe(false)
    expect(Tree.all(null, () => false)).toBe(true)
  })
})

describe("broadcastPrefix", () => {
  it("repeats the prefix's leaves over subtrees", () => {
    expect(Tree.broadcastPrefix(0, [1, { a: 2 }, null])).toEqual([0, 0])
    expect(Tree.broadcastPrefix([0, 1], [{ a: 1, b: [2, 3] }, 4])).toEqual([0, 0, 0, 1])
  })

  it("lets null stand for subtrees", () => {
    const axes = { noneIsLeaf: true } as const
    expect(Tree.broadcastPrefix(null, [1, 2], axes)).toEqual([null, null])
    expect(Tree.broadcastPrefix([null, 0], [{ a: 1, b: 2 }, 3], axes)).toEqual([null, null, 0])
    expect(messageOf(() => Tree.broadcastPrefix([null, 0], [{ a: 1 }, 3]))).toContain(
      "differ at `[0]`: the first has null, the other has a record"
    )
    expect(messageOf(() => Tree.broadcastPrefix([0], [1, 2], axes))).toContain("an array of 1")
  })
})

describe("transpose", () => {
  it("turns a tree of trees inside out", () => {
    const outer = Tree.structure([0, [0]])
    const inner = Tree.structure({ a: 0, b: { c: 0 } })
    const tree = [{ a: 1, b: { c: 2 } }, [{ a: 3, b: { c: 4 } }]]
    const turned = { a: [1, [3]], b: { c: [2, [4]] } }
    expect(Tree.transpose(tree, outer, inner)).toEqual(turned)
    expect(Tree.transpose(inner, outer)(turned)).toEqual(tree)
    expect(messageOf(() => Tree.transpose([1], outer, inner))).toBe(
      "Tree.transpose: expected a tree of structure [{ a: *, b: { c: * } }, [{ a: *, b: { c: * } }]], got [*]"
    )
    expect(Tree.transpose([], Tree.structure([]), inner)).toEqual({ a: [], b: { c: [] } })
    expect(Tree.transpose(tree, outer)).toEqual(turned)
    expect(messageOf(() => Tree.transpose([{ a: 1 }, [{ a: 1, b: 2 }]], outer))).toContain(
      "expected a tree of structure"
    )
  })
})

describe("one level", () => {
  it("names children, and tells leaves from containers", () => {
    expect(Tree.flattenOneLevel({ b: [1], a: null })).toEqual({ keys: ["a", "b"], children: [null, [1]] })
    expect(Tree.flattenOneLevel([2, [3]])).toEqual({ keys: [0, 1], children: [2, [3]] })
    expect(Tree.flattenOneLevel(new Linear(1, 2, "relu")).keys).toEqual(["bias", "weight"])
    expect(messageOf(() => Tree.flattenOneLevel("a"))).toBe(
      `Tree.flattenOneLevel: "a" is a leaf, which has no children`
    )
    expect([1, "a", new Opaque(), () => 0].map(Tree.isTreeNode)).toEqual([false, false, false, false])
    expect([[], {}, null, undefined, new Pair([])].map(Tree.isTreeNode)).toEqual([true, true, true, true, true])
    expect(Tree.allLeaves([1, "a", new Opaque()])).toBe(true)
    expect(Tree.allLeaves([1, {}])).toBe(false)
    expect(Tree.allLeaves([1, null])).toBe(false)
    expect(Tree.allLeaves([1, null], { noneIsLeaf: true })).toBe(true)
  })

  it("takes structures apart and joins them", () => {
    const children = Tree.structureChildren(Tree.structure({ a: 1, b: [2, 3] }))
    expect(children.map(Tree.structureIsLeaf)).toEqual([true, false])
    expect(Tree.structureEquals(Tree.structureList(children), Tree.structure([1, [2, 3]]))).toBe(true)
    expect(Tree.structureList(children).leafCount).toBe(3)
    expect(Tree.structureList([]).leafCount).toBe(0)
  })
})

describe("broadcast", () => {
  it("has the structure of the full tree and the leaves of the prefix", () => {
    expect(Tree.broadcast(0, { a: [1, 2] })).toEqual({ a: [0, 0] })
    expect(Tree.broadcast([null, 1], [{ a: 1 }, 2], { noneIsLeaf: true })).toEqual([{ a: null }, 1])
    expect(messageOf(() => Tree.broadcast({ a: [1] }, { a: [1, 2] }))).toContain(
      "Tree.broadcast: trees differ at `a`: the first has an array of 1, the other has an array of 2"
    )
  })
})

describe("reduceAssociative", () => {
  it("combines leaves in pairs", () => {
    const join = (x: string, y: string) => `(${x}${y})`
    expect(Tree.reduceAssociative(["a", "b", "c", "d", "e"], join)).toBe("(((ab)(cd))e)")
    expect(Tree.reduceAssociative(["a"], join, { identity: "0" })).toBe("(0a)")
    expect(Tree.reduceAssociative([] as ReadonlyArray<string>, join, { identity: "0" })).toBe("0")
    expect(messageOf(() => Tree.reduceAssociative([] as ReadonlyArray<string>, join))).toBe(
      "Tree.reduceAssociative: the tree has no leaves; name an identity"
    )
  })

  it("folds with isLeaf too", () => {
    const pairs = { isLeaf: (x: unknown) => Array.isArray(x) && x.length === 2 }
    expect(Tree.reduce({ a: [1, 2], b: [3, 4] }, 0, (n, leaf: unknown) => n + (leaf as Array<number>)[0]!, pairs)).toBe(
      4
    )
    expect(Tree.all([[1, 2]], (leaf: unknown) => Array.isArray(leaf), pairs)).toBe(true)
  })
})

describe("paths", () => {
  it("come with the leaves, of many trees too", () => {
    expect(Tree.flattenWithPath({ b: [1, 2], a: 3 }).leaves).toEqual([[["a"], 3], [["b", 0], 1], [["b", 1], 2]])
    expect(
      Tree.mapManyWithPath([{ a: 1, b: 2 }, { a: [3], b: 4 }], (path, x, y) => [Tree.formatPath(path), x, y])
    ).toEqual({ a: ["a", 1, [3]], b: ["b", 2, 4] })
    expect(Tree.formatPath(["a", 0, "b c"], { separator: "." })).toBe("a.0.b c")
  })
})

describe("ravel", () => {
  it("refuses leaves that are no arrays, and vectors that do not fit", () => {
    expect(messageOf(() => Tree.ravel({ a: "x" } as never))).toBe(
      "Tree.ravel: leaves must be arrays or numbers, got \"x\" at `a`"
    )
    const [, unravel] = Tree.ravel([np.zeros([2]), np.zeros([2], { dtype: "int32" })])
    expect(() => unravel(np.zeros([3]))).toThrow("unravel: expected a vector of 4 elements, got shape [3]")
    expect(() => unravel(np.zeros([4], { dtype: "float64" }))).toThrow(
      "unravel: leaves differ in dtype, so the vector must have the one that they promote to, float32, got float64"
    )
  })

  it.effect("goes there and back, with dtypes and shapes", () =>
    Effect.gen(function*() {
      const given = { w: np.array([[1, 2], [3, 4]]), n: np.array([7n]), on: np.array(true), none: null, s: 2.5 }
      const [vector, unravel] = Tree.ravel(given)
      expect([vector.dtype, vector.shape]).toEqual(["float32", [7]])
      expect(yield* NdArray.toNested(vector)).toEqual([7, 1, 2.5, 1, 2, 3, 4])
      const back = unravel(np.add(vector, 0))
      expect([back.w.dtype, back.n.dtype, back.on.dtype, back.s.shape]).toEqual(["float32", "int32", "bool", []])
      expect(yield* NdArray.toNested(back)).toEqual({ w: [[1, 2], [3, 4]], n: [7], on: true, none: null, s: 2.5 })
      const [empty, rebuild] = Tree.ravel({ a: [] as ReadonlyArray<NdArray.Any> })
      expect([empty.dtype, empty.shape, rebuild(empty)]).toEqual(["float32", [0], { a: [] }])
    }).pipe(Effect.provide(Reference.layer)))

  it.effect("is linear: gradients of the vector are those of the tree, of any dtype where all leaves have one", () =>
    Effect.gen(function*() {
      const params = { w: np.array([[1, 2]]), b: np.array([3]) }
      const loss = (p: typeof params) => np.sum(np.add(np.square(p.w), p.b))
      const [vector, unravel] = Tree.ravel(params)
      const flat = grad((v: NdArray.NdArray<"float32">) => loss(unravel(v)))(vector)
      expect(yield* NdArray.toNested(flat)).toEqual([2, 2, 4])
      expect(unravel(np.astype(vector, "float64")).b.dtype).toBe("float64")
      const half = vmap((v: NdArray.NdArray<"float32">) => unravel(v).w)(np.stack([vector, vector]))
      expect(half.shape).toEqual([2, 1, 2])
      const [mixed, split] = Tree.ravel([np.array([1]), np.array([2], { dtype: "complex64" })])
      expect(mixed.dtype).toBe("complex64")
      expect(split(mixed)[0].dtype).toBe("float32")
    }).pipe(Effect.provide(Reference.layer)))
})
