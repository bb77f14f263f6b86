/**
 * Linear algebra, of real and complex matrices alike.
 */
import { eigRules } from "./eig.ts"
import { factorizationRules } from "./factorization.ts"
import { jacobiRules } from "./jacobi.ts"
import { reflectorRules } from "./reflectors.ts"
import { schurRules } from "./schur.ts"
import { tridiagonalSolveRules } from "./tridiagonalSolve.ts"

export const linearAlgebraRules = {
  ...factorizationRules,
  ...reflectorRules,
  ...jacobiRules,
  ...schurRules,
  ...eigRules,
  ...tridiagonalSolveRules
}
