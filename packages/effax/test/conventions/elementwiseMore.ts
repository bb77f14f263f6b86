import { array, type Conventions, dual, elsewhere, list, only } from "./convention.ts"

const x = array([[1, -2], [3.5, 0]])
const y = array([2, -0.5])
const integers = array([[12n, 18n], [5n, 7n]])

const one = only(x)
const two = dual(x, y)
const whole = dual(integers, array([4n, 6n]))
const value = elsewhere("gives a plain value: numpy/dtypes.test.ts")

/** Elementwise functions, second names of functions, and questions about dtypes. */
export const elementwiseMore = {
  absolute: one,
  acos: one,
  acosh: one,
  amax: only(x),
  amin: only(x),
  around: dual(x),
  asin: one,
  asinh: one,
  atan: one,
  atan2: two,
  atanh: one,
  bitwiseCount: only(integers),
  bitwiseInvert: only(integers),
  bitwiseLeftShift: whole,
  bitwiseRightShift: whole,
  canCast: value,
  concat: list([x, x]),
  copysign: two,
  deg2rad: one,
  degrees: one,
  divmod: two,
  fabs: one,
  finfo: value,
  floatPower: two,
  fmax: two,
  fmin: two,
  frexp: one,
  gcd: whole,
  heaviside: two,
  iinfo: value,
  invert: only(integers),
  iscomplexobj: value,
  isdtype: value,
  isneginf: one,
  isposinf: one,
  isrealobj: value,
  isscalar: value,
  issubdtype: value,
  iterable: value,
  lcm: whole,
  ldexp: dual(x, array([1n, 3n])),
  logaddexp2: two,
  mod: two,
  modf: one,
  nanToNum: dual(x),
  ndim: value,
  nextafter: two,
  permuteDims: elsewhere("another name of transpose, which has no options"),
  positive: one,
  pow: two,
  promoteTypes: value,
  rad2deg: one,
  radians: one,
  resultType: value,
  rint: one,
  shape: value,
  sinc: one,
  signbit: one,
  size: value,
  spacing: one,
  trueDivide: two
} satisfies Conventions
