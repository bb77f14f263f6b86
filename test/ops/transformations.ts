/**
 * Transformations of functions, and of one another.
 */
import { closures } from "./transformations/closures.ts"
import { jitted } from "./transformations/compilation.ts"
import { custom } from "./transformations/custom.ts"
import { implicit } from "./transformations/implicit.ts"
import { jacobians, matrices } from "./transformations/jacobians.ts"
import { kinks } from "./transformations/kinks.ts"
import { loops } from "./transformations/loops.ts"
import { mapped } from "./transformations/mapping.ts"
import { models } from "./transformations/models.ts"
import { nested } from "./transformations/nested.ts"
import { signatures } from "./transformations/signatures.ts"

export const transformations = [
  ...nested,
  ...loops,
  ...matrices,
  ...jacobians,
  ...custom,
  ...implicit,
  ...mapped,
  ...jitted,
  ...closures,
  ...signatures,
  ...kinks,
  ...models
]
