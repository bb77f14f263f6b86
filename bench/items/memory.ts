/** Steps of the perceptron over which memory is watched. */
export const memorySteps = 10_000

export interface Memory {
  readonly step: number
  readonly arraysLive: number
  /** Bytes on the device, and of the whole process. */
  readonly bytesLive: number
  readonly rss: number
  /** Milliseconds since the start. */
  readonly ms: number
}
