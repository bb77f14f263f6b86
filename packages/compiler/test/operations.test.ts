import { grad, jit, Lax as lax, type NdArray, Nn, Numpy as np, Random, vmap } from "effax"
import type { DType } from "effax/DType"
import { describe, expect, it } from "vitest"
import { differences, randomInputs, trace } from "./support.ts"

type Array_ = NdArray.Any
type F = (...args: Array<Array_>) => unknown

const zeros = (shape: ReadonlyArray<number>, dtype: DType = "float32"): Array_ => np.zeros(shape, { dtype })

const check = (name: string, f: F, ...args: ReadonlyArray<Array_>): void =>
  it(`${name}`, () => {
    const program = trace(f, ...args)
    // Sums may cancel
    expect(differences(program, randomInputs(program), name.includes("gradient") ? { tolerance: 1e-5 } : {})).toEqual(
      []
    )
  })

const floats: ReadonlyArray<DType> = ["float32", "float64", "float16", "bfloat16"]
const integers: ReadonlyArray<DType> = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
const everything: ReadonlyArray<DType> = ["bool", ...integers, ...floats]

const each = (dtypes: ReadonlyArray<DType>, run: (dtype: DType, x: Array_, y: Array_) => void): void =>
  dtypes.forEach((dtype) => run(dtype, zeros([3, 5], dtype), zeros([3, 5], dtype)))

