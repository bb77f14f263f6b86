/**
 * Linear algebra, of real and complex matrices alike.
 */
import { factorizationRules } from "./factorization.ts"

export const linearAlgebraRules = {
  ...factorizationRules
}
