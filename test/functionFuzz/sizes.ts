/**
 * How large cases are.
 */
import type { Size } from "./cases.ts"
import type { DTypes } from "./tree.ts"

const single: DTypes = { float: "float32", int: "int32", bool: "bool", complex: "complex64" }
const everything: ReadonlyArray<DTypes> = [
  single,
  { ...single, int: "int8" },
  { ...single, int: "uint8" },
  { ...single, float: "float64", int: "int64", complex: "complex128" },
  { ...single, float: "float16" },
  { ...single, float: "bfloat16", int: "int16" }
]

/** The dtypes of WebGPU. */
const narrow = everything.filter(({ float }) => float !== "float64")

export const sizes = {
  small: { elements: 700, least: 1, work: 20_000, depth: 2, steps: 14, dtypes: everything, readings: 3 },
  /** For tiles and threads. */
  large: {
    elements: 60_000,
    least: 4000,
    work: 2_000_000,
    depth: 1,
    steps: 6,
    dtypes: everything.slice(0, 4),
    readings: 2
  },
  gpu: { elements: 1500, least: 1, work: 50_000, depth: 2, steps: 6, dtypes: narrow, readings: 1 }
} satisfies { readonly [name: string]: Size }