describe("elementwise", () => {
  const unary = {
    neg: lax.neg,
    abs: lax.abs,
    sign: lax.sign
  }
  const elementary = {
    floor: lax.floor,
    ceil: lax.ceil,
    round: (x: Array_) => lax.round(x),
    round_to_even: (x: Array_) => lax.round(x, { roundingMethod: "toNearestEven" }),
    exp: lax.exp,
    exp2: lax.exp2,
    expm1: lax.expm1,
    log: lax.log,
    log1p: lax.log1p,
    logistic: lax.logistic,
    sqrt: lax.sqrt,
    rsqrt: lax.rsqrt,
    cbrt: lax.cbrt,
    sin: lax.sin,
    cos: lax.cos,
    tan: lax.tan,
    asin: lax.asin,
    acos: lax.acos,
    atan: lax.atan,
    sinh: lax.sinh,
    cosh: lax.cosh,
    tanh: lax.tanh,
    asinh: lax.asinh,
    acosh: lax.acosh,
    atanh: lax.atanh,
    is_finite: lax.isFinite
  }
  const binary = { add: lax.add, sub: lax.sub, mul: lax.mul, div: lax.div, rem: lax.rem }
  const ordered = { max: lax.max, min: lax.min, lt: lax.lt, le: lax.le, gt: lax.gt, ge: lax.ge, eq: lax.eq, ne: lax.ne }
  const bits = { and: lax.bitwiseAnd, or: lax.bitwiseOr, xor: lax.bitwiseXor }
  const shifts = {
    shift_left: lax.shiftLeft,
    shift_right_logical: lax.shiftRightLogical,
    shift_right_arithmetic: lax.shiftRightArithmetic
  }

  for (const [name, f] of Object.entries(unary)) {
    each([...integers, ...floats], (dtype, x) => check(`${name} ${dtype}`, (a) => f(a!), x))
  }
  for (const [name, f] of Object.entries(elementary)) {
    each(floats, (dtype, x) => check(`${name} ${dtype}`, (a) => f(a!), x))
  }
  for (const [name, f] of Object.entries(binary)) {
    each([...integers, ...floats], (dtype, x, y) => check(`${name} ${dtype}`, (a, b) => f(a!, b!), x, y))
  }
  for (const [name, f] of Object.entries(ordered)) {
    each(everything, (dtype, x, y) => check(`${name} ${dtype}`, (a, b) => f(a!, b!), x, y))
  }
  for (const [name, f] of Object.entries(bits)) {
    each(["bool", ...integers], (dtype, x, y) => check(`${name} ${dtype}`, (a, b) => f(a!, b!), x, y))
  }
  for (const [name, f] of Object.entries(shifts)) {
    each(integers, (dtype, x, y) => check(`${name} ${dtype}`, (a, b) => f(a!, b!), x, y))
  }
  each(["bool", ...integers], (dtype, x) => check(`not ${dtype}`, (a) => lax.bitwiseNot(a!), x))
  each(integers, (dtype, x) => check(`populationCount ${dtype}`, (a) => lax.populationCount(a!), x))
  each(integers, (dtype, x) => check(`clz ${dtype}`, (a) => lax.clz(a!), x))
  each(floats, (dtype, x, y) => {
    check(`pow ${dtype}`, (a, b) => lax.pow(lax.abs(a!), b!), x, y)
    check(`atan2 ${dtype}`, (a, b) => lax.atan2(a!, b!), x, y)
    check(`erf ${dtype}`, (a) => lax.erf(a!), x)
  })
  for (const dtype of ["float16", "bfloat16"] as const) {
    check(`nextafter ${dtype}`, (a, b) => lax.nextafter(a!, b!), zeros([64], dtype), zeros([64], dtype))
    check(`nextafter of zero ${dtype}`, (b) => lax.nextafter(lax.mul(b!, 0), b!), zeros([8], dtype))
  }
  for (const y of [-3, -1, 0, 1, 2, 3, 5, 8]) {
    each(floats, (dtype, x) => check(`integerPow ${y} ${dtype}`, (a) => lax.integerPow(a!, y), x))
  }
  each(["int8", "uint16", "int32"], (dtype, x) => check(`integerPow 3 ${dtype}`, (a) => lax.integerPow(a!, 3), x))
  for (const from of everything) {
    for (const to of everything) {
      check(`convert ${from} to ${to}`, (a) => lax.convertElementType(a!, to), zeros([40], from))
    }
  }
  for (const to of integers) {
    check(
      `integers by way of floats saturate to ${to}`,
      (a) => lax.convertElementType(lax.convertElementType(lax.mul(a!, 60), "float32"), to),
      zeros([40], "int16")
    )
  }
  check("saturates", (a) => everything.map((d) => lax.convertElementType(lax.mul(a!, 1e12), d)), zeros([9]))
  for (
    const [from, to] of [["float32", "int32"], ["uint32", "float32"], ["float16", "uint16"], ["int8", "uint8"]] as const
  ) {
    check(`bitcast ${from} to ${to}`, (a) => lax.bitcastConvertType(a!, to), zeros([7], from))
  }
  each(["bool", "int8", "int32", "float16", "float32"], (dtype, x, y) => {
    check(`select ${dtype}`, (c, a, b) => lax.select(c!, a!, b!), zeros([3, 5], "bool"), x, y)
    check(`clamp ${dtype}`, (l, a, h) => dtype === "bool" ? a : lax.clamp(l!, a!, h!), x, y, x)
  })
  check(
    "select of three",
    (w, a, b, c) => lax.selectN(w!, a!, b!, c!),
    zeros([3, 5], "int32"),
    zeros([3, 5]),
    zeros([3, 5]),
    zeros([3, 5])
  )
  check(
    "threefry",
    (k, c) =>
      Random.threefry2x32(
        lax.reshape(lax.slice(k!, [0], [1]), []),
        lax.reshape(lax.slice(k!, [1], [2]), []),
        c!,
        lax.add(c!, 1)
      ),
    zeros([2], "uint32"),
    zeros([9], "uint32")
  )
  check("random bits", () => Random.bits(Random.key(7), [3, 3]))
  check("uniform", () => Random.uniform(Random.key(7), [10]))
})

