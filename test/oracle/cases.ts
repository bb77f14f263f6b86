/**
 * What the script that runs JAX is told: the table of operations, with inputs as base64 of little-endian bytes.
 */
import { createHash } from "node:crypto"
import { type Input } from "../ops/inputs.ts"
import { inputsOf, isFloating, isHalf, isSpecial, needsX64, type Operation } from "../ops/operation.ts"

interface EncodedInput {
  readonly dtype: string
  readonly shape: ReadonlyArray<number>
  readonly data: string
}

export interface EncodedCase {
  readonly x64: boolean
  /** How many times derivatives are taken. */
  readonly derivatives: number
  readonly inputs: ReadonlyArray<EncodedInput>
}

export interface EncodedEntry {
  readonly name: string
  readonly jax: string
  readonly cases: ReadonlyArray<EncodedCase>
  /** Of everything above: expected values with another one are out of date. */
  readonly fingerprint: string
}

const encodeInput = ({ data, dtype, shape }: Input): EncodedInput => ({
  dtype,
  shape,
  data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64")
})

/** How many derivatives of a case JAX tells. */
export const derivativesOf = (operation: Operation, index: number): number => {
  const args = operation.cases[index]!
  if (!args.some(isFloating)) return 0
  if (isSpecial(args) && !operation.specialDerivatives) return 0
  // of second derivatives in half precision rounding leaves little
  return isSpecial(args) || args.some(isHalf) ? Math.min(1, operation.derivatives) : operation.derivatives
}

export const encode = (operation: Operation): EncodedEntry => {
  const body = {
    name: operation.name,
    jax: operation.jax,
    cases: operation.cases.map((args, index) => ({
      x64: needsX64(args, operation.jax),
      derivatives: derivativesOf(operation, index),
      inputs: inputsOf(operation, index).map(encodeInput)
    }))
  }
  return { ...body, fingerprint: createHash("sha256").update(JSON.stringify(body)).digest("base64").slice(0, 16) }
}
