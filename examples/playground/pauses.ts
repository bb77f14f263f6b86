/**
 * The longest time in which the page could not have answered, as measured by a clock that wants to tick all the time.
 */

const window = 5000

/** Calls back once a second with the longest pause of the last seconds, in milliseconds. */
export const watch = (onPause: (milliseconds: number) => void): void => {
  const { port1, port2 } = new MessageChannel()
  const pauses: Array<{ readonly at: number; readonly length: number }> = []
  let last = performance.now()
  let told = last
  // a tick every few milliseconds, by a timer that then asks for a task: timers alone are late by design
  port1.onmessage = () => {
    const now = performance.now()
    // less than a frame is no pause
    if (now - last > 16) pauses.push({ at: now, length: now - last })
    last = now
    if (now - told > 1000) {
      told = now
      while (pauses.length > 0 && pauses[0]!.at < now - window) pauses.shift()
      onPause(pauses.reduce((longest, { length }) => Math.max(longest, length), 0))
    }
    setTimeout(() => port2.postMessage(undefined), 4)
  }
  port2.postMessage(undefined)
}
