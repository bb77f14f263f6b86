import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { grad, jit, valueAndGrad, vmap, jvp, vjp, NdArray, Numpy as np, Nn, Random, Keys } from "effax"
import { Console, Effect } from "effect"

// 1. linear regression
const linear = Effect.gen(function*() {
  const key = Random.key(0)
  const [kx, kn] = Random.split(key) as any
  const X = Random.normal(kx, [100, 3])
  const wTrue = np.array([1.5, -2, 0.5])
  const y = np.add(np.dot(X, wTrue), np.multiply(0.1, Random.normal(kn, [100])))
  const loss = (w: NdArray.NdArray, X: NdArray.NdArray, y: NdArray.NdArray) => np.mean(np.square(np.subtract(np.dot(X, w), y)))
  const step = jit((w: NdArray.NdArray, X: NdArray.NdArray, y: NdArray.NdArray) => {
    const [l, g] = valueAndGrad(loss)(w, X, y)
    return [np.subtract(w, np.multiply(0.1, g)), l] as const
  })
  let w: NdArray.NdArray = np.zeros([3])
  for (let i = 0; i < 100; i++) {
    const [w2] = yield* NdArray.evaluate(step(w, X, y))
    w = w2
  }
  yield* Console.log("linear", yield* NdArray.toNested(w))
})

// 2. logistic regression
const logistic = Effect.gen(function*() {
  const X = Random.normal(Random.key(1), [200, 2])
  const y = np.astype(np.greater(np.sum(X, { axis: 1 }), 0), "float32")
  const predict = (p: { w: NdArray.NdArray; b: NdArray.NdArray }, x: NdArray.NdArray) => Nn.sigmoid(np.add(np.dot(x, p.w), p.b))
  const loss = (p: { w: NdArray.NdArray; b: NdArray.NdArray }) => {
    const q = np.clip(predict(p, X), { min: 1e-6, max: 1 - 1e-6 })
    return np.negative(np.mean(np.add(np.multiply(y, np.log(q)), np.multiply(np.subtract(1, y), np.log(np.subtract(1, q))))))
  }
  let p: { w: NdArray.NdArray; b: NdArray.NdArray } = { w: np.zeros([2]), b: np.zeros([]) }
  const g = jit(grad(loss))
  for (let i = 0; i < 50; i++) {
    const d = g(p)
    p = yield* NdArray.evaluate({ w: np.subtract(p.w, d.w), b: np.subtract(p.b, d.b) })
  }
  const acc = np.mean(np.equal(np.greater(predict(p, X), 0.5), np.equal(y, 1)))
  yield* Console.log("logistic", yield* NdArray.toNested(p.w), yield* NdArray.toScalar(p.b), yield* NdArray.toScalar(acc))
})

// 3. k-means
const kmeans = Effect.gen(function*() {
  const X = yield* np.concatenate([
    Random.normal(Random.key(0), [50, 2]),
    np.add(Random.normal(Random.key(1), [50, 2]), 6)
  ])
  const step = jit((c: NdArray.NdArray) => {
    const d = np.sum(np.square(np.subtract(np.expandDims(X, 1), np.expandDims(c, 0))), { axis: -1 })
    const label = np.argmin(d, { axis: 1 })
    const hot = Nn.oneHot(label, 2)
    const counts = np.sum(hot, { axis: 0 })
    return np.divide(np.dot(np.transpose(hot), X), np.expandDims(counts, 1))
  })
  let c: NdArray.NdArray = np.index(X, [[0, 1]])
  for (let i = 0; i < 10; i++) c = yield* step(c)
  yield* Console.log("kmeans", yield* NdArray.toNested(c))
})

// 4. two layer net with momentum
const net = Effect.gen(function*() {
  type P = { w1: NdArray.NdArray; b1: NdArray.NdArray; w2: NdArray.NdArray; b2: NdArray.NdArray }
  const x = np.expandDims(np.linspace(-2, 2, 64), 1)
  const y = np.sin(np.multiply(x, 2))
  const keys = Random.split(Random.key(3))
  const p0: P = {
    w1: Random.normal(np.index(keys, 0), [1, 32]),
    b1: np.zeros([32]),
    w2: np.multiply(Random.normal(np.index(keys, 1), [32, 1]), 0.2),
    b2: np.zeros([1])
  }
  const f = (p: P, x: NdArray.NdArray) => np.add(np.matmul(np.tanh(np.add(np.matmul(x, p.w1), p.b1)), p.w2), p.b2)
  const loss = (p: P) => np.mean(np.square(np.subtract(f(p, x), y)))
  const { Tree } = yield* Effect.promise(() => import("effax"))
  const step = jit((p: P, m: P) => {
    const [l, g] = valueAndGrad(loss)(p)
    const m2 = Tree.map2(m, g, (a: NdArray.Any, b: NdArray.Any) => np.add(np.multiply(a, 0.9), b)) as P
    const p2 = Tree.map2(p, m2, (a: NdArray.Any, b: NdArray.Any) => np.subtract(a, np.multiply(b, 0.02))) as P
    return { p: p2, m: m2, l }
  }, { donateArgnums: [0, 1] })
  let s = yield* NdArray.evaluate({ p: p0, m: Tree.map(p0, np.zerosLike) as P, l: np.array(0) as NdArray.NdArray })
  const t = Date.now()
  for (let i = 0; i < 1000; i++) s = yield* NdArray.evaluate(step(s.p, s.m))
  yield* Console.log("net", yield* NdArray.toScalar(s.l), Date.now() - t, "ms")
})
void vmap; void jvp; void vjp; void Keys
for (const [n, l] of [["wasm", CpuWasm.layer], ["ref", Reference.layer]] as const) {
  console.log("==", n)
  for (const p of [linear, logistic, kmeans, net]) {
    await Effect.runPromise(p.pipe(Effect.provide(l))).catch((e) => console.log("FAILED", e))
  }
}
