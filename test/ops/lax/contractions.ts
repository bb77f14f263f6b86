/**
 * Contractions and convolutions with all their parameters.
 */
import { Lax, type NdArray } from "effax"
import { bf16, f16, f32, f64, i32 } from "../inputs.ts"
import { type Arguments, entries, type Options } from "../operation.ts"

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
      Lax.dotGeneral(x, y, { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }, {
        preferredElementType: "float32"
      }),
    "lax.dot_general(x, y, (((1,), (0,)), ((), ())), preferred_element_type=jnp.float32)",
    [
      [bf16([2, 9]), bf16([9, 3])],
      [f16([2, 9]), f16([9, 3])]
    ]
  )
]

const products: ReadonlyArray<Arguments> = [
  [f32([3]), f32([3])],
  [f32([2, 3]), f32([3])],
  [f32([3]), f32([3, 2])],
  [f64([2, 3]), f64([3, 4])],
  [i32([2, 3]), i32([3, 4])]
]

export const named = [
  entry(
    "dotGeneral lists",
    (x: X, y: X) => Lax.dotGeneral(x, y, [[[1], [2]], [[0], [1]]], { precision: "highest" }),
    "lax.dot_general(x, y, (((1,), (2,)), ((0,), (1,))), 'highest')",
    [
      [f32([2, 3, 4]), f32([5, 2, 3])]
    ]
  ),
  entry("dot", (x: X, y: X) => Lax.dot(x, y), "lax.dot(x, y)", products),
  entry(
    "dot dimensionNumbers",
    (x: X, y: X) => Lax.dot(x, y, { dimensionNumbers: [[[0], [0]], [[], []]], preferredElementType: "float32" }),
    "lax.dot(x, y, dimension_numbers=(((0,), (0,)), ((), ())), preferred_element_type=jnp.float32)",
    [[f16([3, 2]), f16([3, 4])]]
  ),
  entry("batchMatmul", (x: X, y: X) => Lax.batchMatmul(x, y), "lax.batch_matmul(x, y)", [
    [f32([5, 2, 3]), f32([5, 3, 4])],
    [f32([2, 3]), f32([3, 4])]
  ])
]

type Conv = Parameters<typeof Lax.convGeneralDilated>
type Padding = Conv[3]

const nchw = { lhsSpec: [0, 1, 2, 3], rhsSpec: [0, 1, 2, 3], outSpec: [0, 1, 2, 3] }

const convolutions: ReadonlyArray<
  readonly [
    name: string,
    strides: ReadonlyArray<number>,
    padding: Padding,
    options: Conv[4],
    python: string,
    cases: ReadonlyArray<Arguments>
  ]
> = [
  [
    "lhsDilation",
    [1, 1],
    [[1, 1], [0, 2]],
    { lhsDilation: [2, 3], dimensionNumbers: nchw },
    "(1, 1), [(1, 1), (0, 2)], (2, 3)",
    [
      [f32([1, 2, 3, 3]), f32([3, 2, 2, 2])]
    ]
  ],
  [
    "everything",
    [2, 1],
    [[1, 2], [2, 0]],
    { lhsDilation: [1, 2], rhsDilation: [2, 1], dimensionNumbers: nchw, featureGroupCount: 2 },
    "(2, 1), [(1, 2), (2, 0)], (1, 2), (2, 1), feature_group_count=2",
    [
      [f32([2, 4, 5, 4]), f32([4, 2, 2, 3])],
      [f64([2, 4, 5, 4]), f64([4, 2, 2, 3])]
    ]
  ],
  // in float32 the gradient of XLA's kernel for CPUs is wrong here
  [
    "negative padding",
    [1, 1],
    [[-1, 1], [0, -2]],
    { dimensionNumbers: nchw },
    "(1, 1), [(-1, 1), (0, -2)]",
    [
      [f64([1, 2, 5, 6]), f64([2, 2, 2, 3])]
    ]
  ],
  [
    "batch groups",
    [1, 1],
    [[0, 0], [0, 0]],
    { dimensionNumbers: nchw, batchGroupCount: 2 },
    "(1, 1), 'VALID', batch_group_count=2",
    [
      [f32([4, 2, 4, 4]), f32([6, 2, 2, 2])]
    ]
  ],
  [
    "permuted",
    [1, 1],
    [[0, 0], [1, 1]],
    { dimensionNumbers: { lhsSpec: [1, 3, 2, 0], rhsSpec: [2, 3, 0, 1], outSpec: [3, 0, 2, 1] } },
    "(1, 1), [(0, 0), (1, 1)], dimension_numbers=lax.ConvDimensionNumbers((1, 3, 2, 0), (2, 3, 0, 1), (3, 0, 2, 1))",
    [
      [f32([4, 2, 5, 3]), f32([2, 3, 4, 3])]
    ]
  ],
  [
    "no spatial axes",
    [],
    [],
    {},
    "(), []",
    [
      [f32([3, 4]), f32([2, 4])]
    ]
  ],
  ["same", [2, 1], "SAME", {}, "(2, 1), 'SAME'", [[f32([1, 2, 5, 4]), f32([3, 2, 4, 3])]]],
  [
    "same lower",
    [1, 1],
    "SAME_LOWER",
    { rhsDilation: [1, 2] },
    "(1, 1), 'SAME_LOWER', rhs_dilation=(1, 2)",
    [
      [f32([1, 2, 5, 4]), f32([3, 2, 4, 2])]
    ]
  ],
  ["valid", [1], "VALID", {}, "(1,), 'VALID'", [[f32([2, 2, 5]), f32([3, 2, 3])]]],
  [
    "layouts",
    [2, 1],
    "SAME",
    { dimensionNumbers: ["NHWC", "WHIO", "CNWH"] },
    "(2, 1), 'SAME', dimension_numbers=('NHWC', 'WHIO', 'CNWH')",
    [
      [f32([2, 5, 4, 3]), f32([2, 3, 3, 4])],
      [f64([2, 5, 4, 3]), f64([2, 3, 3, 4])]
    ]
  ],
  ["empty", [1, 1], [[0, 0], [0, 0]], { dimensionNumbers: nchw }, "(1, 1), 'VALID'", [
    [f32([1, 2, 2, 2]), f32([3, 2, 3, 3])]
  ]],
  [
    "int32",
    [1],
    [[1, 1]],
    { dimensionNumbers: { lhsSpec: [0, 1, 2], rhsSpec: [0, 1, 2], outSpec: [0, 1, 2] } },
    "(1,), [(1, 1)]",
    [
      [i32([1, 2, 5]), i32([3, 2, 3])]
    ]
  ]
]

