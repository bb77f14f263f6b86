/**
 * Indexing primitives: windows of an array at places that are computed, to read and to write.
 */
export { dynamicSlice, dynamicUpdateSlice } from "./dynamicSlice.ts"
export {
  gather,
  type GatherDimensions,
  type GatherOptions,
  scatterAdd,
  type ScatterDimensions,
  type ScatterOptions
} from "./gather.ts"
export { scatter, scatterMax, scatterMin, scatterMul } from "./scatter.ts"
