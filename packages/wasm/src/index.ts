/**
 * The CPU backend of effax.
 *
 * @since 0.1.0
 */
export * as CpuWasm from "./CpuWasm.ts"
