/**
 * Before the first test in a browser.
 */
import { prepare } from "./chromium.ts"

export const setup = (): void => {
  try {
    prepare()
  } catch {
    // An error here would end the run of all projects. The browser won't start, which fails this one, and
    // chromium.test.ts says why.
  }
}