describe("structure", () => {
  const x = zeros([2, 3, 4])
  check("broadcast", (a) => lax.broadcastInDim(a!, [5, 3, 2, 4], [1, 3]), zeros([3, 1]))
  check("reshape", (a) => lax.reshape(a!, [4, 6]), x)
  check("reshape of a transpose", (a) => lax.reshape(lax.transpose(a!, [2, 0, 1]), [8, 3]), x)
  check("transpose of a reshape", (a) => lax.transpose(lax.reshape(a!, [6, 4]), [1, 0]), x)
  check(
    "reshape that divides nothing",
    (a) => lax.add(lax.reshape(lax.transpose(a!, [1, 0]), [9, 4]), 1),
    zeros([6, 6])
  )
  check("transpose", (a) => lax.transpose(a!, [1, 2, 0]), x)
  check("rev", (a) => lax.rev(a!, [0, 2]), x)
  check("rev, reshape, transpose", (a) => lax.transpose(lax.reshape(lax.rev(a!, [1, 2]), [2, 12]), [1, 0]), x)
  check("slice", (a) => lax.slice(a!, [0, 1, 1], [2, 3, 4], { strides: [1, 1, 2] }), x)
  check("concatenate", (a, b) => lax.concatenate([a!, lax.neg(b!), a!], 1), x, zeros([2, 5, 4]))
  check("small concatenate, used", (a, b) => lax.mul(lax.concatenate([a!, b!], 0), 2), zeros([2]), zeros([3]))
  check("concatenate, used", (a, b) => lax.sin(lax.concatenate([a!, b!], 0)), zeros([70]), zeros([30]))
  check("stack", (a, b, c) => np.stack([a!, b!, c!], { axis: 1 }), zeros([4, 5]), zeros([4, 5]), zeros([4, 5]))
  check("pad", (a, v) => lax.pad(a!, v!, [[1, 2, 0], [0, 0, 2], [-1, 3, 1]]), x, zeros([]))
  check("crop", (a, v) => lax.pad(a!, v!, [[-1, 0, 0], [-1, -1, 0], [2, -3, 0]]), x, zeros([]))
  check("iota", () => lax.broadcastedIota("float16", [3, 4], 1))
  check("iota, reshaped", () => lax.reshape(lax.broadcastedIota("int32", [6, 4], 0), [3, 8]))
  for (const dtype of everything) check(`transpose ${dtype}`, (a) => lax.transpose(a!, [1, 0]), zeros([3, 4], dtype))
  check("results that are inputs", (a, b) => [a, b, a, lax.reshape(b!, [2])], zeros([3]), zeros([2, 1]))
  check("results that are one", (a) => {
    const y = lax.sin(a!)
    return [y, y, lax.reshape(y, [3, 1]), 3]
  }, zeros([3]))
  check("a result that is a literal once it is folded", () => [lax.mul(np.array(0.5), 2), np.array(3)])
  check("nothing", (a) => [lax.sin(a!), lax.reduceSum(a!, [0]), lax.reduceMax(a!, [1])], zeros([0, 3]))
  check("empty contraction", (a, b) => np.matmul(a!, b!), zeros([2, 0]), zeros([0, 3]))
})

