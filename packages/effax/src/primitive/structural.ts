import type * as NdArray from "../NdArray.ts"
export declare const broadcastInDim: (x: NdArray.Any, shape: ReadonlyArray<number>, broadcastDimensions: ReadonlyArray<number>) => NdArray.Any
