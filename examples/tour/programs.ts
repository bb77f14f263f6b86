/**
 * The programs of a first tour, each an Effect that any backend can run.
 */
import { Backend, grad, jit, NdArray, Numpy as np, Random, Tree, vmap } from "effax"
import { Effect } from "effect"

/** Compiled functions: `sin(cos x) * tanh x` becomes one fused kernel, compiled once for each shape and dtype. */
export const compilation = Effect.gen(function*() {
  const backend = yield* Backend.Backend
  const fused = jit((x: NdArray.Any) => np.multiply(np.sin(np.cos(x)), np.tanh(x)))
  const run = Effect.fnUntraced(function*(x: NdArray.Any) {
    const before = yield* backend.statistics
    const y = yield* NdArray.toNested(fused(x))
    const after = yield* backend.statistics
    return { y, compilations: after.compilations - before.compilations }
  })
  const xs = yield* NdArray.evaluate([np.array([0.5, 1, 1.5]), np.array([2, 3, 4]), np.array([1, 2])])
  return {
    first: yield* run(xs[0]!), // compiles
    sameShape: yield* run(xs[1]!), // finds it compiled
    otherShape: yield* run(xs[2]!) // compiles for the new shape
  }
})

/** Arrays never change: an update is a new array. */
export const updates = Effect.gen(function*() {
  const x = np.zeros([3, 3])
  const y = np.at(x, [1, np.slice()]).set(1)
  const z = np.at(y, [[0, 0, 2], 0]).add(5)
  return yield* Effect.all({ x: NdArray.toNested(x), y: NdArray.toNested(y), z: NdArray.toNested(z) })
})

/** Values, not references: what a name stands for can't be changed behind its back. */
export const values = Effect.gen(function*() {
  const data = new Float32Array([1, 2, 3])
  const a = NdArray.fromTypedArray(data)
  const b = a
  data[0] = 100 // the array has its own copy
  const c = np.at(b, [0]).set(-1)
  return yield* Effect.all({ a: NdArray.toNested(a), b: NdArray.toNested(b), c: NdArray.toNested(c) })
})

/** Keys are explicit: one key gives the same numbers again, split keys give others. */
export const randomness = Effect.gen(function*() {
  const key = Random.key(42)
  const [k1, k2] = Random.keys(key, 2)
  return yield* Effect.all({
    once: NdArray.toNested(Random.normal(key, [3])),
    again: NdArray.toNested(Random.normal(key, [3])),
    first: NdArray.toNested(Random.normal(k1!, [3])),
    second: NdArray.toNested(Random.normal(k2!, [3]))
  })
})

/** Vectorisation: a prediction for one example becomes one for a batch. */
export const vectorisation = Effect.gen(function*() {
  const predict = (w: NdArray.Any, b: NdArray.Any, x: NdArray.Any) => np.add(np.dot(w, x), b)
  const batched = jit(vmap(predict, { inAxes: [null, null, 0] }))
  const ys = yield* batched(np.ones([3, 4]), np.ones([3]), Random.normal(Random.key(0), [10, 4]))
  return ys.shape
})

/** Trees: nested parameters are mapped, flattened and differentiated as they are. */
export const trees = Effect.gen(function*() {
  const parameters = {
    hidden: { weight: np.ones([2, 3]), bias: np.zeros([3]) },
    output: [np.full([3], 2), np.array(0.5)] as const
  }
  const doubled = Tree.map(parameters, (leaf) => np.multiply(leaf as NdArray.Any, 2))
  return {
    structure: Tree.structureToString(Tree.structure(parameters)),
    leaves: Tree.leaves(parameters).length,
    sums: yield* Effect.forEach(Tree.leaves(doubled), (leaf) => NdArray.toScalar(np.sum(leaf as NdArray.Any)))
  }
})

/** Derivatives of functions, and of derivatives. */
export const derivatives = Effect.gen(function*() {
  const f = (x: NdArray.Any) => np.multiply(np.sin(x), x)
  const x = np.array(2)
  return yield* Effect.all({
    value: NdArray.toScalar(f(x)),
    first: NdArray.toScalar(grad(f)(x)),
    second: NdArray.toScalar(grad(grad(f))(x)),
    batch: NdArray.toNested(vmap(grad(f))(np.array([0, 1, 2])))
  })
})
