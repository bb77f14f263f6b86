/**
 * The table of all primitives, for those who write backends.
 *
 * @since 0.1.0
 */
export type { BatchContext, Batched, JvpContext, Params, Primitive, TransposeContext } from "./Primitive.ts"
export type { BitcastParams, ConvertParams, IntegerPowParams, RoundParams } from "./primitive/elementwise.ts"
export * from "./primitive/params.ts"
export { collectives, type ParamsOf, type PrimitiveName, primitiveNamed, primitives } from "./primitive/registry.ts"
