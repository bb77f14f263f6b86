import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { grad, jit, NdArray, Numpy as np, Nn, Random, vmap, Lax } from "effax"
import { Effect } from "effect"
type A = NdArray.NdArray<"float32">
// large program: 12-layer transformer-ish forward+grad, resnet-like convs, compare both backends
const transformer = (x: A, ws: ReadonlyArray<any>) => {
  let h: A = x
  for (const w of ws) {
    const n = Nn.standardize(h, { axis: -1 }) as A
    const q = np.einsum("btd,dhk->bthk", n, w.q) as A, k = np.einsum("btd,dhk->bthk", n, w.k) as A, v = np.einsum("btd,dhk->bthk", n, w.v) as A
    const s = np.where(np.tril(np.ones([16, 16], { dtype: "bool" })), np.divide(np.einsum("bthk,bshk->bhts", q, k), 2), -1e9)
    const o = np.einsum("bhts,bshk->bthk", Nn.softmax(s as A), v) as A
    h = np.add(h, np.einsum("bthk,hkd->btd", o, w.o)) as A
    const m = Nn.gelu(np.matmul(Nn.standardize(h, { axis: -1 }) as A, w.up)) as A
    h = np.add(h, np.matmul(m, w.down)) as A
  }
  return np.mean(np.square(h)) as A
}
const main = Effect.gen(function*() {
  const ws = Array.from({ length: 12 }, (_, i) => {
    const ks = Random.keys(Random.key(i), 6)
    const mk = (j: number, s: ReadonlyArray<number>) => np.multiply(Random.normal(ks[j]!, s), 0.2)
    return { q: mk(0, [32, 4, 8]), k: mk(1, [32, 4, 8]), v: mk(2, [32, 4, 8]), o: mk(3, [4, 8, 32]), up: mk(4, [32, 64]), down: mk(5, [64, 32]) }
  })
  const x = Random.normal(Random.key(99), [2, 16, 32])
  const params = yield* NdArray.evaluate(ws)
  const t = performance.now()
  const f = jit(grad((p: typeof params) => transformer(x as A, p) as A))
  const g = yield* NdArray.evaluate(f(params))
  const t1 = performance.now()
  yield* NdArray.evaluate(f(params))
  yield* NdArray.evaluate(f(params))
  const t2 = performance.now()
  yield* NdArray.evaluate(f(params))
  console.log("compile", (t1 - t).toFixed(0), "run", (performance.now() - t2).toFixed(1))
  const flat = g.flatMap((w) => Object.values(w))
  return yield* Effect.forEach(flat, (a) => NdArray.toTypedArray(a as A))
})
const conv = Effect.gen(function*() {
  const x = Random.normal(Random.key(0), [2, 17, 19, 5])
  const ks = Random.keys(Random.key(1), 8)
  const ws = yield* NdArray.evaluate([Random.normal(ks[0]!, [3, 3, 5, 7]), Random.normal(ks[1]!, [3, 3, 7, 7]), Random.normal(ks[2]!, [1, 1, 7, 3]), Random.normal(ks[3]!, [5, 2, 1, 3])])
  const f = (w: typeof ws) => {
    let h = Nn.relu(Nn.conv(x, w[0]!, { layout: "channelsLast", strides: 2 }))
    h = np.add(h, Nn.silu(Nn.conv(h, w[1]!, { layout: "channelsLast", dilation: 2 })))
    h = Nn.conv(h, w[2]!, { layout: "channelsLast" })
    h = Nn.conv(h, w[3]!, { layout: "channelsLast", groups: 3, padding: [[2, 1], [0, 3]] })
    return np.mean(np.square(np.tanh(np.multiply(h, 0.1))))
  }
  const g = yield* NdArray.evaluate(jit(grad(f))(ws))
  return yield* Effect.forEach(g, (a) => NdArray.toTypedArray(a))
})
const hess = Effect.gen(function*() {
  const f = (x: A) => np.sum(np.multiply(np.tanh(np.cumsum(np.multiply(x, x), { axis: 0 })), np.sort(x)))
  const x = Random.normal(Random.key(4), [9])
  const H = vmap((v: A) => { const g = grad((x: A) => np.sum(np.multiply(grad(f)(x), v))); return g(x) })(np.eye(9))
  const y = vmap(vmap((a: A, b: A) => np.sum(np.take(np.multiply(a, b), np.argsort(b)))), { inAxes: [1, 0] })(Random.normal(Random.key(5), [4, 3, 9]), Random.normal(Random.key(6), [3, 4, 9]))
  return yield* Effect.forEach([H, y], (a) => NdArray.toTypedArray(a))
})
void Lax
for (const [name, p] of [["transformer", transformer_()], ["conv", conv], ["hess", hess]] as const) {
  const [a, b] = yield_(await Effect.runPromise(p.pipe(Effect.provide(CpuWasm.layer)) as any), await Effect.runPromise(p.pipe(Effect.provide(Reference.layer)) as any)) as any
  let worst = 0
  a.forEach((x: any, i: number) => { const m = Math.max(...x.map(Math.abs)); x.forEach((v: number, k: number) => { worst = Math.max(worst, Math.abs(v - b[i][k]) / m) }) })
  console.log(name, "worst relative", worst)
}
function transformer_() { return main }
function yield_(a: any, b: any) { return [a, b] }
