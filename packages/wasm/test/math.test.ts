import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { binaryReference, unaryReference } from "../../compiler/test/mathReference.ts"
import { ModuleBuilder, v128 } from "../src/internal/assembler/index.ts"
import { functions, type MathFunction, MathLibrary } from "../src/internal/math/index.ts"
import type { Measured } from "./math/command.ts"
import {
  capacity,
  compile,
  errorOf,
  type Floats,
  type FloatType,
  namesOf,
  note,
  smallestUnit,
  variants,
  type Worst
} from "./math/measure.ts"

const specials = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  1.5,
  -1.5,
  2.5,
  -2.5,
  3,
  -3,
  10,
  -10,
  0.1,
  170,
  Infinity,
  -Infinity,
  NaN
]
const specials32 = [
  ...specials,
  1e-45,
  -1e-45,
  2 ** -126,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  88.72283172607422,
  88.72283935546875,
  -87.33655,
  -103.97207641601562,
  -103.97208404541016,
  -104,
  89.41598510742188,
  89.41599,
  0.9999999403953552,
  -0.9999999403953552,
  1.0000001192092896,
  1e7,
  1e30,
  16367173 * 2 ** 72,
  128,
  127.99999,
  -149,
  -150,
  -150.5,
  8388609,
  4194304.5
]
const specials64 = [
  ...specials,
  5e-324,
  -5e-324,
  2 ** -1022,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  709.782712893384,
  709.7827128933841,
  -708.4,
  -745.1332191019411,
  -745.1332191019412,
  710.4758600739439,
  1 - 2 ** -53,
  -1 + 2 ** -53,
  1 + 2 ** -52,
  1e22,
  1e300,
  1024,
  1023.9999999999999,
  -1074,
  -1076,
  2 ** 52 + 1,
  2 ** 51 + 0.5,
  0.49999999999999994,
  -0.49999999999999994
]

describe("float32, one operand, over all bit patterns", () => {
  for (const name of namesOf(1)) {
    it(`${name}`, () => {
      const reference = unaryReference[name]!
      const patterns = new Float32Array(capacity)
      const bits = new Uint32Array(patterns.buffer)
      const worst: Worst = { error: 0, at: "" }
      // 3 blocks of 65536 bit patterns, evenly spread: every exponent, either sign
      for (let block = 0; block < 3; block++) {
        for (let i = 0; i < capacity; i++) bits[i] = i * 65536 + block * 21845 + (i * 40503) % 21845
        if (block === 0) patterns.set(specials32)
        const expected = Float64Array.from(patterns, reference)
        for (const variant of variants) {
          const results = compile(name, "float32", variant)(patterns)
          for (let i = 0; i < capacity; i++) {
            const nearest = Math.fround(expected[i]!)
            const rest = Number.isFinite(nearest) ? expected[i]! - nearest : 0
            const smallest = smallestUnit(name, "float32", patterns[i]!)
            const error = errorOf(results[i]!, nearest, rest, "float32", smallest)
            note(worst, error, () => `${name}(${patterns[i]}) = ${results[i]}, not ${expected[i]} ${variant.fma}`)
          }
        }
      }
      expect(worst.error, worst.at).toBeLessThanOrEqual(functions[name].ulp.float32)
    })
  }
})

/** Numbers in [0, 1), the same at every run. */
const randomNumbers = (seed: number): () => number => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

