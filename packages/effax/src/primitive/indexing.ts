/**
 * Indexing primitives: reads and writes of windows at computed positions.
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
