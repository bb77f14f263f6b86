/**
 * A compiled Program: pipelines, and what each is bound to.
 */
import type { Executable } from "effax/Backend"
import type { Program } from "effax/Program"
import type { Generated, Step } from "../wgsl/module.ts"

export interface Compiled {
  readonly step: Step
  readonly pipeline: GPUComputePipeline
  readonly layout: GPUBindGroupLayout
}

export class GpuExecutable implements Executable {
  readonly program: Program
  readonly texts: Executable["texts"]
  readonly generated: Generated
  readonly steps: ReadonlyArray<Compiled>

  constructor(program: Program, generated: Generated, steps: ReadonlyArray<Compiled>, texts: Executable["texts"]) {
    this.program = program
    this.generated = generated
    this.steps = steps
    this.texts = texts
  }
}
