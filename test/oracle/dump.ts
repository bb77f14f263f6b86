/**
 * Prints the cases of all families as JSON, for `generate.py`.
 */
import { families } from "../ops/table.ts"
import { encode } from "./cases.ts"

process.stdout.write(JSON.stringify(
  Object.fromEntries(Object.entries(families).map(([family, operations]) => [family, operations.map(encode)]))
))
