import { Conformance } from "@effax/testing"
import { backends } from "./backends.ts"

for (const { layer, name } of backends) Conformance.conformance(name, layer)
