/**
 * Where things are in the memory that the pool's threads share: word (int32) offsets in a mailbox and in a job. What two
 * threads spin on lies on cache lines of its own.
 */

const line = 16

/** One for each thread: what it shall do next. */
export const mailbox = {
  /** Incremented when there is a job; the thread waits for that. */
  generation: 0,
  moduleId: 1,
  /** Address and length of the module's bytes, for a thread that doesn't have it yet. */
  moduleAddress: 2,
  moduleLength: 3,
  rank: 4,
  threads: 5,
  /** Address of the job. */
  job: 6,
  /** Modules that the thread can drop; 0 for none. */
  forget: 8,
  forgetCount: 8,
  /** 1 once the thread is there. */
  ready: line,
  /** 1 once the thread has ended its part of the job. */
  ended: line + 1,
  words: 2 * line
} as const

/** One for each execution: what its threads share. The argument block follows it. */
export const job = {
  /** Not 0: ranks leave as soon as they see it. */
  cancel: 0,
  /** State of the module's barriers; 8 words. */
  barrier: line,
  barrierWords: 8,
  /** Ranks that have not ended. */
  remaining: 2 * line,
  /** What the main thread waits for: a word of `doneState`. */
  done: 2 * line + 1,
  /** Address of what rank 0 asks of the host. */
  request: 2 * line + 2,
  /** 0 while rank 0 waits for the host. */
  answered: 2 * line + 3,
  /** 1 from the first rank that failed, which then writes its message: its length, then a character a word. */
  failed: 3 * line,
  messageLength: 3 * line + 1,
  message: 3 * line + 2,
  messageMaximum: 13 * line - 2,
  /** Where the argument block of the module starts. */
  words: 16 * line
} as const

/** Ranks are running; all have ended; rank 0 waits for the host. */
export const doneState = { running: 0, ended: 1, asking: 2 } as const

export type Layout = {
  readonly mailbox: typeof mailbox
  readonly job: typeof job
  readonly doneState: typeof doneState
}

export const layout: Layout = { mailbox, job, doneState }