describe("indexing", () => {
  const x = zeros([5, 6])
  const i = zeros([], "int32")
  check("dynamic slice", (a, p, q) => lax.dynamicSlice(a!, [p!, q!], [2, 3]), x, i, i)
  check("dynamic slice of a transpose", (a, p) => lax.dynamicSlice(lax.transpose(a!, [1, 0]), [p!, 1], [2, 5]), x, i)
  check("dynamic update", (a, u, p, q) => lax.dynamicUpdateSlice(a!, u!, [p!, q!]), x, zeros([2, 6]), i, i)
  check(
    "dynamic update of a product",
    (a, u, p) => lax.dynamicUpdateSlice(np.matmul(a!, a!), u!, [p!, 0]),
    zeros([5, 5]),
    zeros([2, 2]),
    i
  )
  check("index", (a, n) => np.take(a!, n!, { axis: 0 }), x, zeros([4], "int32"))
  check("take along", (a, n) => np.takeAlongAxis(a!, n!, { axis: 1 }), x, zeros([5, 2], "int32"))
  for (const dtype of ["int8", "uint8", "uint32", "int64"] as const) {
    check(`take by ${dtype}`, (a, n) => np.take(a!, n!, { axis: 1 }), x, zeros([3], dtype))
  }
  for (const mode of ["fill", "clip"] as const) {
    check(
      `windows, ${mode}`,
      (a, n) =>
        lax.gather(a!, n!, { offsetDims: [1, 2], collapsedSliceDims: [], startIndexMap: [1, 0] }, [2, 3], { mode }),
      x,
      zeros([7, 2], "int32")
    )
  }
  const rows = {
    updateWindowDims: [1],
    insertedWindowDims: [0],
    scatterDimsToOperandDims: [0],
    operandBatchingDims: [],
    scatterIndicesBatchingDims: []
  }
  const scatters = {
    set: lax.scatter,
    add: lax.scatterAdd,
    mul: lax.scatterMul,
    min: lax.scatterMin,
    max: lax.scatterMax
  }
  for (const [name, f] of Object.entries(scatters)) {
    for (const dtype of ["float32", "int8", "float16"] as const) {
      for (const mode of ["drop", "clip"] as const) {
        check(
          `scatter ${name} ${dtype} ${mode}`,
          (a, n, u) => f(a!, n!, u!, rows, { mode }),
          zeros([5, 6], dtype),
          zeros([7, 1], "int32"),
          zeros([7, 6], dtype)
        )
      }
    }
  }
  check(
    "scatter into a product",
    (a, n, u) => lax.scatterAdd(np.matmul(a!, a!), n!, lax.sin(u!), rows),
    zeros([6, 6]),
    zeros([7, 1], "int32"),
    zeros([7, 6])
  )
  check(
    "scatter into what is still needed",
    (a, n, u) => {
      const y = np.matmul(a!, a!)
      return [lax.scatterAdd(y, n!, u!, rows), y]
    },
    zeros([6, 6]),
    zeros([7, 1], "int32"),
    zeros([7, 6])
  )
  check(
    "scatters in a row",
    (a, n, u) => {
      const once = lax.scatterAdd(a!, n!, u!, rows)
      return lax.scatter(once, lax.add(n!, 1), u!, rows)
    },
    zeros([6, 6]),
    zeros([7, 1], "int32"),
    zeros([7, 6])
  )
  check(
    "gradient of take",
    (a, n) => grad((v: Array_) => np.sum(np.square(np.take(v, n!, { axis: 0 }))))(a!),
    x,
    zeros([4], "int32")
  )
})

