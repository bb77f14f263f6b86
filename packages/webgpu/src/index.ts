/**
 * The GPU backend of effax.
 *
 * @since 0.1.0
 */
export * as WebGpu from "./WebGpu.ts"
