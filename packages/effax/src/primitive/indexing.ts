/**
 * Indexing primitives: windows of an array at places that are computed, to read and to write.
 */
export { dynamicSlice, dynamicUpdateSlice } from "./dynamicSlice.ts"
export { gather, type GatherDimensions, type GatherOptions } from "./gather.ts"
export {
  scatter,
  scatterAdd,
  type ScatterDimensions,
  scatterMax,
  scatterMin,
  scatterMul,
  type ScatterOptions
} from "./scatter.ts"
