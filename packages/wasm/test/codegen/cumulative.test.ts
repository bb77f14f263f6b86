/**
 * Cumulative kernels along contiguous and other axes, in both directions, against plain JavaScript.
 */
import type { CumulativeParams } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import { expect, test } from "vitest"
import { run } from "./run.ts"
import { random, small } from "./values.ts"

const shapes = [
  ...Array.from({ length: 33 }, (_, i) => [1, i + 1, 1] as const),
  [5, 40, 1],
  [9, 6, 1],
  [3, 17, 5],
  [2, 9, 130],
  [2, 3, 700],
  [4, 1, 3],
  [1, 300_000, 1]
] as ReadonlyArray<readonly [number, number, number]>

const step: { readonly [C in CumulativeParams["combiner"]]: (x: never, y: never) => number | bigint } = {
  add: (x: number, y: number) => x + y,
  mul: (x: number, y: number) => x * y,
  max: (x: number, y: number) => Number.isNaN(x) || Number.isNaN(y) ? NaN : x > y ? x : y,
  min: (x: number, y: number) => Number.isNaN(x) || Number.isNaN(y) ? NaN : x < y ? x : y
}

const wrap: { readonly [D in DType]?: (x: never) => number | bigint } = {
  int32: (x: number) => x | 0,
  int64: (x: bigint) => BigInt.asIntN(64, x)
}

for (const combiner of Object.keys(step) as ReadonlyArray<CumulativeParams["combiner"]>) {
  for (const dtype of ["float32", "float64", "int32", "int64"] as const) {
    test(`${combiner} ${dtype}`, () => {
      for (const [outer, length, inner] of shapes) {
        for (const reverse of [false, true]) {
          const elements = outer * length * inner
          const data = small(dtype, elements, random(elements))
          if (combiner === "mul") {
            for (let i = 0; i < elements; i++) {
              data[i] = (dtype === "int64"
                ? BigInt(1 + i % 2)
                : dtype === "int32"
                ? 1 + i % 2
                : 1 + Number(data[i]) / 1000) as never
            }
          }
          if (dtype.startsWith("float") && combiner !== "mul" && elements > 30) data[elements >> 1] = NaN as never
          const [out] = run({
            inputs: [{ dtype, data }],
            outputs: [{ dtype, elements }],
            kernels: [{
              kind: "routine",
              routine: "cumulative",
              name: "scan",
              barrier: false,
              params: { combiner, dtype, outer, length, inner, reverse },
              inputs: [0],
              outputs: [1],
              scratch: []
            }]
          })
          for (let o = 0; o < outer; o++) {
            for (let i = 0; i < inner; i++) {
              let running: number | bigint | undefined
              let magnitude = 0
              for (let j = 0; j < length; j++) {
                const at = (o * length + (reverse ? length - 1 - j : j)) * inner + i
                const x = data[at]!
                const next = running === undefined ? x : step[combiner](running as never, x as never)
                running = wrap[dtype]?.(next as never) ?? next
                magnitude += Math.abs(Number(x))
                const tolerance = dtype === "float32" ? 3e-7 : 1e-14
                const allowed = combiner === "add"
                  ? tolerance * magnitude
                  : tolerance * (j + 2) * Math.abs(Number(running))
                const exact = !dtype.startsWith("float") || combiner === "max" || combiner === "min" ||
                  Number.isNaN(running)
                const got = out![at]!
                const ok = exact
                  ? Object.is(got, running) || got === running
                  : Math.abs(Number(got) - Number(running)) <= allowed
                if (!ok) expect.fail(`[${outer}, ${length}, ${inner}] at ${at}: ${got}, not ${running}`)
              }
            }
          }
        }
      }
    })
  }
}

test("float16 keeps what it carries in float32", () => {
  const data = Uint16Array.from({ length: 3000 }, () => 0x3c00)
  const [out] = run({
    inputs: [{ dtype: "float16", data }],
    outputs: [{ dtype: "float16", elements: 3000 }],
    kernels: [{
      kind: "routine",
      routine: "cumulative",
      name: "scan",
      barrier: false,
      params: { combiner: "add", dtype: "float16", outer: 1, length: 3000, inner: 1, reverse: false },
      inputs: [0],
      outputs: [1],
      scratch: []
    }]
  })
  // 3000 = 1.46484375 * 2^11
  expect(out![2999]).toBe(0x69dc)
})
