import { afterEach, describe, expect, it, vi } from "vitest"
import { withDefaults } from "../../src/internal/options.ts"
import { Pipeline, type Stage } from "../../src/internal/stage.ts"

interface Options {
  readonly verify: boolean
}

/** A stage of numbers, which should stay below 10. */
const stage = (name: string, f: (x: number) => number): Stage<number, number, Options> => ({
  name,
  *run(x) {
    yield
    return f(x)
  },
  print: String,
  verify: (x, report) => {
    if (x >= 10) report(`${x} is too large`)
    if (x >= 100) report(`${x} is much too large`)
  }
})

const toEnd = <A>(steps: Generator<unknown, A, void>): A => {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const pipeline = Pipeline.of(stage("double", (x) => 2 * x)).concat(
  Pipeline.of(stage("square", (x) => x * x)).andThen(stage("less", (x) => x - 98))
)

describe("Pipeline", () => {
  it("runs stages in order, and shows the form after each", () => {
    const seen: Array<string> = []
    const result = toEnd(pipeline.run(5, { verify: false }, ({ name, print }, form) => {
      seen.push(`${name} ${print(form as never)}`)
    }))
    expect(seen).toEqual(["double 10", "square 100", "less 2"])
    expect(result).toBe(2)
  })

  it("verifies the form after each stage if asked to, and names the stage", () => {
    expect(toEnd(pipeline.run(1, { verify: true }))).toBe(-94)
    expect(() => toEnd(pipeline.run(2, { verify: true }))).toThrow(
      expect.objectContaining({
        _tag: "VerificationError",
        message: "Compiler.compile: after stage square: 16 is too large"
      })
    )
    const later = Pipeline.of(stage("square", (x) => x * x))
    expect(() => toEnd(later.run(20, { verify: true }))).toThrow("400 is too large (and 1 more)")
  })
})

describe("withDefaults", () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it("verifies in tests, unless told", () => {
    expect(withDefaults(undefined).verify).toBe(true)
    expect(withDefaults({ verify: false }).verify).toBe(false)
    expect(withDefaults({ verify: undefined }).verify).toBe(true)
  })

  it("does not verify where the environment does not ask for it", () => {
    vi.stubEnv("EFFAX_VERIFY", undefined)
    expect(withDefaults(undefined).verify).toBe(false)
    expect(withDefaults({ verify: true }).verify).toBe(true)
  })
})