describe("reductions", () => {
  const x = zeros([3, 4, 5])
  for (const dtype of [...integers, ...floats]) {
    const a = zeros([3, 4], dtype)
    check(`sum ${dtype}`, (v) => lax.reduceSum(v!, [0]), a)
    check(`product ${dtype}`, (v) => lax.reduceProd(v!, [1]), a)
    check(`max ${dtype}`, (v) => lax.reduceMax(v!, [0, 1]), a)
    check(`cumsum ${dtype}`, (v) => lax.cumsum(v!, { axis: 1 }), a)
    check(`cummax ${dtype}`, (v) => lax.cummax(v!, { reverse: true }), a)
    check(`argmax ${dtype}`, (v) => lax.argmax(v!, 1, "int32"), a)
    check(`sort ${dtype}`, (v) => lax.sort([v!], { dimension: 0 }), a)
  }
  check(
    "all, any",
    (v) => [lax.reduceAnd(v!, [0]), lax.reduceOr(v!, [1]), lax.reduceMax(v!, [0]), lax.argmin(v!, 0, "int32")],
    zeros([3, 4], "bool")
  )
  check("bits", (v) => [lax.reduceAnd(v!, [0]), lax.reduceOr(v!, [1])], zeros([3, 4], "uint16"))
  for (const axes of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
    check(`sum over ${axes}`, (v) => lax.reduceSum(v!, axes), x)
    check(`sum over ${axes} of a transpose`, (v) => lax.reduceSum(lax.transpose(v!, [2, 0, 1]), axes), x)
  }
  check("argmin of a reshape", (v) => lax.argmin(lax.reshape(v!, [12, 5]), 0, "int32"), x)
  check(
    "argmax of a reshaped transpose",
    (v) => lax.argmax(lax.reshape(lax.transpose(v!, [2, 1, 0]), [20, 3]), 0, "int32"),
    x
  )
  check("several", (v) => [lax.reduceSum(v!, [1]), lax.reduceMax(v!, [1]), lax.reduceMin(lax.sin(v!), [1])], x)
  check("sum of a reshape", (v) => lax.reduceSum(lax.reshape(v!, [6, 10]), [0]), x)
  check(
    "layer norm",
    (v, g, b) => {
      const mean = np.mean(v!, { axis: -1, keepdims: true })
      const variance = np.var(v!, { axis: -1, keepdims: true })
      return np.add(np.multiply(np.divide(np.subtract(v!, mean), np.sqrt(np.add(variance, 1e-5))), g!), b!)
    },
    zeros([4, 8]),
    zeros([8]),
    zeros([8])
  )
  check("cumprod, cummin", (v) => [lax.cumprod(v!, { axis: 1 }), lax.cummin(v!)], zeros([3, 4]))
  check(
    "sort with payload",
    (a, b, c) => lax.sort([a!, b!, c!], { dimension: 1, numKeys: 2 }),
    zeros([3, 9], "int32"),
    zeros([3, 9]),
    zeros([3, 9], "int8")
  )
  check("argsort", (a) => np.argsort(a!), zeros([3, 9]))
})

describe("contractions", () => {
  check("matrix product", (a, b) => np.matmul(a!, b!), zeros([4, 5]), zeros([5, 6]))
  check("matrix vector", (a, b) => np.matmul(a!, b!), zeros([4, 5]), zeros([5]))
  check("dot", (a, b) => np.dot(a!, b!), zeros([5]), zeros([5]))
  check("outer", (a, b) => np.outer(a!, b!), zeros([5]), zeros([4]))
  check("batched", (a, b) => np.matmul(a!, b!), zeros([2, 3, 4, 5]), zeros([3, 5, 6]))
  check("transposed operands", (a, b) => np.matmul(np.transpose(a!), np.transpose(b!)), zeros([5, 4]), zeros([6, 5]))
  check("transposed result", (a, b) => np.transpose(np.matmul(a!, b!)), zeros([4, 5]), zeros([5, 6]))
  for (
    const spec of [
      "ij,jk->ik",
      "ij,kj->ki",
      "bij,bjk->bik",
      "bthd,bshd->bhts",
      "bhts,bshd->bthd",
      "abc,cba->",
      "abc,acb->b",
      "ij,kl->ikjl"
    ]
  ) {
    const extents: { [axis: string]: number } = { i: 3, j: 4, k: 5, l: 2, b: 2, t: 3, s: 4, h: 2, d: 3, a: 3, c: 4 }
    const operands = spec.split("->")[0]!.split(",").map((s) => zeros([...s].map((c) => extents[c]!)))
    check(`einsum ${spec}`, (...args) => np.einsum(spec, ...args), ...operands)
  }
  for (const dtype of [...integers, ...floats]) {
    check(
      `dtype ${dtype}`,
      (a, b) => lax.dotGeneral(a!, b!, { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }),
      zeros([3, 4], dtype),
      zeros([4, 2], dtype)
    )
  }
  check(
    "preferred",
    (a, b) =>
      lax.dotGeneral(a!, b!, { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }, {
        preferredElementType: "float32"
      }),
    zeros([3, 4], "bfloat16"),
    zeros([4, 2], "bfloat16")
  )
  check(
    "integers to floats",
    (a, b) =>
      lax.dotGeneral(a!, b!, { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] }, {
        preferredElementType: "float32"
      }),
    zeros([3, 4], "int8"),
    zeros([4, 2], "int8")
  )
  check(
    "several contracting axes",
    (a, b) => np.tensordot(a!, b!, [[0, 2], [1, 0]]),
    zeros([3, 4, 5]),
    zeros([5, 3, 2])
  )
  check(
    "contracting axes out of order",
    (a, b) => np.tensordot(a!, b!, [[0, 2], [2, 0]]),
    zeros([3, 4, 5]),
    zeros([5, 2, 3])
  )
  check(
    "positions added to every sequence",
    (a, w, p) => np.add(np.matmul(a!, w!), p!),
    zeros([2, 3, 4]),
    zeros([4, 5]),
    zeros([3, 5])
  )
  check("of computed operands", (a, b) => np.matmul(np.sin(a!), np.exp(b!)), zeros([4, 5]), zeros([5, 6]))
  check(
    "of broadcast operands",
    (a, b) => np.matmul(np.broadcastTo(a!, [4, 5]), np.broadcastTo(b!, [5, 6])),
    zeros([5]),
    zeros([5, 1])
  )
  check(
    "attention",
    (q, k, v) => {
      const heads = (z: Array_) => np.transpose(np.reshape(z, [2, 5, 2, 3]), [0, 2, 1, 3])
      const scores = Nn.softmax(np.divide(np.matmul(heads(q), np.transpose(heads(k), [0, 1, 3, 2])), Math.sqrt(3)))
      return np.reshape(np.transpose(np.matmul(scores, heads(v)), [0, 2, 1, 3]), [2, 5, 6])
    },
    zeros([2, 5, 6]),
    zeros([2, 5, 6]),
    zeros([2, 5, 6])
  )
})

