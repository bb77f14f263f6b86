/**
 * Prints the cases of all families, and the functions whose dtypes are asked for, as JSON, for `generate.py`.
 */
import * as signatures from "../ops/dtypes.ts"
import { families } from "../ops/table.ts"
import { encode } from "./cases.ts"

process.stdout.write(JSON.stringify({
  families: Object.fromEntries(
    Object.entries(families).map(([family, operations]) => [family, operations.map(encode)])
  ),
  dtypes: signatures.dtypes,
  signatures: signatures.table.map(({ arity, jax, name }) => ({ name, jax, arity }))
}))
