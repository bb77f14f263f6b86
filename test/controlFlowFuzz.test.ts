/**
 * Random functions of control flow, nested and transformed, whose values and derivatives must be the same in whatever way
 * they are computed: on the reference backend, on CPU-Wasm with one thread and with two, jitted as a whole, and as plain
 * JavaScript loops without calls and checkpoints. Reverse mode is compared with forward mode.
 *
 * Everything derives from the seeds: `EFFAX_CONTROL_FLOW_FUZZ=9000:12000` runs others than these.
 */
import { Reference } from "@effax/reference"
import { AllClose } from "@effax/testing"
import { CpuWasm } from "@effax/wasm"
import { grad, jit, jvp, NdArray, Numpy as np, vmap } from "effax"
import type { Backend } from "effax/Backend"
import type * as DType from "effax/DType"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { afterAll, describe, expect, it } from "vitest"
import { build, type F, type How } from "./controlFlowFuzz/build.ts"
import { generate } from "./controlFlowFuzz/generate.ts"
import type { Case } from "./controlFlowFuzz/tree.ts"

type X = NdArray.Any
type Xs = ReadonlyArray<X>
type Run = (arrays: Xs) => Promise<ReadonlyArray<DType.TypedArray>>

const runtimes: Array<{ readonly dispose: () => Promise<void> }> = []

const runOn = <E>(layer: Layer.Layer<Backend, E>): Run => {
  const runtime = ManagedRuntime.make(layer)
  runtimes.push(runtime)
  return (arrays) =>
    runtime.runPromise(
      NdArray.scoped(Effect.andThen(NdArray.evaluate(arrays), Effect.forEach(arrays, NdArray.toTypedArray)))
    )
}

const reference = runOn(Reference.layer)
const parallel = runOn(CpuWasm.layerWith({ threads: 2 }))
const serial = runOn(CpuWasm.layerWith({ threads: 1 }))

afterAll(async () => {
  for (const runtime of runtimes) await runtime.dispose()
})

// --- what is computed of a function ---------------------------------------------------------------------------------

const sumOf = (xs: Xs): X => xs.reduce((a, b) => np.add(a, b))

/** The floating-point results, complex ones as two. */
const floats = (results: Xs): Xs =>
  results.flatMap((x) => x.dtype === "complex128" ? [np.real(x), np.imag(x)] : x.dtype === "float64" ? [x] : [])

const total = (f: F) => (...xs: Xs): X =>
  sumOf(floats(f(...xs)).map((y) => np.sum(np.add(np.sin(y), np.multiply(y, 0.5)))))

const gradients = (f: F, xs: Xs): F => grad(total(f), { argnums: xs.map((_, i) => i) }) as unknown as F

const tangentsOf = (xs: Xs): Xs => xs.map((x) => np.multiply(np.cos(x), 0.5))

const batchOf = (xs: Xs): Xs => xs.map((x) => np.stack([x, np.add(np.multiply(x, 0.7), 0.1), np.negative(x)]))

const forward = (f: F) => (...xs: Xs): Xs => jvp((...xs: Xs) => floats(f(...xs)), xs, tangentsOf(xs))[1]

const batched = (f: F) => (xs: Xs): Xs => (vmap(f as never) as unknown as F)(...batchOf(xs))

type Mode = (f: F, xs: Xs) => Xs

const modes: { readonly [name: string]: { readonly needsBound: boolean; readonly of: Mode } } = {
  value: { needsBound: false, of: (f, xs) => f(...xs) },
  "vmap of value": { needsBound: false, of: (f, xs) => batched(f)(xs) },
  jvp: { needsBound: false, of: (f, xs) => forward(f)(...xs) },
  "vmap of jvp": { needsBound: false, of: (f, xs) => batched(forward(f))(xs) },
  grad: { needsBound: true, of: (f, xs) => gradients(f, xs)(...xs) },
  "jvp of grad": { needsBound: true, of: (f, xs) => jvp(gradients(f, xs), xs, tangentsOf(xs))[1] },
  "grad of grad": {
    needsBound: true,
    of: (f, xs) =>
      grad((...xs: Xs) => sumOf(gradients(f, xs)(...xs).map((x) => np.sum(np.sin(x)))), {
        argnums: xs.map((_, i) => i)
      })(...xs) as unknown as Xs
  },
  "vmap of grad": { needsBound: true, of: (f, xs) => batched(gradients(f, xs))(xs) }
}