describe("float32, two operands", () => {
  for (const name of namesOf(2)) {
    it(`${name}`, () => {
      const reference = binaryReference[name]!
      const random = randomNumbers(7)
      const x = new Float32Array(capacity)
      const y = new Float32Array(capacity)
      const xBits = new Uint32Array(x.buffer)
      const yBits = new Uint32Array(y.buffer)
      const makers: ReadonlyArray<(i: number) => void> = [
        (i) => {
          xBits[i] = random() * 2 ** 32
          yBits[i] = random() * 2 ** 32
        },
        (i) => {
          x[i] = random() * 4
          y[i] = random() * 200 - 100
        },
        (i) => {
          x[i] = -Math.floor(random() * 20)
          y[i] = Math.floor(random() * 60 - 30)
        },
        (i) => {
          x[i] = 0.9 + random() * 0.2
          y[i] = random() * 2000 - 1000
        }
      ]
      for (let i = 0; i < capacity; i++) makers[i % makers.length]!(i)
      const corners = [...specials32, 16777215, 16777216, 33554433, -16777215]
      corners.forEach((a, i) =>
        corners.forEach((b, j) => {
          x[i * corners.length + j] = a
          y[i * corners.length + j] = b
        })
      )
      const worst: Worst = { error: 0, at: "" }
      for (const variant of variants) {
        const results = compile(name, "float32", variant)(x, y)
        for (let i = 0; i < capacity; i++) {
          const expected = reference(x[i]!, y[i]!)
          const nearest = Math.fround(expected)
          const rest = Number.isFinite(nearest) ? expected - nearest : 0
          const error = errorOf(results[i]!, nearest, rest, "float32", 0)
          note(worst, error, () => `${name}(${x[i]}, ${y[i]}) = ${results[i]}, not ${expected} ${variant.fma}`)
        }
      }
      expect(worst.error, worst.at).toBeLessThanOrEqual(functions[name].ulp.float32)
    })
  }
})

interface Oracle {
  readonly golden: ReadonlyArray<{
    readonly name: string
    readonly dtype: FloatType
    readonly input: string
    readonly expected: string
  }>
  readonly samples: ReadonlyArray<{ readonly name: string; readonly arity: number; readonly rows: string }>
}

const oracle = JSON.parse(
  gunzipSync(readFileSync(new URL("../../../test/oracle/values/unary_math.json.gz", import.meta.url))).toString()
) as Oracle

const floats = (base64: string, dtype: FloatType): Floats => {
  const { buffer } = Uint8Array.from(Buffer.from(base64, "base64"))
  return dtype === "float32" ? new Float32Array(buffer) : new Float64Array(buffer)
}

describe("float64 against mpmath", () => {
  for (const { arity, name, rows } of oracle.samples) {
    it(`${name}`, () => {
      const table = floats(rows, "float64")
      const width = arity + 2
      const column = (j: number): Float64Array =>
        Float64Array.from({ length: table.length / width }, (_, i) => table[i * width + j]!)
      const [x, y, nearest, rest] = arity === 1
        ? [column(0), undefined, column(1), column(2)]
        : [column(0), column(1), column(2), column(3)]
      const worst: Worst = { error: 0, at: "" }
      for (const variant of variants) {
        const results = compile(name as MathFunction, "float64", variant)(x, y)
        results.forEach((result, i) => {
          const smallest = smallestUnit(name as MathFunction, "float64", x[i]!)
          const error = errorOf(result, nearest[i]!, rest[i]!, "float64", smallest)
          note(worst, error, () => `${name}(${x[i]}, ${y?.[i]}) = ${result}, not ${nearest[i]} ${variant.fma}`)
        })
      }
      expect(worst.error, worst.at).toBeLessThanOrEqual(functions[name as MathFunction].ulp.float64)
    })
  }
})

