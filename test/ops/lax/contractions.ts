/**
 * Contractions and convolutions with all their parameters.
 */
import { Lax, type NdArray } from "effax"
import { bf16, f16, f32, f64, i32 } from "../inputs.ts"
import { type Arguments, entries } from "../operation.ts"

type X = NdArray.Any

const entry = entries("Lax")

export const contractions = [
  entry(
    "dotGeneral",
    (x: X, y: X) => Lax.dotGeneral(x, y, { lhsContracting: [1], rhsContracting: [2], lhsBatch: [0], rhsBatch: [1] }),
    "lax.dot_general(x, y, (((1,), (2,)), ((0,), (1,))))",
    [
      [f32([2, 3, 4]), f32([5, 2, 3])],
      [f64([2, 3, 4]), f64([5, 2, 3])],
      [i32([2, 3, 4]), i32([5, 2, 3])]
    ]
  ),
  entry(
    "dotGeneral two",
    (x: X, y: X) =>
      Lax.dotGeneral(x, y, { lhsContracting: [0, 2], rhsContracting: [1, 0], lhsBatch: [], rhsBatch: [] }),
    "lax.dot_general(x, y, (((0, 2), (1, 0)), ((), ())))",
    [
      [f32([2, 3, 4]), f32([4, 2, 5])]
    ]
  ),
  entry(
    "dotGeneral free",
    (x: X, y: X) => Lax.dotGeneral(x, y, { lhsContracting: [1], rhsContracting: [0] }),
    "lax.dot_general(x, y, (((1,), (0,)), ((), ())))",
    [
      [f32([2, 3]), f32([3, 4])]
    ]
  ),
  entry(
    "dotGeneral preferred",
    (x: X, y: X) =>
      Lax.dotGeneral(x, y, { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }, "float32"),
    "lax.dot_general(x, y, (((1,), (0,)), ((), ())), preferred_element_type=jnp.float32)",
    [
      [bf16([2, 9]), bf16([9, 3])],
      [f16([2, 9]), f16([9, 3])]
    ]
  )
]

type Conv = Parameters<typeof Lax.convGeneralDilated>[2]

const nchw: Conv["dimensionNumbers"] = { lhsSpec: [0, 1, 2, 3], rhsSpec: [0, 1, 2, 3], outSpec: [0, 1, 2, 3] }

const convolutions: ReadonlyArray<
  readonly [name: string, options: Conv, python: string, cases: ReadonlyArray<Arguments>]
> = [
  [
    "lhsDilation",
    { windowStrides: [1, 1], padding: [[1, 1], [0, 2]], lhsDilation: [2, 3], dimensionNumbers: nchw },
    "(1, 1), [(1, 1), (0, 2)], (2, 3)",
    [
      [f32([1, 2, 3, 3]), f32([3, 2, 2, 2])]
    ]
  ],
  [
    "everything",
    {
      windowStrides: [2, 1],
      padding: [[1, 2], [2, 0]],
      lhsDilation: [1, 2],
      rhsDilation: [2, 1],
      dimensionNumbers: nchw,
      featureGroupCount: 2
    },
    "(2, 1), [(1, 2), (2, 0)], (1, 2), (2, 1), feature_group_count=2",
    [
      [f32([2, 4, 5, 4]), f32([4, 2, 2, 3])],
      [f64([2, 4, 5, 4]), f64([4, 2, 2, 3])]
    ]
  ],
  // in float32 the gradient of XLA's kernel for CPUs is wrong here
  [
    "negative padding",
    { windowStrides: [1, 1], padding: [[-1, 1], [0, -2]], dimensionNumbers: nchw },
    "(1, 1), [(-1, 1), (0, -2)]",
    [
      [f64([1, 2, 5, 6]), f64([2, 2, 2, 3])]
    ]
  ],
  [
    "batch groups",
    { windowStrides: [1, 1], padding: [[0, 0], [0, 0]], dimensionNumbers: nchw, batchGroupCount: 2 },
    "(1, 1), 'VALID', batch_group_count=2",
    [
      [f32([4, 2, 4, 4]), f32([6, 2, 2, 2])]
    ]
  ],
  [
    "permuted",
    {
      windowStrides: [1, 1],
      padding: [[0, 0], [1, 1]],
      dimensionNumbers: { lhsSpec: [1, 3, 2, 0], rhsSpec: [2, 3, 0, 1], outSpec: [3, 0, 2, 1] }
    },
    "(1, 1), [(0, 0), (1, 1)], dimension_numbers=lax.ConvDimensionNumbers((1, 3, 2, 0), (2, 3, 0, 1), (3, 0, 2, 1))",
    [
      [f32([4, 2, 5, 3]), f32([2, 3, 4, 3])]
    ]
  ],
  [
    "no spatial axes",
    { windowStrides: [], padding: [], dimensionNumbers: { lhsSpec: [0, 1], rhsSpec: [0, 1], outSpec: [0, 1] } },
    "(), []",
    [
      [f32([3, 4]), f32([2, 4])]
    ]
  ],
  ["same", { windowStrides: [2, 1], padding: "SAME" }, "(2, 1), 'SAME'", [[f32([1, 2, 5, 4]), f32([3, 2, 4, 3])]]],
  [
    "same lower",
    { windowStrides: [1, 1], padding: "SAME_LOWER", rhsDilation: [1, 2] },
    "(1, 1), 'SAME_LOWER', rhs_dilation=(1, 2)",
    [
      [f32([1, 2, 5, 4]), f32([3, 2, 4, 2])]
    ]
  ],
  ["valid", { windowStrides: [1], padding: "VALID" }, "(1,), 'VALID'", [[f32([2, 2, 5]), f32([3, 2, 3])]]],
  [
    "layouts",
    { windowStrides: [2, 1], padding: "SAME", dimensionNumbers: ["NHWC", "WHIO", "CNWH"] },
    "(2, 1), 'SAME', dimension_numbers=('NHWC', 'WHIO', 'CNWH')",
    [
      [f32([2, 5, 4, 3]), f32([2, 3, 3, 4])],
      [f64([2, 5, 4, 3]), f64([2, 3, 3, 4])]
    ]
  ],
  ["empty", { windowStrides: [1, 1], padding: [[0, 0], [0, 0]], dimensionNumbers: nchw }, "(1, 1), 'VALID'", [
    [f32([1, 2, 2, 2]), f32([3, 2, 3, 3])]
  ]],
  [
    "int32",
    {
      windowStrides: [1],
      padding: [[1, 1]],
      dimensionNumbers: { lhsSpec: [0, 1, 2], rhsSpec: [0, 1, 2], outSpec: [0, 1, 2] }
    },
    "(1,), [(1, 1)]",
    [
      [i32([1, 2, 5]), i32([3, 2, 3])]
    ]
  ]
]

export const convolution = convolutions.map(([name, options, python, cases]) =>
  entry(
    `convGeneralDilated ${name}`,
    (x: X, w: X) => Lax.convGeneralDilated(x, w, options),
    `lax.conv_general_dilated(x, y, ${python})`,
    cases,
    {
      // terms of either sign cancel
      tolerance: { float32: { rtol: 1e-5, atol: 5e-6 } },
      derivativeTolerance: { float32: { rtol: 1e-5, atol: 1e-5 } }
    }
  )
)
