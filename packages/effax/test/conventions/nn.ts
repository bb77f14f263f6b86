/** How the functions of Nn take their arguments. */
import { array, type Conventions, dual, only, withOptions } from "./convention.ts"

const x = array([[-1, 2], [3, -4]])
const query = array([[[1, 2]], [[3, 4]]])
const image = array([[[1, 2, 3, 4]]])

export const nn = {
  celu: dual(x, withOptions({ alpha: 2 })),
  convTranspose: dual(image, array([[[1, 2]]]), withOptions({ strides: 2 })),
  dotProductAttention: dual(query, query, query, withOptions({ isCausal: true })),
  glu: dual(x, withOptions({ axis: 0 })),
  hardSigmoid: only(x),
  hardSilu: only(x),
  hardSwish: only(x),
  hardTanh: only(x),
  identity: only(x),
  log1mexp: only(array([1, 2])),
  logmeanexp: dual(x, withOptions({ axis: 0 })),
  minPool: dual(image, 2, withOptions({ layout: "channelsFirst" })),
  sparsePlus: only(x),
  sparseSigmoid: only(x),
  squareplus: dual(x, withOptions({ b: 1 }))
} satisfies Conventions
