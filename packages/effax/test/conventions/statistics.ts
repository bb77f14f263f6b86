import { array, type Conventions, dual, elsewhere, optional, withOptions } from "./convention.ts"

const x = array([[1, -2, 4], [3.5, 0, 2]])
const y = array([2, -0.5, 1])
const integers = array([1n, 3n, 1n])

const reduction = dual(x)
const two = dual(x, array([[1, -2, 4], [3.5, 0, 1]]))

/** Statistics, reductions that pass over NaN, and products. */
export const statistics = {
  allclose: two,
  arrayEqual: two,
  arrayEquiv: two,
  average: dual(x, withOptions({ axis: 1 })),
  bincount: dual(integers, withOptions({ length: 4 })),
  corrcoef: optional(x),
  cov: optional(x, x, withOptions({ ddof: 0 })),
  cross: dual(x, y),
  cumulativeProd: dual(x, withOptions({ axis: 1 })),
  cumulativeSum: dual(x, withOptions({ axis: 0 })),
  digitize: dual(x, array([0, 1, 2])),
  einsumPath: elsewhere("gives a plain value: numpy/statistics.test.ts"),
  histogram: reduction,
  histogram2d: dual(y, array([1, 2, 3])),
  histogramBinEdges: reduction,
  histogramdd: dual(x, withOptions({ bins: 2 })),
  kron: dual(x, y),
  matvec: dual(x, y),
  median: reduction,
  nanargmax: reduction,
  nanargmin: reduction,
  nancumprod: reduction,
  nancumsum: reduction,
  nanmax: reduction,
  nanmean: reduction,
  nanmedian: reduction,
  nanmin: reduction,
  nanpercentile: dual(x, array([20, 50])),
  nanprod: reduction,
  nanquantile: dual(x, array([0.2, 0.5])),
  nanstd: reduction,
  nansum: reduction,
  nanvar: reduction,
  percentile: dual(x, array([20, 50])),
  ptp: reduction,
  quantile: dual(x, array([0.2, 0.5])),
  vecdot: dual(x, y),
  vecmat: dual(array([1, 2]), x)
} satisfies Conventions
