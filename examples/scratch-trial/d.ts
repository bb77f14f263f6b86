import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { grad, jit, valueAndGrad, vmap, jvp, vjp, NdArray, Numpy as np, Nn, Random, Tree } from "effax"
import { Console, Effect } from "effect"

type A = NdArray.NdArray<"float32">

// convnet step, channels last
const convnet = Effect.gen(function*() {
  const [k1, k2, k3, k4] = Random.keys(Random.key(0), 4)
  const x = Random.normal(k1, [8, 12, 12, 1])
  const y = Random.randint(k2, [8], 0, 10)
  const params = {
    conv: np.multiply(Random.normal(k3, [3, 3, 1, 4]), 0.3),
    dense: np.multiply(Random.normal(k4, [6 * 6 * 4, 10]), 0.1),
    bias: np.zeros([10])
  }
  const forward = (p: typeof params, x: A) => {
    const h = Nn.maxPool(Nn.relu(Nn.conv(x, p.conv, { layout: "channelsLast" })), 2, { layout: "channelsLast" })
    return np.add(np.matmul(np.reshape(h, [x.shape[0]!, -1]), p.dense), p.bias)
  }
  const loss = (p: typeof params) =>
    np.negative(np.mean(np.sum(np.multiply(Nn.logSoftmax(forward(p, x)), Nn.oneHot(y, 10)), { axis: -1 })))
  const step = jit((p: typeof params) => {
    const [l, g] = valueAndGrad(loss)(p)
    return [l, Tree.map2(p, g, (a: NdArray.Any, b: NdArray.Any) => np.subtract(a, np.multiply(b, 0.1)))] as const
  })
  let p = params
  const ls: number[] = []
  const t = Date.now()
  for (let i = 0; i < 10; i++) {
    const [l, p2] = yield* NdArray.evaluate(step(p))
    p = p2 as typeof params
    ls.push(yield* NdArray.toScalar(l))
  }
  yield* Console.log("convnet", ls[0], ls[9], Date.now() - t, "ms")
})

// RNN unrolled
const rnn = Effect.gen(function*() {
  const key = Random.key(7)
  const [a, b, c] = Random.keys(key, 3)
  const p = { wx: np.multiply(Random.normal(a, [4, 16]), 0.3), wh: np.multiply(Random.normal(b, [16, 16]), 0.2), b: np.zeros([16]) }
  const xs = Random.normal(c, [50, 2, 4])
  const run = (q: typeof p) => {
    let h: A = np.zeros([2, 16])
    for (let t = 0; t < 50; t++) h = np.tanh(np.add(np.add(np.matmul(np.index(xs, t), q.wx), np.matmul(h, q.wh)), q.b))
    return np.sum(np.square(h))
  }
  const t = Date.now()
  const g = jit(grad(run))
  const r = yield* NdArray.evaluate(g(p))
  const t1 = Date.now()
  yield* NdArray.evaluate(g(p))
  yield* Console.log("rnn", yield* NdArray.toScalar(np.sum(r.wh)), "first", t1 - t, "ms, then", Date.now() - t1, "ms")
})

// LSTM unrolled
const lstm = Effect.gen(function*() {
  const [a, b] = Random.keys(Random.key(8), 2)
  const w = np.multiply(Random.normal(a, [4 + 8, 32]), 0.3)
  const xs = Random.normal(b, [100, 3, 4])
  const run = (w: A) => {
    let h: A = np.zeros([3, 8]), c: A = np.zeros([3, 8])
    for (let t = 0; t < 100; t++) {
      const z = np.matmul(np.concatenate([np.index(xs, t), h], { axis: 1 }), w)
      const [i, f, g, o] = np.split(z, 4, { axis: 1 }) as [A, A, A, A]
      c = np.add(np.multiply(Nn.sigmoid(f), c), np.multiply(Nn.sigmoid(i), np.tanh(g)))
      h = np.multiply(Nn.sigmoid(o), np.tanh(c))
    }
    return np.mean(h)
  }
  const t = Date.now()
  const [v, g] = yield* NdArray.evaluate(jit(valueAndGrad(run))(w))
  yield* Console.log("lstm", yield* NdArray.toScalar(v), yield* NdArray.toScalar(np.sum(g)), Date.now() - t, "ms")
})

const attention = Effect.gen(function*() {
  const [a, b, c] = Random.keys(Random.key(9), 3)
  const q = Random.normal(a, [2, 5, 4, 8]), k = Random.normal(b, [2, 5, 4, 8]), v = Random.normal(c, [2, 5, 4, 8])
  const mask = np.tril(np.ones([5, 5], { dtype: "bool" }))
  const att = (q: A, k: A, v: A) => {
    const s = np.divide(np.einsum("bthd,bshd->bhts", q, k), Math.sqrt(8))
    const w = Nn.softmax(np.where(mask, s, -Infinity))
    return np.einsum("bhts,bshd->bthd", w, v)
  }
  const out = yield* att(q, k, v)
  const g = yield* grad((q: A) => np.sum(np.square(att(q, k, v))))(q)
  yield* Console.log("attention", yield* NdArray.toScalar(np.sum(out)), yield* NdArray.toScalar(np.sum(np.abs(g))))
})

