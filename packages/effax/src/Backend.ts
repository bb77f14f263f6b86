/**
 * The service that compiles and runs Programs. Each implementation is a Layer that provides it.
 *
 * **When to use**
 *
 * Arrays and compiled functions find the backend in context by themselves. Ask for it to read statistics and capabilities, or
 * to compile a Program ahead. To write a backend, see the module `effax/Driver`.
 *
 * @since 0.1.0
 */
export type { Capabilities, Executable, Lowering, MemoryAnalysis } from "./internal/driver/driver.ts"
export { Backend, type Statistics } from "./internal/session/backend.ts"
