/**
 * Functions whose result's dtype is compared with JAX's at every dtype, and every pair of dtypes, that there is.
 */
import { Lax, type NdArray, Nn, Numpy as np } from "effax"
import type { DType } from "effax/DType"

type X = NdArray.Any

export interface Signature {
  readonly name: string
  readonly f: (...xs: ReadonlyArray<X>) => X
  /** A Python expression of `x` and `y`. */
  readonly jax: string
  readonly arity: 1 | 2
}

/** JAX's dtypes; of complex ones one, as the other comes with 64-bit dtypes only. */
export const dtypes = [
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "bfloat16",
  "float16",
  "float32",
  "float64",
  "complex64"
] as const satisfies ReadonlyArray<DType>

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)

const signatures = (
  namespace: string,
  module: object,
  arity: 1 | 2,
  python: string,
  names: ReadonlyArray<string>,
  rename: { readonly [name: string]: string } = {},
  suffix = ""
): ReadonlyArray<Signature> =>
  names.map((name) => ({
    name: `${namespace}.${name}`,
    f: (module as { readonly [name: string]: Signature["f"] })[name]!,
    jax: `${python}.${rename[name] ?? snake(name)}(${arity === 1 ? "x" : "x, y"})${suffix}`,
    arity
  }))

export const table: ReadonlyArray<Signature> = [
  // positions and counts are int32 here whatever the array is; JAX has int64 where it has 64-bit dtypes at all
  ...signatures("Numpy", np, 1, "jnp", ["argmax", "argmin", "argsort", "countNonzero"], {}, ".astype(jnp.int32)"),
  ...signatures("Numpy", np, 1, "jnp", [
    "abs",
    "all",
    "any",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "bitwiseNot",
    "cbrt",
    "ceil",
    "cos",
    "cosh",
    "cumprod",
    "cumsum",
    "diff",
    "exp",
    "exp2",
    "expm1",
    "flip",
    "floor",
    "isfinite",
    "isinf",
    "isnan",
    "log",
    "log10",
    "log1p",
    "log2",
    "logicalNot",
    "max",
    "mean",
    "min",
    "negative",
    "onesLike",
    "prod",
    "ravel",
    "reciprocal",
    "round",
    "sign",
    "sin",
    "sinh",
    "sort",
    "sqrt",
    "square",
    "std",
    "sum",
    "tan",
    "tanh",
    "transpose",
    "trunc",
    "var",
    "zerosLike"
  ]),
  ...signatures("Numpy", np, 2, "jnp", [
    "add",
    "arctan2",
    "bitwiseAnd",
    "bitwiseOr",
    "bitwiseXor",
    "divide",
    "dot",
    "equal",
    "floorDivide",
    "fmod",
    "greater",
    "greaterEqual",
    "hypot",
    "inner",
    "isclose",
    "leftShift",
    "less",
    "lessEqual",
    "logaddexp",
    "logicalAnd",
    "logicalOr",
    "logicalXor",
    "matmul",
    "maximum",
    "minimum",
    "multiply",
    "notEqual",
    "outer",
    "power",
    "remainder",
    "rightShift",
    "subtract",
    "vdot"
  ]),
  ...signatures("Nn", Nn, 1, "nn", [
    "elu",
    "gelu",
    "leakyRelu",
    "logSigmoid",
    "logSoftmax",
    "logsumexp",
    "relu",
    "selu",
    "softSign",
    "softmax",
    "softplus"
  ]),
  ...signatures("Lax", Lax, 1, "lax", [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "bitwiseNot",
    "cbrt",
    "ceil",
    "clz",
    "cos",
    "cosh",
    "digamma",
    "erf",
    "erfInv",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "isFinite",
    "lgamma",
    "log",
    "log1p",
    "logistic",
    "neg",
    "populationCount",
    "round",
    "rsqrt",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "stopGradient",
    "tan",
    "tanh"
  ]),
  ...signatures("Lax", Lax, 2, "lax", [
    "add",
    "atan2",
    "bitwiseAnd",
    "bitwiseOr",
    "bitwiseXor",
    "div",
    "eq",
    "ge",
    "gt",
    "le",
    "lt",
    "max",
    "min",
    "mul",
    "ne",
    "nextafter",
    "pow",
    "rem",
    "shiftLeft",
    "shiftRightArithmetic",
    "shiftRightLogical",
    "sub"
  ])
]
