import { defaultClientConditions, defineConfig } from "vite"
import { digitsPlugin } from "./digitsPlugin.ts"

// shared memory, and so threads, are for pages that are isolated from other origins
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  base: "./",
  plugins: [digitsPlugin],
  // served from the packages' TypeScript sources, so that nothing has to be built; a bundle is made of their `dist`
  resolve: { conditions: [...(command === "serve" ? ["effax-source"] : []), ...defaultClientConditions] },
  server: { headers },
  preview: { headers },
  build: { target: "esnext", chunkSizeWarningLimit: 2000 }
}))
