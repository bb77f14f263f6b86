/**
 * The functions of `Scipy.special`.
 */
import { array, type Conventions, dual, elsewhere, only, optional, withOptions } from "./convention.ts"

const x = array([[0.5, 0.25], [0.75, 0.1]])
const y = array([0.5, 0.75])

const one = only(x)
const two = dual(x, y)

/** Those that Numpy has too. */
export const numpySpecial = { i0: one } as const satisfies Conventions

export const scipySpecial = {
  "special.bernoulli": elsewhere("takes a number: scipySpecial.test.ts"),
  "special.besselJn": only(x, withOptions({ v: 1 })),
  "special.beta": two,
  "special.betainc": dual(x, y, y),
  "special.betaln": two,
  "special.boxcox": two,
  "special.boxcox1p": two,
  "special.comb": optional(x, y),
  "special.dawsn": one,
  "special.digamma": one,
  "special.entr": one,
  "special.erf": one,
  "special.erfc": one,
  "special.erfcx": one,
  "special.erfinv": one,
  "special.exp1": one,
  "special.expi": one,
  "special.expit": one,
  "special.expn": dual(array([1, 2]), y),
  "special.factorial": one,
  "special.fresnel": one,
  "special.gamma": one,
  "special.gammainc": two,
  "special.gammaincc": two,
  "special.gammaln": one,
  "special.gammasgn": one,
  "special.hyp1f1": dual(x, y, y),
  "special.hyp2f1": dual(x, y, y, y),
  "special.i0": one,
  "special.i0e": one,
  "special.i1": one,
  "special.i1e": one,
  "special.klDiv": two,
  "special.logNdtr": one,
  "special.logSoftmax": dual(x),
  "special.loggamma": one,
  "special.logit": one,
  "special.logsumexp": dual(x),
  "special.multigammaln": dual(array([2.5, 3]), 2),
  "special.ndtr": one,
  "special.ndtri": one,
  "special.owensT": two,
  "special.poch": two,
  "special.polygamma": dual(array([1n, 2n]), y),
  "special.relEntr": two,
  "special.sici": one,
  "special.softmax": dual(x),
  "special.spence": one,
  "special.sphHarmY": elsewhere("has to know the degrees: scipySpecial.test.ts"),
  "special.wofz": elsewhere("gives complex numbers: scipySpecial.test.ts"),
  "special.xlog1py": two,
  "special.xlogy": two,
  "special.zeta": dual(array([2, 3]), y)
} as const satisfies Conventions
