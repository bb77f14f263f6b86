/**
 * JAX's `lax`: what Numpy is built of, strict in dtype and shape, with JAX's names, arguments and defaults.
 *
 * **Details**
 *
 * - Arguments that JAX requires come in JAX's order; those that have a default there are options with the same default, in
 *   camelCase: `lax.sort(x, dimension=0, num_keys=1)` is `Lax.sort(x, { dimension: 0, numKeys: 1 })`.
 * - Nothing is promoted: operands have one dtype, which a JavaScript number beside an array takes. Elementwise functions
 *   broadcast scalars and axes of length 1; `Numpy` broadcasts and promotes by NumPy's rules.
 * - Axes count from 0. Functions in which negative ones count from the end say so.
 *
 * @since 0.1.0
 */
export { approxMaxK, approxMinK, type ApproxOptions } from "./lax/approximate.ts"
export {
  abs,
  add,
  cbrt,
  ceil,
  div,
  floor,
  integerPow,
  max,
  min,
  mul,
  neg,
  nextafter,
  pow,
  reciprocal,
  rem,
  round,
  type RoundOptions,
  rsqrt,
  sign,
  sqrt,
  square,
  sub
} from "./lax/arithmetic.ts"
export { associativeScan, type AssociativeScanOptions } from "./lax/associativeScan.ts"
export {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  clz,
  eq,
  ge,
  gt,
  isFinite,
  le,
  lt,
  ne,
  populationCount,
  shiftLeft,
  shiftRightArithmetic,
  shiftRightLogical
} from "./lax/bits.ts"
export { clamp, select, selectN, stopGradient } from "./lax/choice.ts"
export {
  allGather,
  type AllGatherOptions,
  allToAll,
  type AllToAllOptions,
  axisIndex,
  axisSize,
  pbroadcast,
  pmax,
  pmean,
  pmin,
  ppermute,
  pshuffle,
  psum,
  psumScatter,
  type PsumScatterOptions,
  pswapaxes
} from "./lax/collectives.ts"
export { complex, conj, imag, real } from "./lax/complex.ts"
export { cond, switch } from "./lax/cond.ts"
export {
  batchMatmul,
  type ContractionOptions,
  dot,
  type DotDimensionNumbers,
  dotGeneral,
  type DotOptions,
  type Precision
} from "./lax/contractions.ts"
export { bitcastConvertType, convertElementType } from "./lax/conversion.ts"
export {
  conv,
  convDimensionNumbers,
  convGeneralDilated,
  type ConvGeneralDilatedOptions,
  convTranspose,
  type ConvTransposeOptions,
  convWithGeneralPadding,
  padtypeToPads
} from "./lax/convolution.ts"
export { type ConvGeneralDilatedDimensionNumbers, type ConvLayouts, type PaddingName } from "./lax/convolutionLayout.ts"
export {
  convGeneralPermutations,
  convGeneralShapeTuple,
  convShapeTuple,
  convTransposeShapeTuple,
  reduceWindowShapeTuple
} from "./lax/convolutionShapes.ts"
export { broadcastedIota, empty, full, fullLike, type FullLikeOptions, type FullOptions, iota } from "./lax/creation.ts"
export {
  cumlogsumexp,
  cummax,
  cummin,
  cumprod,
  cumsum,
  type Cumulative,
  type CumulativeOptions
} from "./lax/cumulative.ts"
export {
  dynamicIndexInDim,
  type DynamicIndexInDimOptions,
  dynamicSlice,
  dynamicSliceInDim,
  type DynamicSliceInDimOptions,
  type DynamicSliceOptions,
  dynamicUpdateIndexInDim,
  type DynamicUpdateInDimOptions,
  dynamicUpdateSlice,
  dynamicUpdateSliceInDim,
  type Start
} from "./lax/dynamicSlice.ts"
export { fft, type FftType } from "./lax/fft.ts"
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  besselI0e,
  besselI1e,
  cos,
  cosh,
  digamma,
  erf,
  erfc,
  erfInv,
  exp,
  exp2,
  expm1,
  lgamma,
  log,
  log1p,
  logistic,
  sin,
  sinh,
  tan,
  tanh
} from "./lax/functions.ts"
export {
  gather,
  type GatherDimensionNumbers,
  type GatherOptions,
  type GatherScatterMode,
  indexTake
} from "./lax/gather.ts"
export * as linalg from "./lax/linalg.ts"
export { foriLoop, type ForiOptions, whileLoop, type WhileOptions } from "./lax/loops.ts"
export { map, type MapOptions } from "./lax/map.ts"
export { type Elements, type Reduced } from "./lax/monoids.ts"
export { type AxisName, type Collected } from "./lax/namedAxes.ts"
export { type ArrayLike } from "./lax/operands.ts"
export {
  convGeneralDilatedLocal,
  convGeneralDilatedPatches,
  type ConvLocalOptions,
  type ConvPatchesOptions
} from "./lax/patches.ts"
export { mulhi, reducePrecision } from "./lax/precision.ts"
export { raggedAllToAll } from "./lax/raggedAllToAll.ts"
export { raggedDot, type RaggedDotDimensionNumbers, raggedDotGeneral } from "./lax/raggedDot.ts"
export { reduceWindow, type ReduceWindowOptions } from "./lax/reduceWindow.ts"
export {
  argmax,
  argmin,
  type ArgReduction,
  reduce,
  reduceAnd,
  reduceMax,
  reduceMin,
  reduceOr,
  reduceProd,
  reduceSum,
  reduceXor,
  type Reduction
} from "./lax/reductions.ts"
export { scan, type ScanOptions } from "./lax/scan.ts"
export {
  type Scatter,
  scatter,
  scatterAdd,
  scatterApply,
  type ScatterApplyOptions,
  type ScatterDimensionNumbers,
  scatterMax,
  scatterMin,
  scatterMul,
  type ScatterOptions,
  scatterSub
} from "./lax/scatter.ts"
export {
  broadcast,
  broadcastInDim,
  broadcastLike,
  broadcastShapes,
  broadcastToRank,
  collapse,
  type CollapseOptions,
  expandDims,
  reshape,
  type ReshapeOptions,
  rev,
  squeeze,
  tile,
  transpose
} from "./lax/shapes.ts"
export { type Binary, type Comparison, type Test, type ToComplex, type ToReal, type Unary } from "./lax/signatures.ts"
export {
  concatenate,
  indexInDim,
  type IndexInDimOptions,
  pad,
  slice,
  sliceInDim,
  type SliceInDimOptions,
  type SliceOptions,
  split,
  type SplitOptions,
  stack,
  type StackOptions,
  unstack
} from "./lax/slicing.ts"
export { type Sort, sort, sortKeyVal, type SortKeyValOptions, type SortOptions } from "./lax/sorting.ts"
export { betainc, igamma, igammac, igammaGradA, polygamma, randomGammaGrad, zeta } from "./lax/specialFunctions.ts"
export { topK, type TopKOptions } from "./lax/topK.ts"
export { pcast, pvary } from "./lax/varying.ts"
export { optimizationBarrier } from "./primitive/optimizationBarrier.ts"
