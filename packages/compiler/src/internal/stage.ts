/**
 * Stages of compilation, and stages one after the other.
 */
import type { Steps } from "effax/Backend"
import { VerificationError } from "effax/Errors"
import type { Report } from "./verify/body.ts"

/** A form that a Program takes: how it prints, and the rules that it obeys. */
export interface Form<A, O> {
  readonly print: (form: A) => string
  /** Reports every rule that is broken, with the operation that breaks it. */
  readonly verify: (form: A, report: Report, options: O) => void
}

/** One step from form to form. */
export interface Stage<From, To, O> extends Form<To, O> {
  readonly name: string
  /** A pure function, in steps between which other work can be done. */
  readonly run: (from: From, options: O) => Steps<To>
}

/** Throws a `VerificationError` if a form breaks a rule; the error names the stage that made it. */
const verified = <A, O>(stage: Stage<never, A, O>, form: A, options: O): void => {
  const problems: Array<string> = []
  stage.verify(form, (problem) => problems.push(problem), options)
  const [first, ...more] = problems
  if (first === undefined) return
  throw new VerificationError({
    operation: "Compiler.compile",
    message: `Compiler.compile: after stage ${stage.name}: ${first}${
      more.length > 0 ? ` (and ${more.length} more)` : ""
    }`
  })
}

/** Stages one after the other, each of which takes the form that the one before it makes. */
export class Pipeline<From, To, O extends { readonly verify: boolean }> {
  /** In order. Their types are those that {@link andThen} checked. */
  readonly stages: ReadonlyArray<Stage<never, unknown, O>>

  private constructor(stages: ReadonlyArray<Stage<never, unknown, O>>) {
    this.stages = stages
  }

  static of<From, To, O extends { readonly verify: boolean }>(stage: Stage<From, To, O>): Pipeline<From, To, O> {
    return new Pipeline<From, To, O>([stage as Stage<never, unknown, O>])
  }

  andThen<Next>(stage: Stage<To, Next, O>): Pipeline<From, Next, O> {
    return new Pipeline<From, Next, O>([...this.stages, stage as Stage<never, unknown, O>])
  }

  /** This pipeline, then another one. */
  concat<Next>(pipeline: Pipeline<To, Next, O>): Pipeline<From, Next, O> {
    return new Pipeline<From, Next, O>([...this.stages, ...pipeline.stages])
  }

  /** Runs all stages, in steps. `visit` sees the form after each of them. */
  *run(
    from: From,
    options: O,
    visit?: (stage: Stage<never, unknown, O>, form: unknown) => void
  ): Steps<To> {
    let form: unknown = from
    for (const stage of this.stages) {
      form = yield* stage.run(form as never, options)
      if (options.verify) verified(stage, form, options)
      visit?.(stage, form)
      yield
    }
    return form as To
  }
}
