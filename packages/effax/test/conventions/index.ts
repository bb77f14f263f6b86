/**
 * The conventions of each module's functions. A family of functions has a file beside this one and a line here. Functions of
 * Numpy, Nn, Random, Lax and Tree that are entered here need no entry in `dual.test.ts`, `options.test.ts` and `arrayLikes.test.ts`.
 */

import { elementwiseMore } from "./elementwiseMore.ts"
import { fft as fourier, laxFft } from "./fft.ts"
import { image } from "./image.ts"
import { laxMore } from "./laxMore.ts"
import { laxOperators } from "./laxOperators.ts"
import { linalg as linearAlgebra } from "./linalg.ts"
import { nn as nnMore } from "./nn.ts"
import { ops } from "./ops.ts"
import { scipyLinalg } from "./scipyLinalg.ts"
import { numpySpecial, scipySpecial } from "./scipySpecial.ts"
import { statistics } from "./statistics.ts"
import { stats as scipyStats } from "./stats.ts"
import { tree } from "./tree.ts"

const numpy = { ...numpySpecial, ...elementwiseMore, ...statistics }

const nn = { ...nnMore }

const random = {}

const lax = { ...laxFft, ...laxMore, ...laxOperators }

const linalg = { ...linearAlgebra }

const fft = { ...fourier }

const scipy = { ...scipyStats, ...scipyLinalg, ...scipySpecial }

export const conventions = {
  Numpy: numpy,
  Nn: nn,
  Random: random,
  Lax: lax,
  Tree: tree,
  Linalg: linalg,
  Fft: fft,
  Image: image,
  Ops: ops,
  /** Names with their namespaces: `"special.gammainc"`. */
  Scipy: scipy
}

/** The names of a module that have an entry here. */
export type Entered<M extends keyof typeof conventions> = keyof (typeof conventions)[M]

/** Whether a function is entered here, so that other tables need not name it. */
export const isEntered = (module: string, name: string): boolean =>
  Object.hasOwn(conventions, module) && Object.hasOwn(conventions[module as keyof typeof conventions], name)
