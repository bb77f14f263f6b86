import { Reference } from "@effax/reference"
import { conformance } from "@effax/testing/Conformance"

conformance("reference", Reference.layer)
