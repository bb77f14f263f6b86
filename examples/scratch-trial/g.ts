import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { grad, jit, NdArray, Numpy as np, Nn, Random, Program, Backend } from "effax"
import { Console, Effect, Stream, Exit, Duration } from "effect"
type A = NdArray.NdArray<"float32">

const donation = Effect.gen(function*() {
  const step = jit((w: A, g: A) => np.subtract(w, np.multiply(g, 0.1)), { donateArgnums: 0 })
  const backend = yield* Backend.Backend
  let w: A = yield* np.add(np.ones([1000]), 0)
  const g = yield* np.add(np.ones([1000]), 0)
  const w0 = w
  for (let i = 0; i < 100; i++) w = yield* step(w, g)
  yield* Console.log("donation", yield* NdArray.toScalar(np.index(w, 0)), (yield* backend.statistics).arraysLive)
  const gone = yield* Effect.exit(NdArray.toNested(np.add(w0, 1)))
  yield* Console.log(String(gone))
  const caught = yield* NdArray.toNested(np.add(w0, 1)).pipe(
    Effect.catchTag("DisposedArrayError", (e) => Effect.succeed(`caught: ${e.reason}: ${e.message}`))
  )
  yield* Console.log(caught)
})

const scoped = Effect.gen(function*() {
  const r = yield* NdArray.scoped(Effect.gen(function*() {
    const a = yield* np.add(np.ones([1000]), 1)
    const b = yield* np.multiply(a, 2)
    return { sum: np.sum(b), a }
  }))
  yield* Console.log("scoped lazily returned:", yield* Effect.exit(NdArray.toScalar(r.sum)).pipe(Effect.map(String)))
  yield* Console.log("scoped a:", String(r.a).slice(0, 60))
})

const timeout = Effect.gen(function*() {
  const a = yield* Random.normal(Random.key(0), [700, 700])
  let p: A = a
  for (let i = 0; i < 1500; i++) p = np.multiply(np.matmul(p, a), 0.03)
  const t = Date.now()
  const r = yield* NdArray.toScalar(np.sum(p)).pipe(Effect.timeout("700 millis"), Effect.exit)
  yield* Console.log("timeout", Exit.isFailure(r), Date.now() - t, "ms", String(r).slice(0, 100))
  yield* Console.log("still works", yield* NdArray.toScalar(np.sum(np.ones([5]))))
})

const stream = Effect.gen(function*() {
  const w0: A = np.zeros([3])
  const step = jit((w: A, x: A, y: A) => np.subtract(w, np.multiply(grad((w: A) => np.mean(np.square(np.subtract(np.dot(x, w), y))))(w), 0.1)))
  const w = yield* Stream.range(0, 199).pipe(
    Stream.mapEffect((i) => Effect.gen(function*() {
      const x = Random.normal(Random.foldIn(Random.key(0), i), [32, 3])
      return { x, y: np.dot(x, np.array([1, 2, 3])) }
    })),
    Stream.runFoldEffect(() => w0, (w, { x, y }) => step(w, x, y))
  )
  yield* Console.log("stream", yield* NdArray.toNested(w))
})

const printing = Effect.gen(function*() {
  const p = yield* Program.trace((w: A, x: A) => np.sum(Nn.relu(np.matmul(x, w))), np.zeros([3, 2]), np.zeros([5, 3]))
  yield* Console.log(Program.print(p))
  const g = yield* Program.trace(grad((x: A) => np.sum(np.tanh(x))), np.zeros([3]))
  yield* Console.log(Program.print(g))
  const bad = yield* Program.trace((x: A) => np.reshape(x, [7]), np.zeros([3])).pipe(Effect.flip)
  yield* Console.log(bad._tag, bad.message)
})