const norms = Effect.gen(function*() {
  const x = Random.normal(Random.key(3), [16, 10])
  const layer = (x: A) => {
    const m = np.mean(x, { axis: -1, keepdims: true }), v = np.var(x, { axis: -1, keepdims: true })
    return np.divide(np.subtract(x, m), np.sqrt(np.add(v, 1e-5)))
  }
  const batch = (x: A) => np.divide(np.subtract(x, np.mean(x, { axis: 0 })), np.sqrt(np.add(np.var(x, { axis: 0 }), 1e-5)))
  const a = yield* layer(x), b = yield* batch(x)
  yield* Console.log("norms", yield* NdArray.toScalar(np.sum(np.abs(a))), yield* NdArray.toScalar(np.sum(np.abs(b))), String(np.std(yield* a, {axis: 1})))
  const g = yield* grad((x: A) => np.sum(np.square(np.multiply(layer(x), batch(x)))))(x)
  yield* Console.log("norm grads", yield* NdArray.toScalar(np.sum(np.abs(g))))
})

const ridge = Effect.gen(function*() {
  const X = Random.normal(Random.key(1), [30, 5], { dtype: "float64" })
  const y = Random.normal(Random.key(2), [30], { dtype: "float64" })
  const loss = (w: A) => np.add(np.mean(np.square(np.subtract(np.dot(X, w), y))), np.multiply(0.1, np.sum(np.square(w))))
  const step = jit((w: A) => np.subtract(w, np.multiply(grad(loss)(w), 0.1)))
  let w: A = np.zeros([5], { dtype: "float64" })
  for (let i = 0; i < 300; i++) w = yield* step(w)
  yield* Console.log("ridge", w.dtype, yield* NdArray.toNested(w), yield* NdArray.toNested(grad(loss)(w)))
})

const power = Effect.gen(function*() {
  const B = Random.normal(Random.key(5), [6, 6])
  const M = np.dot(B, np.transpose(B))
  let v: A = np.ones([6])
  const it = jit((v: A) => { const u = np.dot(M, v); return np.divide(u, np.sqrt(np.sum(np.square(u)))) })
  for (let i = 0; i < 200; i++) v = yield* it(v)
  yield* Console.log("power", yield* NdArray.toScalar(np.dot(v, np.dot(M, v))))
  // PCA with deflation
  const X = Random.normal(Random.key(6), [50, 4])
  const Xc = np.subtract(X, np.mean(X, { axis: 0 }))
  let C: A = np.divide(np.matmul(np.transpose(Xc), Xc), 49)
  const evs: number[] = []
  for (let k = 0; k < 4; k++) {
    let u: A = np.ones([4])
    for (let i = 0; i < 100; i++) { const z = np.dot(C, u); u = np.divide(z, np.sqrt(np.sum(np.square(z)))) }
    const lambda = np.dot(u, np.dot(C, u))
    evs.push(yield* NdArray.toScalar(lambda))
    C = np.subtract(C, np.multiply(lambda, np.outer(u, u)))
  }
  yield* Console.log("pca", evs)
})

const gmm = Effect.gen(function*() {
  const X = np.concatenate([Random.normal(Random.key(0), [40, 2]), np.add(Random.normal(Random.key(1), [60, 2]), 4)])
  let s = { mu: np.array([[0, 1], [3, 3]]) as A, logvar: np.zeros([2, 2]) as A, logpi: np.log(np.array([0.5, 0.5])) as A }
  const em = jit((s_: typeof s) => {
    const d = np.subtract(np.expandDims(X, 1), s_.mu)
    const lp = np.add(s_.logpi, np.sum(np.multiply(-0.5, np.add(np.add(np.divide(np.square(d), np.exp(s_.logvar)), s_.logvar), Math.log(2 * Math.PI))), { axis: -1 }))
    const ll = Nn.logsumexp(lp, { axis: 1, keepdims: true })
    const r = np.exp(np.subtract(lp, ll))
    const n = np.sum(r, { axis: 0 })
    const mu = np.divide(np.matmul(np.transpose(r), X), np.expandDims(n, 1))
    const dv = np.square(np.subtract(np.expandDims(X, 1), mu))
    const v = np.divide(np.einsum("nk,nkd->kd", r, dv), np.expandDims(n, 1))
    return { s: { mu, logvar: np.log(v), logpi: np.log(np.divide(n, 100)) }, ll: np.mean(ll) }
  })
  let ll = 0
  for (let i = 0; i < 30; i++) { const o = yield* NdArray.evaluate(em(s)); s = o.s; ll = yield* NdArray.toScalar(o.ll) }
  yield* Console.log("gmm", ll, yield* NdArray.toNested(s.mu), yield* NdArray.toNested(np.exp(s.logpi)))
})
void vmap; void jvp; void vjp
for (const [n, l] of [["wasm", CpuWasm.layer], ["ref", Reference.layer]] as const) {
  console.log("==", n)
  for (const p of [convnet, rnn, lstm, attention, norms, ridge, power, gmm]) {
    await Effect.runPromise(p.pipe(Effect.provide(l))).catch((e) => console.log("FAILED", e))
  }
}
