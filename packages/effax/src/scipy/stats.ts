/**
 * JAX's `scipy.stats`: a namespace for each distribution, `stats.norm.logpdf(x, { loc, scale })`. What a function is evaluated at comes
 * first, the distribution's own parameters follow in order, and `loc` and `scale` are options.
 *
 * @since 0.1.0
 */
export * as bernoulli from "./stats/bernoulli.ts"
export * as beta from "./stats/beta.ts"
export * as betabinom from "./stats/betabinom.ts"
export * as binom from "./stats/binom.ts"
export * as cauchy from "./stats/cauchy.ts"
export * as chi2 from "./stats/chi2.ts"
export * as expon from "./stats/expon.ts"
export * as gamma from "./stats/gamma.ts"
export * as gennorm from "./stats/gennorm.ts"
export * as geom from "./stats/geom.ts"
export * as gumbelL from "./stats/gumbelL.ts"
export * as gumbelR from "./stats/gumbelR.ts"
export * as laplace from "./stats/laplace.ts"
export * as logistic from "./stats/logistic.ts"
export * as nbinom from "./stats/nbinom.ts"
export * as norm from "./stats/norm.ts"
export * as pareto from "./stats/pareto.ts"
export * as poisson from "./stats/poisson.ts"
export * as t from "./stats/t.ts"
export * as truncnorm from "./stats/truncnorm.ts"
export * as uniform from "./stats/uniform.ts"
export * as vonmises from "./stats/vonmises.ts"
export * as wrapcauchy from "./stats/wrapcauchy.ts"
