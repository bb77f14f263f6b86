/**
 * JAX's `scipy.special`: functions of mathematical physics and of statistics, element by element.
 *
 * @since 0.1.0
 */
export {
  bernoulli,
  besselJn,
  type BesselJnOptions,
  i0,
  i0e,
  i1,
  i1e,
  sphHarmY,
  type SphHarmYOptions
} from "./special/bessel.ts"
export {
  dawsn,
  erf,
  erfc,
  erfcx,
  erfinv,
  fresnel,
  logNdtr,
  ndtr,
  ndtri,
  owensT,
  wofz
} from "./special/errorFunctions.ts"
export { exp1, expi, expn, sici, spence } from "./special/exponentialIntegrals.ts"
export {
  beta,
  betainc,
  betaln,
  comb,
  type CombOptions,
  digamma,
  factorial,
  gamma,
  gammainc,
  gammaincc,
  gammaln,
  gammasgn,
  loggamma,
  multigammaln,
  poch,
  polygamma,
  zeta
} from "./special/gammaFunctions.ts"
export { hyp1f1, hyp2f1 } from "./special/hypergeometric.ts"
export {
  boxcox,
  boxcox1p,
  entr,
  expit,
  klDiv,
  logit,
  logSoftmax,
  logsumexp,
  type LogsumexpOptions,
  relEntr,
  softmax,
  type SoftmaxOptions,
  xlog1py,
  xlogy
} from "./special/information.ts"
