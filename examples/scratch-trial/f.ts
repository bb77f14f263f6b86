import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { grad, jit, Keys, vmap, jvp, vjp, NdArray, Numpy as np, Nn, Random, Program, Errors } from "effax"
import { Console, Effect, Stream, Fiber, Exit, Duration } from "effect"
type A = NdArray.NdArray<"float32">

const life = Effect.gen(function*() {
  const seed = np.at(np.zeros([8, 8], { dtype: "int32" }), [[0, 1, 2, 2, 2], [1, 2, 0, 1, 2]]).set(1)
  const step = jit((g: NdArray.NdArray<"int32">) => {
    let n: NdArray.NdArray<"int32"> = np.zeros([8, 8], { dtype: "int32" })
    for (const i of [-1, 0, 1]) for (const j of [-1, 0, 1]) if (i || j) n = np.add(n, np.roll(g, [i, j], { axis: [0, 1] }))
    return np.astype(np.logicalOr(np.equal(n, 3), np.logicalAnd(np.equal(g, 1), np.equal(n, 2))), "int32")
  })
  let g: NdArray.NdArray<"int32"> = seed
  for (let i = 0; i < 12; i++) g = yield* step(g)
  yield* Console.log("life", JSON.stringify(yield* NdArray.toNested(np.argsort(np.ravel(g), { descending: true })).pipe(Effect.map((x) => x.slice(0, 5)))))
})

const blur = Effect.gen(function*() {
  const img = np.astype(Random.randint(Random.key(0), [1, 1, 20, 20], 0, 256, { dtype: "uint8" }), "float32")
  const k = np.full([1, 1, 3, 3], 1 / 9)
  const b = np.astype(np.round(Nn.conv(img, k)), "uint8")
  yield* Console.log("blur", b.dtype, b.shape, yield* NdArray.toScalar(np.sum(b)))
})

const hist = Effect.gen(function*() {
  const x = Random.normal(Random.key(1), [1000])
  const bins = np.clip(np.astype(np.floor(np.add(np.multiply(x, 2), 5)), "int32"), { min: 0, max: 9 })
  const h = np.at(np.zeros([10], { dtype: "int32" }), [bins]).add(1)
  const h64 = np.at(np.zeros([10], { dtype: "int64" }), [bins]).add(1n)
  yield* Console.log("hist", yield* NdArray.toNested(h), yield* NdArray.toNested(h64))
})

const embedding = Effect.gen(function*() {
  const table = Random.normal(Random.key(2), [20, 4])
  const ids = np.array([[1, 2], [2, 19]], { dtype: "int32" })
  const g = grad((t: A) => np.sum(np.square(np.take(t, ids, { axis: 0 }))))(table)
  yield* Console.log("embed", yield* NdArray.toNested(np.sum(np.abs(g), { axis: 1 })))
})

const topk = Effect.gen(function*() {
  const x = Random.normal(Random.key(3), [3, 10])
  const idx = np.index(np.argsort(x, { descending: true }), [np.slice(), np.slice(0, 3)])
  const v = np.takeAlongAxis(x, idx)
  yield* Console.log("topk", yield* NdArray.toNested(idx), yield* NdArray.toNested(v))
})

const sampling = Effect.gen(function*() {
  const p = Nn.softmax(np.array([1, 2, 3, 4]))
  const c = np.cumsum(p)
  const u = Random.uniform(Random.key(4), [1000])
  const s = np.searchsorted(c, u)
  yield* Console.log("sampling", yield* NdArray.toNested(np.divide(np.at(np.zeros([4]), [s]).add(1), 1000)), yield* NdArray.toNested(p))
})

