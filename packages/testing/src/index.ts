/**
 * @since 0.1.0
 */
export * as AllClose from "./AllClose.ts"
export * as CheckGrads from "./CheckGrads.ts"
export * as Conformance from "./Conformance.ts"
