/**
 * Questions about operations that their primitives answer.
 */
import { primitiveNamed, primitives } from "effax/Primitives"
import type { OperationName } from "./region.ts"

/** Whether regions have operations of a primitive's name. Those that inlining replaces are not asked for. */
export const isOperationName = (name: string): name is OperationName => Object.hasOwn(primitives, name)

/** Whether it computes each element of its results from the same elements of its operands. */
export const isElementwise = (name: OperationName): boolean => primitiveNamed(name)?.elementwise === true
