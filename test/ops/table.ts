/**
 * The table of operations: what effax computes, what JAX calls it, and where both are compared.
 */
import { binary } from "./binary.ts"
import { callbacks } from "./callbacks.ts"
import { collectives } from "./collectives.ts"
import { complex } from "./complex.ts"
import { complexOrder } from "./complexOrder.ts"
import { control } from "./control.ts"
import { decompositions } from "./decompositions.ts"
import { distributions } from "./distributions.ts"
import { elementwise } from "./elementwise.ts"
import { elementwiseMore } from "./elementwiseMore.ts"
import { fft } from "./fft.ts"
import { histograms } from "./histograms.ts"
import { image } from "./image.ts"
import { indexing } from "./indexing.ts"
import { lax } from "./lax.ts"
import { laxLinalg } from "./laxLinalg.ts"
import { laxMore } from "./laxMore.ts"
import { linalg } from "./linalg.ts"
import { linear } from "./linear.ts"
import { manipulation } from "./manipulation.ts"
import { nanReductions } from "./nanReductions.ts"
import { nn } from "./nn.ts"
import { nnMore } from "./nnMore.ts"
import type { Operation } from "./operation.ts"
import { ops } from "./ops.ts"
import { products } from "./products.ts"
import { programs } from "./programs.ts"
import { random } from "./random.ts"
import { reduction } from "./reduction.ts"
import { scipyLinalg } from "./scipyLinalg.ts"
import { scipySparse } from "./scipySparse.ts"
import { special } from "./special.ts"
import { specialPrimitives } from "./specialPrimitives.ts"
import { statistics } from "./statistics.ts"
import { transformations } from "./transformations.ts"

export const families = {
  elementwise,
  binary,
  elementwiseMore,
  complex,
  complexOrder,
  reduction,
  nanReductions,
  statistics,
  histograms,
  products,
  manipulation,
  indexing,
  linear,
  distributions,
  fft,
  linalg,
  decompositions,
  laxLinalg,
  scipyLinalg,
  scipySparse,
  nn,
  nnMore,
  image,
  ops,
  random,
  special,
  specialPrimitives,
  lax,
  laxMore,
  programs,
  control,
  collectives,
  callbacks,
  transformations
} as const satisfies { readonly [family: string]: ReadonlyArray<Operation> }

export type Family = keyof typeof families
