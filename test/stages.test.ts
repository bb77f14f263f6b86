/**
 * One small program in every form that it takes, written to docs/stages.md. ARCHITECTURE.md refers to it. After a change
 * that is meant, `npm test -- test/stages.test.ts -u` writes it again.
 */
import * as Compiler from "@effax/compiler/Compiler"
import { expect, it } from "@effect/vitest"
import { jit, type NdArray, Numpy as np, Program, valueAndGrad } from "effax"
import * as Effect from "effect/Effect"
import { generate as generateWasm } from "../packages/wasm/src/internal/codegen/module.ts"
import { print as printWat } from "../packages/wasm/src/internal/wat/print.ts"
import { generate as generateShaders } from "../packages/webgpu/src/internal/wgsl/module.ts"

const source = `import { jit, type NdArray, Numpy as np, valueAndGrad } from "effax"

const loss = (w: NdArray.Any) => np.sum(np.square(np.multiply(w, 3)))
const step = jit(valueAndGrad(loss))`

const loss = (w: NdArray.Any) => np.sum(np.square(np.multiply(w, 3)))
const step = jit(valueAndGrad(loss))

/** The work of each stage in this program. */
const remarks: { readonly [stage: string]: string } = {
  program: "Tracing gives a Program; it prints as JAX prints a jaxpr. The derivative is part of it.",
  inline: "Called Programs are written out in their callers.",
  lowerComplex: "Complex numbers become pairs of real ones. There are none here.",
  simplify: "Operations on literals are computed, and operations that do nothing are left out.",
  cse: "Equal operations on equal operands are computed once.",
  dce: "Operations whose results nothing uses are removed.",
  decompose:
    "Operations become loop operations, which map one to one on instructions and kernels. Narrow dtypes are widened around them.",
  fuse:
    "Loop operations become kernels: what one kernel can compute together is one body. Temporaries have no offset yet.",
  schedule: "Kernels are put in order, with a barrier only where one has to wait for another.",
  bufferize: "Temporaries get their offsets in one arena. This is the Plan that code is generated from."
}

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\`\n`

it.effect("docs/stages.md has every form of one program", () =>
  Effect.gen(function*() {
    const program = Program.withoutCaptures(yield* Program.trace(step, np.zeros([6])))
    const texts = Compiler.stages(program)
    const plan = Compiler.compile(program)
    const { bytes } = generateWasm(plan, { threads: false, relaxedSimd: false })
    const { dispatches } = generateShaders(plan, { maxInvocations: 256, sharedMemory: 16384, subgroups: false })
    expect(Object.keys(texts)).toEqual(Object.keys(remarks))
    const page = [
      "# One program in every form\n",
      "A test (`test/stages.test.ts`) writes this page from the code.\n",
      fenced("ts", source),
      ...Object.entries(texts).map(([stage, text]) => `## ${stage}\n\n${remarks[stage]}\n\n${fenced("text", text)}`),
      "## wasm\n\nOne module, whose `run` executes the whole Plan. Without threads and relaxed SIMD it is short.\n",
      fenced("wasm", printWat(bytes)),
      "## wgsl\n\nThe same Plan for a GPU: one shader a dispatch.\n",
      ...dispatches.map(({ code, label }) => `### ${label}\n\n${fenced("wgsl", code.trimEnd())}`)
    ]
    yield* Effect.promise(() => expect(page.join("\n")).toMatchFileSnapshot("../docs/stages.md"))
  }))
