/**
 * @since 0.1.0
 */
export * as Reference from "./Reference.ts"