// --- what must be the same ------------------------------------------------------------------------------------------

const inputsOf = ({ inputs }: Case): Xs =>
  inputs.map(({ data, shape }) => np.reshape(np.array(Float64Array.from(data)), shape))

const as: How = { float: "float64", plain: false }

/** Double precision on the way, and a tolerance for sums in another order. */
const differenceOf = (
  got: ReadonlyArray<DType.TypedArray>,
  expected: ReadonlyArray<DType.TypedArray>
): string | undefined => {
  for (const [i, x] of got.entries()) {
    const message = AllClose.check(x, expected[i]!, { rtol: 1e-8, atol: 1e-8 })
    if (message !== undefined) return `result ${i}: ${message}`
  }
  return undefined
}

const bytes = (x: { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number }) =>
  Buffer.from(x.buffer, x.byteOffset, x.byteLength)

const failureOf = async (seed: number): Promise<string | undefined> => {
  const made = generate(seed)
  const f = build(made.f, as)
  const plain = build(made.f, { ...as, plain: true })
  // every run has inputs of its own, as what is a result too stays on the backend that it was computed on
  // of each function its values, and one of the others in turn: more functions find more than more modes of one
  const suitable = Object.entries(modes).filter(([, { needsBound }]) => made.bounded || !needsBound)
  const chosen = suitable.filter((_, i) => i === 0 || i === 1 + seed % (suitable.length - 1))
  for (const [name, { of }] of chosen) {
    try {
      const expected = await reference(of(f, inputsOf(made)))
      const alone = await serial(of(f, inputsOf(made)))
      const together = await parallel(of(f, inputsOf(made)))
      const ways = {
        "cpu-wasm": alone,
        jitted: await parallel(jit(() => of(f, inputsOf(made)))()),
        "plain loops": await parallel(of(plain, inputsOf(made)))
      }
      for (const [way, got] of Object.entries(ways)) {
        const difference = differenceOf(got, expected)
        if (difference !== undefined) return `${name}, ${way}: ${difference}`
      }
      if (alone.some((x, i) => Buffer.compare(bytes(x), bytes(together[i]!)) !== 0)) {
        return `${name} has other bits with two threads`
      }
    } catch (cause) {
      return `${name}: ${String(cause)}`
    }
  }
  return made.bounded ? inconsistency(f, inputsOf(made)) : undefined
}

/** Reverse mode says of the sum of all results what forward mode says. */
const inconsistency = async (f: F, xs: Xs): Promise<string | undefined> => {
  const dots = tangentsOf(xs)
  const backward = sumOf(gradients(f, xs)(...xs).map((g, i) => np.sum(np.multiply(g, dots[i]!))))
  const [a, b] = await serial([jvp(total(f), xs, dots)[1], backward])
  const difference = differenceOf([b!], [a!])
  return difference === undefined ? undefined : `grad is not jvp: ${difference}`
}

const [from, to] = (process.env["EFFAX_CONTROL_FLOW_FUZZ"] ?? "0:0").split(":").map(Number) as [number, number]

describe("random control flow", () => {
  const [low, high] = to > from ? [from, to] : [0, 60]
  it(`${high - low} functions`, async () => {
    const failures: Array<string> = []
    for (let seed = low; seed < high && failures.length < 3; seed++) {
      const failure = await failureOf(seed)
      if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`)
    }
    expect(failures.join("\n\n")).toBe("")
  }, to > from ? 3_600_000 : 120_000)
})
