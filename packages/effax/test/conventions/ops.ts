/** How the functions of Ops take their arguments. */
import { array, type Conventions, dual, withOptions } from "./convention.ts"

const segments = dual(array([[1, 2], [3, 4], [5, 6]]), array([0n, 1n, 0n]), withOptions({ numSegments: 2 }))

export const ops = {
  segmentMax: segments,
  segmentMin: segments,
  segmentProd: segments,
  segmentSum: segments
} satisfies Conventions
