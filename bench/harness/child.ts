/**
 * The parent's side of the protocol.
 */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { type Answer, failure, type Task } from "./protocol.ts"

/** Something that is measured: a module that runs in a process of its own. */
export interface Subject {
  /** Its column of the table. */
  readonly name: string
  /** Relative to the folder `bench`. */
  readonly module: string
  readonly threads: number
}

export interface Options {
  /** Whether effax is taken as it was built, like its users get it, and not from its sources. */
  readonly built?: boolean
}

export class Child {
  private readonly process: ChildProcess
  private readonly ended: Promise<never>

  constructor(module: string, task: Task, options: Options = {}) {
    this.process = fork(new URL(`../${module}`, import.meta.url), [JSON.stringify(task)], {
      execArgv: options.built === true ? [] : ["--conditions=effax-source"]
    })
    this.ended = once(this.process, "exit").then(([code]) => {
      throw new Error(`the process ended with ${code}`)
    })
    this.ended.catch(() => {})
  }

  /** The next message that it sends. */
  async receive(): Promise<unknown> {
    const [message] = await Promise.race([once(this.process, "message"), this.ended]) as [unknown]
    return message
  }

  async measure(title: string): Promise<Answer> {
    if (!this.process.connected) return { failure: "the process has ended" }
    this.process.send(title)
    try {
      return await this.receive() as Answer
    } catch (error) {
      return failure(error)
    }
  }

  async stop(): Promise<void> {
    this.process.kill()
    await this.ended.catch(() => {})
  }
}

/** Runs a module until its first message: that, and the milliseconds from the start of the process until then. */
export const runOnce = async <A>(
  module: string,
  task: Task,
  options?: Options
): Promise<{ readonly message: A; readonly wall: number }> => {
  const begin = performance.now()
  const child = new Child(module, task, options)
  const message = await child.receive() as A
  const wall = performance.now() - begin
  await child.stop()
  return { message, wall }
}