/** Terms of either sign cancel. */
const close: Options = {
  tolerance: { float32: { rtol: 1e-5, atol: 5e-6 } },
  derivativeTolerance: { float32: { rtol: 1e-5, atol: 1e-5 } }
}

const transposed: ReadonlyArray<
  readonly [
    name: string,
    strides: ReadonlyArray<number>,
    padding: Padding,
    options: Parameters<typeof Lax.convTranspose>[4],
    python: string,
    cases: ReadonlyArray<Arguments>
  ]
> = [
  ["same", [2, 3], "SAME", {}, "(2, 3), 'SAME'", [[f32([1, 3, 4, 2]), f32([3, 2, 2, 3])], [
    f64([1, 2, 2, 1]),
    f64([4, 5, 1, 2])
  ]]],
  ["valid", [2], "VALID", {}, "(2,), 'VALID'", [[f32([2, 4, 2]), f32([3, 2, 3])], [f32([2, 4, 2]), f32([1, 2, 3])]]],
  ["padding", [2], [[1, 2]], { rhsDilation: [2] }, "(2,), [(1, 2)], rhs_dilation=(2,)", [[
    f32([2, 4, 2]),
    f32([3, 2, 3])
  ]]],
  [
    "consistent",
    [2],
    [[1, 0]],
    { useConsistentPadding: true, rhsDilation: [2] },
    "(2,), [(1, 0)], rhs_dilation=(2,), use_consistent_padding=True",
    [[f32([2, 4, 2]), f32([3, 2, 3])]]
  ],
  [
    "kernel",
    [2, 1],
    "SAME",
    { transposeKernel: true, dimensionNumbers: ["NCHW", "OIHW", "NCHW"], rhsDilation: [1, 2] },
    "(2, 1), 'SAME', (1, 2), ('NCHW', 'OIHW', 'NCHW'), True",
    [[f32([1, 3, 3, 4]), f32([3, 2, 2, 3])]]
  ]
]

export const convolution = [
  ...convolutions.map(([name, strides, padding, options, python, cases]) =>
    entry(
      `convGeneralDilated ${name}`,
      (x: X, w: X) => Lax.convGeneralDilated(x, w, strides, padding, options),
      `lax.conv_general_dilated(x, y, ${python})`,
      cases,
      close
    )
  ),
  entry("conv", (x: X, w: X) => Lax.conv(x, w, [2, 1], "SAME"), "lax.conv(x, y, (2, 1), 'SAME')", [
    [f32([1, 2, 5, 4]), f32([3, 2, 4, 3])]
  ], close),
  entry(
    "convWithGeneralPadding",
    (x: X, w: X) => Lax.convWithGeneralPadding(x, w, [2], [[1, 2]], [2], null),
    "lax.conv_with_general_padding(x, y, (2,), [(1, 2)], (2,), None)",
    [[f32([1, 2, 5]), f32([3, 2, 3])]],
    close
  ),
  ...transposed.map(([name, strides, padding, options, python, cases]) =>
    entry(
      `convTranspose ${name}`,
      (x: X, w: X) => Lax.convTranspose(x, w, strides, padding, options),
      `lax.conv_transpose(x, y, ${python})`,
      cases,
      close
    )
  )
]
