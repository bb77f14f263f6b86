/**
 * Reductions of segments.
 */
import { type NdArray, Ops } from "effax"
import { bf16, bool, distinct, f32, f64, i32, i8, points, within } from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const entry = entries("Ops")

const ids = points("int32", [2, 0, 2, -1, 4, 3, 2])
const apart = distinct(0.3)

const cases: ReadonlyArray<Arguments> = [
  [f32([7], apart), ids],
  [f64([7, 2], apart), ids],
  [bf16([2, 1, 2], apart), points("int8", [1, 1])],
  [i32([7], (random) => Math.floor(7 * random()) - 3), ids],
  [i8([2, 2]), points("uint32", [0, 4294967295])],
  [f32([0, 2]), points("int32", [])]
]

const names = {
  segmentSum: "segment_sum",
  segmentProd: "segment_prod",
  segmentMax: "segment_max",
  segmentMin: "segment_min"
}

const derivatives: { readonly [K in keyof typeof names]: Options } = {
  segmentSum: {},
  // defined for unique numbers only
  segmentProd: { derivatives: 0 },
  // empty segments are infinite, without differences
  segmentMax: { derivatives: 1, numeric: false },
  segmentMin: { derivatives: 1, numeric: false }
}

export const ops = [
  ...(Object.keys(names) as ReadonlyArray<keyof typeof names>).flatMap((name) => [
    entry(
      name,
      (x: X, y: X) => Ops[name](x, y, { numSegments: 4 }),
      `jax.ops.${names[name]}(x, y, 4)`,
      // JAX adds no booleans
      name === "segmentMax" || name === "segmentMin" ? [...cases, [bool([7]), ids]] : cases,
      derivatives[name]
    ),
    entry(
      `${name} buckets`,
      (x: X, y: X) => Ops[name](x, y, { numSegments: 3, bucketSize: 2 }),
      `jax.ops.${names[name]}(x, y, 3, bucket_size=2)`,
      // no segment is empty: of infinities JAX has derivatives that are NaN
      [[f32([7, 1], apart), points("int32", [2, -1, 1, 0, 4, 3, 2])]],
      derivatives[name]
    ),
    entry(
      `${name} clip`,
      (x: X, y: X) => Ops[name](x, y, { numSegments: 3, mode: "clip" }),
      `jax.ops.${names[name]}(x, y, 3, mode='clip')`,
      [[f32([7], apart), ids]],
      // JAX's derivatives of clipped extremes are infinite
      name === "segmentSum" ? {} : { derivatives: 0 }
    )
  ]),
  entry(
    "segmentProd unique",
    (x: X, y: X) => Ops.segmentProd(x, y, { numSegments: 4, indicesAreSorted: true, uniqueIndices: true }),
    "jax.ops.segment_prod(x, y, 4, indices_are_sorted=True, unique_indices=True)",
    [[f32([3, 2], within(0.5, 2)), points("int32", [0, 1, 3])]]
  )
]
