export * as Compiler from "./Compiler.ts"
export * as Plan from "./Plan.ts"