describe("float64, special arguments", () => {
  /** Math's own functions and these references have errors too, those of lgamma and digamma absolutely. */
  const slack = 40
  const smallest = (name: MathFunction): number => name === "lgamma" || name === "digamma" ? 2 ** -52 : 0

  for (const name of namesOf(1)) {
    it(`${name}`, () => {
      const worst: Worst = { error: 0, at: "" }
      for (const variant of variants) {
        const results = compile(name, "float64", variant)(specials64)
        specials64.forEach((x, i) => {
          const expected = unaryReference[name]!(x)
          const error = errorOf(results[i]!, expected, 0, "float64", smallest(name))
          note(worst, error, () => `${name}(${x}) = ${results[i]}, not ${expected} ${variant.fma}`)
        })
      }
      expect(worst.error, worst.at).toBeLessThanOrEqual(slack)
    })
  }

  for (const name of ["pow", "atan2"] as const) {
    it(`${name}`, () => {
      const corners = [...specials64, 9007199254740991, -9007199254740991, 9007199254740994, 1e308, -1e-308]
      const pairs = corners.flatMap((x) => corners.map((y) => [x, y] as const))
      const worst: Worst = { error: 0, at: "" }
      for (const variant of variants) {
        const results = compile(name, "float64", variant)(pairs.map(([x]) => x), pairs.map(([, y]) => y))
        pairs.forEach(([x, y], i) => {
          const expected = binaryReference[name]!(x, y)
          const error = errorOf(results[i]!, expected, 0, "float64", 0)
          note(worst, error, () => `${name}(${x}, ${y}) = ${results[i]}, not ${expected} ${variant.fma}`)
        })
      }
      expect(worst.error, worst.at).toBeLessThanOrEqual(slack)
    })
  }

  it("nextafter steps through zero and to infinity", () => {
    const tiny = 5e-324
    const cases = [
      [0, 1, tiny],
      [-0, -1, -tiny],
      [tiny, 0, 0],
      [-tiny, 1, -0],
      [1, 2, 1 + 2 ** -52],
      [1, 0, 1 - 2 ** -53],
      [-1, -2, -1 - 2 ** -52],
      [Number.MAX_VALUE, Infinity, Infinity],
      [Infinity, 0, Number.MAX_VALUE],
      [0, -0, -0],
      [NaN, 1, NaN],
      [1, NaN, NaN]
    ] as const
    const results = compile("nextafter", "float64", variants[0]!)(cases.map(([x]) => x), cases.map(([, y]) => y))
    expect([...results]).toEqual(cases.map(([, , expected]) => expected))
  })
})

describe("StableHLO's samples", () => {
  for (const { dtype, expected, input, name } of oracle.golden) {
    // `square` is a multiplication in a kernel
    if (!(name in functions)) continue
    it(`${name} ${dtype}`, () => {
      const x = floats(input, dtype)
      const want = floats(expected, dtype)
      const worst: Worst = { error: 0, at: "" }
      for (const variant of variants) {
        compile(name as MathFunction, dtype, variant)(x).forEach((result, i) => {
          const error = errorOf(result, want[i]!, 0, dtype, 0)
          note(worst, error, () => `${name}(${x[i]}) = ${result}, not ${want[i]} ${variant.fma}`)
        })
      }
      // Both are rounded: neighbours differ by 1, and StableHLO allows 3.
      expect(worst.error, worst.at).toBeLessThanOrEqual(1)
    })
  }
})

describe("ways to emit", () => {
  it("inline constants and calls give the bits that inlining gives", () => {
    const x = Float32Array.from({ length: 64 }, (_, i) => Math.sinh((i - 31.5) / 3))
    for (const name of ["exp", "sin", "tanh", "erf", "log", "lgamma"] as const) {
      const inlined = compile(name, "float32", { fma: true, mode: "global" })(x)
      for (const mode of ["call", "inline", "hoist"] as const) {
        expect(compile(name, "float32", { fma: true, mode })(x)).toEqual(inlined)
      }
    }
  })

  it("a function that is called twice is in the module once", () => {
    const size = (calls: number): number => {
      const module = new ModuleBuilder()
      module.importMemory()
      const library = new MathLibrary(module, { fma: true })
      module.function({}, (f) => {
        for (let i = 0; i < calls; i++) f.do(v128.store(0, library.call32(f, "lgamma", f.let(v128.load(0)))))
      })
      return module.bytes().length
    }
    expect(size(2) - size(1)).toBeLessThan(40)
  })
})

it("promises what was measured over all float32 inputs", () => {
  const measured = JSON.parse(readFileSync(new URL("math/worst.json", import.meta.url), "utf8")) as Record<
    string,
    Measured
  >
  const promised = namesOf(1).filter((name) => functions[name].ulp.float32 > 0)
  expect(Object.keys(measured).toSorted()).toEqual(promised.toSorted())
  for (const [name, { at, worst }] of Object.entries(measured)) {
    expect(worst, at).toBeLessThanOrEqual(functions[name as MathFunction].ulp.float32)
  }
})

it("promises float32 within 2 ULP, float64 within 4 save lgamma", () => {
  for (const [name, { ulp: { float32, float64 } }] of Object.entries(functions)) {
    expect(float32, name).toBeLessThanOrEqual(2)
    if (name !== "lgamma") expect(float64, name).toBeLessThanOrEqual(4)
  }
})
