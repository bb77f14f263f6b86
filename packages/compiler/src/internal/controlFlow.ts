/**
 * Operations that hold regions: `while`, which scans and while loops become, and `case`.
 */
import {
  type CaseParams,
  isOperation,
  type Operation,
  type Region,
  type RegionBuilder,
  type Type,
  type Value,
  type WhileParams
} from "./region.ts"

export const addWhile = (
  builder: RegionBuilder,
  params: WhileParams,
  inputs: ReadonlyArray<Value>,
  types: ReadonlyArray<Type>
): ReadonlyArray<Value> => builder.operation("while", params, inputs, types)

export const addCase = (
  builder: RegionBuilder,
  params: CaseParams,
  inputs: ReadonlyArray<Value>,
  types: ReadonlyArray<Type>
): ReadonlyArray<Value> => builder.operation("case", params, inputs, types)

/** The regions that an operation holds. */
export const regionsOf = (operation: Operation): ReadonlyArray<Region> =>
  isOperation(operation, "while")
    ? [operation.params.body]
    : isOperation(operation, "case")
    ? operation.params.branches
    : []

/** The operation's parameters with other regions in place of its own. */
export const mapRegions = (operation: Operation, f: (region: Region) => Region): Operation["params"] =>
  isOperation(operation, "while")
    ? { ...operation.params, body: f(operation.params.body) }
    : isOperation(operation, "case")
    ? { branches: operation.params.branches.map(f) }
    : operation.params
