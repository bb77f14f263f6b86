export * as Compiler from "./Compiler.ts"
export * as Plan from "./Plan.ts"
export * as PlanPrinter from "./PlanPrinter.ts"
export * as PlanVerifier from "./PlanVerifier.ts"
