/**
 * A WebAssembly assembler: see README.md.
 */
export { atomic, i32Atomic, i64Atomic } from "./atomicInstructions.ts"
export { type ValueType, Writer } from "./encoding.ts"
export { Constant, Local, Statement, Value } from "./expression.ts"
export { FunctionBuilder, type Label, type Locals, type Range } from "./functionBuilder.ts"
export type { FunctionHandle, GlobalHandle } from "./handles.ts"
export { type MemoryImport, ModuleBuilder, type Signature } from "./moduleBuilder.ts"
export type { MemoryAccess, Operand } from "./operands.ts"
export { type Features, features } from "./probe.ts"
export { f32, f64, i32, i64, memory, select } from "./scalarInstructions.ts"
export { f32x4, f64x2, i16x8, i32x4, i64x2, i8x16, v128 } from "./simdInstructions.ts"
