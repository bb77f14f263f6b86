/**
 * Programs to compile, and what they should give.
 */
import * as Compiler from "@effax/compiler/Compiler"
import type { Plan } from "@effax/compiler/Plan"
import { run } from "@effax/compiler/PlanInterpreter"
import * as PlanVerifier from "@effax/compiler/PlanVerifier"
import { Reference } from "@effax/reference"
import type { Aval } from "effax/Aval"
import * as DType from "effax/DType"
import * as HostArray from "effax/HostArray"
import * as NdArray from "effax/NdArray"
import * as Program from "effax/Program"
import * as Effect from "effect/Effect"

type Arrays = ReadonlyArray<NdArray.Any>

/** The Program of a function of arrays. */
export const trace = (f: (...args: Array<NdArray.Any>) => unknown, ...args: Arrays): Program.Program =>
  Program.withoutCaptures(
    Effect.runSync(Program.trace(f as (...args: Array<NdArray.Any>) => unknown, ...(args as Array<NdArray.Any>)))
  )

/** The verified Plan of a function of arrays. */
export const plan = (
  f: (...args: Array<NdArray.Any>) => unknown,
  args: Arrays,
  options?: Compiler.Options
): Plan => PlanVerifier.verify(Compiler.compile(trace(f, ...args), options))

/** How many kernels of each kind a Plan has: `2 reduce, 1 loop`. */
export const census = ({ kernels }: Plan): string => {
  const counts = new Map<string, number>()
  for (const { kind } of kernels) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, n]) => `${n} ${kind}`).join(", ")
}

/** What the reference interpreter makes of a Program. */
export const reference = (
  program: Program.Program,
  inputs: ReadonlyArray<DType.TypedArray>
): ReadonlyArray<DType.TypedArray> =>
  Effect.runSync(Effect.gen(function*() {
    const driver = Reference.driver()
    const avals: ReadonlyArray<Aval> = Program.inputs(program).map((v) => v.aval)
    const executable = yield* driver.compile(program)
    const buffers = yield* Effect.forEach(avals, (aval, i) => driver.upload(inputs[i]!, aval))
    const outputs = yield* driver.execute(executable, buffers)
    return yield* Effect.forEach(outputs, (b, i) => driver.download(b, program.results[i]!.aval))
  }))

export const typedArray = (dtype: DType.DType, bytes: ArrayBuffer): DType.TypedArray =>
  new HostArray.constructors[dtype](bytes)

/** Runs the Program's Plan, in two orders that must not matter. */
export const execute = (
  program: Program.Program,
  inputs: ReadonlyArray<DType.TypedArray>,
  options?: Compiler.Options
): ReadonlyArray<DType.TypedArray> => {
  const compiled = PlanVerifier.verify(Compiler.compile(program, options))
  const bytes = inputs.map((x) => x.slice().buffer as ArrayBuffer)
  const forwards = run(compiled, bytes)
  const backwards = run(compiled, bytes, { reversed: true })
  forwards.forEach((out, i) => {
    if (Buffer.compare(Buffer.from(out), Buffer.from(backwards[i]!)) !== 0) {
      throw new Error(`output ${i} depends on the order of kernels or points`)
    }
  })
  return forwards.map((out, i) => typedArray(program.results[i]!.aval.dtype, out))
}

/** The elements as numbers. */
export const numbers = (x: DType.TypedArray, dtype: DType.DType): ReadonlyArray<number> => {
  const view = new DataView(x.buffer, x.byteOffset, x.byteLength)
  if (dtype === "float16") return Array.from({ length: x.length }, (_, i) => view.getFloat16(2 * i, true))
  if (dtype === "bfloat16") {
    const wide = new DataView(new ArrayBuffer(4))
    return Array.from({ length: x.length }, (_, i) => {
      wide.setUint32(0, view.getUint16(2 * i, true) << 16)
      return wide.getFloat32(0)
    })
  }
  return Array.from(x as ArrayLike<number | bigint>, Number)
}

/** How far floats may be from the reference, relative and absolute. */
const tolerance: { readonly [D in DType.DType]?: number } = {
  float16: 2e-3,
  bfloat16: 1.6e-2,
  float32: 2e-6,
  float64: 1e-13
}

/** Compares a Program's Plan with the reference interpreter; gives what differs. */
export const differences = (
  program: Program.Program,
  inputs: ReadonlyArray<DType.TypedArray>,
  options?: Compiler.Options & { readonly tolerance?: number }
): ReadonlyArray<string> => {
  const actual = execute(program, inputs, options)
  const expected = reference(program, inputs)
  return program.results.flatMap(({ aval }, r) => {
    const x = numbers(actual[r]!, aval.dtype)
    const y = numbers(expected[r]!, aval.dtype)
    if (x.length !== y.length) return [`result ${r}: ${x.length} elements, expected ${y.length}`]
    const limit = options?.tolerance ?? tolerance[aval.dtype] ?? 0
    return y.flatMap((want, i) => {
      const got = x[i]!
      const close = Object.is(got, want) || got === want || Math.abs(got - want) <= limit * (1 + Math.abs(want))
      return close ? [] : [`result ${r}[${i}]: ${got}, expected ${want}`]
    })
  })
}

/** A generator of numbers that is the same every time (Mulberry32). */
export const generator = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Bytes of random elements of moderate size. */
export const randomInputs = (program: Program.Program, seed = 1): ReadonlyArray<DType.TypedArray> => {
  const random = generator(seed)
  return Program.inputs(program).map(({ aval }) => {
    const size = aval.shape.reduce((a, b) => a * b, 1)
    const bytes = new ArrayBuffer(size * DType.itemSize(aval.dtype))
    const x = typedArray(aval.dtype, bytes)
    const view = new DataView(bytes)
    for (let i = 0; i < size; i++) {
      const float = 4 * random() - 2
      const integer = Math.floor(random() * 20) - (DType.isSigned(aval.dtype) ? 10 : 0)
      if (aval.dtype === "float16") view.setFloat16(2 * i, float, true)
      else if (aval.dtype === "bfloat16") {
        const wide = new DataView(new ArrayBuffer(4))
        wide.setFloat32(0, float)
        view.setUint16(2 * i, wide.getUint32(0) >>> 16, true)
      } else if (DType.isFloating(aval.dtype)) x[i] = float as never
      else if (aval.dtype === "bool") x[i] = (random() < 0.5 ? 1 : 0) as never
      else x[i] = (x instanceof BigInt64Array || x instanceof BigUint64Array ? BigInt(integer) : integer) as never
    }
    return x
  })
}
