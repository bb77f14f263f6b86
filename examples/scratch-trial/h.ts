import { CpuWasm } from "@effax/wasm"
import { grad, jit, NdArray, Numpy as np, Nn, Random, vmap } from "effax"
import { Effect } from "effect"
type A = NdArray.NdArray<"float32">
const time = (name: string, make: () => NdArray.Any, n = 3) => Effect.gen(function*() {
  const ts: number[] = []
  for (let i = 0; i <= n; i++) {
    const t = performance.now()
    yield* NdArray.scoped(NdArray.evaluate(make()))
    ts.push(performance.now() - t)
  }
  console.log(name.padEnd(34), "first", ts[0]!.toFixed(1), "then", Math.min(...ts.slice(1)).toFixed(2), "ms")
})
const main = Effect.gen(function*() {
  const M = yield* Random.normal(Random.key(0), [1000, 1000])
  const v7 = yield* Random.normal(Random.key(1), [10_000_000])
  const v6 = yield* Random.normal(Random.key(1), [1_000_000])
  const i6 = yield* Random.randint(Random.key(2), [1_000_000], 0, 1_000_000)
  const s5 = yield* np.sort(Random.normal(Random.key(3), [100_000]))
  yield* time("normal 1e7", () => Random.normal(Random.key(5), [10_000_000]))
  yield* time("matmul 1000", () => np.matmul(M, M))
  yield* time("softmax 1000x1000", () => Nn.softmax(M))
  yield* time("sum 1e7", () => np.sum(v7))
  yield* time("mean/var/std 1e7", () => np.std(v7))
  yield* time("cumsum 1e7", () => np.cumsum(v7))
  yield* time("sort 1e6", () => np.sort(v6))
  yield* time("argsort 1e6", () => np.argsort(v6))
  yield* time("sort rows 1000x1000", () => np.sort(M))
  yield* time("sort cols 1000x1000", () => np.sort(M, { axis: 0 }))
  yield* time("take 1e6", () => np.take(v6, i6))
  yield* time("at add 1e6", () => np.at(v6, [i6]).add(v6))
  yield* time("argmax 1e7", () => np.argmax(v7))
  yield* time("argmax cols", () => np.argmax(M, { axis: 0 }))
  yield* time("transpose 1000", () => np.add(np.transpose(M), 1))
  yield* time("transpose+reduce", () => np.sum(np.multiply(np.transpose(M), M), { axis: 0 }))
  yield* time("roll 1e7", () => np.roll(v7, 1))
  yield* time("flip 1e7", () => np.flip(v7))
  yield* time("stride 1e7", () => np.index(v7, np.slice(undefined, undefined, -3)))
  yield* time("pairwise 1000x1000x3", () => np.sum(np.square(np.subtract(np.index(M, [np.slice(), np.newaxis, np.slice(0, 3)]), np.index(M, [np.newaxis, np.slice(), np.slice(0, 3)]))), { axis: -1 }))
  yield* time("searchsorted 1e5 x 1e4", () => np.searchsorted(s5, np.index(v6, np.slice(0, 10_000))))
  yield* time("permutation 1e6", () => Random.permutation(Random.key(0), 1_000_000))
  yield* time("categorical 1e5x10", () => Random.categorical(Random.key(0), np.zeros([100_000, 10])))
  yield* time("conv 32x32x32x16", () => Nn.conv(np.reshape(np.index(v6, np.slice(0, 32 * 32 * 32 * 16)), [32, 32, 32, 16]), np.full([3, 3, 16, 16], 0.1), { layout: "channelsLast" }))
  yield* time("bf16 elementwise 1e7", () => np.multiply(np.astype(v7, "bfloat16"), 2))
  yield* time("bf16 matmul 1000", () => np.matmul(np.astype(M, "bfloat16"), np.astype(M, "bfloat16")))
  yield* time("f64 matmul 1000", () => np.matmul(np.astype(M, "float64"), np.astype(M, "float64")))
  yield* time("int32 matmul 1000", () => np.matmul(np.astype(M, "int32"), np.astype(M, "int32")))
  yield* time("int8 matmul 1000", () => np.matmul(np.astype(M, "int8"), np.astype(M, "int8")))
  yield* time("matvec", () => np.matmul(M, np.index(M, 0)))
  yield* time("vecmat", () => np.matmul(np.index(M, 0), M))
  yield* time("hessian-ish vmap grad", () => vmap(grad((x: A) => np.sum(np.tanh(np.matmul(x, M)))))(np.index(M, np.slice(0, 100)) as A))
  yield* time("einsum attention", () => np.einsum("bhts,bshd->bthd", Nn.softmax(np.einsum("bthd,bshd->bhts", np.reshape(v6, [8, 125, 10, 100]), np.reshape(v6, [8, 125, 10, 100]))), np.reshape(v6, [8, 125, 10, 100])))
  yield* time("tril mask", () => np.where(np.tril(np.ones([1000, 1000], { dtype: "bool" })), M, -Infinity))
  yield* time("concat 100", () => np.concatenate(Array.from({ length: 100 }, (_, i) => np.index(M, [np.slice(i, i + 10)]))))
  yield* time("onehot matmul 1e5x100", () => np.matmul(Nn.oneHot(np.remainder(np.index(i6, np.slice(0, 100_000)), 100), 100), np.index(M, [np.slice(0, 100), np.slice(0, 10)])))
  yield* time("cumsum axis0 1000", () => np.cumsum(M, { axis: 0 }))
  yield* time("prod/any/all", () => np.all(np.less(v7, 10)))
  yield* time("int64 sum 1e6", () => np.sum(np.astype(i6, "int64")))
  yield* time("int floordiv 1e6", () => np.floorDivide(i6, 7))
  yield* time("float remainder 1e6", () => np.remainder(v6, 0.7))
  yield* time("power 1e6", () => np.power(np.abs(v6), 1.7))
  yield* time("int power 1e6", () => np.power(i6, i6))
  // compile time
  for (const n of [100, 1000, 10000]) {
    yield* time(`compile ${n} tanh/add chain`, () => { let x: A = np.index(v6, np.slice(0, 64)) as A; for (let i = 0; i < n; i++) x = np.tanh(np.add(x, i % 7)); return x }, 1)
  }
  const W = np.multiply(np.index(M, [np.slice(0, 32), np.slice(0, 32)]), 0.2)
  const w = yield* W
  for (const n of [100, 500, 2000]) {
    const f = jit(grad((w: A) => { let h: A = np.ones([4, 32]); for (let i = 0; i < n; i++) h = np.tanh(np.matmul(h, w)); return np.sum(h) }))
    yield* time(`compile rnn grad ${n}`, () => f(w as A), 2)
  }
  // dispatch
  const f = jit((x: A) => np.add(x, 1))
  let x: A = yield* np.ones([4])
  x = yield* f(x)
  const t = performance.now()
  for (let i = 0; i < 20000; i++) x = yield* f(x)
  console.log("dispatch", ((performance.now() - t) / 20000 * 1000).toFixed(1), "us")
  const t2 = performance.now()
  for (let i = 0; i < 5000; i++) x = yield* np.add(x, 1)
  console.log("eager dispatch", ((performance.now() - t2) / 5000 * 1000).toFixed(1), "us")
})
await Effect.runPromise(main.pipe(Effect.provide(CpuWasm.layer)))
