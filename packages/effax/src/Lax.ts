/**
 * The primitives as functions: strict in dtype and shape, as XLA has them. Numpy is built of these.
 *
 * @since 0.1.0
 */
export { associativeScan, type AssociativeScanOptions } from "./lax/associativeScan.ts"
export {
  allGather,
  type AllGatherOptions,
  allToAll,
  type AllToAllOptions,
  axisIndex,
  axisSize,
  pmax,
  pmean,
  pmin,
  ppermute,
  pshuffle,
  psum,
  psumScatter,
  type PsumScatterOptions
} from "./lax/collectives.ts"
export { cond, switch } from "./lax/cond.ts"
export { dynamicSlice, dynamicUpdateSlice, type Start } from "./lax/dynamicSlice.ts"
export { foriLoop, type ForiOptions, whileLoop, type WhileOptions } from "./lax/loops.ts"
export { map, type MapOptions } from "./lax/map.ts"
export { type AxisName, type Collected } from "./lax/namedAxes.ts"
export { scan, type ScanOptions } from "./lax/scan.ts"
export { topK, type TopKOptions } from "./lax/topK.ts"
export { pcast, pvary } from "./lax/varying.ts"
export { complex, conj, imag, real } from "./primitive/complex.ts"
export { dotGeneral } from "./primitive/contraction.ts"
export * from "./primitive/convolution.ts"
export { type ConvLayouts, type PaddingName } from "./primitive/convolutionLayout.ts"
export * from "./primitive/cumulative.ts"
export * from "./primitive/elementwise.ts"
export {
  gather,
  type GatherOptions,
  scatter,
  scatterAdd,
  scatterMax,
  scatterMin,
  scatterMul,
  type ScatterOptions
} from "./primitive/indexing.ts"
export { optimizationBarrier } from "./primitive/optimizationBarrier.ts"
export * from "./primitive/random.ts"
export * from "./primitive/reduction.ts"
export * from "./primitive/sort.ts"
export { broadcastInDim, concatenate, iota, pad, reshape, rev, slice, transpose } from "./primitive/structural.ts"
