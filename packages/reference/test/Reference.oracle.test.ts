import { Reference } from "@effax/reference"
import * as AllClose from "@effax/testing/AllClose"
import * as Aval from "effax/Aval"
import type { DType, TypedArray } from "effax/DType"
import type { Params, Primitive } from "effax/Primitive"
import { type PrimitiveName, primitives } from "effax/Primitives"
import { type Equation, Program, Var } from "effax/Program"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"

interface Encoded {
  readonly dtype: DType
  readonly shape: ReadonlyArray<number>
  readonly data: string
}

interface Case {
  readonly primitive: PrimitiveName
  readonly params: Params
  readonly inputs: ReadonlyArray<Encoded>
  readonly outputs: ReadonlyArray<Encoded>
  readonly signedZero?: boolean
}

/** `test/oracle/reference_cases.py` made it, with real JAX. */
const oracle: { readonly jax: string; readonly cases: ReadonlyArray<Case> } = JSON.parse(
  gunzipSync(readFileSync(new URL("../../../test/oracle/values/reference_cases.json.gz", import.meta.url))).toString()
)

const arrays: { readonly [D in DType]?: (buffer: ArrayBuffer) => TypedArray } = {
  bool: (b) => new Uint8Array(b),
  int8: (b) => new Int8Array(b),
  int16: (b) => new Int16Array(b),
  int32: (b) => new Int32Array(b),
  int64: (b) => new BigInt64Array(b),
  uint8: (b) => new Uint8Array(b),
  uint16: (b) => new Uint16Array(b),
  uint32: (b) => new Uint32Array(b),
  uint64: (b) => new BigUint64Array(b),
  bfloat16: (b) => new Uint16Array(b),
  float16: (b) => new Uint16Array(b),
  float32: (b) => new Float32Array(b),
  float64: (b) => new Float64Array(b),
  complex64: (b) => new Float32Array(b),
  complex128: (b) => new Float64Array(b)
}

const decode = ({ data, dtype }: Encoded): TypedArray =>
  arrays[dtype]!(new Uint8Array(Buffer.from(data, "base64")).buffer)

const run = (of: Case): Promise<ReadonlyArray<{ readonly aval: Aval.Aval; readonly data: TypedArray }>> =>
  Effect.gen(function*() {
    const primitive = primitives[of.primitive] as Primitive
    const parameters = of.inputs.map(({ dtype, shape }) => new Var(Aval.make(dtype, shape)))
    const outputs = primitive.abstract(parameters.map((v) => v.aval), of.params).map((aval) => new Var(aval))
    const equation: Equation = { primitive, params: of.params, inputs: parameters, outputs }
    const driver = Reference.driver()
    const executable = yield* driver.compile(new Program({ parameters, equations: [equation], results: outputs }))
    const inputs = yield* Effect.forEach(of.inputs, (x, i) => driver.upload(decode(x), parameters[i]!.aval))
    const results = yield* driver.execute(executable, inputs)
    const out = yield* Effect.forEach(results, (buffer, i) => driver.download(buffer, outputs[i]!.aval))
    inputs.concat(results).forEach((buffer) => driver.release(buffer))
    expect(driver.bytesLive()).toBe(0)
    return out.map((data, i) => ({ aval: outputs[i]!.aval, data }))
  }).pipe(Effect.runPromise)

/** JAX's own float32 is off by some ulps: exp2 by 18, and lgamma and digamma where they are near 0. */
const tolerances: { readonly [D in DType]?: AllClose.Tolerance } = {
  float32: { rtol: 3e-6, atol: 2e-6 },
  float64: { rtol: 1e-14, atol: 1e-14 }
}

const families = Map.groupBy(oracle.cases, (c) => c.primitive)

describe(`JAX ${oracle.jax}`, () => {
  // decompositions have free signs and orders, which the table of operations leaves alone
  const decompositions = [
    "cholesky",
    "eig",
    "eigh",
    "geqrf",
    "hessenberg",
    "householder_product",
    "lu",
    "lu_pivots_to_permutation",
    "schur",
    "svd",
    "triangular_solve",
    "tridiagonal",
    "tridiagonal_solve"
  ]

  it("has cases of every primitive but those that hold Programs, call the host, hand their operands on, or decompose", () => {
    const missing = Object.keys(primitives).filter((name) =>
      !families.has(name as PrimitiveName) && !decompositions.includes(name)
    )
    expect(missing.sort()).toEqual([
      "check",
      "checkpoint",
      "cond",
      "custom_jvp_call",
      "custom_linear_solve",
      "custom_vjp_call",
      "debug_callback",
      "jit",
      "name",
      "optimization_barrier",
      "pure_callback",
      "scan",
      "stop_gradient",
      "unvmap_any",
      "while"
    ])
  })
  for (const [name, cases] of families) {
    it(`primitive ${name}`, async () => {
      for (const [i, of] of cases.entries()) {
        const label = `${name} #${i} ${JSON.stringify(of.params)} ${of.inputs.map(Aval.format).join(", ")}`
        const results = await run(of)
        expect(results.length, label).toBe(of.outputs.length)
        results.forEach(({ aval, data }, k) => {
          const expected = of.outputs[k]!
          expect(Aval.format(aval), label).toBe(Aval.format(expected))
          const { dtype, shape } = expected
          AllClose.assert(data, decode(expected), {
            dtype,
            shape,
            label,
            signedZero: of.signedZero ?? true,
            ...tolerances[dtype]
          })
        })
      }
    })
  }
})