const mcmc = Effect.gen(function*() {
  const logp = (x: A) => np.multiply(-0.5, np.square(x))
  const step = jit((key: NdArray.NdArray<"uint32">, x: A) => {
    const [k1, k2] = Random.keys(key, 2)
    const prop = np.add(x, Random.normal(k1, [256]))
    const accept = np.less(np.log(Random.uniform(k2, [256])), np.subtract(logp(prop), logp(x)))
    return np.where(accept, prop, x)
  })
  let x: A = np.zeros([256])
  for (let i = 0; i < 200; i++) {
    const key = yield* Keys.next
    x = yield* step(key, x)
  }
  yield* Console.log("mcmc", yield* NdArray.toScalar(np.mean(x)), yield* NdArray.toScalar(np.var(x)))
}).pipe(Effect.provide(Keys.layer(7)))

const pi = Effect.gen(function*() {
  const xs = yield* Keys.forEach([1, 2, 3, 4], () => Effect.gen(function*() {
    const k = yield* Keys.next
    const p = Random.uniform(k, [100000, 2])
    return yield* NdArray.toScalar(np.mean(np.less(np.sum(np.square(p), { axis: 1 }), 1)))
  }), { concurrency: 4 })
  yield* Console.log("pi", xs.map((x) => 4 * x))
}).pipe(Effect.provide(Keys.layer(1)))

const perExample = Effect.gen(function*() {
  const X = Random.normal(Random.key(0), [5, 3]), y = Random.normal(Random.key(1), [5]), w = np.ones([3])
  const loss = (w: A, x: A, y: A) => np.square(np.subtract(np.dot(w, x), y))
  const g = vmap(grad(loss), { inAxes: [null, 0, 0] })(w, X, y)
  yield* Console.log("per-example", yield* NdArray.toNested(g))
  const f = (w: A) => np.sum(np.tanh(np.dot(X, w)))
  const hvp = jvp(grad(f), [w], [np.array([1, 0, 0])])[1]
  yield* Console.log("hvp", yield* NdArray.toNested(hvp))
  const h = (w: A) => np.tanh(np.dot(X, w))
  const [out, pull] = vjp(h, w)
  const J = vmap((ct: A) => pull(ct)[0])(np.eye(5))
  yield* Console.log("J", out.shape, J.shape, yield* NdArray.toScalar(np.sum(np.abs(J))))
})

const dtypes = Effect.gen(function*() {
  const a = np.array([100, 100], { dtype: "int8" })
  yield* Console.log("int8 wrap", yield* NdArray.toNested(np.add(a, a)))
  const b = np.array([200, 100], { dtype: "uint8" })
  yield* Console.log("u8+i8", np.add(a, b).dtype, yield* NdArray.toNested(np.add(a, b)))
  const w = Random.normal(Random.key(0), [4, 4], { dtype: "bfloat16" })
  const y = np.matmul(w, np.ones([4, 2], { dtype: "bfloat16" }))
  yield* Console.log("bf16", y.dtype, yield* NdArray.toNested(y))
  const c = np.add(np.zeros([], { dtype: "int64" }), 2n ** 40n)
  yield* Console.log("i64", c.dtype, yield* NdArray.toScalar(c))
  const d = np.divide(np.array([1, 2, 3], { dtype: "float64" }), 3)
  yield* Console.log("f64", yield* NdArray.toNested(d))
  const mask = np.array([true, false, true])
  yield* Console.log("mask", yield* NdArray.toScalar(np.sum(mask)), yield* NdArray.toNested(np.where(mask, d, 0)))
  yield* Console.log("empty", yield* NdArray.toNested(np.add(np.zeros([0, 3]), 1)), yield* NdArray.toScalar(np.sum(np.zeros([0]))), yield* NdArray.toNested(np.max(np.zeros([0, 3]), { axis: 1 })))
})
void Program; void Errors; void Stream; void Fiber; void Exit; void Duration
for (const [n, l] of [["wasm", CpuWasm.layer], ["ref", Reference.layer]] as const) {
  console.log("==", n)
  for (const p of [life, blur, hist, embedding, topk, sampling, mcmc, pi, perExample, dtypes]) {
    const t = Date.now()
    await Effect.runPromise(p.pipe(Effect.provide(l))).catch((e) => console.log("FAILED", e))
    console.log("   ", Date.now() - t, "ms")
  }
}