const errors = Effect.gen(function*() {
  let escaped: A | undefined
  void jit((x: A) => { escaped = np.sin(x); return x })(np.ones([2]))
  yield* Console.log(yield* NdArray.toNested(escaped!).pipe(Effect.catchTag("EscapedParameterError", (e) => Effect.succeed(e.message))))
  yield* Console.log(yield* NdArray.toNested(np.add(np.zeros([2], { dtype: "complex64" }), 1)).pipe(Effect.catch((e) => Effect.succeed(`${e._tag}: ${e.message}`))))
  yield* Console.log(yield* NdArray.toNested(np.sin(np.zeros([20000, 40000]))).pipe(Effect.catch((e) => Effect.succeed(`${e._tag}: ${e.message}`))))
  for (const f of [
    () => np.add(np.ones([2]), [1, 2] as any),
    () => np.dot(np.ones([2, 3]) as A, np.ones([2, 3]) as A),
    () => np.sum([1, 2, 3] as any),
    () => np.concatenate([np.ones([2, 3]) as A, np.ones([2, 4]) as A]),
    () => np.stack([]) as any,
    () => np.zeros("3" as any),
    () => np.ones([2, "a"] as any),
    () => np.index(np.ones([3]), [np.ones([2])]),
    () => np.where(np.array([true, false]), np.ones([3]) as A, 0),
    () => grad((x: A) => x)(3 as any),
    () => np.index(np.ones([3]), [np.greater(np.ones([3]), 0)]),
    () => np.array([1, undefined] as any),
    () => np.array(undefined as any),
    () => np.sum(undefined as any),
    () => np.einsum("ij,jk", np.ones([2, 3])),
    () => np.add(undefined as any, 1),
    () => np.clip(np.arange(3), { min: 0.5 } as any),
    () => np.power(np.array([2], { dtype: "int32" }), -1),
    () => Random.normal(0 as any, [3]),
    () => np.arange(0, 10, 0),
    () => np.split(np.ones([5]), 2),
    () => np.max(np.zeros([0])),
    () => np.argmax(np.zeros([0])),
    () => Number(np.ones([])),
    () => np.ones([2]) + 1 as any,
    () => JSON.stringify(np.ones([2])),
    () => np.mean(np.zeros([0])),
    () => np.take(np.ones([3]), 5),
    () => np.broadcastTo(np.ones([3]) as A, [2, 4]),
    () => np.squeeze(np.ones([3, 2]) as any, { axis: 0 }),
    () => np.pad(np.ones([3]), -1 as any),
    () => np.pad(np.ones([3, 3]), [1] as any),
    () => np.tile(np.ones([3]), -1 as any),
    () => np.repeat(np.ones([3]), 1.5 as any),
    () => np.eye(2.5 as any),
    () => np.linspace(0, 1, -3 as any),
    () => Nn.oneHot(np.arange(3), -1 as any),
    () => Nn.conv(np.ones([1, 1, 4, 4]), np.ones([1, 2, 3, 3])),
    () => np.at(np.ones([3]), 0).set(np.ones([2])),
    () => np.at(np.zeros([3], { dtype: "int32" }), 0).set(0.5),
    () => np.astype(np.ones([2]), "float33" as any),
    () => np.trace(np.ones([3])),
    () => np.transpose(np.ones([2, 3]) as A, [0]),
    () => np.swapaxes(np.ones([2, 3]) as A, 0, 5),
    () => np.expandDims(np.ones([2, 3]) as A, 4),
    () => np.cumsum(np.ones([2, 3]) as A, { axis: 2 }),
    () => np.searchsorted(np.ones([2, 3]) as A, np.ones([2])),
    () => np.sort(np.ones([]) as A),
    () => np.diagonal(np.ones([3]) as A),
    () => np.moveaxis(np.ones([2, 3]) as A, 0, 7)
  ]) {
    try {
      const x = f()
      console.log("  OK ", String(f).slice(6, 70), "->", NdArray.isNdArray(x) ? String(x) : x)
    } catch (e: any) {
      console.log(e._tag ? "     " : "RAW  ", String(f).slice(6, 60).replace(/\s+/g, " "), "\n        =>", e._tag ?? e.name, e.message)
    }
  }
})
void Duration
for (const [n, l] of [["wasm", CpuWasm.layer], ["ref", Reference.layer]] as const) {
  console.log("==", n)
  for (const p of n === "ref" ? [donation, scoped, stream] : [donation, scoped, timeout, stream, printing, errors]) {
    const t = Date.now()
    await Effect.runPromise(p.pipe(Effect.provide(l))).catch((e) => console.log("FAILED", e))
    console.log("   ", Date.now() - t, "ms")
  }
}