describe("convolutions", () => {
  const nhwc = { lhsSpec: [0, 3, 1, 2], rhsSpec: [3, 2, 0, 1], outSpec: [0, 3, 1, 2] }
  const x = zeros([2, 4, 6, 5])
  const w = zeros([6, 4, 3, 2])
  interface Conv extends lax.ConvGeneralDilatedOptions {
    readonly windowStrides?: ReadonlyArray<number>
    readonly padding?: ReadonlyArray<readonly [number, number]>
  }
  const convolve = (a: Array_, b: Array_, { padding = [[0, 0], [0, 0]], windowStrides = [1, 1], ...options }: Conv) =>
    lax.convGeneralDilated(a, b, windowStrides, padding, options)
  const conv = (p: Conv): F => (a, b) => convolve(a!, b!, p)
  check("plain", conv({}), x, w)
  check("strides and padding", conv({ windowStrides: [2, 1], padding: [[1, 2], [0, 1]] }), x, w)
  check("crop", conv({ padding: [[-1, 2], [1, -2]] }), x, w)
  check("dilations", conv({ lhsDilation: [2, 1], rhsDilation: [1, 2], padding: [[1, 1], [2, 2]] }), x, w)
  check("groups", conv({ featureGroupCount: 2 }), x, zeros([6, 2, 3, 2]))
  check("depthwise", conv({ featureGroupCount: 4 }), x, zeros([8, 1, 3, 2]))
  check("batch groups", conv({ batchGroupCount: 2 }), x, w)
  check("nhwc", conv({ dimensionNumbers: nhwc }), zeros([2, 6, 5, 4]), zeros([3, 2, 4, 6]))
  check(
    "nhwc with bias and relu",
    (a, b, c) => Nn.relu(np.add(convolve(a!, b!, { dimensionNumbers: nhwc }), c!)),
    zeros([2, 6, 5, 4]),
    zeros([3, 2, 4, 6]),
    zeros([6])
  )
  check("flattened", (a, b) => np.reshape(np.tanh(convolve(a!, b!, {})), [2, -1]), x, w)
  check("half", conv({}), zeros([1, 2, 4, 4], "float16"), zeros([2, 2, 3, 3], "float16"))
  check(
    "gradients",
    (a, b) => grad((u: Array_) => np.sum(np.square(convolve(a!, u, { windowStrides: [2, 1] }))))(b!),
    x,
    w
  )
  check(
    "input gradients",
    (a, b) => grad((u: Array_) => np.sum(np.square(convolve(u, b!, { windowStrides: [2, 1] }))))(a!),
    x,
    w
  )
})

