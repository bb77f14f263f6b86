import type * as NdArray from "../NdArray.ts"
export declare const reduceSum: (x: NdArray.Any, axes: ReadonlyArray<number>) => NdArray.Any
