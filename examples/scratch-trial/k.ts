import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { grad, jit, NdArray, Numpy as np, Nn, Random, Program, Backend, vmap } from "effax"
import { Console, Effect, Exit, Fiber } from "effect"
type A = NdArray.NdArray<"float32">
const show = (name: string, e: Effect.Effect<any, any, any>) => Effect.flatMap(Effect.exit(e), (x) => Console.log(name, Exit.isSuccess(x) ? JSON.stringify(x.value, (_, v) => typeof v === "bigint" ? `${v}n` : v) : String(x).slice(0, 300)))
const attempt = (name: string, f: () => any) => Effect.suspend(() => { try { return show(name, f()) } catch (e: any) { return Console.log(name, "THROWN", e._tag ?? e.name, e.message) } })
const main = Effect.gen(function*() {
  const backend = yield* Backend.Backend
  // shared pending node, many fibers
  const shared = np.sum(np.matmul(Random.normal(Random.key(0), [200, 200]), np.ones([200, 200])))
  const rs = yield* Effect.forEach(Array.from({ length: 8 }), () => NdArray.toScalar(np.add(shared, 0)), { concurrency: "unbounded" })
  yield* Console.log("same", new Set(rs).size)
  yield* attempt("dup", () => NdArray.evaluate([shared, shared]).pipe(Effect.map((x) => x.length)))
  const don = jit((a: A, b: A) => np.add(a, b), { donateArgnums: [0, 1] })
  const d0: A = yield* np.add(np.ones([4]), 1)
  yield* attempt("donate twice the same", () => NdArray.toNested(don(d0, d0)))
  yield* attempt("donated again", () => NdArray.toNested(don(d0, d0)))
  yield* attempt("donate constant", () => NdArray.toNested(don(np.array([1, 2]), np.array([3, 4]))))
  const c = np.array([1, 2, 3])
  yield* attempt("donate const c", () => NdArray.toNested(jit((a: A) => np.multiply(a, 2), { donateArgnums: 0 })(c)))
  yield* attempt("c again", () => NdArray.toNested(c))
  const lazy: A = np.add(np.ones([3]), 5)
  const dl = jit((a: A) => np.multiply(a, 2), { donateArgnums: 0 })(lazy)
  yield* attempt("donate lazy + use lazy", () => NdArray.evaluate([dl, lazy]).pipe(Effect.andThen(Effect.all([NdArray.toNested(dl), NdArray.toNested(lazy)]))))
  const d1: A = yield* np.add(np.ones([3]), 1)
  const used = np.multiply(d1, 3)
  yield* attempt("donated, other use evaluated later", () => NdArray.toNested(jit((a: A) => np.multiply(a, 2), { donateArgnums: 0 })(d1)).pipe(Effect.andThen(NdArray.toNested(used))))
  const d2: A = yield* np.add(np.ones([3]), 1)
  yield* attempt("donated with another use in the same run", () => NdArray.evaluate([jit((a: A) => np.multiply(a, 2), { donateArgnums: 0 })(d2), np.multiply(d2, 3)]).pipe(Effect.flatMap((xs) => Effect.forEach(xs, (x) => NdArray.toNested(x)))))
  // unused donated arg; result is the donated argument itself
  const d3: A = yield* np.add(np.ones([3]), 1)
  yield* attempt("donated returned as is", () => NdArray.toNested(jit((a: A) => a, { donateArgnums: 0 })(d3)))
  // dispose while pending
  const d4: A = yield* np.add(np.ones([3]), 1)
  const y4 = np.add(d4, 1)
  yield* NdArray.dispose(d4)
  yield* attempt("disposed", () => NdArray.toNested(y4))
  // jit returning constants and inputs and numbers
  yield* attempt("jit const", () => NdArray.evaluate(jit((x: A) => ({ a: np.ones([2]), b: x, c: np.array(3), d: np.add(x, 0) }))(np.ones([2]))).pipe(Effect.flatMap((o) => Effect.all([NdArray.toNested(o.a), NdArray.toNested(o.b), NdArray.toNested(o.c)]))))
  yield* attempt("jit number", () => Effect.succeed((jit(() => 3 as any) as any)()))
  yield* attempt("jit no args", () => NdArray.toNested((jit(() => np.ones([2])) as any)()))
  yield* attempt("jit scalar args", () => NdArray.toScalar(jit((a: A, b: A) => np.add(a, b))(1 as any, 2 as any)))
  yield* attempt("jit int then float scalar", () => NdArray.toScalar(jit((a: A) => np.multiply(a, 2))(1.5 as any)))
  // overflow of numbers
  for (const [dt, n] of [["int8", 1000], ["uint8", -1], ["int32", 2 ** 40], ["uint8", 256], ["bool", 2]] as const) yield* attempt(`${dt} + ${n}`, () => NdArray.toNested(np.add(np.zeros([1], { dtype: dt }), n)))
  yield* attempt("int32 + 2n**40n", () => NdArray.toNested(np.add(np.zeros([1], { dtype: "int32" }), 2n ** 40n)))
  yield* attempt("array 2^40", () => NdArray.toNested(np.array([2n ** 40n])))
  yield* attempt("less int8 1000", () => NdArray.toNested(np.less(np.zeros([1], { dtype: "int8" }), 1000)))
  yield* attempt("less int 0.5", () => NdArray.toNested(np.less(np.arange(3), 0.5)))
  yield* attempt("float positions", () => NdArray.toNested(np.index(np.ones([3]), np.array([0, 1]))))
  yield* attempt("int64 sum", () => NdArray.toNested(np.sum(np.full([3], 2n ** 40n, { dtype: "int64" }))))
  yield* attempt("f32 2^24+1", () => NdArray.toNested(np.astype(np.array([16777217n], { dtype: "int32" }), "float32")))
  yield* attempt("int64 -> f64 -> int64", () => NdArray.toNested(np.astype(np.astype(np.array([2n ** 53n + 1n], { dtype: "int64" }), "float64"), "int64")))
  yield* attempt("f16 max", () => NdArray.toNested(np.astype(np.array([65519, 65520, 70000]), "float16")))
  yield* attempt("-0", () => NdArray.toNested(np.array([-0, 0])).pipe(Effect.map((x) => x.map((v) => Object.is(v, -0)))))
  yield* attempt("nan", () => NdArray.toNested(np.max(np.array([1, NaN, 3]))))
  yield* attempt("0/0", () => NdArray.toNested(np.divide(np.zeros([1]), 0)))
  yield* attempt("int /0", () => NdArray.toNested([np.floorDivide(np.arange(3), 0)][0]!))
  yield* attempt("int %0", () => NdArray.toNested(np.remainder(np.arange(3), 0)))
  yield* attempt("int div", () => NdArray.toNested(np.divide(np.arange(3), 2)))
  yield* attempt("neg floordiv/mod", () => NdArray.toNested(np.stack([np.floorDivide(np.array([-7n, 7n]), 2n), np.remainder(np.array([-7n, 7n]), 2n), np.fmod(np.array([-7n, 7n]), 2n)])))
  yield* attempt("shift", () => NdArray.toNested(np.leftShift(np.array([1n]), 31n)))
  yield* attempt("grad int", () => NdArray.toNested(grad((x: A) => np.sum(x))(np.array([1, 2]))))
  yield* attempt("grad where nan", () => NdArray.toNested(grad((x: A) => np.sum(np.where(np.greater(x, 0), np.sqrt(x), 0)))(np.array([0, 4]))))
  yield* attempt("vmap mismatch", () => vmap((x: A, y: A) => np.add(x, y))(np.ones([3]) as A, np.ones([4]) as A))
  yield* attempt("big string", () => Effect.succeed(String(np.arange(2000))))
  const big = yield* np.arange(2000)
  yield* Console.log(String(big))
  yield* Console.log(String(yield* np.reshape(np.arange(12), [3, 4])), String(yield* np.array(true)), String(yield* np.zeros([0, 3])))
  yield* Console.log({ x: yield* np.ones([2]) }, [np.ones([3])])
  // interruption of many
  const f = yield* Effect.forkChild(Effect.forEach([1, 2, 3], () => NdArray.toScalar(np.sum(np.matmul(Random.normal(Random.key(0), [1500, 1500]), np.ones([1500, 1500])))), { concurrency: "unbounded" }))
  yield* Effect.sleep("5 millis")
  yield* Fiber.interrupt(f)
  yield* Console.log("after", yield* NdArray.toScalar(np.sum(np.ones([3]))), (yield* backend.statistics).arraysLive)
  const deep = yield* Program.trace((x: A) => { let y: A = x; for (let i = 0; i < 20000; i++) y = np.sin(y); return y }, np.ones([2]))
  yield* Console.log("print len", Program.print(deep).length)
  void Nn
})
for (const [n, l] of [["wasm", CpuWasm.layer], ["ref", Reference.layer]] as const) {
  console.log("==", n)
  await Effect.runPromise(main.pipe(Effect.provide(l)) as any).catch((e) => console.log("FAILED", e))
}