describe("what follows a kernel's result in other shapes", () => {
  const conv = (x: Array_, w: Array_) => Nn.conv(x, w, { layout: "channelsFirst", padding: "same" })
  const product = (x: Array_, y: Array_, b: Array_) => np.add(b, np.reshape(np.matmul(x, y), [12, 5]))
  const sum = (x: Array_, b: Array_) => np.add(b, np.reshape(np.sum(x, { axis: 2 }), [12, 5]))
  const [x, w] = [zeros([1, 4, 6, 7]), zeros([15, 4, 3, 3])]
  const [m, k] = [zeros([15, 7]), zeros([7, 4])]
  check("a convolution", (a, b, c) => np.add(c!, np.reshape(conv(a!, b!), [3, 5, 6, 7])), x, w, zeros([5, 6, 7]))
  check(
    "a convolution, transposed",
    (a, b, c) => np.multiply(c!, np.reshape(np.transpose(conv(a!, b!), [1, 0, 2, 3]), [3, 5, 6, 7])),
    x,
    w,
    zeros([5, 6, 7])
  )
  check("a product", (a, b, c) => np.sin(np.ravel(product(a!, b!, c!))), m, k, zeros([5]))
  check("a product and back", (a, b, c) => np.multiply(np.reshape(product(a!, b!, c!), [15, 4]), 2), m, k, zeros([5]))
  check("a sum", (a, b) => np.sin(np.ravel(sum(a!, b!))), zeros([15, 4, 7]), zeros([5]))
  check("a sum and back", (a, b) => np.multiply(np.reshape(sum(a!, b!), [15, 4]), 2), zeros([15, 4, 7]), zeros([5]))
  check(
    "gradients of convolutions whose operands are of one origin, one for each example",
    (y, z) =>
      vmap(grad((a: Array_, b: Array_) => {
        const both = np.multiply(a, b)
        return np.sum(np.sin(Nn.conv(both, np.sin(both), { layout: "channelsFirst", strides: [1, 2] })))
      }, { argnums: [0, 1] }))(y!, z!)[0],
    zeros([3, 5, 1, 3, 7]),
    zeros([3, 1, 1, 3, 7])
  )
})

describe("programs", () => {
  const mlp = (x: Array_, y: Array_, w1: Array_, b1: Array_, w2: Array_, b2: Array_) => {
    const h = Nn.relu(np.add(np.matmul(x, w1), b1))
    const logits = np.add(np.matmul(h, w2), b2)
    return np.negative(np.mean(np.sum(np.multiply(Nn.logSoftmax(logits), y), { axis: -1 })))
  }
  const args = [zeros([8, 6]), zeros([8, 3]), zeros([6, 5]), zeros([5]), zeros([5, 3]), zeros([3])]
  check("loss", (...a) => mlp(...(a as Parameters<typeof mlp>)), ...args)
  check("training step", (x, y, ...params) => {
    const g = grad((p: ReadonlyArray<Array_>) => mlp(x!, y!, ...(p as [Array_, Array_, Array_, Array_])))(params)
    return params.map((p, i) => np.subtract(p, np.multiply(0.1, g[i]!)))
  }, ...args)
  check("calls", (a) => jit((v: Array_) => jit((u: Array_) => np.sin(u))(np.add(v, 1)))(a!), zeros([3]))
  check(
    "vmap of a gradient",
    (a, w) => vmap((v: Array_) => grad((u: Array_) => np.sum(np.tanh(np.matmul(u, w!))))(v))(a!),
    zeros([4, 3]),
    zeros([3, 2])
  )
  check(
    "half precision training",
    (a, w) => grad((u: Array_) => np.mean(np.square(Nn.gelu(np.matmul(a!, u)))))(w!),
    zeros([4, 3], "float16"),
    zeros([3, 2], "float16")
  )
})
